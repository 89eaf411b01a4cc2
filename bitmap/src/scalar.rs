use crate::{BLOCK, Block, Fragments};

/// Classes of a text, added to `blocks`.
pub(crate) fn classify(text: &[u8], blocks: &mut Vec<Block>) {
    blocks.extend(text.chunks(BLOCK).map(block));
}

/// The classes of up to 64 bytes.
fn block(bytes: &[u8]) -> Block {
    let mut block = Block::default();
    for (byte, place) in bytes.iter().zip(0..) {
        let bit = |belongs: bool| u64::from(belongs) << place;
        block.digit |= bit(byte.is_ascii_digit());
        block.letter |= bit(byte.is_ascii_alphabetic());
        block.upper |= bit(byte.is_ascii_uppercase());
        block.word |= bit(byte.is_ascii_alphanumeric() | (*byte == b'_'));
        block.token |= bit(matches!(byte, b'+' | b'-' | b'.' | b'/'));
        block.at |= bit(*byte == b'@');
        block.sign |= bit(matches!(byte, b'"' | b'\'' | b'`' | b'=' | b':'));
        block.high |= bit(!byte.is_ascii());
    }
    block.token |= block.word;
    block
}

/// Places at which a fragment may begin, added to `marks`.
pub(crate) fn mark(fragments: &Fragments, text: &[u8], marks: &mut Vec<u64>) {
    let at = |place: usize| text.get(place).copied().unwrap_or(0);
    let fits = |place: usize| {
        let groups = fragments.tables.iter().zip(place..).map(|(table, place)| table.groups(at(place)));
        groups.fold(u8::MAX, |all, groups| all & groups) != 0
    };
    marks.extend((0..text.len()).step_by(BLOCK).map(|start| {
        let places = start..(start + BLOCK).min(text.len());
        places.zip(0..).fold(0, |marked, (place, bit)| marked | u64::from(fits(place)) << bit)
    }));
}
