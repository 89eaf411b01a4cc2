use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError};

use crate::{
    byte_set::ByteSet,
    edges::is_word,
    rule::{Candidate, Rule},
    word_starts::{self, WordStarts},
    written::Case,
};

/// Bytes looked at together when searching for digits.
const BLOCK: usize = 64;
/// How far digits are counted from the first of a run, and over which separators.
const COUNTED: usize = 48;
static SEPARATORS: ByteSet = ByteSet::new(" ./():-");

/// Where in a text rules are tried: literals and starts of digit runs.
///
/// Most literals stand at the start of a word, where a small table tells whether any can; the others are found by one
/// automaton.
pub(crate) struct Anchors {
    words: WordStarts,
    literals: AhoCorasick,
    /// Which rules each literal of the automaton serves, in its order.
    served: Vec<Vec<Serves>>,
    /// Rules tried at the first digit of a run.
    digits: Vec<usize>,
    /// Length of the automaton's longest literal.
    longest: usize,
}

/// A rule that a literal serves.
pub(crate) struct Serves {
    pub(crate) rule: usize,
    /// The literal as written, where its case counts.
    pub(crate) exactly: Option<Box<[u8]>>,
}

/// Collects anchors while rules are loaded, by their lower-case form.
#[derive(Default)]
pub(crate) struct AnchorsBuilder {
    words: BTreeMap<Vec<u8>, Vec<Serves>>,
    literals: BTreeMap<Vec<u8>, Vec<Serves>>,
    digits: Vec<usize>,
}

/// Whether an anchor may stand within a word.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Anywhere,
    AtWordStart,
}

impl AnchorsBuilder {
    pub(crate) fn add_literal(&mut self, rule: usize, literal: &str, case: Case, standing: Standing) {
        let exactly = (case == Case::Exact).then(|| literal.as_bytes().into());
        let folded = literal.as_bytes().to_ascii_lowercase();
        let word = standing == Standing::AtWordStart
            && folded.len() >= word_starts::KEYED
            && folded.first().is_some_and(|first| is_word(*first));
        let literals = if word { &mut self.words } else { &mut self.literals };
        literals.entry(folded).or_default().push(Serves { rule, exactly });
    }

    pub(crate) fn add_digits(&mut self, rule: usize) {
        self.digits.push(rule);
    }

    pub(crate) fn build(self) -> Result<Anchors, Box<BuildError>> {
        let longest = self.literals.keys().map(Vec::len).max().unwrap_or(0);
        let literals = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::DFA))
            .build(self.literals.keys())?;
        let served = self.literals.into_values().collect();
        Ok(Anchors { words: WordStarts::new(self.words), literals, served, digits: self.digits, longest })
    }
}

impl Serves {
    /// Whether the rule is to be tried where `here` stands.
    pub(crate) fn accepts(&self, here: &[u8]) -> bool {
        self.exactly.as_ref().is_none_or(|exact| **exact == *here)
    }
}

impl Anchors {
    /// Tries every rule at its anchors that begin in `from..to`; `text` shows what surrounds them.
    pub(crate) fn examine(&self, rules: &[Rule], text: &[u8], from: usize, to: usize, found: &mut Vec<Candidate>) {
        self.words.visit(text, from, to, |rule, start, end| found.extend(examine(rules, rule, text, start, end)));
        self.at_literals(rules, text, from, to, found);
        if !self.digits.is_empty() {
            self.at_digits(rules, text, from, to, found);
        }
    }

    fn at_literals(&self, rules: &[Rule], text: &[u8], from: usize, to: usize, found: &mut Vec<Candidate>) {
        let stop = to.saturating_add(self.longest).min(text.len());
        let Some(window) = text.get(from..stop) else { return };
        for literal in self.literals.find_overlapping_iter(window) {
            let (start, end) = (from + literal.start(), from + literal.end());
            if start >= to {
                continue;
            }
            let here = text.get(start..end).unwrap_or_default();
            let served = self.served.get(literal.pattern().as_usize()).into_iter().flatten();
            for serves in served.filter(|serves| serves.accepts(here)) {
                found.extend(examine(rules, serves.rule, text, start, end));
            }
        }
    }

    fn at_digits(&self, rules: &[Rule], text: &[u8], from: usize, to: usize, found: &mut Vec<Candidate>) {
        let mut previous = from.checked_sub(1).and_then(|at| text.get(at)).is_some_and(u8::is_ascii_digit);
        let Some(window) = text.get(from..to) else { return };
        for (block, offset) in window.chunks(BLOCK).zip((from..).step_by(BLOCK)) {
            if !block.iter().fold(false, |any, byte| any | byte.is_ascii_digit()) {
                previous = false;
                continue;
            }
            for (byte, at) in block.iter().zip(offset..) {
                let digit = byte.is_ascii_digit();
                if digit && !previous {
                    self.at_digit(rules, text, at, found);
                }
                previous = digit;
            }
        }
    }

    fn at_digit(&self, rules: &[Rule], text: &[u8], at: usize, found: &mut Vec<Candidate>) {
        let digits = digits_ahead(text.get(at..).unwrap_or_default());
        for rule in &self.digits {
            if rules.get(*rule).is_some_and(|known| known.digits <= digits) {
                found.extend(examine(rules, *rule, text, at, at + 1));
            }
        }
    }
}

/// How many digits there are up to the first byte that is neither a digit nor a separator.
fn digits_ahead(text: &[u8]) -> usize {
    let group = text.iter().take(COUNTED).take_while(|byte| byte.is_ascii_digit() || SEPARATORS.contains(**byte));
    group.filter(|byte| byte.is_ascii_digit()).count()
}

fn examine(rules: &[Rule], rule: usize, text: &[u8], start: usize, end: usize) -> Option<Candidate> {
    let (start, end, confidence) = rules.get(rule)?.examine(text, start, end)?;
    Some(Candidate { start, end, confidence, rule })
}
