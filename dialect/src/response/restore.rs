use std::ops::Range;

use model::Sensitive;

use crate::{dialect::Dialect, json::escape, splice::Splice};

use super::{
    Shape,
    events::Events,
    hearing::Depth,
    placeholders::{Found, Placeholders},
    strings::Strings,
};

/// Turns the placeholders in an answer back into what they stand for, while the answer streams.
///
/// The answer is decompressed (ask for `accept-encoding: identity`, or use [`crate::encoding::StreamDecoder`]). Bytes
/// that have nothing to do with a placeholder go out as they came, at once; only the end of a text that may be the
/// beginning of a placeholder waits for the text's next piece. The output does not depend on how the input is cut.
///
/// Model reasoning that services sign (`thinking`) is left as it is, so that clients can send it back.
pub struct Restorer {
    placeholders: Placeholders,
    restored: u32,
    work: Work,
}

enum Work {
    /// There is nothing to look for, or no text to find it in.
    Nothing,
    Frames(Box<Events>),
    Strings(Box<Strings>),
}

impl Restorer {
    /// For an answer of this content type. Originals are given with the placeholders that stand for them.
    pub fn new(dialect: Dialect, content_type: &str, originals: Vec<(String, Sensitive)>) -> Self {
        let shape = Shape::of(dialect, content_type);
        let key = |placeholder: String| match shape {
            Shape::Document => escape(&placeholder),
            _ => placeholder,
        };
        let placeholders = Placeholders::new(originals.into_iter().map(|(p, original)| (key(p), original)));
        let work = match shape {
            _ if placeholders.is_empty() => Work::Nothing,
            Shape::Bytes => Work::Nothing,
            Shape::Document | Shape::Text | Shape::Html => Work::Strings(Box::new(Strings::new(shape))),
            Shape::Events | Shape::Lines | Shape::Elements | Shape::Lengths => {
                Work::Frames(Box::new(Events::new(dialect, shape)))
            }
        };
        Self { placeholders, restored: 0, work }
    }

    /// What can go out after `chunk` came in.
    pub fn push(&mut self, chunk: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(chunk.len());
        let mut desk = Desk { placeholders: &self.placeholders, restored: &mut self.restored };
        match &mut self.work {
            Work::Nothing => out.extend_from_slice(chunk),
            Work::Strings(strings) => strings.push(chunk, &mut desk, &mut out),
            Work::Frames(events) => events.push(chunk, &mut desk, &mut out),
        }
        out
    }

    /// What is still to go out when the answer has ended.
    pub fn finish(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut desk = Desk { placeholders: &self.placeholders, restored: &mut self.restored };
        match &mut self.work {
            Work::Nothing => {}
            Work::Strings(strings) => strings.finish(&mut desk, &mut out),
            Work::Frames(events) => events.finish(&mut desk, &mut out),
        }
        out
    }

    /// How many placeholders were turned back so far.
    pub fn restored(&self) -> u32 {
        self.restored
    }
}

impl std::fmt::Debug for Restorer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Restorer").field("restored", &self.restored).finish_non_exhaustive()
    }
}

/// What to look for, and the count of what was found.
pub(super) struct Desk<'a> {
    pub(super) placeholders: &'a Placeholders,
    pub(super) restored: &'a mut u32,
}

impl Desk<'_> {
    /// The original for `placeholder`, as it must stand in a text of this depth.
    pub(super) fn original(&mut self, placeholder: &[u8], depth: Depth) -> Vec<u8> {
        *self.restored += 1;
        let original = self.placeholders.original(placeholder).map_or("", Sensitive::reveal);
        match depth {
            Depth::Text => original.as_bytes().to_vec(),
            Depth::Json => escape(original).into_bytes(),
        }
    }

    /// Splices of `text` that put originals in place of the placeholders in `found`.
    pub(super) fn splices(&mut self, text: &[u8], found: &Found, depth: Depth) -> Vec<Splice> {
        let splice = |range: &Range<usize>| {
            let with = self.original(text.get(range.clone()).unwrap_or_default(), depth);
            Splice { range: range.clone(), with }
        };
        found.matches.iter().map(splice).collect()
    }
}
