use bitmap::{BLOCK, Bits, Block, run_starts, runs_of_16};

use crate::{
    context::{Nearby, Vocabulary},
    digits::{DigitRules, Visits},
    keyed::{Keyed, KeyedBuilder, KeyedBy, opens_word},
    layer::Layer,
    rule::{Candidate, Rule},
    tokens::{Tokens, TokensBuilder},
    written::Case,
};

/// Bytes from which on a token is long.
const LONG: usize = 16;
/// Bytes from here on begin characters of UTF-8.
const OPENS_CHARACTER: u8 = 0xC2;
/// How far before a value the name it is given may begin, at most.
const REACH: usize = 128;
/// Bytes behind a window whose classes are looked at, for the values of names in it.
const BEYOND: usize = 512;

/// Where in a text rules are tried. Bitmaps tell the few places that are looked at.
pub(crate) struct Anchors {
    /// At `@`.
    at_signs: Vec<usize>,
    /// At the first digit of a run.
    pub(crate) digits: DigitRules,
    /// At random values with digits, by the names these are assigned to.
    values: Tokens,
    /// At the start of a word where a long token begins.
    tokens: Keyed,
    /// Before a long token with digits: names whose value is one.
    names: Keyed,
    /// How far before such a token its name begins at most.
    reach: usize,
    /// Wherever their rarest four bytes stand.
    signs: Keyed,
    /// At bytes outside ASCII.
    foreign: Keyed,
    /// At the start of a word.
    words: Keyed,
    vocabulary: Vocabulary,
}

/// Which part of the rules is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Those found by digits, tokens, `@` and names of values.
    Structured,
    /// Those found by words.
    Lexicon,
}

impl Part {
    pub(crate) const ALL: [Self; 2] = [Self::Structured, Self::Lexicon];

    /// The layer it is measured as.
    pub(crate) const fn layer(self) -> Layer {
        match self {
            Self::Structured => Layer::Structured,
            Self::Lexicon => Layer::Lexicon,
        }
    }
}

/// Collects anchors while rules are loaded.
#[derive(Default)]
pub(crate) struct AnchorsBuilder {
    at_signs: Vec<usize>,
    digits: Vec<usize>,
    pub(crate) values: TokensBuilder,
    tokens: KeyedBuilder,
    names: KeyedBuilder,
    reach: usize,
    signs: KeyedBuilder,
    foreign: KeyedBuilder,
    words: KeyedBuilder,
    /// Words in context.
    pub(crate) vocabulary: Vocabulary,
}

impl AnchorsBuilder {
    /// Tries the rule at the first digit of every run.
    pub(crate) fn add_digits(&mut self, number: usize) {
        self.digits.push(number);
    }

    /// Tries the rule at these literals, found the cheapest way that misses no finding.
    pub(crate) fn add_literals(&mut self, number: usize, rule: &Rule, literals: &[String], case: Case) {
        let begins_with_token = begins_with_token(rule);
        let longest = literals.iter().map(String::len).max().unwrap_or(0);
        let lead = rule.lead.as_ref().map(|lead| lead.longest().map_or(REACH, |lead| lead + longest));
        for literal in literals {
            let apart = rule.starts_apart() && opens_word(literal);
            match lead {
                _ if literal == "@" => self.at_signs.push(number),
                None if apart && begins_with_token => self.tokens.add(number, literal, case),
                None if apart => self.words.add(number, literal, case),
                Some(reach) if begins_with_token && reach < REACH => {
                    self.reach = self.reach.max(reach);
                    self.names.add(number, literal, case);
                }
                _ if !literal.is_ascii() => self.foreign.add(number, literal, case),
                _ => self.signs.add(number, literal, case),
            }
        }
    }

    /// Tries the rule at these words.
    pub(crate) fn add_words(&mut self, number: usize, rule: &Rule, words: &[String], case: Case) {
        let (inner, starting): (Vec<_>, Vec<_>) = words.iter().cloned().partition(|word| !opens_word(word));
        self.add_literals(number, rule, &inner, case);
        // Credentials named in a sentence are looked for with the others.
        if rule.about.label.family() == "secret" {
            return self.add_literals(number, rule, &starting, case);
        }
        starting.iter().for_each(|word| self.words.add(number, word, case));
    }

    pub(crate) fn build(self, rules: &[Rule]) -> Anchors {
        let digits = self.digits.iter().filter_map(|number| Some((*number, rules.get(*number)?)));
        Anchors {
            digits: DigitRules::new(digits),
            at_signs: self.at_signs,
            values: self.values.build(),
            tokens: self.tokens.build(KeyedBy::Start),
            names: self.names.build(KeyedBy::Start),
            reach: self.reach,
            signs: self.signs.build(KeyedBy::Rarest),
            foreign: self.foreign.build(KeyedBy::Foreign),
            words: self.words.build(KeyedBy::Start),
            vocabulary: self.vocabulary,
        }
    }
}

