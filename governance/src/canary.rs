//! Canaries: synthetic exchanges that go through the live gate and must get the verdict that the policy promises.

use std::time::Duration;

use model::{Action, ClauseId, PersonId, Timestamp, ToolId};
use serde::{Deserialize, Serialize};

use crate::Lifecycle;

/// What came of the latest run of all canaries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CanaryRun {
    /// When.
    pub at: Timestamp,
    /// The policy that was in force.
    pub policy: String,
    /// What came of each.
    pub results: Vec<CanaryResult>,
    /// Clauses with a rule for which no example fits what was decided about tools: nothing was sent for them.
    pub untested: Vec<ClauseId>,
}

/// What came of one canary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CanaryResult {
    /// The clause whose example it is.
    pub clause: ClauseId,
    /// Which of the clause's examples, counted from 1; 0 for one that somebody defined.
    pub example: u32,
    /// The name of the one that somebody defined, if it is one.
    #[serde(default)]
    pub own: Option<String>,
    /// The tool it was sent to, as far as the gate.
    pub tool: ToolId,
    /// What the policy promises.
    pub expected: Action,
    /// What the gate decided, or why it did not.
    pub got: Got,
}

/// What the gate did with a canary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = CanaryAnswer))]
pub enum Got {
    /// It decided as promised.
    Promised,
    /// It decided something else.
    Decided {
        /// What.
        action: Action,
        /// On which clauses.
        clauses: Vec<ClauseId>,
    },
    /// It did not decide.
    Failed {
        /// Why.
        reason: String,
    },
}

impl CanaryResult {
    /// Whether the policy's promise was kept.
    pub fn passes(&self) -> bool {
        self.got == Got::Promised
    }

    /// What happened instead, in words.
    pub fn says(&self) -> String {
        match &self.got {
            Got::Promised => format!("{}, as promised", self.expected),
            Got::Decided { action, clauses } => {
                let clauses: Vec<&str> = clauses.iter().map(ClauseId::as_str).collect();
                format!("{} was promised; the gate decided {action} ({})", self.expected, clauses.join(", "))
            }
            Got::Failed { reason } => {
                format!("{} was promised; the gate did not decide: {reason}", self.expected)
            }
        }
    }
}

/// A canary that somebody defined, beside those that follow from the policy's examples.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnCanary {
    /// What it is called.
    pub name: String,
    /// The clause whose promise it tries.
    pub clause: ClauseId,
    /// The tool it is sent to, as far as the gate.
    pub tool: ToolId,
    /// What is sent: written for this, and nobody's.
    pub text: String,
    /// As whom.
    pub who: Posing,
    /// What the gate must decide: because of the clause or, if it must allow it, without it.
    pub expect: Action,
    /// Sent every so many seconds; with all others if nothing is said.
    pub every_s: Option<u64>,
    /// Who defined it.
    pub by: String,
}

/// As whom a canary is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Posing {
    /// An ordinary employee, who has accepted the policy and passed all training.
    Anybody,
    /// The same, in a group.
    Group(String),
    /// Somebody of the directory.
    Person(PersonId),
}

impl OwnCanary {
    /// How often it is sent, if not with all others.
    pub fn every(&self) -> Option<Duration> {
        self.every_s.map(Duration::from_secs)
    }
}

impl Lifecycle for OwnCanary {
    const KIND: &'static str = "own_canary";

    fn state(&self) -> &'static str {
        "kept"
    }

    fn subject(&self) -> Option<&str> {
        Some(self.clause.as_str())
    }

    fn person(&self) -> Option<&PersonId> {
        match &self.who {
            Posing::Person(person) => Some(person),
            Posing::Anybody | Posing::Group(_) => None,
        }
    }
}

impl Lifecycle for CanaryRun {
    const KIND: &'static str = "canary_run";

    fn state(&self) -> &'static str {
        if self.results.iter().all(CanaryResult::passes) { "passed" } else { "failed" }
    }

    fn subject(&self) -> Option<&str> {
        Some(&self.policy)
    }
}
