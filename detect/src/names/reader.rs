use names::{Kind, Name, Tagger};
use serde::Deserialize;

use crate::{
    detector::Role,
    rule::{Candidate, Rule},
};

/// How sure the tagger must be of a name of several words.
const SURE_OF_MANY: f32 = 0.5;
/// How sure of a single word, which may as well be another, and of an organisation.
const SURE_OF_ONE: f32 = 0.9;
/// How sure of a mention.
const SURE_ENOUGH: f32 = 0.4;
/// So short a word in capitals may be any abbreviation.
const ABBREVIATION: usize = 5;

/// What a detector takes from the reader of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NameKind {
    /// Someone.
    Person,
    /// A place.
    Place,
    /// An organisation.
    Organisation,
    /// A postal address.
    Address,
}

/// Finds names, and gives them to the detectors that want them.
pub(crate) struct NameReader {
    tagger: Option<&'static Tagger>,
    wanted: Vec<Wanted>,
}

/// What one detector wants.
struct Wanted {
    kind: NameKind,
    mentions: bool,
    /// Confidence in a name the tagger has no doubt about.
    most: f32,
    rule: usize,
}

impl NameReader {
    /// For these rules, by their places.
    pub(crate) fn new(rules: &[Rule]) -> Self {
        let wanted = rules.iter().enumerate().filter_map(|(place, rule)| {
            let mentions = rule.about.role == Role::Mention;
            Some(Wanted { kind: rule.name_of?, mentions, most: rule.about.confidence, rule: place })
        });
        let wanted: Vec<_> = wanted.collect();
        Self { tagger: Tagger::builtin().filter(|_| !wanted.is_empty()), wanted }
    }

    /// Candidates that begin in `from..to`; `text` shows what surrounds them.
    pub(crate) fn examine(&self, text: &[u8], from: usize, to: usize, found: &mut Vec<Candidate>) {
        let Some(tagger) = self.tagger else { return };
        tagger.names(text, from, to, |name| {
            if name.kind == Kind::Person && (opens_compound(text, &name) || is_label(text, &name)) {
                return;
            }
            if name.kind == Kind::Address && stands_in_licence(text, &name) {
                return;
            }
            let wanted = self.wanted.iter().filter(|wanted| wanted.takes(text, &name));
            found.extend(wanted.map(|wanted| Candidate {
                start: name.start,
                end: name.end,
                confidence: name.confidence * wanted.most,
                rule: wanted.rule,
            }));
        });
    }
}

impl Wanted {
    fn takes(&self, text: &[u8], name: &Name) -> bool {
        let least = match (self.kind, name.kind) {
            (NameKind::Person, Kind::Person) if name.words > 1 => SURE_OF_MANY,
            (NameKind::Person, Kind::Person) => SURE_OF_ONE,
            (NameKind::Place, Kind::Place) => SURE_OF_MANY,
            (NameKind::Organisation, Kind::Organisation) => SURE_OF_ONE,
            (NameKind::Address, Kind::Address) => SURE_ENOUGH,
            _ => return false,
        };
        if self.mentions {
            return name.confidence >= SURE_ENOUGH;
        }
        name.confidence >= least && (name.kind == Kind::Place || !is_abbreviation(text, name))
    }
}

/// The address of the Free Software Foundation, which the notices of its licences tell, tells of nobody.
fn stands_in_licence(text: &[u8], name: &Name) -> bool {
    const PUBLISHER: &[u8] = b"SoftwareFoundationInc";
    let before = text.get(name.start.saturating_sub(60)..name.start).unwrap_or_default();
    let letters = before.iter().rev().filter(|byte| byte.is_ascii_alphabetic());
    letters.take(PUBLISHER.len()).eq(PUBLISHER.iter().rev())
}

/// The first part of a word, as in `Steuer-ID`.
fn opens_compound(text: &[u8], name: &Name) -> bool {
    matches!(text.get(name.end..), Some([b'-', next, ..]) if next.is_ascii_uppercase())
}

/// A lower-case word before a colon, which says what follows, unless that is what somebody says.
fn is_label(text: &[u8], name: &Name) -> bool {
    let word = text.get(name.start..name.end).unwrap_or_default();
    let Some([b':', rest @ ..]) = text.get(name.end..) else { return false };
    let speaks = matches!(rest, [b'"' | b'\'', ..] | [b' ', b'"' | b'\'', ..]);
    name.words == 1 && !speaks && !word.iter().any(u8::is_ascii_uppercase)
}

fn is_abbreviation(text: &[u8], name: &Name) -> bool {
    let word = text.get(name.start..name.end).unwrap_or_default();
    name.words == 1 && word.len() <= ABBREVIATION && !word.iter().any(u8::is_ascii_lowercase)
}
