//! Headings, prose, reasons and blocks, in order.

use comrak::{
    Arena, Node, Options,
    nodes::{NodeValue, Sourcepos},
    parse_document,
};

use crate::{
    mistake::{Log, Place, count},
    nearest::nearest,
};

/// The parts of a document, in order.
pub struct Outline {
    /// The YAML between the `---` lines at the top.
    pub front: Option<Block>,
    /// Everything after it.
    pub pieces: Vec<Piece>,
}

/// One part of a document.
pub enum Piece {
    /// A heading.
    Heading {
        /// How many `#` it has.
        level: u8,
        /// Without them.
        text: String,
        /// Where the text stands.
        place: Place,
    },
    /// A fence with one of the words that the reader asked for.
    Fenced(&'static str, Block),
    /// A quotation that begins with `Why:`.
    Why(String),
    /// Anything else, as Markdown.
    Prose(String),
}

/// The text of a fence or of the front matter.
#[derive(Clone)]
pub struct Block {
    /// Without the fence lines.
    pub text: String,
    /// The line of the document on which the text begins.
    pub first_line: u32,
    /// Where the fence's words stand.
    pub place: Place,
    /// What follows the fence's first word, as in `then=block`.
    pub info: String,
}

/// Markdown as Bylaw reads and renders it: CommonMark with tables and strikethrough.
pub(crate) fn options<'a>() -> Options<'a> {
    let mut options = Options::default();
    options.extension.front_matter_delimiter = Some("---".to_owned());
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.autolink = true;
    // Raw HTML is shown as text, and links to `javascript:` and the like are dropped.
    options.render.escape = true;
    options.render.r#unsafe = false;
    options
}

/// Cuts a document into its parts. Fences with the words `fences` are read; any other fence is prose.
pub fn read(source: &str, fences: &[&'static str], log: &mut Log) -> Outline {
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    let lines: Vec<&str> = source.lines().collect();
    let arena = Arena::new();
    let root = parse_document(&arena, source, &options());
    let reader = Reader { lines, fences };
    let mut outline = Outline { front: None, pieces: Vec::new() };
    for node in root.children() {
        match reader.piece(node, log) {
            Part::Front(block) => outline.front = Some(block),
            Part::Piece(piece) => outline.pieces.push(piece),
        }
    }
    outline
}

enum Part {
    Front(Block),
    Piece(Piece),
}

struct Reader<'a> {
    lines: Vec<&'a str>,
    fences: &'a [&'static str],
}

impl Reader<'_> {
    fn piece(&self, node: Node<'_>, log: &mut Log) -> Part {
        let data = node.data();
        let at = data.sourcepos;
        Part::Piece(match &data.value {
            NodeValue::FrontMatter(_) => return Part::Front(self.front(at)),
            NodeValue::Heading(heading) => self.heading(heading.level, at),
            NodeValue::BlockQuote => self.quotation(at),
            NodeValue::CodeBlock(code) if code.fenced => {
                self.fence(&code.info, code.closed, at, log).unwrap_or_else(|| Piece::Prose(self.text(at)))
            }
            _ => Piece::Prose(self.text(at)),
        })
    }

    fn line(&self, number: usize) -> &str {
        self.lines.get(number.saturating_sub(1)).copied().unwrap_or_default()
    }

    /// The lines from `first` to `last`, as they stand.
    fn between(&self, first: usize, last: usize) -> String {
        let numbers = first..=last.min(self.lines.len());
        numbers.map(|number| self.line(number)).collect::<Vec<_>>().join("\n")
    }

    fn text(&self, at: Sourcepos) -> String {
        self.between(at.start.line, at.end.line)
    }

    fn front(&self, at: Sourcepos) -> Block {
        let last = (at.start.line + 1..=self.lines.len())
            .find(|number| self.line(*number).trim_end() == "---")
            .unwrap_or(at.end.line);
        Block {
            text: self.between(at.start.line + 1, last.saturating_sub(1)),
            first_line: number(at.start.line + 1),
            place: Place { line: number(at.start.line), column: 1, length: 3 },
            info: String::new(),
        }
    }

    fn heading(&self, level: u8, at: Sourcepos) -> Piece {
        let line = self.line(at.start.line);
        let text = line.trim_start().trim_start_matches('#').trim_start();
        let column = count(line).saturating_sub(count(text)) + 1;
        let text = text.trim_end().trim_end_matches('#').trim_end();
        Piece::Heading {
            level,
            text: text.to_owned(),
            place: Place::over(number(at.start.line), column, text),
        }
    }

    fn quotation(&self, at: Sourcepos) -> Piece {
        let quoted: Vec<&str> = (at.start.line..=at.end.line)
            .map(|number| self.line(number).trim_start())
            .map(|line| line.strip_prefix('>').unwrap_or(line).trim_start())
            .collect();
        match quoted.join("\n").trim().strip_prefix("Why:") {
            Some(reason) => Piece::Why(reason.trim().to_owned()),
            None => Piece::Prose(self.text(at)),
        }
    }

    fn fence(&self, info: &str, closed: bool, at: Sourcepos, log: &mut Log) -> Option<Piece> {
        let (word, info) = info.split_once(char::is_whitespace).unwrap_or((info, ""));
        let line = self.line(at.start.line);
        let before = line.find(word).and_then(|start| line.get(..start)).unwrap_or_default();
        let place = Place::over(number(at.start.line), count(before) + 1, word);
        let Some(fence) = self.fences.iter().find(|fence| **fence == word) else {
            let meant = nearest(word, self.fences.iter().copied()).filter(|_| !word.is_empty());
            if let Some(meant) = meant {
                log.add(place, format!("unknown block `{word}`"), format!("did you mean `{meant}`?"));
            }
            return None;
        };
        if !closed {
            log.add(
                place,
                format!("the `{word}` block is not closed"),
                "end it with a line of three backticks",
            );
        }
        let last = if closed { at.end.line.saturating_sub(1) } else { at.end.line };
        let block = Block {
            text: self.between(at.start.line + 1, last),
            first_line: number(at.start.line + 1),
            place,
            info: info.trim().to_owned(),
        };
        Some(Piece::Fenced(fence, block))
    }
}

fn number(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}

/// A Markdown fragment as HTML, raw HTML in it shown as text.
pub(crate) fn html(markdown: &str) -> String {
    comrak::markdown_to_html(markdown, &options())
}
