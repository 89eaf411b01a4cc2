use std::ops::RangeInclusive;

use regex_automata::{
    nfa::thompson::{NFA, State, Transition},
    util::primitives::StateID,
};

use crate::{automaton::Automaton, byte_set::ByteSet};

/// Walks over what a pattern's matches may begin with, before any text is seen.
#[derive(Clone)]
pub(crate) struct Opening {
    nfa: NFA,
    /// States the automaton may be in, with those it reaches without reading.
    states: Vec<StateID>,
}

impl Opening {
    pub(crate) fn of(pattern: &Automaton) -> Option<Self> {
        let nfa = pattern.nfa()?;
        let states = closure(&nfa, [nfa.start_anchored()]);
        Some(Self { nfa, states })
    }

    /// Goes on over one byte of the set, or tells that no match does.
    pub(crate) fn step(&self, bytes: &ByteSet) -> Option<Self> {
        let all = self.states.iter().flat_map(|state| transitions(&self.nfa, *state));
        let open = all.filter(|(range, _)| range.clone().any(|byte| bytes.contains(byte)));
        let states = closure(&self.nfa, open.map(|(_, next)| next));
        (!states.is_empty()).then(|| Self { nfa: self.nfa.clone(), states })
    }

    /// Bytes over which some match goes on.
    pub(crate) fn next(&self) -> ByteSet {
        ByteSet::of(
            self.states.iter().flat_map(|state| transitions(&self.nfa, *state)).flat_map(|(bytes, _)| bytes),
        )
    }

    /// Both at once.
    pub(crate) fn or(mut self, other: &Self) -> Self {
        self.states.extend(&other.states);
        self.states.sort_unstable();
        self.states.dedup();
        self
    }

    /// Whether a match may end here.
    pub(crate) fn may_end(&self) -> bool {
        self.states.iter().any(|state| matches!(self.nfa.state(*state), State::Match { .. }))
    }

    /// Whether every match goes on for `count` bytes, all of them of the set.
    pub(crate) fn goes_on(self, bytes: &ByteSet, count: usize) -> bool {
        let others = bytes.inverted();
        let mut here = Some(self);
        for _ in 0..count {
            let Some(now) = here else { return true };
            if now.may_end() || now.step(&others).is_some() {
                return false;
            }
            here = now.step(bytes);
        }
        true
    }
}

/// What a state leads to, by ranges of bytes.
fn transitions(nfa: &NFA, state: StateID) -> Vec<(RangeInclusive<u8>, StateID)> {
    let range = |known: &Transition| (known.start..=known.end, known.next);
    match nfa.state(state) {
        State::ByteRange { trans } => vec![range(trans)],
        State::Sparse(ranges) => ranges.transitions.iter().map(range).collect(),
        State::Dense(all) => {
            let open = (0..=u8::MAX).zip(all.transitions.iter()).filter(|(_, next)| **next != StateID::ZERO);
            open.map(|(byte, next)| (byte..=byte, *next)).collect()
        }
        _ => Vec::new(),
    }
}

/// The states and all that are reached from them without reading; assertions are taken to hold.
fn closure(nfa: &NFA, from: impl IntoIterator<Item = StateID>) -> Vec<StateID> {
    let mut open: Vec<StateID> = from.into_iter().collect();
    let mut states = Vec::new();
    while let Some(state) = open.pop() {
        if states.contains(&state) {
            continue;
        }
        states.push(state);
        match nfa.state(state) {
            State::Look { next, .. } | State::Capture { next, .. } => open.push(*next),
            State::Union { alternates } => open.extend(alternates.iter().copied()),
            State::BinaryUnion { alt1, alt2 } => open.extend([*alt1, *alt2]),
            _ => {}
        }
    }
    states
}

#[cfg(test)]
mod tests {
    use super::Opening;
    use crate::{automaton::Automaton, byte_set::ByteSet};

    fn opening(pattern: &str) -> Opening {
        Opening::of(&Automaton::new(pattern).unwrap()).unwrap()
    }

    #[test]
    fn how_long_every_match_goes_on() {
        let lower = ByteSet::new("a-z_");
        for (pattern, holds) in [
            ("abc_[a-z]{8}", true),
            ("abc_[a-z]{7}", false),
            ("abc_[a-z]{8}|abcd", false),
            ("abc_[a-z0-9]{20}", false),
            (r"\babc[a-z]{20}", true),
        ] {
            assert_eq!(opening(pattern).goes_on(&lower, 12), holds, "{pattern}");
        }
    }

    #[test]
    fn steps_follow_the_pattern() {
        let digits = ByteSet::new("0-9");
        let two = opening("[0-9]{2}-?").step(&digits).and_then(|one| one.step(&digits)).unwrap();
        assert!(two.may_end() && two.step(&digits).is_none() && two.step(&ByteSet::new("-")).is_some());
    }
}
