use crate::{
    byte_set::ByteSet,
    literals::{Literals, LiteralsBuilder},
    rule::{Candidate, Rule},
    tokens::{Tokens, TokensBuilder},
};

/// Bytes looked at together when searching for digits.
const BLOCK: usize = 64;
/// How far digits are counted from the first of a run, and over which separators.
const COUNTED: usize = 48;
static SEPARATORS: ByteSet = ByteSet::new(" ./():-");

/// Where in a text rules are tried: literals and starts of digit runs.
pub(crate) struct Anchors {
    literals: Literals,
    /// Rules tried at the first digit of a run.
    digits: Vec<usize>,
    /// Rules tried at random values, by the names these are assigned to.
    tokens: Tokens,
}

/// Collects anchors while rules are loaded.
#[derive(Default)]
pub(crate) struct AnchorsBuilder {
    pub(crate) literals: LiteralsBuilder,
    pub(crate) digits: Vec<usize>,
    pub(crate) tokens: TokensBuilder,
}

impl AnchorsBuilder {
    pub(crate) fn build(self) -> Anchors {
        Anchors { literals: self.literals.build(), digits: self.digits, tokens: self.tokens.build() }
    }
}

impl Anchors {
    /// Tries every rule at its anchors that begin in `from..to`; `text` shows what surrounds them.
    pub(crate) fn examine(
        &self,
        rules: &[Rule],
        text: &[u8],
        from: usize,
        to: usize,
        found: &mut Vec<Candidate>,
    ) {
        self.literals
            .visit(text, from, to, |rule, start, end| found.extend(examine(rules, rule, text, start, end)));
        if !self.digits.is_empty() {
            self.at_digits(rules, text, from, to, found);
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
        self.tokens.visit(text, at, |rule, start| found.extend(examine(rules, rule, text, start, start + 1)));
    }
}

/// How many digits there are up to the first byte that is neither a digit nor a separator.
fn digits_ahead(text: &[u8]) -> usize {
    let group =
        text.iter().take(COUNTED).take_while(|byte| byte.is_ascii_digit() || SEPARATORS.contains(**byte));
    group.filter(|byte| byte.is_ascii_digit()).count()
}

fn examine(rules: &[Rule], rule: usize, text: &[u8], start: usize, end: usize) -> Option<Candidate> {
    let (start, end, confidence) = rules.get(rule)?.examine(text, start, end)?;
    Some(Candidate { start, end, confidence, rule })
}
