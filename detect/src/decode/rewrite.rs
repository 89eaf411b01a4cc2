use super::{
    Budget,
    character::{self, Word},
    escape,
    layer::Layer,
    marks::Marks,
};

/// How far around what was decoded anything new can be found, and what is shown around that.
const AROUND: usize = 512;
const SHOWN: usize = 512;
/// How far before a window and behind it anything is decoded.
pub(super) const BEFORE: usize = AROUND + SHOWN;
pub(super) const BEHIND: usize = 2 * (AROUND + SHOWN);

/// Replaces `start..end` by a few bytes; without any it disappears.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edit {
    pub(super) start: usize,
    pub(super) end: usize,
    with: [u8; 4],
    length: u8,
}

impl Edit {
    /// Replaces by one character.
    pub(super) fn to(start: usize, end: usize, character: char) -> Self {
        let mut with = [0; 4];
        let length = character.encode_utf8(&mut with).len();
        Self { start, end, with, length: u8::try_from(length).unwrap_or(4) }
    }

    /// Replaces by one byte, which may be part of a character.
    pub(super) fn byte(start: usize, end: usize, byte: u8) -> Self {
        Self { start, end, with: [byte, 0, 0, 0], length: 1 }
    }

    /// Removes.
    pub(super) fn gone(start: usize, end: usize) -> Self {
        Self { start, end, with: [0; 4], length: 0 }
    }

    fn bytes(&self) -> &[u8] {
        self.with.get(..usize::from(self.length)).unwrap_or_default()
    }
}

/// The text with everything decoded in place that is marked, one layer for each group of neighbouring changes.
pub(super) fn layers(text: &[u8], marks: &Marks, budget: &mut Budget) -> Vec<Layer> {
    let edits = edits(text, marks);
    let far = |one: &Edit, next: &Edit| next.start - one.end <= 2 * AROUND;
    let groups = edits.chunk_by(far);
    groups.filter_map(|group| apply(text, group, budget)).collect()
}

/// One group of changes with what surrounds it.
fn apply(text: &[u8], edits: &[Edit], budget: &mut Budget) -> Option<Layer> {
    let (start, end) = (edits.first()?.start, edits.last()?.end);
    let first = start.saturating_sub(AROUND + SHOWN);
    let last = (end + 2 * (AROUND + SHOWN)).min(text.len());
    if !budget.take(last - first) {
        return None;
    }
    let mut layer = Layer::with_capacity(last - first);
    let copy = |layer: &mut Layer, from: usize, to: usize| {
        let bytes = text.get(from..to).unwrap_or_default();
        bytes.iter().zip(from..).for_each(|(byte, at)| layer.push(*byte, at, at + 1));
    };
    copy(&mut layer, first, start);
    layer.from = layer.text.len().saturating_sub(AROUND);
    let mut at = start;
    for edit in edits {
        copy(&mut layer, at, edit.start);
        edit.bytes().iter().for_each(|byte| layer.push(*byte, edit.start, edit.end));
        at = edit.end;
    }
    let decoded = layer.text.len();
    copy(&mut layer, at, last);
    layer.to = (decoded + AROUND).min(layer.text.len());
    Some(layer)
}

/// What there is to decode where it is marked, in order.
fn edits(text: &[u8], marks: &Marks) -> Vec<Edit> {
    let (mut edits, mut word): (Vec<Edit>, _) = (Vec::new(), Word::default());
    for at in marks.escapes() {
        let begun = edits.last().map_or(0, |edit| edit.end);
        if at >= begun {
            edits.extend(edit(text, at, begun == at && begun > 0, &mut word));
        }
    }
    edits
}

/// What begins at a byte; `joined` if a change ends right before it.
fn edit(text: &[u8], at: usize, joined: bool, word: &mut Word) -> Option<Edit> {
    match text.get(at)? {
        b'%' => escape::percent(text, at),
        b'&' => escape::entity(text, at),
        b'\\' => escape::backslash(text, at),
        b'=' => escape::soft_break(text, at),
        0xC2.. => character::edit(text, at, joined, word),
        _ => None,
    }
}
