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
        let first = at.saturating_sub(BACK);
        let before = text.get(first..at).unwrap_or_default();
        let start = first + memchr::memrchr2(b'\n', b'\r', before).map_or(0, |last| last + 1);
        let after = text.get(at..text.len().min(at + SIGHT)).unwrap_or_default();
        let end = at + memchr::memchr2(b'\n', b'\r', after).unwrap_or(after.len());
        let line = text.get(start..end).unwrap_or_default();
        let look = match () {
            () if !may_hold_capitals(line) && has_capitals_around(text, start, end) => Look::Plain,
            () => Sight::of(text, start, end).look(line),
        };
        Self { end: end.max(at + 1), look }
    }
}

/// Whether a line has capitals, or characters that may be some.
fn may_hold_capitals(line: &[u8]) -> bool {
    line.iter().fold(false, |found, byte| found | byte.is_ascii_uppercase() | (*byte >= 0xC3))
}

/// Whether there are capitals around a line: if it has none itself, then because its words are no names.
fn has_capitals_around(text: &[u8], start: usize, end: usize) -> bool {
    let before = text.get(start.saturating_sub(BACK)..start).unwrap_or_default();
    let after = text.get(end..text.len().min(end + SIGHT)).unwrap_or_default();
    let capital = |found, byte: &u8| found | (byte.is_ascii_uppercase() & (*byte != b'I'));
    before.iter().fold(false, capital) || after.iter().fold(false, capital)
}

/// What has been seen of a line.
#[derive(Debug, Default, PartialEq)]
struct Sight {
    words: u32,
    capitals: u32,
    lower: bool,
    code: u32,
    /// Whether the last byte was within a word.
    inside: bool,
    previous: u8,
}

impl Sight {
    fn of(text: &[u8], start: usize, end: usize) -> Self {
        let inside = start > 0 && read_back(text, start).is_some_and(|(class, ..)| class.in_word());
        let mut sight = Self { inside, previous: b' ', ..Self::default() };
        let line = text.get(start..end).unwrap_or_default();
        let (eights, rest) = line.as_chunks::<8>();
        let mut at = start;
        for eight in eights {
            match Eight::of(*eight) {
                Some(classes) => sight.eight(text, at, *eight, &classes),
                None => (at..).zip(eight).for_each(|(at, byte)| sight.byte(text, at, *byte)),
            }
            at += eight.len();
        }
        (at..).zip(rest).for_each(|(at, byte)| sight.byte(text, at, *byte));
        sight
    }

    /// Takes in eight bytes of ASCII.
    fn eight(&mut self, text: &[u8], at: usize, bytes: [u8; 8], classes: &Eight) {
        let word = classes.upper | classes.lower | classes.digit;
        let starts = (classes.upper | classes.lower) & !(word << 8 | u64::from(self.inside) << 7);
        let small = u64::from(self.previous.is_ascii_lowercase()) << 7;
        self.words += count(starts);
        self.capitals += count(starts & classes.upper);
        self.lower |= classes.lower != 0;
        self.code += count(classes.upper & ((classes.lower & !classes.low_line) << 8 | small));
        for place in ones(starts & classes.upper) {
            self.capitals -= u32::from(is_lone(text, at + place));
        }
        for place in ones(classes.mark | classes.low_line) {
            let before = place.checked_sub(1).and_then(|place| bytes.get(place)).unwrap_or(&self.previous);
            self.code += telling(text, at + place, *before);
        }
        self.inside = word >> 63 != 0;
        self.previous = bytes.last().copied().unwrap_or(b' ');
    }

    fn byte(&mut self, text: &[u8], at: usize, byte: u8) {
        self.code += telling(text, at, self.previous);
        let mut kind = class(byte);
        if kind & LEADING != 0 {
            kind = match read(text, at) {
                Some((Class::Upper, ..)) => UPPER,
                Some((Class::Lower, ..)) => LOWER,
                _ => 0,
            };
        }
        let letter = kind & (UPPER | LOWER) != 0;
        if letter && !self.inside {
            self.words += 1;
            self.capitals += u32::from(kind & UPPER != 0 && !is_lone(text, at));
        }
        self.code += u32::from(kind & UPPER != 0 && self.previous.is_ascii_lowercase());
        self.lower |= kind & LOWER != 0;
        self.inside = letter || kind & DIGIT != 0 || byte >= 0x80 && self.inside;
        self.previous = byte;
    }

