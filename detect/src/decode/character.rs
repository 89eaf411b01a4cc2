use std::str;

use super::rewrite::Edit;

/// The furthest a word is read in either direction.
const WORD: usize = 64;

/// Zeros of the decimal digits of other scripts, each followed by the digits one to nine.
/// <https://www.unicode.org/Public/UCD/latest/ucd/extracted/DerivedNumericType.txt>
const ZEROS: [u32; 33] = [
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6,
    0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0,
    0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xAA50,
];

/// The word that was read last.
#[derive(Default)]
pub(super) struct Word {
    end: usize,
    /// Whether it mixes ASCII letters with others that look like such, and with nothing else.
    mixed: bool,
}

/// What a character that is not ASCII stands for; `joined` if a change ends right before it.
pub(super) fn edit(text: &[u8], at: usize, joined: bool, word: &mut Word) -> Option<Edit> {
    let first = *text.get(at)?;
    let in_plain_word = at < word.end && !word.mixed && (0xCE..=0xD4).contains(&first);
    if in_plain_word || !may_stand(first) {
        return None;
    }
    let character = read(text, at)?;
    let end = at + character.len_utf8();
    let mut stands_for = || {
        folded(character)
            .or_else(|| separator(character).filter(|_| is_between(text, at, end, joined, &is_digit)))
            .or_else(|| lookalike(character).filter(|_| word.is_mixed(text, at)))
    };
    let gone = || is_invisible(character) && is_between(text, at, end, joined, &is_token);
    stands_for().map(|ascii| Edit::to(at, end, ascii)).or_else(|| gone().then(|| Edit::gone(at, end)))
}

/// Whether characters that begin with this byte may stand for others, or for nothing.
fn may_stand(first: u8) -> bool {
    matches!(first, 0xC2 | 0xCD..=0xD4 | 0xD9 | 0xDB | 0xDF..=0xE3 | 0xEA | 0xEF | 0xF0 | 0xF3)
}

/// The character that begins at `at`, in well-formed UTF-8.
fn read(text: &[u8], at: usize) -> Option<char> {
    let length = match text.get(at)? {
        0..0x80 => 1,
        0xC2..0xE0 => 2,
        0xE0..0xF0 => 3,
        0xF0.. => 4,
        _ => return None,
    };
    str::from_utf8(text.get(at..at + length)?).ok()?.chars().next()
}

/// Full-width forms, mathematical letters and digits, digits of other scripts.
fn folded(character: char) -> Option<char> {
    let code = u32::from(character);
    let ascii = |code: u32| char::from_u32(code).filter(char::is_ascii);
    match code {
        0xFF10..=0xFF19 | 0xFF21..=0xFF3A | 0xFF41..=0xFF5A => ascii(code - 0xFEE0),
        // @ . - _ + /
        0xFF20 | 0xFF0E | 0xFF0D | 0xFF3F | 0xFF0B | 0xFF0F => ascii(code - 0xFEE0),
        0x1D400..=0x1D6A3 => match (code - 0x1D400) % 52 {
            upper @ 0..26 => ascii(u32::from('A') + upper),
            lower => ascii(u32::from('a') + lower - 26),
        },
        0x1D7CE..=0x1D7FF => ascii(u32::from('0') + (code - 0x1D7CE) % 10),
        0x1FBF0..=0x1FBF9 => ascii(u32::from('0') + code - 0x1FBF0),
        0x0660..=0xAA60 => {
            let zero = ZEROS.get(ZEROS.partition_point(|zero| *zero <= code).checked_sub(1)?)?;
            ascii(u32::from('0') + code - zero).filter(char::is_ascii_digit)
        }
        _ => None,
    }
}

/// Spaces and dashes that typesetting puts between digits.
fn separator(character: char) -> Option<char> {
    match character {
        '\u{A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => Some(' '),
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE63}' => Some('-'),
        _ => None,
    }
}

/// Characters that nobody sees.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{AD}' | '\u{34F}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{E0000}'..='\u{E01EF}'
    )
}

/// The ASCII letter that a letter of another alphabet looks like.
/// <https://www.unicode.org/reports/tr39/#Confusable_Detection>
fn lookalike(character: char) -> Option<char> {
    let latin = match character {
        'а' | 'α' => 'a',
        'е' => 'e',
        'ѕ' => 's',
        'і' | 'ι' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'ӏ' => 'l',
        'м' => 'm',
        'н' | 'һ' => 'h',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'с' => 'c',
        'т' | 'τ' => 't',
        'у' | 'ү' | 'γ' => 'y',
        'х' | 'χ' => 'x',
        'ԁ' => 'd',
        'ԛ' => 'q',
        'ԝ' | 'ω' => 'w',
        'ν' => 'v',
        'υ' => 'u',
        'А' | 'Α' => 'A',
        'В' | 'Β' => 'B',
        'Е' | 'Ε' => 'E',
        'Ѕ' => 'S',
        'І' | 'Ι' => 'I',
        'Ј' => 'J',
        'К' | 'Κ' => 'K',
        'М' | 'Μ' => 'M',
        'Н' | 'Η' => 'H',
        'О' | 'Ο' => 'O',
        'Р' | 'Ρ' => 'P',
        'С' => 'C',
        'Т' | 'Τ' => 'T',
        'У' | 'Ү' | 'Υ' => 'Y',
        'Х' | 'Χ' => 'X',
        'Ζ' => 'Z',
        'Ν' => 'N',
        'Ԍ' => 'G',
        'Ԛ' => 'Q',
        'Ԝ' => 'W',
        _ => return None,
    };
    Some(latin)
}

/// Whether both neighbours are of a kind; changes before and what is invisible behind do not matter.
fn is_between(text: &[u8], start: usize, end: usize, joined: bool, kind: &dyn Fn(char) -> bool) -> bool {
    let before = start.checked_sub(1).and_then(|at| text.get(at)).is_some_and(|byte| kind(char::from(*byte)));
    let mut at = end;
    let mut next = read(text, at);
    while let Some(character) = next.filter(|character| is_invisible(*character) && at < end + WORD) {
        at += character.len_utf8();
        next = read(text, at);
    }
    (joined || before) && next.is_some_and(|next| kind(folded(next).unwrap_or(next)))
}

fn is_digit(character: char) -> bool {
    character.is_ascii_digit() || matches!(character, '(' | ')')
}

fn is_token(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '@' | '.' | '_' | '-' | '+')
}

impl Word {
    /// Whether the word around `at` holds ASCII letters, and else only letters that look like such.
    fn is_mixed(&mut self, text: &[u8], at: usize) -> bool {
        if at >= self.end {
            *self = Self::around(text, at);
        }
        self.mixed
    }

    fn around(text: &[u8], at: usize) -> Self {
        let is_part = |byte: &u8| *byte >= 0x80 || is_token(char::from(*byte));
        let before = text.get(at.saturating_sub(WORD)..at).unwrap_or_default();
        let start = at - before.iter().rev().take_while(|byte| is_part(byte)).count();
        let after = text.get(at..(at + WORD).min(text.len())).unwrap_or_default();
        let end = at + after.iter().take_while(|byte| is_part(byte)).count();
        let word = text.get(start..end).unwrap_or_default();
        let likely = |letter: char| letter.is_ascii() || is_invisible(letter) || lookalike(letter).is_some();
        let mixed = word.iter().any(u8::is_ascii_alphabetic)
            && str::from_utf8(word).is_ok_and(|word| word.chars().all(likely));
        Self { end, mixed }
    }
}
