//! Random values assigned to names: one look at every run that holds a digit finds the name, and the words of the name
//! say whose credential it may be. So hundreds of formats without a prefix cost nothing on other text.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::byte_set::ByteSet;

/// Least characters of the run a value begins with.
const LEAST: usize = 8;
/// How far the run may begin before its first digit.
const BACK: usize = 100;
/// How much may stand between a name and its value: quotes, blanks, operators.
const GAP: usize = 24;
/// How much of a name is read.
const NAME: usize = 64;
/// How far before the name a vendor may be told, where the name itself says only that it is a credential.
const SURROUNDINGS: usize = 160;

static RUN: ByteSet = ByteSet::new("A-Za-z0-9_+/.-");
static AHEAD: ByteSet = ByteSet::new("A-Za-z0-9_+/.:=-");
static BETWEEN: ByteSet = ByteSet::new(" \t\r\n\"'`=:>,|(?[{\\&+$@");
static OPERATOR: ByteSet = ByteSet::new("=:>|(");
static NAMED: ByteSet = ByteSet::new("A-Za-z0-9_. $<*-");

/// What a name must hold for its surroundings to count.
const CREDENTIAL: [&str; 9] =
    ["key", "token", "secret", "auth", "pass", "pwd", "credential", "bearer", "apikey"];

/// Rules by the words of names.
pub(crate) struct Tokens {
    words: Option<AhoCorasick>,
    credential: Option<AhoCorasick>,
    /// For each word, the rules it speaks for.
    rules: Vec<Vec<usize>>,
}

/// Collects rules and their words.
#[derive(Default)]
pub(crate) struct TokensBuilder(BTreeMap<String, Vec<usize>>);

impl TokensBuilder {
    pub(crate) fn add(&mut self, rule: usize, words: &[String]) {
        for word in words {
            self.0.entry(word.to_ascii_lowercase()).or_default().push(rule);
        }
    }

    pub(crate) fn build(self) -> Tokens {
        let words = (!self.0.is_empty()).then(|| automaton(self.0.keys().map(String::as_str))).flatten();
        Tokens { words, credential: automaton(CREDENTIAL.into_iter()), rules: self.0.into_values().collect() }
    }
}

fn automaton<'a>(words: impl Iterator<Item = &'a str>) -> Option<AhoCorasick> {
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .ascii_case_insensitive(true)
        .build(words)
        .ok()
}

impl Tokens {
    /// Calls `with` for every rule to try and where, given the first digit of a run of digits.
    pub(crate) fn visit(&self, text: &[u8], digit: usize, mut with: impl FnMut(usize, usize)) {
        let Some(words) = &self.words else { return };
        let Some(start) = run_start(text, digit) else { return };
        let Some(name) = name_before(text, start) else { return };
        let told = text.get(name.0..name.1).unwrap_or_default();
        if self.tell(words, told, |rule| with(rule, start)) {
            return;
        }
        let secret = self.credential.as_ref().is_some_and(|words| words.is_match(told));
        if secret {
            let around = text.get(name.0.saturating_sub(SURROUNDINGS)..name.0).unwrap_or_default();
            self.tell(words, around, |rule| with(rule, start));
        }
    }

    /// Calls `with` for the rules of every word in `told`; tells whether there was any.
    fn tell(&self, words: &AhoCorasick, told: &[u8], mut with: impl FnMut(usize)) -> bool {
        let mut any = false;
        for found in words.find_iter(told).filter(|found| apart(told, found.start(), found.end())) {
            any = true;
            self.rules.get(found.pattern().as_usize()).into_iter().flatten().for_each(|rule| with(*rule));
        }
        any
    }
}

/// Where the run around a digit begins, if that is its first digit and the run is long enough.
fn run_start(text: &[u8], digit: usize) -> Option<usize> {
    let mut back = 0;
    for byte in text.get(..digit)?.iter().rev() {
        match byte {
            byte if byte.is_ascii_digit() || back > BACK => return None,
            byte if RUN.contains(*byte) => back += 1,
            _ => break,
        }
    }
    let needed = LEAST.saturating_sub(back);
    let ahead = text.get(digit..)?.iter().take(needed).take_while(|byte| AHEAD.contains(**byte)).count();
    (ahead == needed).then_some(digit - back)
}

/// The name that a value beginning at `start` is assigned to.
fn name_before(text: &[u8], start: usize) -> Option<(usize, usize)> {
    let before = text.get(..start)?;
    let gap = BETWEEN.run_before(before, GAP);
    let (head, between) = before.split_at(start - gap);
    let argument = || {
        let word = head.rsplit(|byte| byte.is_ascii_whitespace()).next();
        between.contains(&b' ') && word.is_some_and(|word| word.starts_with(b"-"))
    };
    let listed = || matches!(between, [b'"' | b'\'', .., b'"' | b'\'']) && between.contains(&b',');
    let operated = || between.iter().any(|byte| OPERATOR.contains(*byte));
    let length = NAMED.run_before(head, NAME);
    (length > 1 && (operated() || listed() || argument())).then_some((head.len() - length, head.len()))
}

/// Whether a word begins where a word of a name does, and a short one ends there too.
fn apart(name: &[u8], start: usize, end: usize) -> bool {
    let at = |index: usize| name.get(index).copied().unwrap_or(b' ');
    let opens = start == 0
        || !at(start - 1).is_ascii_alphabetic()
        || at(start - 1).is_ascii_lowercase() && at(start).is_ascii_uppercase();
    let closes = end - start > 3
        || !at(end).is_ascii_alphabetic()
        || at(end - 1).is_ascii_lowercase() && at(end).is_ascii_uppercase();
    opens && closes
}

#[cfg(test)]
mod tests {
    use super::TokensBuilder;

    #[test]
    fn names_tell_whose_value_it_is() {
        let mut builder = TokensBuilder::default();
        builder.add(1, &["acme".to_owned()]);
        builder.add(2, &["dd".to_owned()]);
        let tokens = builder.build();
        for (text, expected) in [
            ("ACME_KEY=abcdefgh1jkl", Some((1, 9))),
            ("\"acmeToken\": \"abcdefgh1jkl\"", Some((1, 14))),
            ("set('acme', 'abcdefgh1jkl')", Some((1, 13))),
            ("run --acme-key abcdefgh1jkl", Some((1, 15))),
            ("<acmeToken>\n  abcdefgh1jkl", Some((1, 14))),
            ("curl https://api.acme.com -H 'token: abcdefgh1jkl'", Some((1, 37))),
            ("add = abcdefgh1jkl", None),
            ("ddKey = abcdefgh1jkl", Some((2, 8))),
            ("acme abcdefgh1jkl", None),
            ("acme = abc1", None),
        ] {
            let mut found = None;
            let digit = text.find('1').unwrap();
            tokens.visit(text.as_bytes(), digit, |rule, start| found = Some((rule, start)));
            assert_eq!(found, expected, "{text}");
        }
    }
}
