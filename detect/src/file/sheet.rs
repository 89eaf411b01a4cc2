use super::{
    archive::{Entry, Zip},
    budget::{Meter, Text},
    markup::{Node, Tag},
    office::{self, note},
    reader::{Reader, inside},
    sheet_style::Styles,
    word::Paragraphs,
};

/// Empty cells in a row that are written out; a longer gap is one tab.
const LONGEST_GAP: usize = 32;
const MOST_SHEETS: usize = 4096;

/// Reads a SpreadsheetML workbook (ECMA-376 part 1, clause 18): every sheet, the hidden too, as lines of cells joined
/// by tabs, with the values that formulas last had; then comments, drawings, pivot caches and connections.
pub(super) fn read(reader: &mut Reader, zip: &mut Zip<'_>, path: &str) {
    let shared = Strings::read(zip, &mut reader.meter);
    let styles = Styles::read(zip, &mut reader.meter);
    reader.meter.hold(shared.size());
    for (name, entry) in sheets(zip, &mut reader.meter) {
        let mut rows = Rows {
            shared: &shared,
            styles: &styles,
            text: Text::new(&reader.meter),
            cell: Cell::default(),
            column: 0,
        };
        let outcome = zip.walk(&entry, &mut reader.meter, |node| rows.visit(&node));
        let text = rows.text;
        note(reader, &entry, path, outcome);
        reader.finish(&inside(path, &name), text);
    }
    reader.meter.release(shared.size());
    for folder in [
        "xl/comments",
        "xl/threadedComments/",
        "xl/drawings/drawing",
        "xl/charts/chart",
        "xl/pivotCache/",
        "xl/connections",
    ] {
        for entry in zip.numbered(folder, ".xml") {
            beside(reader, zip, &entry, path);
        }
    }
}

/// Names and files of the sheets, in the order of the workbook.
fn sheets(zip: &mut Zip<'_>, meter: &mut Meter) -> Vec<(String, Entry)> {
    let targets = office::relations(zip, meter, "xl/workbook.xml");
    let mut listed = Vec::new();
    if let Some(entry) = zip.find("xl/workbook.xml").cloned() {
        // Sheets a damaged workbook does not list are read below.
        let _ = zip.walk(&entry, meter, |node| {
            if let Node::Open(tag) = node
                && tag.name == "sheet"
                && listed.len() < MOST_SHEETS
            {
                listed.push((
                    tag.attribute("name").unwrap_or_default(),
                    tag.attribute("id").unwrap_or_default(),
                ));
            }
        });
    }
    let mut found: Vec<(String, Entry)> = Vec::new();
    for (name, id) in listed {
        let target = targets.iter().find(|(target, _)| *target == id).map(|(_, target)| target.as_str());
        if let Some(entry) = target.and_then(|target| zip.find(target)) {
            found.push((name, entry.clone()));
        }
    }
    for entry in zip.numbered("xl/worksheets/sheet", ".xml") {
        if !found.iter().any(|(_, listed)| listed.index == entry.index) {
            found.push((
                entry.name.trim_start_matches("xl/worksheets/").trim_end_matches(".xml").to_owned(),
                entry,
            ));
        }
    }
    found
}

/// What stands beside the cells: comments, shapes, charts, data behind pivot tables, and where data comes from.
fn beside(reader: &mut Reader, zip: &mut Zip<'_>, entry: &Entry, path: &str) {
    let mut text = Text::new(&reader.meter);
    let mut paragraphs = Paragraphs::default();
    let outcome = zip.walk(entry, &mut reader.meter, |node| {
        match &node {
            Node::Open(tag) if matches!(tag.name, "s" | "n" | "d" | "connection" | "dbPr" | "webPr") => {
                let told = ["v", "name", "connection", "command", "url"];
                for value in told.iter().filter_map(|name| tag.attribute(name)) {
                    text.push(&value);
                    text.push("\t");
                }
            }
            Node::Close("r" | "comment" | "author" | "sharedItems" | "connection" | "threadedComment") => {
                text.end_line()
            }
            Node::Text(piece) if entry.name.contains("omments") => return text.push(piece),
            _ => {}
        }
        paragraphs.visit(&node, &mut text);
    });
    note(reader, entry, path, outcome);
    reader.finish(&inside(path, entry.name.trim_start_matches("xl/")), text);
}

/// The strings that cells share, in one piece.
#[derive(Default)]
struct Strings {
    text: String,
    ends: Vec<u32>,
}

