//! Many patterns as one automaton, of which only those states are made that texts lead to.

use std::{collections::HashMap, ops};

use regex_automata::{
    nfa::thompson::{self, NFA, State},
    util::primitives::StateID,
};

use crate::automaton::{nfa_config, syntax_config};

/// Patterns are numbered below this.
pub(crate) const MOST_PATTERNS: usize = 384;
/// When there are more states, all are forgotten.
const MOST_STATES: usize = 4096;
/// Numbers of states: not made yet, without any way to go on, and the first.
const UNKNOWN: u32 = 0;
const DEAD: u32 = 1;
const START: u32 = 2;
/// Bit of the number of a state in which patterns match.
const MATCHES: u32 = 1 << 31;

/// Patterns, as automaton without states.
pub(crate) struct Union {
    nfa: NFA,
    /// Kinds of bytes that no pattern tells apart.
    kinds: usize,
}

/// The states made so far.
pub(crate) struct States {
    /// For each state and kind of byte, the next state.
    next: Vec<u32>,
    /// For each state, the patterns that match there.
    matching: Vec<Members>,
    /// For each state, what the patterns may go on with.
    open: Vec<Box<[StateID]>>,
    numbers: HashMap<Box<[StateID]>, u32>,
    seen: Vec<bool>,
}

/// A set of patterns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Members([u64; MOST_PATTERNS / 64]);

impl Union {
    /// Patterns on bytes; assertions in them are taken to hold, so more may be told to match than do.
    pub(crate) fn of(patterns: &[&str]) -> Option<Self> {
        let nfa = thompson::Compiler::new()
            .configure(nfa_config())
            .syntax(syntax_config())
            .build_many(patterns)
            .ok()?;
        let kinds = nfa.byte_classes().alphabet_len();
        (patterns.len() <= MOST_PATTERNS).then_some(Self { nfa, kinds })
    }

    /// No state but the first.
    pub(crate) fn states(&self) -> States {
        let mut states = States {
            next: Vec::new(),
            matching: Vec::new(),
            open: Vec::new(),
            numbers: HashMap::new(),
            seen: vec![false; self.nfa.states().len()],
        };
        states.begin(self);
        states
    }

    /// Calls `with` at each end of a match that begins where the text does: with its length and the patterns.
    pub(crate) fn walk(&self, states: &mut States, text: &[u8], mut with: impl FnMut(usize, &Members)) {
        let mut state = START;
        for (byte, length) in text.iter().zip(1..) {
            state = states.next(self, state, *byte);
            if state == DEAD {
                return;
            }
            if state & MATCHES != 0 {
                state &= !MATCHES;
                if let Some(matching) = states.matching.get(state as usize) {
                    with(length, matching);
                }
            }
        }
    }
}

impl States {
    fn begin(&mut self, union: &Union) {
        self.next.clear();
        self.matching.clear();
        self.open.clear();
        self.numbers.clear();
        for _ in UNKNOWN..START {
            self.add(union, Box::default());
        }
        let first = self.closure(union, vec![union.nfa.start_anchored()]);
        self.add(union, first);
    }

    #[inline]
    fn next(&mut self, union: &Union, state: u32, byte: u8) -> u32 {
        let place = state as usize * union.kinds + usize::from(union.nfa.byte_classes().get(byte));
        match self.next.get(place) {
            Some(&known) if known != UNKNOWN => known,
            _ => self.make(union, state, byte, place),
        }
    }

    /// Makes the state that a byte leads to.
    #[inline(never)]
    fn make(&mut self, union: &Union, state: u32, byte: u8, place: usize) -> u32 {
        let open = self.open.get(state as usize).map(|open| &**open).unwrap_or_default();
        let over = open.iter().filter_map(|from| next_over(&union.nfa, *from, byte)).collect();
        let open = self.closure(union, over);
        if let Some(known) = self.numbers.get(&open).copied() {
            self.next.get_mut(place).into_iter().for_each(|next| *next = known);
            return known;
        }
        if self.open.len() < MOST_STATES {
            let made = self.add(union, open);
            self.next.get_mut(place).into_iter().for_each(|next| *next = made);
            return made;
        }
        self.begin(union);
        self.add(union, open)
    }

