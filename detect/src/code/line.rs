use super::language::{Evidence, Languages, MOST};
use crate::byte_set::ByteSet;

/// What counts of a long line: prose comes as whole paragraphs.
const LOOKED_AT: usize = 400;
/// How much of a line without signs must show that it opens as code does.
const OPENING: usize = 24;
/// From here on a line is code.
const CODE: f32 = 1.2;
/// From here on, which takes two strong cues, words around the code hardly count.
const CLEAR: f32 = 6.0;
/// Up to here a line is prose.
const PROSE: f32 = -0.3;
/// What each word of a sentence beyond the third says against code, and how many count.
const WORD: f32 = 0.4;
const MOST_WORDS: u8 = 12;

static CLOSERS: ByteSet = ByteSet::new("})];,");
static SIGNS: ByteSet = ByteSet::new("=&|>:+_(");

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Blank,
    Prose,
    /// Could stand in code and in prose.
    Neutral,
    /// A comment: goes with the code around it.
    Comment,
    Code,
}

/// A line, weighed.
pub(super) struct Line {
    pub(super) kind: Kind,
    pub(super) strength: f32,
    pub(super) evidence: Evidence,
}

impl Line {
    fn plain(kind: Kind) -> Self {
        Self { kind, strength: 0.0, evidence: [0.0; MOST] }
    }

    /// Weighs a line without its end.
    pub(super) fn read(line: &[u8], languages: &Languages) -> Self {
        let shown = line.get(..LOOKED_AT).unwrap_or(line).trim_ascii_end();
        let text = shown.trim_ascii_start();
        let Some(&first) = text.first() else { return Self::plain(Kind::Blank) };
        let marks = marks(text);
        if marks * 32 < text.len() && !(languages.may_open_with(first) && opens_as_code(text, languages)) {
            return Self::plain(Kind::Prose);
        }
        let evidence = languages.weigh(text);
        let most = evidence.iter().copied().fold(0.0, f32::max);
        if is_comment(text) && most < CODE {
            return Self { kind: Kind::Comment, strength: 0.0, evidence };
        }
        let indented = if shown.len() > text.len() + 1 { 0.3 } else { 0.0 };
        let strength =
            most + shape(text) + indented - prose(text, marks) * if most >= CLEAR { 0.25 } else { 1.0 };
        let kind = match strength {
            CODE.. => Kind::Code,
            PROSE.. => Kind::Neutral,
            _ => Kind::Prose,
        };
        Self { kind, strength: strength.max(0.0), evidence }
    }
}

/// Whether the first words alone are a cue.
fn opens_as_code(text: &[u8], languages: &Languages) -> bool {
    let head = text.get(..OPENING).unwrap_or(text);
    languages.weigh(head).iter().any(|weight| *weight >= CODE)
}

/// How many signs of code there are. Sums of bytes in short pieces are added many at a time.
fn marks(text: &[u8]) -> usize {
    let sums =
        text.chunks(128).map(|piece| piece.iter().fold(0_u8, |sum, byte| sum + u8::from(is_mark(*byte))));
    sums.map(usize::from).sum()
}

/// Signs that prose uses little. Written as comparisons, which run on many bytes at once.
fn is_mark(byte: u8) -> bool {
    let within = |first: u8, count: u8| byte.wrapping_sub(first) < count;
    let punctuation = within(b'!', 15) | within(b':', 7) | within(b'[', 6) | within(b'{', 4);
    let prose =
        (byte == b'.') | (byte == b',') | (byte == b'!') | (byte == b'?') | (byte == b'-') | (byte == b'\'');
    punctuation & !prose & (byte != b'%')
}

fn is_comment(text: &[u8]) -> bool {
    let openings: [&[u8]; 7] = [b"//", b"/*", b"* ", b"*/", b"# ", b"-- ", b"<!--"];
    openings.iter().any(|opening| text.starts_with(opening))
}

/// How much the line is built like code, whatever the language.
fn shape(text: &[u8]) -> f32 {
    if text.iter().all(|byte| CLOSERS.contains(*byte)) {
        return 0.8;
    }
    let ending = match text.last() {
        Some(b';' | b'{') => 1.2,
        Some(b'}' | b'(' | b'[') => 0.8,
        Some(b')' | b'\\') => 0.3,
        _ => 0.0,
    };
    let inner = text.array_windows().filter(|[_, middle, _]| SIGNS.contains(*middle));
    let signs = inner.fold(Signs::default(), |signs, three| signs.and(*three));
    ending
        + 0.6 * f32::from(signs.operators.min(3))
        + 0.6 * f32::from(signs.calls.min(2))
        + 0.3 * f32::from(signs.names.min(2))
}

/// Signs of code that three bytes can show.
#[derive(Clone, Copy, Default)]
struct Signs {
    operators: u8,
    calls: u8,
    names: u8,
}

impl Signs {
    fn and(self, three: [u8; 3]) -> Self {
        let word = |byte: u8| byte.is_ascii_alphanumeric();
        match three {
            [b' ', b'=', b' ']
            | [b'=' | b'!' | b'+' | b':' | b'<', b'=', _]
            | [b'=' | b'-', b'>', _]
            | [b'&', b'&', _]
            | [b'|', b'|', _]
            | [b':', b':', _]
            | [b'+', b'+', _] => Self { operators: self.operators.saturating_add(1), ..self },
            [before, b'(', _] if word(before) || before == b'_' => {
                Self { calls: self.calls.saturating_add(1), ..self }
            }
            [before, b'_', after] if word(before) && word(after) => {
                Self { names: self.names.saturating_add(1), ..self }
            }
            _ => self,
        }
    }
}

/// How much the line reads like a sentence.
fn prose(text: &[u8], marks: usize) -> f32 {
    let sentence =
        text.first().is_some_and(u8::is_ascii_uppercase) && matches!(text.last(), Some(b'.' | b'?' | b'!'));
    let flowing = marks * 12 < text.len();
    if !sentence && !flowing {
        return 0.0;
    }
    let letter = |byte: &u8| byte.is_ascii_alphabetic() || b",.'!?".contains(byte);
    let words = text.split(|byte| *byte == b' ').filter(|part| part.len() >= 2 && part.iter().all(letter));
    let words = words.fold(0_u8, |count, _| count.saturating_add(1));
    let flow = if flowing { WORD * f32::from(words.saturating_sub(3).min(MOST_WORDS)) } else { 0.0 };
    flow + if sentence && words >= 3 { 1.5 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Line};
    use crate::Detectors;

    #[test]
    fn kinds_of_lines() {
        let detectors = Detectors::builtin().unwrap();
        for (text, kind) in [
            ("", Kind::Blank),
            ("The library opens on Sundays, and nobody minds.", Kind::Prose),
            ("We use a new method (see above) for it; nobody minds.", Kind::Prose),
            ("    let total = items.iter().sum();", Kind::Code),
            ("def add(a, b):", Kind::Code),
            ("SELECT name FROM users", Kind::Code),
            ("// adds two numbers", Kind::Comment),
            ("});", Kind::Neutral),
            ("one, two", Kind::Prose),
        ] {
            assert_eq!(Line::read(text.as_bytes(), &detectors.set().languages).kind, kind, "{text}");
        }
    }
}
