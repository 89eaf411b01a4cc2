use std::sync::Arc;

use regex_automata::{
    Anchored, Input,
    dfa::{Automaton as _, StartKind, dense},
    nfa::thompson,
    util::syntax,
};

/// The most bytes one automaton's table may take.
const SIZE_LIMIT: usize = 4 << 20;

/// A pattern compiled to a dense automaton that is only ever run from one position over a bounded window.
///
/// Works on bytes: classes are ASCII, `(?u:…)` opens Unicode where a pattern needs it.
#[derive(Clone)]
pub(crate) struct Automaton(Arc<dense::DFA<Vec<u32>>>);

impl Automaton {
    pub(crate) fn new(pattern: &str) -> Result<Self, Box<dense::BuildError>> {
        dense::Builder::new()
            .configure(
                dense::Config::new()
                    .start_kind(StartKind::Anchored)
                    .accelerate(false)
                    .dfa_size_limit(Some(SIZE_LIMIT))
                    .determinize_size_limit(Some(4 * SIZE_LIMIT)),
            )
            .thompson(thompson::Config::new().utf8(false))
            .syntax(syntax::Config::new().unicode(false).utf8(false))
            .build(pattern)
            .map(|dfa| Self(Arc::new(dfa)))
            .map_err(Box::new)
    }

    /// Where a match that begins at `start` ends, looking no further than `limit` bytes.
    pub(crate) fn end(&self, text: &[u8], start: usize, limit: usize) -> Option<usize> {
        let stop = start.saturating_add(limit).min(text.len());
        if start > stop {
            return None;
        }
        let input = Input::new(text).range(start..stop).anchored(Anchored::Yes);
        self.0.try_search_fwd(&input).ok().flatten().map(|half| half.offset())
    }
}

#[cfg(test)]
mod tests {
    use super::Automaton;

    #[test]
    fn matches_only_where_it_is_put() {
        let digits = Automaton::new("[0-9]{2,4}").unwrap();
        for (start, limit, end) in [(0, 9, None), (1, 9, Some(5)), (1, 3, Some(4)), (1, 1, None), (9, 9, None)] {
            assert_eq!(digits.end(b"x12345", start, limit), end, "{start} {limit}");
        }
    }
}
