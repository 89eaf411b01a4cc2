//! Words of illness and treatment near a person. They are looked up only around what tells of someone, since health data
//! is such beside an identity; other text costs nothing.

use std::{collections::HashMap, sync::LazyLock};

use serde::Deserialize;

use crate::{
    detector::Role,
    rule::{Candidate, NEAR, Rule},
};

/// Where words are looked up, from a person in both directions. No rule may look back further than `rule::BACK`.
const AROUND: usize = 300;
/// Shorter words have no end that tells anything.
const SHORTEST_STEM: usize = 8;
/// Longer words are none.
const LONGEST: usize = 40;
/// Detectors by kind of word.
const DETECTORS: [(&str, Kind); 3] = [
    ("phi.condition.near", Kind::Condition),
    ("phi.medication.near", Kind::Medication),
    ("phi.procedure", Kind::Procedure),
];

static LEXICON: LazyLock<Option<Lexicon>> =
    LazyLock::new(|| toml::from_str(include_str!("../lexicons/health.toml")).ok().map(Lexicon::new));

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Condition,
    Medication,
    Procedure,
}

/// The lexicon as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    condition: WrittenKind,
    medication: WrittenKind,
    procedure: WrittenKind,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenKind {
    /// Ends of words.
    ends: Vec<String>,
    /// Words that end so and mean something else.
    not: Vec<String>,
    /// Words and phrases.
    words: Vec<String>,
}

struct Lexicon {
    /// Phrases by their first word, the longest first.
    words: HashMap<Box<[u8]>, Vec<(Box<[u8]>, Kind)>>,
    /// Ends by their last two letters.
    ends: HashMap<[u8; 2], Vec<(Box<[u8]>, Kind)>>,
    not: Vec<Box<[u8]>>,
}

/// Finds words of health near people, for the detectors that report them.
pub(crate) struct HealthReader {
    rules: Vec<(Kind, usize, f32)>,
}

impl HealthReader {
    pub(crate) fn new(rules: &[Rule]) -> Self {
        let place = |id: &str| rules.iter().position(|rule| *rule.about.id == *id);
        let wanted = DETECTORS.iter().filter_map(|(id, kind)| {
            let place = place(id)?;
            Some((*kind, place, rules.get(place)?.about.confidence))
        });
        Self { rules: wanted.collect() }
    }

    /// Adds candidates around the people in `found` from `known` on; all of them are told in `text`.
    pub(crate) fn examine(&self, rules: &[Rule], text: &[u8], known: usize, found: &mut Vec<Candidate>) {
        let tells = |candidate: &&Candidate| rules.get(candidate.rule).is_some_and(tells_of_someone);
        let people = found.iter().skip(known).filter(tells);
        let mut near: Vec<(usize, usize)> = people
            .map(|person| (person.start.saturating_sub(AROUND), (person.end + AROUND).min(text.len())))
            .collect();
        near.sort_unstable();
        let (mut done, Some(lexicon)) = (0, LEXICON.as_ref().filter(|_| !near.is_empty())) else { return };
        for (start, end) in near {
            lexicon.find(text, start.max(done), end, |kind, start, end| {
                let wanted = self.rules.iter().filter(|(wanted, ..)| *wanted == kind);
                found.extend(wanted.map(|(_, rule, confidence)| Candidate {
                    start,
                    end,
                    confidence: *confidence,
                    rule: *rule,
                }));
            });
            done = done.max(end);
        }
    }
}

/// Whether health data beside it would be someone's.
fn tells_of_someone(rule: &Rule) -> bool {
    let about = &rule.about;
    let personal = about.label.family() == "pii" || about.label.as_str() == "phi.medical_record_number";
    personal && about.role != Role::Mention
}

