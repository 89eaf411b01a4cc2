/// The furthest a sentence is read in either direction; no rule may look back further than `rule::BACK`.
const REACH: usize = 240;

/// The sentence around a span: up to a line's end, or a full stop and the like before a space.
pub(super) fn sentence(text: &[u8], start: usize, end: usize) -> (usize, usize) {
    let before = text.get(start.saturating_sub(REACH)..start).unwrap_or_default();
    let after = text.get(end..(end + REACH).min(text.len())).unwrap_or_default();
    let opens = (0..before.len()).rev().find(|at| ends_at(before, *at, text.get(start).copied()));
    let first = start - before.len() + opens.map_or(0, |at| at + 1);
    let closes = (0..after.len()).find(|at| ends_at(after, *at, None));
    let last = end + closes.unwrap_or(after.len());
    (trimmed(text, first, start), character(text, last))
}

/// Whether a sentence ends at a byte.
fn ends_at(text: &[u8], at: usize, beyond: Option<u8>) -> bool {
    let next = text.get(at + 1).copied().or(beyond);
    match text.get(at) {
        Some(b'\n') => true,
        Some(b'.' | b'!' | b'?') => next.is_none_or(|next| next.is_ascii_whitespace()),
        _ => false,
    }
}

/// The first place from `first` on at which a word begins.
fn trimmed(text: &[u8], first: usize, start: usize) -> usize {
    let rest = text.get(first..start).unwrap_or_default();
    let blank = rest.iter().take_while(|byte| !byte.is_ascii_graphic() && **byte < 0xC0).count();
    first + blank
}

/// The start of the character that `at` stands in.
fn character(text: &[u8], mut at: usize) -> usize {
    while text.get(at).is_some_and(|byte| (0x80..0xC0).contains(byte)) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn up_to_full_stops_and_lines() {
        for (text, word, expected) in [
            ("One. Two three! Four", "three", "Two three"),
            ("One\n  two\nthree", "two", "two"),
            ("Version 1.5 of this", "of", "Version 1.5 of this"),
            ("word", "word", "word"),
        ] {
            let start = text.find(word).unwrap();
            let (first, last) = sentence(text.as_bytes(), start, start + word.len());
            assert_eq!(&text[first..last], expected);
        }
    }
}
