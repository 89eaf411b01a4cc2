use aho_corasick::{AhoCorasick, BuildError, MatchKind};

use crate::edges::is_word;

/// Whole words of which at least one stands near a candidate, or that it has its text nearly to itself.
#[derive(Clone)]
pub(crate) struct Context {
    words: AhoCorasick,
    before: usize,
    after: usize,
    alone: Option<usize>,
}

impl Context {
    pub(crate) fn new(words: &[String], before: usize, after: usize) -> Result<Self, Box<BuildError>> {
        let words = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .ascii_case_insensitive(true)
            .build(words)?;
        Ok(Self { words, before, after, alone: None })
    }

    /// This context, which holds too where at most so many bytes stand beside the candidate.
    pub(crate) fn or_alone(self, alone: Option<usize>) -> Self {
        Self { alone, ..self }
    }

    /// Whether one of the words stands within reach of `start..end`, or hardly anything else stands in the text.
    pub(crate) fn holds(&self, text: &[u8], start: usize, end: usize) -> bool {
        self.alone.is_some_and(|most| start + text.len().saturating_sub(end) <= most)
            || self.found_in(text, start.saturating_sub(self.before), start)
            || self.found_in(text, end, end.saturating_add(self.after).min(text.len()))
    }

    fn found_in(&self, text: &[u8], from: usize, to: usize) -> bool {
        let Some(window) = text.get(from..to) else { return false };
        self.words.find_iter(window).any(|found| {
            let (start, end) = (from + found.start(), from + found.end());
            stands_alone(text, start, end)
        })
    }
}

/// Whether no letter continues the word at either end; digits and underscores may, as in `phone_1`.
pub(crate) fn stands_alone(text: &[u8], start: usize, end: usize) -> bool {
    let at = |index: usize| text.get(index).copied().unwrap_or(b' ');
    let opens = !is_word(at(start)) || start == 0 || !at(start - 1).is_ascii_alphabetic();
    let closes = end == 0 || !is_word(at(end - 1)) || !at(end).is_ascii_alphabetic();
    opens && closes
}

#[cfg(test)]
mod tests {
    use super::Context;

    #[test]
    fn whole_words_within_reach() {
        let context = Context::new(&["tel".into(), "call me".into()], 12, 8).unwrap();
        for (text, near) in [
            ("tel 12345", true),
            ("TEL: 12345", true),
            ("hotel 12345", false),
            ("tel, as it was before, 12345", false),
            ("12345 (tel)", true),
            ("call me: 12345", true),
            ("my_tel = 12345", true),
        ] {
            let start = text.find("12345").unwrap();
            assert_eq!(context.holds(text.as_bytes(), start, start + 5), near, "{text}");
        }
    }

    #[test]
    fn hardly_anything_beside_it() {
        let context = Context::new(&[], 1, 1).unwrap().or_alone(Some(4));
        for (text, alone) in [("12345", true), ("\"12345\",", true), ("at 12345 today", false)] {
            let start = text.find("12345").unwrap();
            assert_eq!(context.holds(text.as_bytes(), start, start + 5), alone, "{text}");
        }
    }
}
