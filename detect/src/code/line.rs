use super::language::{Evidence, Languages, MOST};
use crate::byte_set::ByteSet;

/// What each word of a sentence beyond the third says against code, and how many count.
const WORD: f32 = 0.4;
const MOST_WORDS: u8 = 12;
/// What counts of a long line: prose comes as whole paragraphs.
const LOOKED_AT: usize = 400;
/// From here on a line is code.
const CODE: f32 = 1.2;
/// From here on, which takes two strong cues, words around the code hardly count.
const CLEAR: f32 = 6.0;
/// Up to here a line is prose.
const PROSE: f32 = -0.3;

static MARKS: ByteSet = ByteSet::new("{}();=<>[]#$_\\|&`*+@/:\"");
static CLOSERS: ByteSet = ByteSet::new("})];,");
static OPERATORS: [&[u8]; 12] = [b" = ", b"==", b"!=", b"&&", b"||", b"=>", b"->", b"::", b"+=", b":=", b"<=", b"++"];

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
        let marks = text.iter().filter(|byte| MARKS.contains(**byte)).count();
        if marks == 0 && !languages.may_open_with(first) {
            return Self::plain(Kind::Prose);
        }
        let evidence = languages.weigh(text);
        let most = evidence.iter().copied().fold(0.0, f32::max);
        if is_comment(text) && most < CODE {
            return Self { kind: Kind::Comment, strength: 0.0, evidence };
        }
        let indented = if shown.len() > text.len() + 1 { 0.3 } else { 0.0 };
        let strength = most + shape(text) + indented - prose(text, marks) * if most >= CLEAR { 0.25 } else { 1.0 };
        let kind = match strength {
            CODE.. => Kind::Code,
            PROSE.. => Kind::Neutral,
            _ => Kind::Prose,
        };
        Self { kind, strength: strength.max(0.0), evidence }
    }
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
    let operators = OPERATORS.iter().filter(|operator| memchr::memmem::find(text, operator).is_some()).take(3);
    let (calls, names) = text.windows(3).fold((0_u8, 0_u8), |(calls, names), three| match three {
        [_, before, b'('] if before.is_ascii_alphanumeric() || *before == b'_' => (calls.saturating_add(1), names),
        [before, b'_', after] if before.is_ascii_alphanumeric() && after.is_ascii_alphanumeric() => (calls, names + 1),
        [before, after, _] if before.is_ascii_lowercase() && after.is_ascii_uppercase() => (calls, names.saturating_add(1)),
        _ => (calls, names),
    });
    ending + operators.fold(0.0, |sum, _| sum + 0.6) + 0.6 * f32::from(calls.min(2)) + 0.3 * f32::from(names.min(2))
}

/// How much the line reads like a sentence.
fn prose(text: &[u8], marks: usize) -> f32 {
    let word = |part: &&[u8]| part.len() >= 2 && part.iter().all(|byte| byte.is_ascii_alphabetic() || b",.'!?".contains(byte));
    let words = text.split(|byte| *byte == b' ').filter(word).fold(0_u8, |count, _| count.saturating_add(1));
    let sentence = text.first().is_some_and(u8::is_ascii_uppercase) && matches!(text.last(), Some(b'.' | b'?' | b'!'));
    let flowing = if words > 3 && marks * 12 < text.len() { (words - 3).min(MOST_WORDS) } else { 0 };
    let closed = if sentence && words >= 3 { 1.5 } else { 0.0 };
    WORD * f32::from(flowing) + closed
}
