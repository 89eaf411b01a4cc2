use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

use crate::rule::{Candidate, Rule, log_odds, probability};

/// A value that stands so often in a text is a default, a test or an identifier of a thing, not of a person.
const OFTEN: u32 = 100;
/// What that takes from the logarithm of the odds, and again at ten times as often.
const DOUBT: f32 = 1.0;
/// What is as sure as that stays so.
const SURE: f32 = 0.9;
/// Different values that are counted.
const VALUES: usize = 4096;

/// How often values have stood in a text.
#[derive(Default)]
pub(crate) struct Repeated {
    counts: HashMap<u64, u32>,
}

impl Repeated {
    /// Makes numbers less sure that have stood very often before; candidates are told in `view`.
    pub(crate) fn weigh(&mut self, rules: &[Rule], view: &[u8], found: &mut [Candidate]) {
        let doubtful = |candidate: &&mut Candidate| {
            let rule = rules.get(candidate.rule);
            candidate.confidence < SURE && rule.is_some_and(|rule| rule.name_of.is_none() && is_number(rule))
        };
        for candidate in found.iter_mut().filter(doubtful) {
            let mut hasher = DefaultHasher::new();
            (candidate.rule, view.get(candidate.start..candidate.end)).hash(&mut hasher);
            let hash = hasher.finish();
            if self.counts.len() >= VALUES && !self.counts.contains_key(&hash) {
                continue;
            }
            let count = self.counts.entry(hash).or_default();
            *count += 1;
            if let Some(times) = (*count / OFTEN).checked_ilog10() {
                #[expect(clippy::cast_precision_loss, reason = "a count has ten digits at most")]
                let less = DOUBT * (times + 1) as f32;
                candidate.confidence = probability(log_odds(candidate.confidence) - less);
            }
        }
    }
}

/// Whether it finds a number or another identifier of a person or an account.
fn is_number(rule: &Rule) -> bool {
    matches!(rule.about.label.family(), "pii" | "phi" | "financial")
}

#[cfg(test)]
mod tests {
    use crate::Detectors;

    #[test]
    fn the_same_value_hundreds_of_times() {
        let detectors = Detectors::builtin().unwrap();
        let line = "call me at 020 7946 0958 today, or write\n";
        let hits = detectors.scan(line.repeat(150).as_bytes());
        let phones: Vec<f32> =
            hits.iter().filter(|hit| hit.label.as_str() == "pii.phone").map(|hit| hit.confidence).collect();
        assert_eq!(phones.len(), 150);
        assert!(phones[149] < phones[0], "{} {}", phones[0], phones[149]);
        assert!((phones[0] - phones[98]).abs() < 0.001);
    }
}
