//! Classes of characters, read from bytes that need not be valid UTF-8.

/// What a character is for the reading of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Upper,
    Lower,
    Digit,
    Space,
    Break,
    Other,
}

impl Class {
    pub(crate) fn in_word(self) -> bool {
        matches!(self, Self::Upper | Self::Lower | Self::Digit)
    }
}

/// The class of the character at `at`, what it is, and where the next begins.
pub(crate) fn read(text: &[u8], at: usize) -> Option<(Class, char, usize)> {
    let byte = *text.get(at)?;
    if byte.is_ascii() {
        return Some((ascii(byte), char::from(byte), at + 1));
    }
    let (character, length) = decode(text.get(at..)?);
    Some((unicode(character), character, at + length))
}

/// The class of the character that ends at `at`, what it is, and where it begins.
pub(crate) fn read_back(text: &[u8], at: usize) -> Option<(Class, char, usize)> {
    let last = at.checked_sub(1)?;
    let byte = *text.get(last)?;
    if byte.is_ascii() {
        return Some((ascii(byte), char::from(byte), last));
    }
    let first = (1..=4).filter_map(|back| at.checked_sub(back)).find(|first| {
        text.get(*first).is_some_and(|byte| byte & 0xC0 == 0xC0)
            && decode(text.get(*first..at).unwrap_or_default()).1 == at - first
    });
    let first = first.unwrap_or(last);
    let (character, _) = decode(text.get(first..at)?);
    Some((unicode(character), character, first))
}

fn ascii(byte: u8) -> Class {
    match byte {
        b'A'..=b'Z' => Class::Upper,
        b'a'..=b'z' | b'_' => Class::Lower,
        b'0'..=b'9' => Class::Digit,
        b' ' | b'\t' => Class::Space,
        b'\n' | b'\r' | 0x0B | 0x0C => Class::Break,
        _ => Class::Other,
    }
}

fn unicode(character: char) -> Class {
    match character {
        '\u{a0}' | '\u{2009}' | '\u{202f}' => Class::Space,
        '\u{2000}'..='\u{2bff}' | '\u{3000}'..='\u{303f}' => Class::Other,
        _ if character.is_uppercase() => Class::Upper,
        _ if character.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&character) => Class::Lower,
        _ => Class::Other,
    }
}

/// The character that `bytes` begin with and its length; one replacement character for a byte that begins none.
fn decode(bytes: &[u8]) -> (char, usize) {
    let length = match bytes.first() {
        Some(0xC2..=0xDF) => 2,
        Some(0xE0..=0xEF) => 3,
        Some(0xF0..=0xF4) => 4,
        _ => 1,
    };
    let character =
        bytes.get(..length).and_then(|bytes| str::from_utf8(bytes).ok()).and_then(|text| text.chars().next());
    character.map_or((char::REPLACEMENT_CHARACTER, 1), |character| (character, length))
}

#[cfg(test)]
mod tests {
    use super::{Class, read, read_back};

    #[test]
    fn forwards_and_backwards_agree() {
        for (character, class) in [
            ('A', Class::Upper),
            ('é', Class::Lower),
            ('Ő', Class::Upper),
            ('’', Class::Other),
            ('\n', Class::Break),
            ('Ж', Class::Upper),
            ('7', Class::Digit),
        ] {
            let text = format!("x{character}y");
            let end = 1 + character.len_utf8();
            assert_eq!(read(text.as_bytes(), 1), Some((class, character, end)));
            assert_eq!(read_back(text.as_bytes(), end), Some((class, character, 1)));
        }
        assert_eq!(read(b"\xff", 0).map(|(class, _, end)| (class, end)), Some((Class::Other, 1)));
        assert_eq!(read_back(b"a\xc3", 2).map(|(class, _, start)| (class, start)), Some((Class::Other, 1)));
    }
}
