use std::collections::HashMap;

use anyhow::{Context, Result};
use regex_automata::{
    Anchored,
    dfa::{Automaton, dense},
    util::{primitives::StateID, syntax},
};

/// The longest number libphonenumber knows.
const LONGEST: usize = 17;

/// The longest number people have.
const USUAL: usize = 11;

/// The numbers a pattern allows.
pub(super) struct Digits {
    automaton: dense::DFA<Vec<u32>>,
    start: StateID,
    /// From a state on, how many further digits can end a number, one bit a count.
    further: HashMap<StateID, u32>,
}

impl Digits {
    pub(super) fn new(pattern: &str) -> Result<Self> {
        let automaton = dense::Builder::new()
            .syntax(syntax::Config::new().unicode(false).utf8(false))
            .build(&format!("^(?:{pattern})$"))
            .with_context(|| format!("`{pattern}` is not a pattern"))?;
        let start = automaton.universal_start_state(Anchored::Yes);
        let start = match start {
            Some(start) => start,
            None => automaton.start_state_forward(&regex_automata::Input::new("").anchored(Anchored::Yes))?,
        };
        let mut digits = Self { automaton, start, further: HashMap::new() };
        digits.explore(start, LONGEST);
        Ok(digits)
    }

    /// Beginnings of `depth` digits, or whole shorter numbers, and the lengths that are possible with them.
    pub(super) fn beginnings(&self, depth: usize) -> Vec<(Vec<u8>, Vec<usize>)> {
        let mut found = Vec::new();
        self.walk(self.start, &mut Vec::new(), depth, &mut |first, state| {
            let lengths =
                (0..=LONGEST).filter(|more| self.allows(state, *more)).map(|more| first.len() + more);
            found.push((first.to_vec(), lengths.collect()));
        });
        found
    }

    /// For every beginning of `depth` digits and every usual length, the first and the last number.
    pub(super) fn examples(&self, depth: usize) -> Vec<Vec<u8>> {
        let mut found = Vec::new();
        self.walk(self.start, &mut Vec::new(), depth, &mut |first, state| {
            for more in (0..=USUAL - depth).filter(|more| self.allows(state, *more)) {
                for upwards in [true, false] {
                    found.push([first, &self.complete(state, more, upwards)].concat());
                }
            }
        });
        found.dedup();
        found
    }

    fn explore(&mut self, state: StateID, depth: usize) -> u32 {
        if let Some(known) = self.further.get(&state) {
            return *known;
        }
        let mut counts = u32::from(self.automaton.is_match_state(self.automaton.next_eoi_state(state)));
        if depth > 0 && !self.automaton.is_dead_state(state) {
            for digit in b'0'..=b'9' {
                counts |= self.explore(self.automaton.next_state(state, digit), depth - 1) << 1;
            }
        }
        self.further.insert(state, counts);
        counts
    }

    fn allows(&self, state: StateID, more: usize) -> bool {
        self.further.get(&state).is_some_and(|counts| counts & 1 << more != 0)
    }

    fn walk(
        &self,
        state: StateID,
        first: &mut Vec<u8>,
        depth: usize,
        visit: &mut impl FnMut(&[u8], StateID),
    ) {
        if self.further.get(&state).is_none_or(|counts| *counts == 0) {
            return;
        }
        if depth == 0 {
            return visit(first, state);
        }
        for digit in 0..=9 {
            first.push(digit);
            self.walk(self.automaton.next_state(state, b'0' + digit), first, depth - 1, visit);
            first.pop();
        }
    }

    fn complete(&self, mut state: StateID, more: usize, upwards: bool) -> Vec<u8> {
        let mut digits = Vec::new();
        for left in (0..more).rev() {
            let mut choices =
                (0..=9_u8).filter(|digit| self.allows(self.automaton.next_state(state, b'0' + digit), left));
            let Some(digit) = (if upwards { choices.next() } else { choices.next_back() }) else { break };
            digits.push(digit);
            state = self.automaton.next_state(state, b'0' + digit);
        }
        digits
    }
}

#[cfg(test)]
mod tests {
    use super::Digits;

    #[test]
    fn beginnings_and_examples() {
        let digits = Digits::new(r"7[13]\d{2}|7[13]\d{3}").unwrap();
        assert_eq!(digits.beginnings(2), [(vec![7, 1], vec![4, 5]), (vec![7, 3], vec![4, 5])]);
        assert_eq!(digits.examples(4).first(), Some(&vec![7, 1, 0, 0]));
    }
}
