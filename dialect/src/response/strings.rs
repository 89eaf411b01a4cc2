use memchr::memchr2;

use crate::json::escape;

use super::{
    Shape,
    hearing::{depth_of, is_sealed},
    placeholders::More,
    restore::Desk,
};

/// Restores in a JSON document, or a text, that arrives in pieces.
pub(super) struct Strings {
    shape: Shape,
    /// What may be the beginning of a placeholder.
    held: Vec<u8>,
    lexer: Lexer,
}

/// Where in a JSON document the last byte was.
#[derive(Default)]
struct Lexer {
    inside: Inside,
    /// The beginning of the current or last string, which may turn out to be a member's name.
    string: Vec<u8>,
    /// The member whose value this is.
    name: Vec<u8>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Inside {
    #[default]
    Nothing,
    String,
    Escape,
}

/// Names longer than this are none that matter.
const LONGEST_NAME: usize = 32;

impl Strings {
    pub(super) fn new(shape: Shape) -> Self {
        Self { shape, held: Vec::new(), lexer: Lexer::default() }
    }

    pub(super) fn push(&mut self, chunk: &[u8], desk: &mut Desk<'_>, out: &mut Vec<u8>) {
        if self.shape != Shape::Document {
            return self.text(chunk, More::MayFollow, desk, out);
        }
        let mut rest = chunk;
        while !rest.is_empty() {
            let taken = match self.lexer.inside {
                Inside::Nothing => self.outside(rest, out),
                Inside::String => self.in_string(rest, desk, out),
                Inside::Escape => {
                    self.lexer.inside = Inside::String;
                    self.text(rest.get(..1).unwrap_or_default(), More::MayFollow, desk, out);
                    1
                }
            };
            rest = rest.get(taken..).unwrap_or_default();
        }
    }

    pub(super) fn finish(&mut self, desk: &mut Desk<'_>, out: &mut Vec<u8>) {
        self.text(&[], More::None, desk, out);
    }

    fn outside(&mut self, rest: &[u8], out: &mut Vec<u8>) -> usize {
        let run = memchr2(b'"', b':', rest);
        match run.and_then(|run| rest.get(run)) {
            Some(b'"') => {
                self.lexer.inside = Inside::String;
                self.lexer.string.clear();
            }
            Some(_) => self.lexer.name = std::mem::take(&mut self.lexer.string),
            None => {}
        }
        let taken = run.map_or(rest.len(), |run| run + 1);
        out.extend_from_slice(rest.get(..taken).unwrap_or_default());
        taken
    }

    fn in_string(&mut self, rest: &[u8], desk: &mut Desk<'_>, out: &mut Vec<u8>) -> usize {
        let run = memchr2(b'"', b'\\', rest).unwrap_or(rest.len());
        let text = rest.get(..run).unwrap_or_default();
        let room = LONGEST_NAME.saturating_sub(self.lexer.string.len()).min(text.len());
        self.lexer.string.extend_from_slice(text.get(..room).unwrap_or_default());
        match rest.get(run) {
            None => {
                self.text(text, More::MayFollow, desk, out);
                run
            }
            Some(b'"') => {
                self.text(text, More::None, desk, out);
                self.lexer.inside = Inside::Nothing;
                out.push(b'"');
                run + 1
            }
            Some(_) => {
                self.lexer.inside = Inside::Escape;
                self.text(rest.get(..=run).unwrap_or_default(), More::MayFollow, desk, out);
                run + 1
            }
        }
    }

    /// Passes on text that follows what is held.
    fn text(&mut self, text: &[u8], more: More, desk: &mut Desk<'_>, out: &mut Vec<u8>) {
        let name = std::str::from_utf8(&self.lexer.name).ok();
        if self.shape == Shape::Document && name.is_some_and(is_sealed) {
            out.extend_from_slice(text);
            return;
        }
        let depth = depth_of(name);
        let joined;
        let whole = if self.held.is_empty() {
            text
        } else {
            joined = [self.held.as_slice(), text].concat();
            joined.as_slice()
        };
        let found = desk.placeholders.find(whole, more);
        let mut copied = 0;
        for range in found.matches {
            out.extend_from_slice(whole.get(copied..range.start).unwrap_or_default());
            let original = desk.original(whole.get(range.clone()).unwrap_or_default(), depth);
            out.extend(written(original, self.shape));
            copied = range.end;
        }
        out.extend_from_slice(whole.get(copied..found.settled).unwrap_or_default());
        self.held = whole.get(found.settled..).unwrap_or_default().to_vec();
    }
}

/// An original as it must stand in the answer.
fn written(original: Vec<u8>, shape: Shape) -> Vec<u8> {
    let text = String::from_utf8_lossy(&original);
    match shape {
        Shape::Document => escape(&text).into_bytes(),
        Shape::Html => crate::coaching::html(&text).into_bytes(),
        _ => original,
    }
}
