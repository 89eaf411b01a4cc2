//! YAML values with places.

use granit_parser::{Event, Marker, Parser, ScalarStyle, Span};

use crate::mistake::{Log, Place, count};

/// One YAML value with its place in the document.
pub enum Node {
    /// Text; numbers and truth values stay text.
    Scalar(Scalar),
    /// `- a` or `[a, b]`.
    List(Vec<Node>, Place),
    /// `key: value` lines.
    Map(Vec<(Scalar, Node)>, Place),
}

/// A piece of text and where it stands.
#[derive(Clone)]
pub struct Scalar {
    /// The text, without quotes.
    pub text: String,
    /// Where it stands.
    pub place: Place,
    /// Whether the text stands in the document as it is, so that a word in it can be pointed at.
    verbatim: bool,
}

impl Scalar {
    /// Where the `length` bytes at byte `start` of the text stand.
    pub(crate) fn within(&self, start: usize, length: usize) -> Place {
        let part = self.text.get(start..start + length).filter(|_| self.verbatim);
        match (part, self.text.get(..start)) {
            (Some(part), Some(before)) => {
                Place::over(self.place.line, self.place.column + count(before), part)
            }
            _ => self.place,
        }
    }
}

impl Node {
    /// Where it stands.
    pub fn place(&self) -> Place {
        match self {
            Self::Scalar(scalar) => scalar.place,
            Self::List(_, place) | Self::Map(_, place) => *place,
        }
    }

    /// The text of a value that must be one piece of text.
    pub fn text(&self, log: &mut Log) -> Option<&Scalar> {
        match self {
            Self::Scalar(scalar) if !scalar.text.trim().is_empty() => Some(scalar),
            Self::Scalar(scalar) => {
                log.add(scalar.place, "a value is missing", "write one, or remove the key");
                None
            }
            _ => {
                log.add(self.place(), "expected one value here", "write a single word or sentence");
                None
            }
        }
    }

    /// The texts of a value that may be one piece of text or a list of them.
    pub fn texts(&self, log: &mut Log) -> Vec<&Scalar> {
        match self {
            Self::List(items, place) if items.is_empty() => {
                log.add(*place, "the list is empty", "put at least one value in it, or remove the key");
                Vec::new()
            }
            Self::List(items, _) => items.iter().filter_map(|item| item.text(log)).collect(),
            _ => self.text(log).into_iter().collect(),
        }
    }
}

/// Reads one YAML document whose first line is line `first_line` of the document.
///
/// Returns nothing, and notes one mistake, where the text is not YAML; an empty text reads as an empty map.
pub fn read(source: &str, first_line: u32, log: &mut Log) -> Option<Node> {
    let mut reader = Reader { source, first_line, events: Parser::new_from_str(source), failed: None };
    let node = reader.document();
    if let Some(Failure { place, message, remedy }) = reader.failed {
        log.add(place, message, remedy);
        return None;
    }
    Some(node.unwrap_or(Node::Map(Vec::new(), Place { line: first_line, column: 1, length: 1 })))
}

/// Why the text could not be read further.
struct Failure {
    place: Place,
    message: String,
    remedy: &'static str,
}

struct Reader<'a> {
    source: &'a str,
    first_line: u32,
    events: Parser<'a, granit_parser::StrInput<'a>>,
    failed: Option<Failure>,
}

impl<'a> Reader<'a> {
    fn document(&mut self) -> Option<Node> {
        let mut found = None;
        while let Some((event, span)) = self.next() {
            match event {
                Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd | Event::StreamEnd => {}
                _ if found.is_some() => {
                    self.fail(span.start, "only one YAML document may stand here", "remove the line `---`");
                }
                event => found = self.node(event, span),
            }
        }
        found
    }

    fn next(&mut self) -> Option<(Event<'a>, Span)> {
        if self.failed.is_some() {
            return None;
        }
        match self.events.next()? {
            Ok(pair) => Some(pair),
            Err(error) => {
                self.fail(
                    *error.marker(),
                    &format!("this is not valid YAML: {}", error.info()),
                    "close every quote and bracket; put text that holds `: ` or ` #` in quotes",
                );
                None
            }
        }
    }

    fn node(&mut self, event: Event<'a>, span: Span) -> Option<Node> {
        match event {
            Event::Scalar(text, style, ..) => Some(Node::Scalar(self.scalar(text.into_owned(), style, span))),
            Event::SequenceStart(..) => self.list(span),
            Event::MappingStart(..) => self.map(span),
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.fail(span.start, "aliases (`*name`) are not used here", "write the value out");
                None
            }
            _ => None,
        }
    }

    fn list(&mut self, span: Span) -> Option<Node> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Some(Node::List(items, self.place(span.start))),
                (event, span) => items.extend(self.node(event, span)),
            }
        }
    }

    fn map(&mut self, span: Span) -> Option<Node> {
        let mut entries = Vec::new();
        loop {
            let key = match self.next()? {
                (Event::MappingEnd, _) => return Some(Node::Map(entries, self.place(span.start))),
                (Event::Scalar(text, style, ..), span) => self.scalar(text.into_owned(), style, span),
                (_, span) => {
                    self.fail(span.start, "a key must be plain text", "write `key: value`");
                    return None;
                }
            };
            let (event, span) = self.next()?;
            let value = self.node(event, span)?;
            entries.push((key, value));
        }
    }

    /// Plain and quoted text on one line stands in the document as it is, unless it needed escapes.
    fn scalar(&self, text: String, style: ScalarStyle, span: Span) -> Scalar {
        let mut place = self.place(span.start);
        let raw = span.slice(self.source).unwrap_or_default();
        // A missing value is reported as `~`.
        let text = if raw.is_empty() { String::new() } else { text };
        let opening = match style {
            ScalarStyle::Plain => 0,
            _ => 1,
        };
        let verbatim = !text.is_empty() && raw.get(opening..).is_some_and(|raw| raw.starts_with(&text));
        if verbatim {
            place.column += opening as u32;
        }
        place.length = count(text.lines().next().unwrap_or_default()).max(1);
        Scalar { text, place, verbatim }
    }

    fn place(&self, marker: Marker) -> Place {
        let line = u32::try_from(marker.line().saturating_sub(1)).unwrap_or(0);
        let column = u32::try_from(marker.col()).unwrap_or(0);
        Place { line: self.first_line.saturating_add(line), column: column.saturating_add(1), length: 1 }
    }

    fn fail(&mut self, marker: Marker, message: &str, remedy: &'static str) {
        let place = self.place(marker);
        self.failed.get_or_insert_with(|| Failure { place, message: message.to_owned(), remedy });
    }
}
