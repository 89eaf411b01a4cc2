use std::sync::{Arc, OnceLock};

use regex_automata::{
    Anchored, Input,
    dfa::{Automaton as _, StartKind, dense},
    nfa::thompson,
    util::{primitives::StateID, syntax},
};

use crate::{byte_set::ByteSet, lead};

/// The most bytes one automaton's table may take.
const SIZE_LIMIT: usize = 4 << 20;
/// What tokens are made of, as [`bitmap::Block::token`] has it.
static TOKEN: ByteSet = ByteSet::new("A-Za-z0-9_+./-");

/// A pattern as a dense automaton that is only ever run from one position over a bounded window.
///
/// Works on bytes: classes are ASCII, `(?u:…)` opens Unicode where a pattern needs it. Compiled when it is first run:
/// most formats are never met.
#[derive(Clone)]
pub(crate) struct Automaton(Arc<Compiled>);

struct Compiled {
    pattern: Box<str>,
    /// Longest match in bytes, where there is one.
    longest: Option<usize>,
    /// With how many bytes of tokens every match begins, at least.
    token: usize,
    dfa: OnceLock<Option<dense::DFA<Vec<u32>>>>,
}

/// Why a pattern cannot be used.
pub(crate) type Unusable = Box<dyn std::error::Error + Send + Sync>;

impl Automaton {
    /// Reads a pattern, without compiling it.
    pub(crate) fn new(pattern: &str) -> Result<Self, Unusable> {
        let parsed = syntax::parse_with(pattern, &syntax_config())?;
        let longest = parsed.properties().maximum_len();
        let token = lead::bytes_of(&TOKEN, &parsed);
        Ok(Self(Arc::new(Compiled { pattern: pattern.into(), longest, token, dfa: OnceLock::new() })))
    }

    /// Compiles the pattern now, to learn whether that can be done.
    pub(crate) fn compile(&self) -> Result<(), Unusable> {
        let dfa = self.0.build()?;
        self.0.dfa.get_or_init(|| Some(dfa));
        Ok(())
    }

    /// As it was written.
    pub(crate) fn text(&self) -> &str {
        &self.0.pattern
    }

    /// Longest match in bytes, where there is one.
    pub(crate) fn longest(&self) -> Option<usize> {
        self.0.longest
    }

    /// With how many bytes of tokens every match begins, at least.
    pub(crate) fn token(&self) -> usize {
        self.0.token
    }

    /// Where a match that begins at `start` ends, looking no further than `limit` bytes.
    pub(crate) fn end(&self, text: &[u8], start: usize, limit: usize) -> Option<usize> {
        let stop = start.saturating_add(limit).min(text.len());
        if start > stop {
            return None;
        }
        let dfa = self.0.dfa.get_or_init(|| self.0.build().ok()).as_ref()?;
        match dfa.universal_start_state(Anchored::Yes) {
            Some(state) => run(dfa, state, text, start, stop),
            None => {
                let input = Input::new(text).range(start..stop).anchored(Anchored::Yes);
                dfa.try_search_fwd(&input).ok().flatten().map(|half| half.offset())
            }
        }
    }
}

impl Compiled {
    fn build(&self) -> Result<dense::DFA<Vec<u32>>, Unusable> {
        let config = dense::Config::new()
            .start_kind(StartKind::Anchored)
            .accelerate(false)
            .dfa_size_limit(Some(SIZE_LIMIT))
            .determinize_size_limit(Some(4 * SIZE_LIMIT));
        let nfa =
            thompson::Compiler::new().configure(nfa_config()).syntax(syntax_config()).build(&self.pattern)?;
        Ok(dense::Builder::new().configure(config).build_from_nfa(&nfa)?)
    }
}

/// Patterns are read as bytes, not characters.
pub(crate) fn syntax_config() -> syntax::Config {
    syntax::Config::new().unicode(false).utf8(false)
}

/// Only whether and where matches end is asked.
pub(crate) fn nfa_config() -> thompson::Config {
    thompson::Config::new().utf8(false).which_captures(thompson::WhichCaptures::None)
}

/// The search of `try_search_fwd` without its preparations, which cost more than short matches do. A state tells of
/// a match one byte late, so the byte behind the window is read too.
fn run(
    dfa: &dense::DFA<Vec<u32>>,
    mut state: StateID,
    text: &[u8],
    start: usize,
    stop: usize,
) -> Option<usize> {
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
