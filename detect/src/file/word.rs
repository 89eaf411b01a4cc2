use super::{
    archive::Zip,
    budget::Text,
    markup::Node,
    office::note,
    reader::{Reader, inside},
};

/// Reads a WordprocessingML document (ECMA-376 part 1, clause 17): the body, then what stands around it.
///
/// Deleted text of tracked changes is read like any other: it is still in the file.
pub(super) fn read(reader: &mut Reader, zip: &mut Zip<'_>, path: &str) {
    story(reader, zip, "word/document", path, path);
    for name in ["header", "footer", "footnotes", "endnotes", "comments"] {
        story(reader, zip, &format!("word/{name}"), path, &inside(path, name));
    }
}

/// All files of that name, numbered or not, as one part.
fn story(reader: &mut Reader, zip: &mut Zip<'_>, start: &str, path: &str, part: &str) {
    let mut text = Text::new(&reader.meter);
    for entry in zip.numbered(start, ".xml") {
        let is_numbered =
            |rest: &str| rest.trim_end_matches(".xml").bytes().all(|byte| byte.is_ascii_digit());
        if entry.name.strip_prefix(start).is_some_and(is_numbered) {
            let mut paragraphs = Paragraphs::default();
            let outcome = zip.walk(&entry, &mut reader.meter, |node| paragraphs.visit(&node, &mut text));
            note(reader, &entry, path, outcome);
            text.end_line();
        }
    }
    reader.finish(part, text);
}

/// Paragraphs and tables, in WordprocessingML or DrawingML.
#[derive(Default)]
pub(super) struct Paragraphs {
    /// Rows being read, of tables inside tables.
    rows: usize,
    /// Inside of `t` or `delText`.
    in_text: bool,
    /// Inside of what repeats for old programs what has been said already.
    fallbacks: usize,
}

impl Paragraphs {
    pub(super) fn visit(&mut self, node: &Node<'_>, text: &mut Text) {
        match node {
            Node::Open(tag) => match tag.name {
                "t" | "delText" => self.in_text = self.fallbacks == 0,
                "tab" if self.fallbacks == 0 => text.push("\t"),
                "br" | "cr" if self.fallbacks == 0 => self.end_paragraph(text),
                "tr" => self.rows += 1,
                "Fallback" => self.fallbacks += 1,
                _ => {}
            },
            Node::Text(piece) if self.in_text => text.push(piece),
            Node::Text(_) => {}
            Node::Close(name) => match *name {
                "t" | "delText" => self.in_text = false,
                "p" => self.end_paragraph(text),
                "tc" => text.end_cell(),
                "tr" => {
                    self.rows = self.rows.saturating_sub(1);
                    text.end_line();
                }
                "Fallback" => self.fallbacks = self.fallbacks.saturating_sub(1),
                _ => {}
            },
        }
    }

    /// A line ends, but inside a row, which stays one line.
    fn end_paragraph(&self, text: &mut Text) {
        if self.rows == 0 {
            text.end_line();
        } else if !text.ends_with('\t') && !text.ends_with('\n') {
            text.push(" ");
        }
    }
}
