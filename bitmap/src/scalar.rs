use crate::{BLOCK, Block, Code, Fragments, Script};

/// Classes of a text, added to `blocks`.
pub(crate) fn classify(text: &[u8], blocks: &mut Vec<Block>) {
    blocks.extend(text.chunks(BLOCK).map(|bytes| Block {
        digit: bits(bytes, |byte| byte.is_ascii_digit()),
        word: bits(bytes, is_word),
        token: bits(bytes, is_token),
        at: bits(bytes, |byte| byte == b'@'),
        high: bits(bytes, |byte| !byte.is_ascii()),
    }));
}

/// The same for [`Script`], of one block.
pub(crate) fn script(bytes: &[u8; BLOCK]) -> Script {
    Script {
        letter: bits(bytes, |byte| byte.is_ascii_alphabetic()),
        upper: bits(bytes, |byte| byte.is_ascii_uppercase()),
        word: bits(bytes, is_word),
        sign: bits(bytes, is_sign),
        high: bits(bytes, |byte| !byte.is_ascii()),
    }
}

/// The same for [`Code`].
pub(crate) fn code(text: &[u8], blocks: &mut Vec<Code>) {
    blocks.extend(text.chunks(BLOCK).map(|bytes| Code {
        escape: bits(bytes, |byte| !byte.is_ascii() || is_escape(byte)),
        packed: bits(bytes, is_token),
    }));
}

/// A bit for each of up to 64 bytes.
fn bits(bytes: &[u8], belongs: impl Fn(u8) -> bool) -> u64 {
    bytes.iter().zip(0..).fold(0, |bits, (byte, place)| bits | u64::from(belongs(*byte)) << place)
}

pub(crate) const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

pub(crate) const fn is_token(byte: u8) -> bool {
    is_word(byte) || matches!(byte, b'+' | b'-' | b'.' | b'/')
}

pub(crate) const fn is_sign(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`' | b'=' | b':')
}

pub(crate) const fn is_escape(byte: u8) -> bool {
    matches!(byte, b'%' | b'&' | b'\\' | b'=')
}

/// Places at which a fragment may begin, added to `marks`.
pub(crate) fn mark(fragments: &Fragments, text: &[u8], marks: &mut Vec<u64>) {
    let at = |place: usize| text.get(place).copied().unwrap_or(0);
    let fits = |place: usize| {
        fragments.sets.iter().any(|set| {
            let groups = set.iter().zip(place..).map(|(table, place)| table.groups(at(place)));
            groups.fold(u8::MAX, |all, groups| all & groups) != 0
        })
    };
    marks.extend((0..text.len()).step_by(BLOCK).map(|start| {
        let places = start..(start + BLOCK).min(text.len());
        places.zip(0..).fold(0, |marked, (place, bit)| marked | u64::from(fits(place)) << bit)
    }));
}
