use names::{Kind, Name, Tagger};
use serde::Deserialize;

use crate::rule::{Candidate, Rule};

/// How sure the tagger must be of a name of several words.
const SURE_OF_MANY: f32 = 0.5;
/// How sure of a single word, which may as well be another.
const SURE_OF_ONE: f32 = 0.9;
/// How sure of a mention.
const SURE_ENOUGH: f32 = 0.4;

/// What a detector takes from the reader of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NameKind {
    /// Someone, called so that they can be told from others.
    Person,
    /// Someone, or what is likely someone.
    PersonMentioned,
    /// A place.
    Place,
    /// An organisation.
    Organisation,
}

/// Finds names, and gives them to the detectors that want them.
pub(crate) struct NameReader {
    tagger: Option<&'static Tagger>,
    wanted: Vec<(NameKind, usize, f32)>,
}

impl NameReader {
    /// For these rules, by their places.
    pub(crate) fn new(rules: &[Rule]) -> Self {
        let named = rules
            .iter()
            .enumerate()
            .filter_map(|(place, rule)| Some((rule.name?, place, rule.about.confidence)));
        let wanted: Vec<_> = named.collect();
        Self { tagger: Tagger::builtin().filter(|_| !wanted.is_empty()), wanted }
    }

    /// Candidates that begin in `from..to`; `text` shows what surrounds them.
    pub(crate) fn examine(&self, text: &[u8], from: usize, to: usize, found: &mut Vec<Candidate>) {
        let Some(tagger) = self.tagger else { return };
        tagger.names(text, from, to, |name| {
            let wanted = self.wanted.iter().filter(|(kind, ..)| is(*kind, &name));
            found.extend(wanted.map(|(_, rule, most)| Candidate {
                start: name.start,
                end: name.end,
                confidence: name.confidence * most,
                rule: *rule,
            }));
        });
    }
}

fn is(kind: NameKind, name: &Name) -> bool {
    let sure = name.confidence;
    match (kind, name.kind) {
        (NameKind::Person, Kind::Person) => sure >= if name.words > 1 { SURE_OF_MANY } else { SURE_OF_ONE },
        (NameKind::PersonMentioned, Kind::Person)
        | (NameKind::Place, Kind::Place)
        | (NameKind::Organisation, Kind::Organisation) => sure >= SURE_ENOUGH,
        _ => false,
    }
}
