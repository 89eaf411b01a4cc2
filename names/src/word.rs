use crate::{
    character::{Class, read, read_back},
    hash::Hash,
};

/// Longer words are no names; of those only this much is read.
const LONGEST: usize = 48;
/// Blanks in a row that still stand within a line; more are columns.
const BLANKS: usize = 3;

/// Letters, digits and the underscore of ASCII in lower case; 0 for all other bytes.
static LOWER: [u8; 256] = {
    let mut lower = [0; 256];
    let mut byte = 0_usize;
    while byte < 128 {
        if (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'_' {
            #[expect(clippy::indexing_slicing, reason = "within 256, and checked when compiled")]
            {
                lower[byte] = (byte as u8).to_ascii_lowercase();
            }
        }
        byte += 1;
    }
    lower
};

fn lower(byte: u8) -> u8 {
    LOWER.get(usize::from(byte)).copied().unwrap_or(0)
}

/// How a word is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// The end of a line, or of the text, or a wide gap.
    Break,
    /// One punctuation mark.
    Mark,
    /// `word`
    Lower,
    /// `Word`
    Capital,
    /// `WORD`
    Upper,
    /// `W`
    Initial,
    /// `McWord`, `WordWord`
    Mixed,
    /// `1234`
    Number,
    /// `B12`, `3rd`
    Code,
}

/// A word or a punctuation mark, with all that features need of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Word {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) shape: Shape,
    /// Hash of the whole in lower case.
    pub(crate) lower: u32,
    /// The first three bytes in lower case.
    pub(crate) prefix: u32,
    /// The last three and the last four.
    pub(crate) suffixes: [u32; 2],
    /// Whether a blank stands before it.
    pub(crate) apart: bool,
}

impl Word {
    pub(crate) fn is_break(&self) -> bool {
        self.shape == Shape::Break
    }

    /// Whether it can be the beginning of a name.
    pub(crate) fn is_capital(&self) -> bool {
        matches!(self.shape, Shape::Capital | Shape::Upper | Shape::Initial | Shape::Mixed)
    }

    fn border(at: usize) -> Self {
        Self { start: at, end: at, shape: Shape::Break, lower: 1, prefix: 0, suffixes: [0; 2], apart: true }
    }

    /// The word or mark behind `at`, or the break before it.
    pub(crate) fn next(text: &[u8], at: usize) -> Self {
        let mut from = at;
        while let Some((class, _, next)) = read(text, from) {
            match class {
                Class::Space if from - at < BLANKS => from = next,
                Class::Space | Class::Break => return Self::border(from),
                _ => return Self::at(text, from, from > at),
            }
        }
        Self::border(from)
    }

    /// The word or mark before `at`, or the break behind it.
    pub(crate) fn before(text: &[u8], at: usize) -> Self {
        let mut to = at;
        while let Some((class, _, previous)) = read_back(text, to) {
            match class {
                Class::Space if at - to < BLANKS => to = previous,
                Class::Space | Class::Break => return Self::border(to),
                Class::Other => return Self::at(text, previous, false),
                _ => return Self::at(text, start_of_word(text, to), false),
            }
        }
        Self::border(to)
    }

    /// The word or mark that begins at `start`.
    pub(crate) fn at(text: &[u8], start: usize, apart: bool) -> Self {
        if let Some(word) = Self::plain(text, start, apart) {
            return word;
        }
        let Some((class, character, after)) = read(text, start) else { return Self::border(start) };
        if !class.in_word() {
            let lower = mark(character);
            return Self {
                start,
                end: after,
                shape: Shape::Mark,
                lower,
                prefix: lower,
                suffixes: [lower; 2],
                apart,
            };
        }
        let end = end_of_word(text, start);
        let mut form = Form::default();
        let mut at = start;
        while let Some((class, character, next)) = read(text, at).filter(|(.., next)| *next <= end) {
            form.push(class, character);
            at = next;
        }
        Self::of(&form, Hash::NEW.bytes(form.bytes()), start, end, apart)
    }

    /// The word at `start` if it is of ASCII alone, as most are: the same as the general way gives, sooner.
    fn plain(text: &[u8], start: usize, apart: bool) -> Option<Self> {
        let rest = text.get(start..)?;
        let (mut form, mut hash) = (Form::default(), Hash::NEW);
        for (byte, slot) in rest.iter().zip(&mut form.bytes) {
            let low = lower(*byte);
            if low == 0 {
                break;
            }
            *slot = low;
            hash = hash.byte(low);
            form.upper += usize::from(low != *byte);
            form.digits += usize::from(low <= b'9');
            form.length += 1;
        }
        let (length, next) = (form.length, rest.get(form.length));
        let ends = next.is_none_or(|byte| {
            byte.is_ascii() && !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'\'')
        });
        if length == 0 || !ends {
            return None;
        }
        form.letters = length;
        form.first_upper = rest.first().is_some_and(u8::is_ascii_uppercase);
        Some(Self::of(&form, hash, start, start + length, apart))
    }

    fn of(form: &Form, hash: Hash, start: usize, end: usize, apart: bool) -> Self {
        Self {
            start,
            end,
            shape: form.shape(),
            lower: hash.value(),
            prefix: packed(form.first(3)),
            suffixes: [3, 4].map(|count| packed(form.last(count))),
            apart,
        }
    }
}

/// Hash of a word in lower case, as in [`Word::lower`].
pub(crate) fn hash_of(word: &str) -> u32 {
    Word::at(word.as_bytes(), 0, false).lower
}

