//! Canaries: synthetic exchanges that go through the live gate and must get the verdict that the policy promises.

use model::{Action, ClauseId, Timestamp, ToolId};
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
    /// Which of the clause's examples, counted from 1.
    pub example: u32,
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

impl Lifecycle for CanaryRun {
    const KIND: &'static str = "canary_run";

    fn state(&self) -> &'static str {
        if self.results.iter().all(CanaryResult::passes) { "passed" } else { "failed" }
    }

    fn subject(&self) -> Option<&str> {
        Some(&self.policy)
    }
}

/// A promise of the policy that the gate did not keep, until people have understood why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CanaryFailure {
    /// The clause.
    pub clause: ClauseId,
    /// What happened, the latest time.
    pub latest: CanaryResult,
    /// The policy that was in force then.
    pub policy: String,
    /// When it last failed.
    pub failed_at: Timestamp,
    /// What people did about it.
    pub state: CanaryFailureState,
}

/// What people did about a failed canary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum CanaryFailureState {
    /// Nobody has looked at it.
    Open,
    /// Somebody looks into it.
    Acknowledged {
        /// Who.
        by: String,
        /// Since when.
        at: Timestamp,
    },
    /// It is understood.
    Closed {
        /// By whom.
        by: String,
        /// When.
        at: Timestamp,
        /// Why the promise was not kept.
        explanation: String,
    },
}

/// What somebody does about a failed canary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CanaryCommand {
    /// Looks into it.
    Acknowledge {
        /// Who.
        by: String,
        /// When.
        at: Timestamp,
    },
    /// Has understood it.
    Close {
        /// Who.
        by: String,
        /// When.
        at: Timestamp,
        /// Why the promise was not kept.
        explanation: String,
    },
}

/// A step that cannot follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this failure is {state}: it cannot be {step}")]
pub struct CanaryRefusal {
    state: &'static str,
    step: &'static str,
}

impl CanaryFailureState {
    /// The state after `command`.
    pub fn apply(&self, command: CanaryCommand) -> Result<Self, CanaryRefusal> {
        use CanaryCommand::{Acknowledge, Close};
        match (self, command) {
            (Self::Open, Acknowledge { by, at }) => Ok(Self::Acknowledged { by, at }),
            (Self::Open | Self::Acknowledged { .. }, Close { by, at, explanation }) => {
                Ok(Self::Closed { by, at, explanation })
            }
            (from, Acknowledge { .. }) => Err(CanaryRefusal { state: from.word(), step: "acknowledged" }),
            (from, Close { .. }) => Err(CanaryRefusal { state: from.word(), step: "closed" }),
        }
    }

    /// The word for it.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Acknowledged { .. } => "acknowledged",
            Self::Closed { .. } => "closed",
        }
    }
}

impl Lifecycle for CanaryFailure {
    const KIND: &'static str = "canary_failure";

    fn state(&self) -> &'static str {
        self.state.word()
    }

    fn subject(&self) -> Option<&str> {
        Some(self.clause.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_acknowledged_once_and_closed_with_an_explanation() {
        let walk = |commands: &[fn() -> CanaryCommand]| {
            commands.iter().try_fold(CanaryFailureState::Open, |state, command| state.apply(command()))
        };
        fn acknowledged() -> CanaryCommand {
            CanaryCommand::Acknowledge { by: "ada".into(), at: Timestamp::from_millis(1) }
        }
        fn closed() -> CanaryCommand {
            CanaryCommand::Close {
                by: "ada".into(),
                at: Timestamp::from_millis(1),
                explanation: "off".into(),
            }
        }
        for (commands, expected) in [
            (&[acknowledged as fn() -> _][..], Ok("acknowledged")),
            (&[closed], Ok("closed")),
            (&[acknowledged, closed], Ok("closed")),
            (&[acknowledged, acknowledged], Err("this failure is acknowledged: it cannot be acknowledged")),
            (&[closed, closed], Err("this failure is closed: it cannot be closed")),
        ] {
            let reached = walk(commands);
            let shown = reached.as_ref().map(CanaryFailureState::word).map_err(ToString::to_string);
            assert_eq!(shown, expected.map_err(ToOwned::to_owned));
        }
    }
}
