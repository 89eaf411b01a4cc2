//! Incidents: deviations, violations, broken promises and reports that belong together, until people have dealt with them.
//!
//! One noun for all of them: what is found is [`Sign`]s, what they are about is an [`About`], and open incidents absorb
//! more signs about the same. Who a person is stays a pseudonym for whoever shows an incident; nothing here has content.

mod about; // what belongs together
mod kind; // what to call it, and what to do about it
mod narrative; // what happened, in sentences
mod response; // what follows through the policy
mod series; // records that deserve an incident
mod sign; // what speaks for one
mod stage; // how far people are
mod suppression; // what people have said is benign

use std::collections::{BTreeMap, BTreeSet};

use model::{ClauseId, ExchangeId, Label, PersonId, Severity, Timestamp, ToolId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use about::About;
pub use kind::{IncidentKind, Playbook, Step};
pub use narrative::{deviation_sentences, reason_words, sentences};
pub use response::{Response, ResponseCommand, ResponseKind, ResponseRefused, ResponseState};
pub use series::{Weight, opens, series};
pub use sign::{Alarm, Evidence, Sign, Violations};
pub use stage::{IncidentClosing, IncidentCommand, IncidentRefused, IncidentStage, REOPENED_WITHIN};
pub use suppression::{Suppressed, Suppression, SuppressionRefused, SuppressionState};

use crate::{Lifecycle, ladder::Tick};

/// Most pieces of evidence of one incident; what comes after them is counted.
const MOST_EVIDENCE: usize = 100;
/// Most comments of one incident.
const MOST_COMMENTS: usize = 500;

/// What belongs together, and what people did about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Incident {
    /// What kind of thing it is: which playbook helps.
    pub kind: IncidentKind,
    /// What everything in it is about.
    pub about: About,
    /// Whom it concerns, as far as that is known.
    pub people: BTreeSet<PersonId>,
    /// What speaks for it, the earliest first.
    pub evidence: Vec<Evidence>,
    /// Evidence that came when there was enough: counted, not kept.
    #[serde(default)]
    pub more: u64,
    /// What people connected it with.
    #[serde(default)]
    pub links: IncidentLinks,
    /// What people said about it.
    #[serde(default)]
    pub comments: Vec<IncidentComment>,
    /// Steps of the playbook that were done.
    #[serde(default)]
    pub done: BTreeMap<String, Tick>,
    /// What follows from it through the policy.
    #[serde(default)]
    pub responses: Vec<Response>,
    /// How far people are.
    pub stage: IncidentStage,
}

/// What people connected an incident with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct IncidentLinks {
    /// Exchanges.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub exchanges: BTreeSet<ExchangeId>,
    /// Other incidents.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Uuid>))]
    pub incidents: BTreeSet<Uuid>,
    /// Reports.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Uuid>))]
    pub reports: BTreeSet<Uuid>,
}

/// Something that was said about an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IncidentComment {
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// What.
    pub text: String,
}

impl Incident {
    /// A new incident that `evidence` speaks for.
    pub fn open(evidence: Evidence) -> Self {
        let about = About::of(&evidence.sign);
        let empty = Self {
            kind: IncidentKind::of(&evidence.sign),
            about,
            people: BTreeSet::new(),
            evidence: Vec::new(),
            more: 0,
            links: IncidentLinks::default(),
            comments: Vec::new(),
            done: BTreeMap::new(),
            responses: Vec::new(),
            stage: IncidentStage::Open,
        };
        empty.with(evidence)
    }

    /// The same, `command` done.
    pub fn follow(self, command: IncidentCommand) -> Result<Self, IncidentRefused> {
        Ok(Self { stage: self.stage.follow(command)?, ..self })
    }

    /// The same with more evidence; a closed incident opens again if `evidence` comes soon enough, and refuses it otherwise.
    /// What it has already changes nothing.
    pub fn extended(self, evidence: Evidence) -> Result<Self, IncidentRefused> {
        if matches!(evidence.sign, Sign::Deviation(_))
            && self.evidence.iter().any(|known| known.repeats(&evidence))
        {
            return Ok(self);
        }
        let stage = self.stage.clone().follow(IncidentCommand::Extend { at: evidence.at })?;
        Ok(Self { stage, ..self }.with(evidence))
    }