    fn look(&self, line: &[u8]) -> Look {
        let Self { words, capitals, .. } = *self;
        match () {
            () if self.code + ends_of_code(line) >= 3 => Look::Code,
            () if capitals == 0 && opens_block(line) => Look::Code,
            () if words >= 2 && !self.lower => Look::Shouted,
            () if words >= 2 && capitals == 0 => Look::Low,
            () if words >= 3 && capitals * 5 >= words * 4 => Look::Title,
            () if words >= 4 && capitals * 5 <= words * 2 => Look::Sentence,
            () => Look::Mixed,
        }
    }
}

fn class(byte: u8) -> u8 {
    CLASSES.get(usize::from(byte)).copied().unwrap_or(0)
}

/// Whether the word `I` stands there, which is no capital.
fn is_lone(text: &[u8], at: usize) -> bool {
    text.get(at) == Some(&b'I') && class(text.get(at + 1).copied().unwrap_or(b' ')) == 0
}

fn telling(text: &[u8], at: usize, previous: u8) -> u32 {
    let byte = text.get(at).copied().unwrap_or(b' ');
    if class(byte) & TELLING == 0 {
        return 0;
    }
    tells(previous, byte, text.get(at + 1).copied().unwrap_or(b' '))
}

/// Classes of eight bytes of ASCII: the highest bit of each byte tells whether it is one.
struct Eight {
    upper: u64,
    /// Small letters and low lines.
    lower: u64,
    low_line: u64,
    digit: u64,
    /// Anything else but blanks, commas and full stops.
    mark: u64,
}

const HIGH: u64 = 0x8080_8080_8080_8080;

impl Eight {
    /// Nothing if there are bytes of other characters among them.
    fn of(bytes: [u8; 8]) -> Option<Self> {
        let bytes = u64::from_le_bytes(bytes);
        if bytes & HIGH != 0 {
            return None;
        }
        let all = |byte: u8| u64::from(byte) * 0x0101_0101_0101_0101;
        // No byte carries into the next: all are below 0x80.
        let among = |first: u8, last: u8| (bytes + all(0x80 - first)) & !(bytes + all(0x7F - last)) & HIGH;
        let (upper, low_line, digit) = (among(b'A', b'Z'), among(b'_', b'_'), among(b'0', b'9'));
        let lower = among(b'a', b'z') | low_line;
        let plain = among(b' ', b' ') | among(b',', b',') | among(b'.', b'.');
        Some(Self { upper, lower, low_line, digit, mark: HIGH & !(upper | lower | digit | plain) })
    }
}

/// How many bytes have their highest bit set, where no other bit is: all of them added up in the highest byte.
fn count(bits: u64) -> u32 {
    ((bits >> 7).wrapping_mul(0x0101_0101_0101_0101) >> 56) as u32
}

/// The bytes whose highest bit is set.
fn ones(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = (bits != 0).then_some(bits.trailing_zeros() as usize / 8)?;
        bits &= bits - 1;
        Some(place)
    })
}

/// Whether an indented line ends in a colon, as `    elif first:` does.
fn opens_block(line: &[u8]) -> bool {
    line.starts_with(b"    ") && line.trim_ascii_end().ends_with(b":")
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
    use proptest::prelude::*;

    use super::{Line, Look, Sight, read_back};

    #[test]
    fn lines() {
        for (line, look) in [
            ("I met Anna Kovacs in the old town", Look::Sentence),
            ("GETTING STARTED IN PARIS", Look::Shouted),
            ("my name is anna kovacs", Look::Low),
            ("        elif size > 2:", Look::Code),
            ("elif said this:", Look::Low),
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

    #[test]
    fn a_line_without_capitals_in_a_text_that_has_some() {
        assert_eq!(Line::around(b"We met\nanna and the others", 7).look, Look::Plain);
        assert_eq!(Line::around(b"so\ni met anna and the others", 3).look, Look::Low);
    }

    proptest! {
        /// Eight bytes at a time or one by one, the same is seen.
        #[test]
        fn all_ways_of_seeing_agree(text in "[a-zA-Z0-9_ I.,:=(){};<>é-]{0,80}", from in 0_usize..8) {
            let bytes = text.as_bytes();
            let start = (from..bytes.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(bytes.len());
            let mut slow = Sight { inside: false, previous: b' ', ..Sight::default() };
            slow.inside = start > 0 && read_back(bytes, start).is_some_and(|(class, ..)| class.in_word());
            (start..).zip(&bytes[start..]).for_each(|(at, byte)| slow.byte(bytes, at, *byte));
            prop_assert_eq!(Sight::of(bytes, start, bytes.len()), slow);
        }
    }
}