/// Whether everything the rule finds begins with a long token.
fn begins_with_token(rule: &Rule) -> bool {
    rule.reach.is_none() && rule.pattern.as_ref().is_some_and(|pattern| pattern.token() >= LONG)
}

/// What is kept between windows so that nothing is allocated anew.
#[derive(Default)]
pub(crate) struct Bitmaps {
    blocks: Vec<Block>,
    marks: Vec<u64>,
}

impl Bitmaps {
    /// Reads the window, and a little beyond.
    pub(crate) fn read(&mut self, window: Window<'_>) {
        let Window { text, from, to } = window;
        self.blocks.clear();
        let seen = text.get(from..(to + BEYOND).min(text.len())).unwrap_or_default();
        bitmap::classify(seen, &mut self.blocks);
    }

    /// How many digits were read.
    pub(crate) fn digits(&self) -> usize {
        self.blocks.iter().map(|block| block.digit.count_ones() as usize).sum()
    }
}

/// The part of a text that is searched: anchors in `from..to`, with what surrounds them in view.
#[derive(Clone, Copy)]
pub(crate) struct Window<'a> {
    pub(crate) text: &'a [u8],
    pub(crate) from: usize,
    pub(crate) to: usize,
}

/// Tries rules, and keeps what they accept.
struct Trial<'a> {
    rules: &'a [Rule],
    near: Nearby<'a>,
    found: &'a mut Vec<Candidate>,
}

impl Trial<'_> {
    /// Tries a rule at an anchor.
    fn anchor(&mut self, rule: usize, start: usize, end: usize) {
        let span = self.rules.get(rule).and_then(|known| known.examine(&mut self.near, start, end));
        self.found.extend(span.map(|(start, end, confidence)| Candidate { start, end, confidence, rule }));
    }
}

impl Anchors {
    pub(crate) fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// Tries every rule at its anchors in a window not read yet.
    pub(crate) fn examine_all(
        &self,
        rules: &[Rule],
        window: Window<'_>,
        bitmaps: &mut Bitmaps,
        found: &mut Vec<Candidate>,
    ) {
        bitmaps.read(window);
        self.examine(&Part::ALL, rules, window, bitmaps, found);
    }

    /// Tries every rule of the parts at its anchors in the window.
    pub(crate) fn examine(
        &self,
        parts: &[Part],
        rules: &[Rule],
        window: Window<'_>,
        bitmaps: &mut Bitmaps,
        found: &mut Vec<Candidate>,
    ) {
        let near = Nearby::new(window.text, &self.vocabulary);
        let mut trial = Trial { rules, near, found };
        for part in parts {
            match part {
                Part::Structured => {
                    self.at_classes(window, bitmaps, &mut trial);
                    self.at_signs(window, bitmaps, &mut trial);
                    self.at_foreign(window, bitmaps, &mut trial);
                }
                Part::Lexicon => self.at_words(window, bitmaps, &mut trial),
            }
        }
    }

    fn at_classes(&self, window: Window<'_>, bitmaps: &Bitmaps, trial: &mut Trial<'_>) {
        let Window { text, from, to } = window;
        let before = from.checked_sub(1).and_then(|at| text.get(at)).copied().unwrap_or(b' ');
        let (mut in_digits, mut in_word, mut in_token) = (before.is_ascii_digit(), is_word(before), false);
        let (mut visits, mut searched) = (None, from);
        for (block, place) in bitmaps.blocks.iter().zip(0..) {
            let at = from + place * BLOCK;
            let within = inside(at, to);
            let next = bitmaps.blocks.get(place + 1).map_or(0, |next| next.token);
            let long = runs_of_16(block.token, next);
            let values = run_starts(block.token, in_token) & long & inside(at, to + self.reach);
            let digits = run_starts(block.digit, in_digits) & within;
            let tokens = run_starts(block.word, in_word) & long & within;
            in_digits = block.digit >> 63 == 1;
            in_word = block.word >> 63 == 1;
            in_token = block.token >> 63 == 1;
            for bit in Bits(digits) {
                let visits = visits.get_or_insert_with(|| self.digits.visits(trial.near.vocabulary()));
                self.at_digit(at + bit, visits, trial);
            }
            for bit in Bits(tokens) {
                self.tokens.look(text, at + bit, &mut |rule, start, end| trial.anchor(rule, start, end));
            }
            for bit in Bits(block.at & within) {
                self.at_signs.iter().for_each(|rule| trial.anchor(*rule, at + bit, at + bit + 1));
            }
            for bit in Bits(values) {
                let (length, digit) = token_at(&bitmaps.blocks, at + bit - from);
                if digit {
                    self.before_value(window, at + bit, length, &mut searched, trial);
                }
            }
        }
    }

