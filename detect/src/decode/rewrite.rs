use super::{
    Budget,
    character::{self, Word},
    escape,
    layer::Layer,
};

/// Bytes looked at together when searching for something to decode.
const BLOCK: usize = 64;
/// How far around what was decoded anything new can be found, and what is shown around that.
const AROUND: usize = 512;
const SHOWN: usize = 512;

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

/// The text around the window with everything decoded in place, one layer for each group of neighbouring changes.
pub(super) fn layers(text: &[u8], from: usize, to: usize, budget: &mut Budget) -> Vec<Layer> {
    let first = from.saturating_sub(AROUND + SHOWN);
    let last = (to + 2 * (AROUND + SHOWN)).min(text.len());
    let edits = edits(text, first, last);
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

/// What there is to decode in `first..last`, in order.
fn edits(text: &[u8], first: usize, last: usize) -> Vec<Edit> {
    let (mut edits, mut word): (Vec<Edit>, _) = (Vec::new(), Word::default());
    for start in (first..last).step_by(BLOCK) {
        let end = (start + BLOCK).min(last);
        let block = text.get(start..end).unwrap_or_default();
        let next = text.get(start + 1..).unwrap_or_default();
        if !may_hold_any(block, next) {
            continue;
        }
        for (byte, at) in block.iter().zip(start..) {
            let begun = edits.last().map_or(0, |edit| edit.end);
            if at >= begun {
                edits.extend(edit(text, *byte, at, begun == at && begun > 0, &mut word));
            }
        }
    }
    edits
}

/// Whether one of these bytes can begin something encoded; `next` is what follows each of them.
fn may_hold_any(block: &[u8], next: &[u8]) -> bool {
    let may = |byte: u8, next: u8| {
        let percent = (byte == b'%') & next.is_ascii_hexdigit();
        let entity = (byte == b'&') & ((next == b'#') | next.is_ascii_lowercase());
        let escape = (byte == b'\\') & matches!(next, b'u' | b'x' | b'U');
        let soft_break = (byte == b'=') & matches!(next, b'\n' | b'\r');
        (byte >= 0x80) | percent | entity | escape | soft_break
    };
    let last = block.last().is_some_and(|byte| *byte >= 0x80);
    block.iter().zip(next).fold(last, |any, (byte, next)| any | may(*byte, *next))
}

/// What begins at a byte; `joined` if a change ends right before it.
fn edit(text: &[u8], byte: u8, at: usize, joined: bool, word: &mut Word) -> Option<Edit> {
    match byte {
        b'%' => escape::percent(text, at),
        b'&' => escape::entity(text, at),
        b'\\' => escape::backslash(text, at),
        b'=' => escape::soft_break(text, at),
        0xC2.. => character::edit(text, at, joined, word),
        _ => None,
    }
}
