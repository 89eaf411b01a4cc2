use super::{
    archive::{self, Zip},
    budget::Text,
    document::Trouble,
    kind::Kind,
    markup::{Node, Tag},
    office::{self, note},
    reader::{Reader, inside},
};

/// Repetitions of a cell that are written out.
const MOST_REPEATED: usize = 16;
const MOST_PARTS: usize = 4096;

/// Reads an OpenDocument file (OASIS ODF 1.3): text, tables and slides of `content.xml`, headers and footers of
/// `styles.xml`, properties of `meta.xml`, then files packed in it.
pub(super) fn read(reader: &mut Reader, zip: &mut Zip<'_>, path: &str) {
    reader.refine(path, Kind::OpenDocument);
    if is_encrypted(reader, zip) {
        return reader.problem(path, Trouble::Encrypted);
    }
    office::properties(reader, zip, "meta.xml", path, |_| true);
    for (name, part) in [("content.xml", path.to_owned()), ("styles.xml", inside(path, "headers"))] {
        let Some(entry) = zip.find(name).cloned() else { continue };
        let mut content = Content {
            text: Text::new(&reader.meter),
            tables: Vec::new(),
            table: None,
            in_row: false,
            repeat: 1,
            cell_from: None,
        };
        let outcome = zip.walk(&entry, &mut reader.meter, |node| content.visit(&node));
        note(reader, &entry, path, outcome);
        let Content { text, tables, .. } = content;
        let whole = text.into_string();
        split(reader, &whole, &tables, &part);
    }
    for entry in zip.entries().to_vec() {
        let is_own = entry.name.ends_with(".xml") || entry.name == "mimetype" || entry.name.ends_with(".rdf");
        let is_preview = entry.name.starts_with("Thumbnails/") || entry.name.starts_with("Configurations");
        if !is_own && !is_preview && !archive::file(reader, zip, &entry, path) {
            break;
        }
    }
}

/// Tables and pages become parts of their own, what stands between them is the body.
fn split(reader: &mut Reader, whole: &str, tables: &[(String, usize, usize)], path: &str) {
    let mut body = String::new();
    let mut at = 0;
    for (name, start, end) in tables {
        body.push_str(whole.get(at..*start).unwrap_or_default());
        reader.part(&inside(path, name), whole.get(*start..*end).unwrap_or_default().to_owned());
        at = *end;
    }
    body.push_str(whole.get(at..).unwrap_or_default());
    reader.part(path, body);
}

fn is_encrypted(reader: &mut Reader, zip: &mut Zip<'_>) -> bool {
    let Some(entry) = zip.find("META-INF/manifest.xml").cloned() else { return false };
    let mut encrypted = false;
    // A damaged manifest says nothing; the content then shows whether it can be read.
    let _ = zip.walk(&entry, &mut reader.meter, |node| {
        if let Node::Open(tag) = node {
            encrypted |= tag.name == "encryption-data";
        }
    });
    encrypted
}

struct Content {
    text: Text,
    /// Tables of sheets and pages of presentations: name, start, end.
    tables: Vec<(String, usize, usize)>,
    table: Option<(String, usize)>,
    in_row: bool,
    /// How often the cell being read stands side by side.
    repeat: usize,
    cell_from: Option<usize>,
}

impl Content {
    fn visit(&mut self, node: &Node<'_>) {
        match node {
            Node::Open(tag) => self.open(tag),
            Node::Text(piece) => {
                // Line ends and indents between elements are not content.
                if !piece.trim().is_empty() || !piece.contains('\n') {
                    self.text.push(piece);
                }
            }
            Node::Close(name) => self.close(name),
        }
    }

    fn open(&mut self, tag: &Tag<'_>) {
        match tag.name {
            // Tables of sheets and pages of slides are parts; tables inside a text stay there.
            "table" | "page" if self.table.is_none() && !self.in_row => {
                if let Some(name) = tag.attribute("name") {
                    self.text.end_line();
                    self.table = Some((name, self.text.len()));
                }
            }
            "table-row" => self.in_row = true,
            "table-cell" | "covered-table-cell" => {
                let repeated = tag.attribute("number-columns-repeated").and_then(|count| count.parse().ok());
                self.repeat = repeated.unwrap_or(1).min(MOST_REPEATED);
                self.cell_from = Some(self.text.len());
            }
            "tab" => self.text.push("\t"),
            "line-break" => self.end_paragraph(),
            "s" => self.text.push(" "),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "p" | "h" => self.end_paragraph(),
            "table-cell" | "covered-table-cell" => {
                let cell = self
                    .cell_from
                    .take()
                    .map(|from| self.text.from(from).trim_end().to_owned())
                    .unwrap_or_default();
                self.text.end_cell();
                for _ in 1..self.repeat {
                    self.text.push(&cell);
                    self.text.end_cell();
                }
            }
            "table-row" => {
                self.in_row = false;
                self.text.end_line();
            }
            "table" | "page" if !self.in_row && self.tables.len() < MOST_PARTS => {
                self.text.end_line();
                if let Some((name, start)) = self.table.take() {
                    self.tables.push((name, start, self.text.len()));
                }
            }
            _ => {}
        }
    }

    fn end_paragraph(&mut self) {
        if self.in_row { self.text.push(" ") } else { self.text.end_line() }
    }
}