impl Lexicon {
    fn new(written: Written) -> Self {
        let mut lexicon = Self { words: HashMap::new(), ends: HashMap::new(), not: Vec::new() };
        let kinds = [
            (written.condition, Kind::Condition),
            (written.medication, Kind::Medication),
            (written.procedure, Kind::Procedure),
        ];
        for (written, kind) in kinds {
            for phrase in written.words {
                let (first, rest) = phrase.split_at(first_word(phrase.as_bytes()));
                let phrases = lexicon.words.entry(first.as_bytes().into()).or_default();
                phrases.push((rest.as_bytes().into(), kind));
            }
            for end in written.ends {
                if let Some(key) = end.as_bytes().last_chunk() {
                    lexicon.ends.entry(*key).or_default().push((end.as_bytes().into(), kind));
                }
            }
            lexicon.not.extend(written.not.into_iter().map(|word| word.into_bytes().into()));
        }
        lexicon.words.values_mut().for_each(|rests| rests.sort_by_key(|(rest, _)| usize::MAX - rest.len()));
        lexicon
    }

    /// Calls `with` for every word or phrase that begins in `from..to`.
    fn find(&self, text: &[u8], from: usize, to: usize, mut with: impl FnMut(Kind, usize, usize)) {
        let mut at = from;
        // A word that has begun before is none of ours.
        if from.checked_sub(1).and_then(|before| text.get(before)).is_some_and(is_letter) {
            at += text.get(from..to).unwrap_or_default().iter().take_while(|byte| is_letter(byte)).count();
        }
        while let Some(rest) = text.get(at..).filter(|_| at < to) {
            let length = first_word(rest);
            if (3..=LONGEST).contains(&length)
                && let Some((kind, end)) = self.at(rest, length)
            {
                with(kind, at, at + end);
            }
            at += length.max(1);
        }
    }

    /// What begins with the word of that length, and where it ends.
    fn at(&self, text: &[u8], length: usize) -> Option<(Kind, usize)> {
        let word = text.get(..length)?.to_ascii_lowercase();
        let continued = |rest: &[u8]| {
            let end = length + rest.len();
            let same = text.get(length..end)?.eq_ignore_ascii_case(rest);
            (same && !text.get(end).is_some_and(is_letter)).then_some(end)
        };
        let phrases = self.words.get(&*word).into_iter().flatten();
        let mut phrases = phrases.filter_map(|(rest, kind)| Some((*kind, continued(rest)?)));
        phrases.next().or_else(|| self.by_end(&word).map(|kind| (kind, length)))
    }

    fn by_end(&self, word: &[u8]) -> Option<Kind> {
        let ends = self.ends.get(word.last_chunk::<2>().filter(|_| word.len() >= SHORTEST_STEM)?)?;
        let (_, kind) = ends.iter().find(|(end, _)| word.ends_with(end))?;
        (!self.not.iter().any(|other| **other == *word)).then_some(*kind)
    }
}

/// The length of the word at the beginning; hyphens and apostrophes do not belong to it.
fn first_word(text: &[u8]) -> usize {
    text.iter().take_while(|byte| is_letter(byte)).count()
}

fn is_letter(byte: &u8) -> bool {
    byte.is_ascii_alphabetic() || *byte >= 0x80
}

// Candidates must not begin before what the resolver still waits for.
const _: () = assert!(AROUND < NEAR);

#[cfg(test)]
mod tests {
    use super::{Kind, LEXICON};

    #[test]
    fn words_phrases_and_ends() {
        let lexicon = LEXICON.as_ref().unwrap();
        for (text, expected) in [
            ("chronic fatigue since May", vec![(Kind::Condition, "chronic fatigue")]),
            ("severe Pancreatitis", vec![(Kind::Condition, "Pancreatitis")]),
            (
                "on pembrolizumab and telmisartan",
                vec![(Kind::Medication, "pembrolizumab"), (Kind::Medication, "telmisartan")],
            ),
            ("laparoscopic cholecystectomy", vec![(Kind::Procedure, "cholecystectomy")]),
            ("we accept the concept in April", vec![]),
            ("in academia", vec![]),
            ("Gürtelrose", vec![(Kind::Condition, "Gürtelrose")]),
        ] {
            let mut found = Vec::new();
            lexicon.find(text.as_bytes(), 0, text.len(), |kind, start, end| {
                found.push((kind, &text[start..end]))
            });
            assert_eq!(found, expected, "{text}");
        }
    }
}
