use behavior::{Deviation, Family, Reason};
use model::{PersonId, Timestamp, ToolId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::About;
use crate::Lifecycle;

/// Suppressed deviations that a rule shows, the latest; all are counted.
const SHOWN: usize = 20;
/// Reasons that carry less than this share of the strongest one's surprise need no rule of their own.
const WEAK: f64 = 0.5;

/// That deviations of one thing for one reason are benign, until a day, up to an amount, because somebody said why.
///
/// Nothing else keeps a deviation from opening an incident, and one that a rule keeps is counted and shown with the rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Suppression {
    /// Whose deviations.
    pub about: About,
    /// For what kind of reason.
    pub family: Family,
    /// At which tool; at any if none is named.
    pub tool: Option<ToolId>,
    /// Up to how much, in the reason's unit; more than that is raised.
    pub up_to: f64,
    /// Why that is benign.
    pub because: String,
    /// Who says so.
    pub by: String,
    /// Since when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// The incident that it was said about, if it was one.
    pub incident: Option<Uuid>,
    /// How many deviations it has kept from opening an incident.
    pub count: u64,
    /// The latest of them.
    pub latest: Vec<Suppressed>,
    /// Whether it stands.
    pub state: SuppressionState,
}

/// A deviation that opened no incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Suppressed {
    /// When.
    pub at: Timestamp,
    /// How surprising it was.
    pub score: f64,
    /// What was observed, in the unit of the rule's reason.
    pub observed: f64,
}

/// Whether a rule stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SuppressionState {
    /// Until its end.
    Standing,
    /// Somebody took it back.
    Revoked {
        /// Who.
        by: String,
        /// When.
        at: Timestamp,
    },
}

/// A rule that was revoked is not revoked again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this rule was revoked already")]
pub struct SuppressionRefused;

impl Suppression {
    /// Takes the rule back.
    pub fn revoked(self, by: String, at: Timestamp) -> Result<Self, SuppressionRefused> {
        match self.state {
            SuppressionState::Standing => Ok(Self { state: SuppressionState::Revoked { by, at }, ..self }),
            SuppressionState::Revoked { .. } => Err(SuppressionRefused),
        }
    }

    /// Whether it counts at `now`.
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        self.state == SuppressionState::Standing && self.from <= now && now < self.until
    }

    /// Whether it speaks about `reason` of a deviation about `about` at `now`.
    fn covers(&self, about: &About, reason: &Reason, now: Timestamp) -> bool {
        self.is_in_force(now)
            && self.about == *about
            && self.family == reason.family
            && self.tool.as_ref().is_none_or(|tool| reason.tool.as_ref() == Some(tool))
            && reason.observed <= self.up_to
    }

    /// The same, having kept one more deviation.
    pub fn counting(mut self, deviation: &Deviation) -> Self {
        let observed = deviation.reasons.iter().find(|reason| reason.family == self.family);
        self.count = self.count.saturating_add(1);
        self.latest.push(Suppressed {
            at: deviation.at,
            score: deviation.score,
            observed: observed.map_or(0.0, |reason| reason.observed),
        });
        let surplus = self.latest.len().saturating_sub(SHOWN);
        self.latest.drain(..surplus);
        self
    }

    /// The place in `rules` of the one that keeps `deviation` from opening an incident: rules must cover all its strong
    /// reasons, and the one that covers the strongest counts it.
    pub fn keeping(rules: &[&Self], deviation: &Deviation, about: &About, now: Timestamp) -> Option<usize> {
        let strongest = deviation.reasons.iter().map(|reason| reason.surprise).fold(0.0, f64::max);
        let strong = deviation.reasons.iter().filter(|reason| reason.surprise >= WEAK * strongest);
        let covering = |reason: &Reason| rules.iter().position(|rule| rule.covers(about, reason, now));
        let mut first = None;
        for reason in strong {
            let place = covering(reason)?;
            first = first.or(Some(place));
        }
        first
    }
}

impl Lifecycle for Suppression {
    const KIND: &'static str = "suppression";

    fn state(&self) -> &'static str {
        match self.state {
            SuppressionState::Standing => "standing",
            SuppressionState::Revoked { .. } => "revoked",
        }
    }

    fn person(&self) -> Option<&PersonId> {
        self.about.person()
    }
}