    fn add(&mut self, union: &Union, open: Box<[StateID]>) -> u32 {
        let mut matching = Members::default();
        for state in &open {
            if let State::Match { pattern_id } = union.nfa.state(*state) {
                matching.insert(pattern_id.as_usize());
            }
        }
        let place = u32::try_from(self.open.len()).unwrap_or(DEAD);
        let number = match open.is_empty() {
            true => DEAD,
            false => place | if matching.is_empty() { 0 } else { MATCHES },
        };
        self.next.resize(self.next.len() + union.kinds, UNKNOWN);
        self.matching.push(matching);
        self.numbers.insert(open.clone(), number);
        self.open.push(open);
        number
    }

    /// All states reached without reading, of those that read or match.
    fn closure(&mut self, union: &Union, mut from: Vec<StateID>) -> Box<[StateID]> {
        let mut states = Vec::new();
        let mut passed = Vec::new();
        while let Some(state) = from.pop() {
            match self.seen.get_mut(state.as_usize()) {
                Some(seen @ false) => *seen = true,
                _ => continue,
            }
            passed.push(state);
            match union.nfa.state(state) {
                State::Look { next, .. } | State::Capture { next, .. } => from.push(*next),
                State::Union { alternates } => from.extend(alternates.iter().copied()),
                State::BinaryUnion { alt1, alt2 } => from.extend([*alt1, *alt2]),
                State::Fail => {}
                _ => states.push(state),
            }
        }
        for state in passed {
            self.seen.get_mut(state.as_usize()).into_iter().for_each(|seen| *seen = false);
        }
        states.sort_unstable();
        states.into()
    }
}

/// The state that a byte leads to.
fn next_over(nfa: &NFA, state: StateID, byte: u8) -> Option<StateID> {
    match nfa.state(state) {
        State::ByteRange { trans } => trans.matches_byte(byte).then_some(trans.next),
        State::Sparse(ranges) => ranges.matches_byte(byte),
        State::Dense(all) => all.matches_byte(byte),
        _ => None,
    }
}

impl Members {
    pub(crate) fn insert(&mut self, member: usize) {
        self.0.get_mut(member / 64).into_iter().for_each(|bits| *bits |= 1 << (member % 64));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().fold(0, |all, bits| all | bits) == 0
    }

    /// Its members, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> {
        self.0
            .into_iter()
            .zip(0..)
            .flat_map(|(bits, place)| bitmap::Bits(bits).map(move |bit| place * 64 + bit))
    }

    fn zipped(self, other: Self, with: impl Fn(u64, u64) -> u64) -> Self {
        let mut all = self;
        all.0.iter_mut().zip(other.0).for_each(|(own, others)| *own = with(*own, others));
        all
    }
}

impl ops::BitOr for Members {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.zipped(other, |own, others| own | others)
    }
}

impl ops::BitAnd for Members {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        self.zipped(other, |own, others| own & others)
    }
}

impl ops::Not for Members {
    type Output = Self;

    fn not(self) -> Self {
        self.zipped(self, |own, _| !own)
    }
}

#[cfg(test)]
mod tests {
    use super::Union;

    #[test]
    fn all_patterns_at_all_ends() {
        let union = Union::of(&["[0-9]{3}", "[0-9]{2,4}", "1(?:-2)?", r"\b12x"]).unwrap();
        let mut states = union.states();
        for (text, expected) in [
            ("1-23", vec![(1, vec![2]), (3, vec![2])]),
            ("12345", vec![(1, vec![2]), (2, vec![1]), (3, vec![0, 1]), (4, vec![1])]),
            ("12x", vec![(1, vec![2]), (2, vec![1]), (3, vec![3])]),
            ("x", vec![]),
        ] {
            let mut found = Vec::new();
            union.walk(&mut states, text.as_bytes(), |length, patterns| {
                found.push((length, patterns.iter().collect::<Vec<_>>()));
            });
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn states_are_forgotten_when_there_are_many() {
        let union = Union::of(&["(?:[ab]{14}c)|[ab]*a[ab]{13}c"]).unwrap();
        let mut states = union.states();
        let mut found = 0;
        for number in 0..20_000_u32 {
            let text: Vec<u8> =
                (0..14).map(|bit| b'a' + u8::from(number >> bit & 1 == 1)).chain(*b"c").collect();
            union.walk(&mut states, &text, |length, _| found += usize::from(length == 15));
        }
        assert_eq!(found, 20_000);
    }
}