impl Strings {
    fn read(zip: &mut Zip<'_>, meter: &mut Meter) -> Self {
        let Some(entry) = zip.find("xl/sharedStrings.xml").cloned() else { return Self::default() };
        let mut strings = Self::default();
        let room = meter.room() / 2;
        let (mut in_text, mut in_reading) = (false, false);
        // Strings that could be read are used; cells of the others show nothing.
        let _ = zip.walk(&entry, meter, |node| match node {
            Node::Open(tag) => {
                in_reading |= tag.name == "rPh";
                in_text = tag.name == "t" && !in_reading;
            }
            Node::Text(piece) if in_text && strings.size() + piece.len() < room => {
                strings.text.push_str(piece)
            }
            Node::Close("t") => in_text = false,
            Node::Close("rPh") => in_reading = false,
            Node::Close("si") if strings.size() < room => {
                strings.ends.push(u32::try_from(strings.text.len()).unwrap_or(u32::MAX));
            }
            _ => {}
        });
        strings
    }

    fn get(&self, at: usize) -> &str {
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(at).copied().unwrap_or(start);
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }

    fn size(&self) -> usize {
        self.text.len() + self.ends.len() * size_of::<u32>()
    }
}

/// The rows of a sheet, as lines.
struct Rows<'a> {
    shared: &'a Strings,
    styles: &'a Styles,
    text: Text,
    cell: Cell,
    /// The column the next cell stands in.
    column: usize,
}

#[derive(Default)]
struct Cell {
    form: Option<String>,
    style: Option<usize>,
    value: String,
    inline: String,
    inside: Inside,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Inside {
    #[default]
    Nothing,
    Value,
    Inline,
    /// Headers and footers of printed pages.
    Printed,
}

impl Rows<'_> {
    fn visit(&mut self, node: &Node<'_>) {
        // Long strings shown in many cells would be copied long after there is no room for them.
        if self.text.is_cut() {
            return;
        }
        match node {
            Node::Open(tag) => self.open(tag),
            Node::Text(piece) => match self.cell.inside {
                Inside::Value => self.cell.value.push_str(piece),
                Inside::Inline => self.cell.inline.push_str(piece),
                Inside::Printed => self.text.push(piece),
                Inside::Nothing => {}
            },
            Node::Close(name) => match *name {
                "c" => self.end_cell(),
                "row" | "oddHeader" | "oddFooter" => {
                    self.text.end_line();
                    self.cell.inside = Inside::Nothing;
                }
                "v" | "t" => self.cell.inside = Inside::Nothing,
                _ => {}
            },
        }
    }

    fn open(&mut self, tag: &Tag<'_>) {
        match tag.name {
            "row" => self.column = 0,
            "c" => {
                let (mut form, mut style, mut place) = (None, None, None);
                for (name, value) in tag.attributes() {
                    match name.as_str() {
                        "t" => form = Some(value),
                        "s" => style = value.parse().ok(),
                        "r" => place = column(&value),
                        _ => {}
                    }
                }
                let gap = place.unwrap_or(self.column).saturating_sub(self.column);
                for _ in 0..if gap > LONGEST_GAP { 1 } else { gap } {
                    self.text.push("\t");
                }
                self.column += gap;
                self.cell = Cell { form, style, ..Cell::default() };
            }
            "v" => self.cell.inside = Inside::Value,
            "t" => self.cell.inside = Inside::Inline,
            "oddHeader" | "oddFooter" => self.cell.inside = Inside::Printed,
            _ => {}
        }
    }

    fn end_cell(&mut self) {
        let cell = std::mem::take(&mut self.cell);
        let shown = match cell.form.as_deref() {
            Some("s") => self.shared.get(cell.value.trim().parse().unwrap_or(usize::MAX)).to_owned(),
            Some("inlineStr") => cell.inline,
            None | Some("n") => self.styles.shown(cell.value.trim(), cell.style),
            Some(_) => cell.value,
        };
        // A line end inside a cell would tear its row apart.
        self.text.push(&shown.replace(['\n', '\r', '\t'], " "));
        self.text.push("\t");
        self.column += 1;
    }
}

/// The column of a reference such as `C5`, from zero.
fn column(reference: &str) -> Option<usize> {
    let letters = reference.bytes().take_while(u8::is_ascii_alphabetic).take(3);
    let number =
        letters.fold(0, |number, letter| number * 26 + usize::from(letter.to_ascii_uppercase() - b'A') + 1);
    number.checked_sub(1)
}