/// Up to four bytes in one number.
fn packed(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |packed, byte| packed << 8 | u32::from(*byte))
}

fn mark(character: char) -> u32 {
    let plain = match character {
        '’' | '‘' | '`' => '\'',
        '“' | '”' | '„' | '«' | '»' => '"',
        '–' | '—' | '‑' => '-',
        '•' | '·' => '*',
        other => other,
    };
    u32::from(plain) + 2
}

fn end_of_word(text: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some((class, character, next)) = read(text, at) {
        let goes_on = class.in_word() || (is_apostrophe(character) && joins(text, start, at, next));
        if !goes_on || at - start > LONGEST {
            break;
        }
        at = next;
    }
    at
}

fn start_of_word(text: &[u8], end: usize) -> usize {
    let before = text.get(..end).unwrap_or_default();
    let plain = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
    let run = before.iter().rev().take(LONGEST).take_while(plain).count();
    // Most words are of ASCII alone, with neither a character of another kind nor an apostrophe before them.
    if run < LONGEST && before.iter().nth_back(run).is_none_or(|byte| byte.is_ascii() && *byte != b'\'') {
        return end - run;
    }
    let mut at = end;
    while let Some((class, character, previous)) = read_back(text, at) {
        let goes_on = class.in_word()
            || (is_apostrophe(character) && {
                let word = start_of_letters(text, previous);
                word < previous && joins(text, word, previous, at)
            });
        if !goes_on || end - at > LONGEST {
            break;
        }
        at = previous;
    }
    at
}

fn start_of_letters(text: &[u8], end: usize) -> usize {
    let mut at = end;
    while let Some((class, _, previous)) = read_back(text, at).filter(|_| end - at < 4) {
        if !class.in_word() {
            break;
        }
        at = previous;
    }
    at
}

fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '’')
}

/// Whether an apostrophe at `at` is within a name, as in `O'Brien` and `D’Angelo`, and ends no word, as in `John's`.
fn joins(text: &[u8], start: usize, at: usize, next: usize) -> bool {
    let opens_capital = read(text, next).is_some_and(|(class, ..)| class == Class::Upper);
    (1..=2).contains(&(at - start)) && opens_capital
}

/// A word in lower case, with what it looked like.
#[derive(Default)]
struct Form {
    bytes: [u8; 32],
    length: usize,
    letters: usize,
    upper: usize,
    digits: usize,
    first_upper: bool,
}

impl Form {
    fn push(&mut self, class: Class, character: char) {
        match class {
            Class::Upper => self.upper += 1,
            Class::Digit => self.digits += 1,
            _ => {}
        }
        if self.letters == 0 {
            self.first_upper = class == Class::Upper;
        }
        self.letters += 1;
        let lower = if class == Class::Upper {
            character.to_lowercase().next().unwrap_or(character)
        } else {
            character
        };
        let mut buffer = [0; 4];
        for byte in lower.encode_utf8(&mut buffer).bytes() {
            if let Some(slot) = self.bytes.get_mut(self.length) {
                *slot = byte;
                self.length += 1;
            }
        }
    }

    fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    fn first(&self, count: usize) -> &[u8] {
        self.bytes.get(..count.min(self.length)).unwrap_or_default()
    }

    fn last(&self, count: usize) -> &[u8] {
        self.bytes.get(self.length.saturating_sub(count)..self.length).unwrap_or_default()
    }

    fn shape(&self) -> Shape {
        match (self.letters, self.upper, self.digits) {
            (letters, _, digits) if digits == letters => Shape::Number,
            (_, _, 1..) => Shape::Code,
            (1, 1, _) => Shape::Initial,
            (letters, upper, _) if upper == letters => Shape::Upper,
            (_, 0, _) => Shape::Lower,
            (_, 1, _) if self.first_upper => Shape::Capital,
            _ if self.first_upper => Shape::Mixed,
            _ => Shape::Lower,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Shape, Word};

    fn words(text: &str) -> Vec<(&str, Shape)> {
        let (mut at, mut found) = (0, Vec::new());
        loop {
            let word = Word::next(text.as_bytes(), at);
            if word.is_break() {
                return found;
            }
            found.push((&text[word.start..word.end], word.shape));
            at = word.end;
        }
    }

    #[test]
    fn words_and_marks() {
        for (text, expected) in [
            ("Anna O'Brien’s", &["Anna", "O'Brien", "’", "s"][..]),
            ("J. R. Kőműves-Tóth,", &["J", ".", "R", ".", "Kőműves", "-", "Tóth", ","]),
            ("don't snake_case 3rd", &["don", "'", "t", "snake_case", "3rd"]),
        ] {
            assert_eq!(words(text).iter().map(|(word, _)| *word).collect::<Vec<_>>(), expected);
            let mut at = text.len();
            for word in expected.iter().rev() {
                let found = Word::before(text.as_bytes(), at);
                assert_eq!(&text[found.start..found.end], *word);
                at = found.start;
            }
        }
    }

    #[test]
    fn shapes() {
        for (word, shape) in [
            ("Anna", Shape::Capital),
            ("McLeod", Shape::Mixed),
            ("ANNA", Shape::Upper),
            ("Ő", Shape::Initial),
            ("anna", Shape::Lower),
            ("iPhone", Shape::Lower),
            ("12", Shape::Number),
            ("B12", Shape::Code),
            ("?", Shape::Mark),
        ] {
            assert_eq!(words(word), [(word, shape)]);
        }
    }
}
