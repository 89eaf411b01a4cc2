use std::collections::BTreeSet;

use behavior::{Deviation, Entity, Family};
use model::{Action, ClauseId, ExchangeId, Label, PersonId, Severity, Timestamp, ToolId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::IncidentKind;
use crate::canary::CanaryResult;

/// Most exchanges that one piece of evidence names, the latest; the others are counted.
const MOST_EXCHANGES: usize = 50;

/// One thing that speaks for an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// When it was seen; of what repeats, the latest time.
    pub at: Timestamp,
    /// Since when it has been going on.
    pub since: Timestamp,
    /// What it is.
    pub sign: Sign,
}

/// What speaks for an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// How far something is from its learned normal.
    Deviation(Deviation),
    /// Exchanges that broke the policy.
    Violations(Violations),
    /// A promise of the policy that the gate did not keep.
    Canary {
        /// The clause.
        clause: ClauseId,
        /// The policy that was in force.
        policy: String,
        /// What happened, the latest time.
        result: CanaryResult,
        /// How often it happened.
        times: u64,
    },
    /// Something that somebody reported.
    Report {
        /// The report; who made it and what it says stay there.
        report: Uuid,
    },
    /// Something is wrong with the learning itself.
    Alarm(Alarm),
}

/// What is wrong with the learning itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alarm {
    /// The latest state was unreadable; learning went on from an earlier one.
    UnreadableState {
        /// The position of the state that was refused.
        refused: u64,
        /// The position that learning went on from; 0 if it began anew.
        used: u64,
    },
    /// What counts as usual has risen for everybody, further than it does by itself.
    BaselineMoved {
        /// What has risen, in the learner's own word.
        channel: Box<str>,
        /// By which factor within four weeks.
        factor: f64,
    },
}

/// Exchanges of one person that broke one clause at one tool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Violations {
    /// Who.
    pub person: PersonId,
    /// The clause.
    pub clause: ClauseId,
    /// The tool.
    pub tool: ToolId,
    /// The clause's severity.
    pub severity: Severity,
    /// What it asks for.
    pub action: Action,
    /// What was found that it is about.
    pub labels: BTreeSet<Label>,
    /// The latest exchanges, the earliest first.
    pub exchanges: Vec<ExchangeId>,
    /// How many there were.
    pub times: u64,
    /// In how many of them the content left although the clause wanted it held back.
    pub left: u64,
}

impl Evidence {
    /// Whether `other` is the same once more.
    pub(super) fn repeats(&self, other: &Self) -> bool {
        match (&self.sign, &other.sign) {
            (Sign::Violations(one), Sign::Violations(two)) => {
                (&one.person, &one.clause, &one.tool) == (&two.person, &two.clause, &two.tool)
            }
            (Sign::Canary { clause, .. }, Sign::Canary { clause: other, .. }) => clause == other,
            (Sign::Report { report }, Sign::Report { report: other }) => report == other,
            (Sign::Deviation(one), Sign::Deviation(two)) => (&one.entity, one.at) == (&two.entity, two.at),
            _ => false,
        }
    }

    /// Adds what repeats it.
    pub(super) fn absorb(&mut self, other: Self) {
        self.since = self.since.min(other.since);
        let later = self.at <= other.at;
        self.at = self.at.max(other.at);
        match (&mut self.sign, other.sign) {
            (Sign::Violations(one), Sign::Violations(two)) => one.absorb(two),
            (
                Sign::Canary { policy, result, times, .. },
                Sign::Canary { policy: its_policy, result: its, times: more, .. },
            ) => {
                *times = times.saturating_add(more);
                if later {
                    (*policy, *result) = (its_policy, its);
                }
            }
            _ => {}
        }
    }
}

impl Violations {
    fn absorb(&mut self, other: Self) {
        let fresh: Vec<ExchangeId> =
            other.exchanges.into_iter().filter(|exchange| !self.exchanges.contains(exchange)).collect();
        if fresh.is_empty() {
            return;
        }
        let more = fresh.len() as u64;
        self.exchanges.extend(fresh);
        self.exchanges.sort();
        let surplus = self.exchanges.len().saturating_sub(MOST_EXCHANGES);
        self.exchanges.drain(..surplus);
        self.times = self.times.saturating_add(more);
        self.left = self.left.saturating_add(other.left.min(more));
        self.severity = self.severity.max(other.severity);
        self.action = self.action.max(other.action);
        self.labels.extend(other.labels);
    }
}

impl Sign {
    /// The people whom it concerns.
    pub fn people(&self) -> impl Iterator<Item = &PersonId> {
        let (many, one) = match self {
            Self::Deviation(deviation) => (deviation.people.as_slice(), None),
            Self::Violations(violations) => (&[] as &[PersonId], Some(&violations.person)),
            Self::Canary { .. } | Self::Report { .. } | Self::Alarm(_) => (&[] as &[PersonId], None),
        };
        many.iter().chain(one)
    }

    /// The tools that it is about.
    pub fn tools(&self) -> Vec<&ToolId> {
        match self {
            Self::Deviation(deviation) => {
                let about = match &deviation.entity {
                    Entity::Tool(tool) => Some(tool),
                    Entity::Person(_) | Entity::Department(_) => None,
                };
                about
                    .into_iter()
                    .chain(deviation.reasons.iter().filter_map(|reason| reason.tool.as_ref()))
                    .collect()
            }
            Self::Violations(violations) => vec![&violations.tool],
            Self::Canary { result, .. } => vec![&result.tool],
            Self::Report { .. } | Self::Alarm(_) => Vec::new(),
        }
    }

    /// The clauses that were broken.
    pub fn clauses(&self) -> Option<&ClauseId> {
        match self {
            Self::Violations(violations) => Some(&violations.clause),
            Self::Canary { clause, .. } => Some(clause),
            Self::Deviation(_) | Self::Report { .. } | Self::Alarm(_) => None,
        }
    }

    /// What was found in the content that it is about.
    pub fn labels(&self) -> Vec<Label> {
        match self {
            Self::Violations(violations) => violations.labels.iter().cloned().collect(),
            // A reason names a label, or a registered document by its id, which is no label.
            Self::Deviation(deviation) => {
                let named = deviation.reasons.iter().filter_map(|reason| reason.data.as_deref());
                named.filter_map(|data| data.parse().ok()).collect()
            }
            Self::Canary { .. } | Self::Report { .. } | Self::Alarm(_) => Vec::new(),
        }
    }

    /// The exchanges that it names.
    pub fn exchanges(&self) -> &[ExchangeId] {
        match self {
            Self::Violations(violations) => &violations.exchanges,
            Self::Deviation(_) | Self::Canary { .. } | Self::Report { .. } | Self::Alarm(_) => &[],
        }
    }

    /// How grave it is in an incident of this kind.
    pub(super) fn severity(&self, kind: IncidentKind) -> Severity {
        match (self, kind) {
            (Self::Violations(violations), _) => violations.severity,
            (Self::Canary { .. } | Self::Alarm(_), _) => Severity::High,
            (Self::Deviation(_), IncidentKind::DataMovement | IncidentKind::Account) => Severity::High,
            (Self::Deviation(_) | Self::Report { .. }, _) => Severity::Medium,
        }
    }

    /// Whether it is one person's part of several people's move to `tool`.
    pub(super) fn is_part_of_move_to(&self, tool: &ToolId) -> bool {
        let Self::Deviation(deviation) = self else { return false };
        let first = deviation.reasons.first();
        first.is_some_and(|reason| {
            matches!(reason.family, Family::Novel | Family::Svc) && reason.tool.as_ref() == Some(tool)
        })
    }
}