    /// Looks for names before, and within, a long token that holds a digit; no further back than what was `searched`.
    fn before_value(
        &self,
        window: Window<'_>,
        at: usize,
        length: usize,
        searched: &mut usize,
        trial: &mut Trial<'_>,
    ) {
        if !self.names.is_empty() {
            let start = at.saturating_sub(self.reach).max(*searched);
            *searched = (at + length).min(window.to).max(start);
            for place in start..*searched {
                self.names.look(window.text, place, &mut |rule, start, end| trial.anchor(rule, start, end));
            }
        }
    }

    fn at_digit(&self, at: usize, visits: &mut Visits<'_>, trial: &mut Trial<'_>) {
        let Trial { rules, near, found } = trial;
        visits.visit(near, at, |near, rule, matched| {
            let known = rules.get(rule);
            let span = known.and_then(|known| match matched {
                Some(start) => known.examine_match(near, start),
                None => known.examine(near, at, at + 1),
            });
            found.extend(span.map(|(start, end, confidence)| Candidate { start, end, confidence, rule }));
        });
        self.values.visit(trial.near.text(), at, |rule, start| trial.anchor(rule, start, start + 1));
    }

    fn at_signs(&self, window: Window<'_>, bitmaps: &mut Bitmaps, trial: &mut Trial<'_>) {
        let Window { text, from, to } = window;
        bitmaps.marks.clear();
        self.signs.mark(text.get(from..(to + BLOCK).min(text.len())).unwrap_or_default(), &mut bitmaps.marks);
        for (marks, at) in bitmaps.marks.iter().zip((from..).step_by(BLOCK)) {
            for bit in Bits(*marks) {
                self.signs.look(text, at + bit, &mut within(window, trial));
            }
        }
    }

    fn at_foreign(&self, window: Window<'_>, bitmaps: &Bitmaps, trial: &mut Trial<'_>) {
        let Window { text, from, to } = window;
        for (block, at) in bitmaps.blocks.iter().zip((from..to + BLOCK).step_by(BLOCK)) {
            let opens = |bit: &usize| text.get(at + bit).is_some_and(|byte| *byte >= OPENS_CHARACTER);
            for bit in Bits(block.high).filter(opens) {
                self.foreign.look(text, at + bit, &mut within(window, trial));
            }
        }
    }

    fn at_words(&self, window: Window<'_>, bitmaps: &Bitmaps, trial: &mut Trial<'_>) {
        let Window { text, from, to } = window;
        let mut in_word = from.checked_sub(1).and_then(|at| text.get(at)).is_some_and(|byte| is_word(*byte));
        for (block, at) in bitmaps.blocks.iter().zip((from..to).step_by(BLOCK)) {
            let starts = run_starts(block.word, in_word) & inside(at, to);
            in_word = block.word >> 63 == 1;
            for bit in Bits(starts) {
                self.words.look(text, at + bit, &mut |rule, start, end| trial.anchor(rule, start, end));
            }
        }
    }
}

/// Tries rules at literals that begin in the window: such a one may have its rarest bytes behind it, and one that begins
/// before it here.
fn within(window: Window<'_>, trial: &mut Trial<'_>) -> impl FnMut(usize, usize, usize) {
    move |rule, start, end| {
        if (window.from..window.to).contains(&start) {
            trial.anchor(rule, start, end);
        }
    }
}

/// Bits of a block at `at` that lie before `to`.
fn inside(at: usize, to: usize) -> u64 {
    match to.saturating_sub(at) {
        BLOCK.. => u64::MAX,
        some => (1 << some) - 1,
    }
}

/// How long the token at `place` is, as far as it was read, and whether it holds a digit.
fn token_at(blocks: &[Block], place: usize) -> (usize, bool) {
    let (mut length, mut digit) = (0, false);
    let mut skipped = place % BLOCK;
    for block in blocks.iter().skip(place / BLOCK) {
        let run = (!(block.token >> skipped)).trailing_zeros() as usize;
        let run = run.min(BLOCK - skipped);
        let mask = if run == BLOCK { u64::MAX } else { ((1 << run) - 1) << skipped };
        digit |= block.digit & mask != 0;
        length += run;
        if run < BLOCK - skipped {
            break;
        }
        skipped = 0;
    }
    (length, digit)
}

fn is_word(byte: u8) -> bool {
    crate::edges::is_word(byte)
}
