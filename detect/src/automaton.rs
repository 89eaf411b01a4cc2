use std::sync::Arc;

use regex_automata::{
    Anchored, Input,
    dfa::{Automaton as _, StartKind, dense},
    nfa::thompson,
    util::{primitives::StateID, syntax},
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
        match self.0.universal_start_state(Anchored::Yes) {
            Some(state) => self.run(state, text, start, stop),
            None => {
                let input = Input::new(text).range(start..stop).anchored(Anchored::Yes);
                self.0.try_search_fwd(&input).ok().flatten().map(|half| half.offset())
            }
        }
    }

    /// The search of `try_search_fwd` without its preparations, which cost more than short matches do. A state tells of
    /// a match one byte late, so the byte behind the window is read too.
    fn run(&self, mut state: StateID, text: &[u8], start: usize, stop: usize) -> Option<usize> {
        let dfa = &*self.0;
        let mut end = None;
        for (byte, at) in text.get(start..)?.iter().zip(start..=stop) {
            state = dfa.next_state(state, *byte);
            if dfa.is_special_state(state) {
                if dfa.is_match_state(state) {
                    end = Some(at);
                } else if dfa.is_dead_state(state) {
                    return end;
                }
            }
        }
        if stop == text.len() && dfa.is_match_state(dfa.next_eoi_state(state)) {
            end = Some(stop);
        }
        end
    }
}

#[cfg(test)]
mod tests {
    use super::Automaton;

    #[test]
    fn matches_only_where_it_is_put() {
        let digits = Automaton::new("[0-9]{2,4}").unwrap();
        for (start, limit, end) in
            [(0, 9, None), (1, 9, Some(5)), (1, 3, Some(4)), (1, 1, None), (9, 9, None)]
        {
            assert_eq!(digits.end(b"x12345", start, limit), end, "{start} {limit}");
        }
    }
}
