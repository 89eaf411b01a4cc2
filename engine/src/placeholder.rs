use std::collections::HashMap;

use model::{Label, Sensitive};

use crate::{examine::Spotted, link::LinkKey};

/// Hexadecimal digits that tell values apart; more are used where two values would collide.
const DIGITS: usize = 4;

/// Typed stand-ins for redacted text, such as `[US_SSN_4F2A]`.
///
/// The digits come from the keyed hash of the text, so the same text has the same stand-in in every turn of a
/// conversation without anything being remembered between turns.
#[derive(Debug, Default)]
pub(crate) struct Placeholders {
    by_name: HashMap<String, Sensitive>,
}

impl Placeholders {
    /// The stand-in for `text`.
    pub(crate) fn stand_in(&mut self, key: &LinkKey, label: &Label, text: &str) -> String {
        let digest = key.digest(text).to_ascii_uppercase();
        let kind = label.as_str().rsplit('.').next().unwrap_or_default().to_ascii_uppercase();
        let mut name = String::new();
        for digits in DIGITS..=digest.len() {
            name = format!("[{kind}_{}]", digest.get(..digits).unwrap_or(&digest));
            match self.by_name.get(&name) {
                Some(original) if original.reveal() != text => continue,
                Some(_) => return name,
                None => break,
            }
        }
        self.by_name.insert(name.clone(), Sensitive::new(text));
        name
    }

    /// Stand-ins with what they stand for.
    pub(crate) fn into_originals(self) -> Vec<(String, Sensitive)> {
        let mut originals: Vec<_> = self.by_name.into_iter().collect();
        originals.sort_by(|a, b| a.0.cmp(&b.0));
        originals
    }
}

/// The findings that redaction replaces: those under one of `labels`, overlaps joined into the widest.
pub(crate) fn to_replace<'a>(spotted: &'a [Spotted], labels: &[Label]) -> Vec<&'a Spotted> {
    let mut wanted: Vec<&Spotted> =
        spotted.iter().filter(|s| labels.iter().any(|label| s.finding.label.is(label))).collect();
    wanted.sort_by_key(|s| (s.part, s.range.start, std::cmp::Reverse(s.range.end)));
    let mut kept: Vec<&Spotted> = Vec::with_capacity(wanted.len());
    for next in wanted {
        let inside =
            kept.last().is_some_and(|last| last.part == next.part && next.range.start < last.range.end);
        if !inside {
            kept.push(next);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_has_the_same_stand_in() {
        let key = LinkKey::new([1; 32]);
        let label: Label = "pii.us_ssn".parse().unwrap();
        let mut placeholders = Placeholders::default();
        let one = placeholders.stand_in(&key, &label, "536-90-4399");
        let other = placeholders.stand_in(&key, &label, "536-90-4398");
        assert_eq!(one, placeholders.stand_in(&key, &label, "536-90-4399"));
        assert_eq!(one, Placeholders::default().stand_in(&key, &label, "536-90-4399"), "in every turn");
        assert_ne!(one, other);
        assert!(one.starts_with("[US_SSN_") && one.ends_with(']') && !one.contains("4399"), "{one}");
        assert_eq!(placeholders.into_originals().len(), 2);
    }

    #[test]
    fn ten_thousand_values_keep_their_own_stand_ins() {
        let key = LinkKey::new([1; 32]);
        let label: Label = "pii.phone".parse().unwrap();
        let mut placeholders = Placeholders::default();
        let names: std::collections::HashSet<_> =
            (0..10_000).map(|n| placeholders.stand_in(&key, &label, &n.to_string())).collect();
        assert_eq!(names.len(), 10_000);
    }
}
