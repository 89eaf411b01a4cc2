use std::sync::{Arc, OnceLock};

use aho_corasick::{AhoCorasick, MatchKind};

use crate::edges::is_word;

/// Bytes within which a word in context counts fully, before a candidate and behind it.
const CLOSE_BEFORE: usize = 40;
const CLOSE_BEHIND: usize = 16;

/// A list of words, made searchable when it is first needed; contexts with the same words share it.
pub(crate) struct Words {
    list: Vec<String>,
    automaton: OnceLock<Option<AhoCorasick>>,
}

impl Words {
    pub(crate) fn new(list: Vec<String>) -> Arc<Self> {
        Arc::new(Self { list, automaton: OnceLock::new() })
    }

    /// The places in `text` between `from` and `to` at which one of the words stands alone, in order.
    fn find(&self, text: &[u8], from: usize, to: usize) -> impl Iterator<Item = (usize, usize)> {
        let automaton = self.automaton.get_or_init(|| self.build()).as_ref();
        let searched = automaton.zip(text.get(from..to));
        let found = searched.into_iter().flat_map(|(automaton, window)| automaton.find_iter(window));
        found
            .map(move |found| (from + found.start(), from + found.end()))
            .filter(|(start, end)| stands_alone(text, *start, *end))
    }

    fn build(&self) -> Option<AhoCorasick> {
        AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .ascii_case_insensitive(true)
            .build(&self.list)
            .ok()
    }
}

/// Whole words of which at least one stands near a candidate, or that it has its text nearly to itself.
#[derive(Clone)]
pub(crate) struct Context {
    words: Arc<Words>,
    before: usize,
    after: usize,
    alone: Option<usize>,
}

impl Context {
    pub(crate) fn new(words: Arc<Words>, before: usize, after: usize) -> Self {
        Self { words, before, after, alone: None }
    }

    /// This context, which holds too where at most so many bytes stand beside the candidate.
    pub(crate) fn or_alone(self, alone: Option<usize>) -> Self {
        Self { alone, ..self }
    }

    /// Whether one of the words stands within reach of `start..end`, or hardly anything else stands in the text.
    pub(crate) fn holds(&self, text: &[u8], start: usize, end: usize) -> bool {
        self.alone.is_some_and(|most| start + text.len().saturating_sub(end) <= most)
            || self.before(text, start).next().is_some()
            || self.after(text, end).next().is_some()
    }

    /// The word nearest to `start..end`, those before it first.
    pub(crate) fn nearest(&self, text: &[u8], start: usize, end: usize) -> Option<(usize, usize)> {
        self.before(text, start).last().or_else(|| self.after(text, end).next())
    }

    /// How much a word at that place counts: fully where it stands close, half at the end of the reach. Words behind a
    /// candidate have to stand closer.
    pub(crate) fn weight(&self, word: (usize, usize), start: usize, end: usize) -> f32 {
        let (distance, close, reach) = match start.checked_sub(word.1) {
            Some(distance) => (distance, CLOSE_BEFORE, self.before),
            None => (word.0.saturating_sub(end), CLOSE_BEHIND, self.after),
        };
        let bytes = |count: usize| u16::try_from(count).map_or(f32::MAX, f32::from);
        let share = bytes(distance.saturating_sub(close)) / bytes(reach.saturating_sub(close).max(1));
        1.0 - 0.5 * share.min(1.0)
    }

    fn before(&self, text: &[u8], start: usize) -> impl Iterator<Item = (usize, usize)> {
        self.words.find(text, start.saturating_sub(self.before), start)
    }

    fn after(&self, text: &[u8], end: usize) -> impl Iterator<Item = (usize, usize)> {
        self.words.find(text, end, end.saturating_add(self.after).min(text.len()))
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
    use super::{Context, Words};

    #[test]
    fn whole_words_within_reach() {
        let context = Context::new(Words::new(vec!["tel".into(), "call me".into()]), 12, 8);
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
    fn nearer_words_count_more() {
        let context = Context::new(Words::new(vec!["tel".into()]), 140, 116);
        let candidate = (200, 210);
        for (word, weight) in
            [((195, 198), 1.0), ((157, 160), 1.0), ((57, 60), 0.5), ((212, 215), 1.0), ((276, 279), 0.75)]
        {
            assert!((context.weight(word, candidate.0, candidate.1) - weight).abs() < 1e-3, "{word:?}");
        }
    }

    #[test]
    fn hardly_anything_beside_it() {
        let context = Context::new(Words::new(Vec::new()), 1, 1).or_alone(Some(4));
        for (text, alone) in [("12345", true), ("\"12345\",", true), ("at 12345 today", false)] {
            let start = text.find("12345").unwrap();
            assert_eq!(context.holds(text.as_bytes(), start, start + 5), alone, "{text}");
        }
    }
}