    /// Everything of `other` too.
    pub fn absorbing(self, other: Self) -> Self {
        let Self { people, evidence, more, links, comments, .. } = other;
        let mut whole = evidence.into_iter().fold(self, Self::with);
        whole.people.extend(people);
        whole.more = whole.more.saturating_add(more);
        whole.links.exchanges.extend(links.exchanges);
        whole.links.incidents.extend(links.incidents);
        whole.links.reports.extend(links.reports);
        whole.comments.extend(comments);
        whole.comments.sort_by_key(|comment| comment.at);
        whole.comments.truncate(MOST_COMMENTS);
        whole
    }

    /// This incident without the pieces of evidence at `places`, and a new one of them. Each must keep at least one.
    pub fn split(self, places: &BTreeSet<usize>) -> Result<(Self, Self), IncidentRefused> {
        let (gone, kept): (Vec<_>, Vec<_>) =
            self.evidence.into_iter().enumerate().partition(|(place, _)| places.contains(place));
        if gone.len() != places.len() || kept.is_empty() {
            return Err(IncidentRefused::NothingLeft);
        }
        let mut gone = gone.into_iter().map(|(_, evidence)| evidence);
        let first = gone.next().ok_or(IncidentRefused::NothingLeft)?;
        let other = gone.fold(Self::open(first), Self::with);
        let mut kept = kept.into_iter().map(|(_, evidence)| evidence);
        let first = kept.next().ok_or(IncidentRefused::NothingLeft)?;
        let remaining = kept.fold(Self::open(first), Self::with);
        let this = Self { evidence: remaining.evidence, people: remaining.people, ..self };
        Ok((this, other))
    }

    /// The same with one more comment.
    pub fn commented(mut self, comment: IncidentComment) -> Result<Self, IncidentRefused> {
        if self.comments.len() >= MOST_COMMENTS {
            return Err(IncidentRefused::Full);
        }
        self.comments.push(comment);
        Ok(self)
    }

    fn with(mut self, evidence: Evidence) -> Self {
        self.people.extend(evidence.sign.people().cloned());
        let same = self.evidence.iter_mut().find(|earlier| earlier.repeats(&evidence));
        if let Some(earlier) = same {
            earlier.absorb(evidence);
        } else if self.evidence.len() < MOST_EVIDENCE {
            self.evidence.push(evidence);
            self.evidence.sort_by_key(|evidence| evidence.at);
        } else {
            self.more = self.more.saturating_add(1);
        }
        self
    }

    /// Since when what is in it has been going on.
    pub fn began(&self) -> Option<Timestamp> {
        self.evidence.iter().map(|evidence| evidence.since).min()
    }

    /// When the latest of it was seen.
    pub fn latest(&self) -> Option<Timestamp> {
        self.evidence.iter().map(|evidence| evidence.at).max()
    }

    /// How grave it is: the gravest of its evidence.
    pub fn severity(&self) -> Severity {
        let kind = self.kind;
        self.evidence.iter().map(|evidence| evidence.sign.severity(kind)).max().unwrap_or(Severity::Low)
    }

    /// The tools that it is about.
    pub fn tools(&self) -> BTreeSet<ToolId> {
        self.evidence.iter().flat_map(|evidence| evidence.sign.tools()).cloned().collect()
    }

    /// The clauses that were broken.
    pub fn clauses(&self) -> BTreeSet<ClauseId> {
        self.evidence.iter().flat_map(|evidence| evidence.sign.clauses()).cloned().collect()
    }

    /// What was found in the content that it is about.
    pub fn labels(&self) -> BTreeSet<Label> {
        self.evidence.iter().flat_map(|evidence| evidence.sign.labels()).collect()
    }

    /// The exchanges that its evidence names.
    pub fn exchanges(&self) -> BTreeSet<ExchangeId> {
        let told = self.evidence.iter().flat_map(|evidence| evidence.sign.exchanges()).copied();
        told.chain(self.links.exchanges.iter().copied()).collect()
    }

    /// Whether `sign` belongs to it: it is about the same thing, or it is one person's part of a move to a tool that the
    /// whole incident is about.
    pub fn concerns(&self, sign: &Sign) -> bool {
        self.about == About::of(sign)
            || matches!(&self.about, About::Tool(tool) if sign.is_part_of_move_to(tool))
    }
}

impl Lifecycle for Incident {
    const KIND: &'static str = "incident";

    fn state(&self) -> &'static str {
        self.stage.as_str()
    }

    /// Its kind, by which lists are asked for.
    fn subject(&self) -> Option<&str> {
        Some(self.kind.as_str())
    }

    fn person(&self) -> Option<&PersonId> {
        self.about.person()
    }
}

#[cfg(test)]
mod tests;
