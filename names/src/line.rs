use crate::character::{Class, read, read_back};

/// How far a line is looked at to either side.
const SIGHT: usize = 200;
const BACK: usize = 100;

const UPPER: u8 = 1;
const LOWER: u8 = 2;
const DIGIT: u8 = 4;
/// A byte that may tell of source code.
const TELLING: u8 = 8;
/// The first byte of a character that is not ASCII.
const LEADING: u8 = 16;
/// Classes of bytes.
static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0_usize;
    while byte < 256 {
        #[expect(clippy::indexing_slicing, reason = "within 256, and checked when compiled")]
        {
            classes[byte] = match byte as u8 {
                b'A'..=b'Z' => UPPER,
                b'a'..=b'z' | 0x80..=0xC2 => LOWER,
                0xC3..=0xFF => LEADING,
                b'0'..=b'9' => DIGIT,
                b'_' => LOWER | TELLING,
                b':' | b'-' | b'=' | b'!' | b'+' | b'<' | b'>' | b'&' | b'|' | b'(' | b'[' | b'{' | b'$'
                | b';' => TELLING,
                _ => 0,
            };
        }
        byte += 1;
    }
    classes
};

/// What the line around a word looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// Mostly lower-case words.
    Sentence,
    /// Mixed, or too short to tell.
    Mixed,
    /// Nearly every word begins with a capital.
    Title,
    /// All capitals.
    Shouted,
    /// No capitals at all.
    Low,
    /// No capitals, in a text that has some: no names are looked for.
    Plain,
    /// Source code: no names are looked for.
    Code,
}

/// A stretch of a line and what it looks like.
#[derive(Clone, Copy)]
pub(crate) struct Line {
    pub(crate) end: usize,
    pub(crate) look: Look,
}

impl Line {
    /// The line around `at`, as far as it is looked at.
    pub(crate) fn around(text: &[u8], at: usize) -> Self {
        let is_break = |byte: &u8| *byte == b'\n' || *byte == b'\r';
        let before = text.get(at.saturating_sub(BACK)..at).unwrap_or_default();
        let start = at - before.iter().rev().take_while(|byte| !is_break(byte)).count();
        let after = text.get(at..text.len().min(at + SIGHT)).unwrap_or_default();
        let end = at + after.iter().position(is_break).unwrap_or(after.len());
        let look = match look(text, start, end) {
            Look::Low if has_capitals(text, start, end) => Look::Plain,
            look => look,
        };
        Self { end: end.max(at + 1), look }
    }
}

/// Whether there are capitals around a line: then its own words have none because they are no names.
fn has_capitals(text: &[u8], start: usize, end: usize) -> bool {
    let before = text.get(start.saturating_sub(BACK)..start).unwrap_or_default();
    let after = text.get(end..text.len().min(end + SIGHT)).unwrap_or_default();
    let capital = |byte: &u8| byte.is_ascii_uppercase() && *byte != b'I';
    before.iter().any(capital) || after.iter().any(capital)
}

fn look(text: &[u8], start: usize, end: usize) -> Look {
    let line = text.get(start..end).unwrap_or_default();
    let (mut words, mut capitals, mut lower, mut code) = (0, 0, 0, ends_of_code(line));
    let class = |byte: u8| CLASSES.get(usize::from(byte)).copied().unwrap_or(0);
    let mut inside = start > 0 && read_back(text, start).is_some_and(|(class, ..)| class.in_word());
    let mut previous = b' ';
    for (at, byte) in (start..).zip(line) {
        let mut kind = class(*byte);
        if kind & TELLING != 0 {
            code += tells(previous, *byte, text.get(at + 1).copied().unwrap_or(b' '));
        }
        if kind & LEADING != 0 {
            kind = match read(text, at) {
                Some((Class::Upper, ..)) => UPPER,
                Some((Class::Lower, ..)) => LOWER,
                _ => 0,
            };
        }
        let letter = kind & (UPPER | LOWER) != 0;
        if letter && !inside {
            words += 1;
            // The word `I` is no capital.
            let alone = *byte == b'I' && class(text.get(at + 1).copied().unwrap_or(b' ')) == 0;
            capitals += u32::from(kind & UPPER != 0 && !alone);
        }
        code += u32::from(kind & UPPER != 0 && previous.is_ascii_lowercase());
        lower += u32::from(kind & LOWER != 0);
        inside = letter || kind & DIGIT != 0 || *byte >= 0x80 && inside;
        previous = *byte;
    }
    match () {
        () if code >= 3 => Look::Code,
        () if words >= 2 && lower == 0 => Look::Shouted,
        () if words >= 2 && capitals == 0 => Look::Low,
        () if words >= 3 && capitals * 5 >= words * 4 => Look::Title,
        () if words >= 4 && capitals * 5 <= words * 2 => Look::Sentence,
        () => Look::Mixed,
    }
}

/// How much the ends of a line look like source code.
fn ends_of_code(line: &[u8]) -> u32 {
    let line = line.trim_ascii();
    let opens: [&[u8]; 12] = [
        b"//",
        b"/*",
        b"#include",
        b"#define",
        b"import ",
        b"from ",
        b"use ",
        b"$ ",
        b"<?",
        b"package ",
        b"@",
        b"const ",
    ];
    let opening = opens.iter().any(|mark| line.starts_with(mark) && line.len() > mark.len());
    let closing = matches!(line.last(), Some(b';' | b'{' | b'}' | b'\\'))
        || line.ends_with(b");")
        || line.ends_with(b"):");
    u32::from(opening) + 2 * u32::from(closing)
}

/// How much a mark and its neighbours look like source code.
fn tells(previous: u8, byte: u8, next: u8) -> u32 {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    match (byte, next) {
        (b':', b':')
        | (b'-' | b'=', b'>')
        | (b'=' | b'!' | b'+' | b'<' | b'>', b'=')
        | (b'&', b'&')
        | (b'|', b'|')
        | (b'<', b'/') => 2,
        (b'(', b')') | (b'[', b']') | (b'{', b'{') | (b'$', b'{' | b'(') => 2,
        (b'(', _) => u32::from(word(previous)),
        (b'_', _) => u32::from(next.is_ascii_alphanumeric()),
        (b'=', b'"' | b'\'') | (b';', b' ') => 1,
        (b'=', _) => u32::from(previous == b' '),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, Look};

    #[test]
    fn lines() {
        for (line, look) in [
            ("I met Anna Kovacs in the old town", Look::Sentence),
            ("GETTING STARTED IN PARIS", Look::Shouted),
            ("my name is anna kovacs", Look::Low),
            ("Getting Started With Open Source", Look::Title),
            ("Anna Kovacs", Look::Mixed),
            ("let user = User::new(\"Anna\");", Look::Code),
            ("    return this.getName() == other.getName();", Look::Code),
            ("{\"name\": \"Anna Kovacs\", \"city\": \"Pécs\"}", Look::Mixed),
            ("Name: Anna Kovacs; City: Pécs", Look::Title),
            ("Anna Kovacs,Pécs,1985-04-12,anna.kovacs@example.com", Look::Mixed),
        ] {
            assert_eq!(Line::around(line.as_bytes(), 4).look, look, "{line}");
        }
    }
}
