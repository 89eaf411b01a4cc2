use crate::character::{Class, read, read_back};

/// How far a line is looked at to either side.
const SIGHT: usize = 200;

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
        let before = text.get(at.saturating_sub(SIGHT)..at).unwrap_or_default();
        let start = at - before.iter().rev().take_while(|byte| !is_break(byte)).count();
        let after = text.get(at..text.len().min(at + SIGHT)).unwrap_or_default();
        let end = at + after.iter().take_while(|byte| !is_break(byte)).count();
        Self { end: end.max(at + 1), look: look(text, start, end) }
    }
}

fn look(text: &[u8], start: usize, end: usize) -> Look {
    let line = text.get(start..end).unwrap_or_default();
    if code(line) >= 3 {
        return Look::Code;
    }
    let (mut words, mut capital, mut lower) = (0, 0, 0);
    let mut inside = start > 0 && read_back(text, start).is_some_and(|(class, ..)| class.in_word());
    let mut at = start;
    while let Some((class, _, next)) = read(text, at).filter(|(.., next)| *next <= end) {
        if !inside {
            words += usize::from(class == Class::Upper || class == Class::Lower);
            capital += usize::from(class == Class::Upper);
        }
        lower += usize::from(class == Class::Lower);
        inside = class.in_word();
        at = next;
    }
    match () {
        () if words >= 2 && lower == 0 => Look::Shouted,
        () if words >= 3 && capital * 5 >= words * 4 => Look::Title,
        () if words >= 4 && capital * 5 <= words * 2 => Look::Sentence,
        () => Look::Mixed,
    }
}

/// How much a line looks like source code, from marks that stand in code and rarely in writing.
fn code(line: &[u8]) -> u32 {
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
    let mut score = u32::from(opening) + 2 * u32::from(closing);
    for pair in line.windows(2) {
        score += match pair {
            [b':', b':']
            | [b'-' | b'=', b'>']
            | [b'=' | b'!' | b'+' | b'<' | b'>', b'=']
            | [b'&', b'&']
            | [b'|', b'|']
            | [b'<', b'/'] => 2,
            [b'(', b')'] | [b'[', b']'] | [b'{', b'{'] | [b'$', b'{' | b'('] => 2,
            [letter, b'('] if letter.is_ascii_alphanumeric() || *letter == b'_' => 1,
            [b'_', letter] if letter.is_ascii_alphanumeric() => 1,
            [low, high] if low.is_ascii_lowercase() && high.is_ascii_uppercase() => 1,
            [b' ', b'='] | [b'=', b'"' | b'\''] => 1,
            [b';', b' '] => 1,
            _ => 0,
        };
    }
    score
}

#[cfg(test)]
mod tests {
    use super::{Line, Look};

    #[test]
    fn lines() {
        for (line, look) in [
            ("I met Anna Kovacs in the old town", Look::Sentence),
            ("GETTING STARTED IN PARIS", Look::Shouted),
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
