use model::{ClauseId, ExchangeId, PersonId, PolicyVersion, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Lifecycle;

/// That someone has to take a module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// Who.
    pub person: PersonId,
    /// Which module.
    pub module: String,
    /// Why.
    pub cause: Cause,
    /// Since when.
    pub at: Timestamp,
    /// By when.
    pub due: Timestamp,
    /// How it stands.
    pub state: AssignmentState,
}

/// Why a module is assigned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Cause {
    /// The person is new in the directory.
    Hire,
    /// What they passed lapses, or has.
    Lapse {
        /// When.
        until: Timestamp,
    },
    /// A clause that it teaches has changed since they passed.
    PolicyChange {
        /// The policy with the change.
        policy: PolicyVersion,
    },
    /// They violated clauses that it teaches, and the policy's ladder asks for training.
    Violation {
        /// The clauses.
        clauses: Vec<ClauseId>,
        /// The exchange with which the step was reached.
        exchange: ExchangeId,
    },
    /// Somebody asked for it.
    Asked {
        /// Who.
        by: String,
    },
}

/// How an assignment stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum AssignmentState {
    /// To be done.
    Open,
    /// Done.
    Passed {
        /// When.
        at: Timestamp,
    },
    /// Not needed after all.
    Withdrawn {
        /// Who said so.
        by: String,
        /// When.
        at: Timestamp,
        /// Why.
        reason: String,
    },
}

/// What can happen to an assignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AssignmentCommand {
    /// The module was passed.
    Pass {
        /// When.
        at: Timestamp,
    },
    /// It is not needed.
    Withdraw {
        /// Who says so.
        by: String,
        /// When.
        at: Timestamp,
        /// Why.
        reason: String,
    },
}

/// A command that does not fit the state.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the assignment of `{module}` is {state} already; assign the module again if it is needed")]
pub struct AssignmentRefused {
    module: String,
    state: &'static str,
}

impl AssignmentState {
    fn after(&self, command: AssignmentCommand) -> Option<Self> {
        match (self, command) {
            (Self::Open, AssignmentCommand::Pass { at }) => Some(Self::Passed { at }),
            (Self::Open, AssignmentCommand::Withdraw { by, at, reason }) => {
                Some(Self::Withdrawn { by, at, reason })
            }
            (Self::Passed { .. } | Self::Withdrawn { .. }, _) => None,
        }
    }
}

impl Assignment {
    /// The assignment after `command`.
    pub fn after(&self, command: AssignmentCommand) -> Result<Self, AssignmentRefused> {
        let refused = || AssignmentRefused { module: self.module.clone(), state: self.state() };
        let state = self.state.after(command).ok_or_else(refused)?;
        Ok(Self { state, ..self.clone() })
    }

    /// What makes it one of a kind: for one of these causes, a person gets a module once.
    pub fn key(&self) -> String {
        let cause = match &self.cause {
            Cause::Hire => "hire".to_owned(),
            Cause::Lapse { until } => format!("lapse {}", until.as_millis()),
            Cause::PolicyChange { policy } => format!("policy {policy}"),
            Cause::Violation { exchange, .. } => format!("violation {exchange}"),
            Cause::Asked { by } => format!("asked {} {by}", self.at.as_millis()),
        };
        format!("{}\n{}\n{cause}", self.person, self.module)
    }
}

impl Lifecycle for Assignment {
    const KIND: &'static str = "training_assignment";

    fn state(&self) -> &'static str {
        match self.state {
            AssignmentState::Open => "open",
            AssignmentState::Passed { .. } => "passed",
            AssignmentState::Withdrawn { .. } => "withdrawn",
        }
    }

    fn subject(&self) -> Option<&str> {
        Some(&self.module)
    }

    fn person(&self) -> Option<&PersonId> {
        Some(&self.person)
    }
}

#[cfg(test)]
mod tests {
    use super::{AssignmentCommand, AssignmentState};
    use model::Timestamp;

    #[test]
    fn transitions() {
        use AssignmentState::{Open, Passed, Withdrawn};
        let at = Timestamp::from_millis(5);
        let withdrawn = || Withdrawn { by: "ada".into(), at, reason: "left".into() };
        let pass = || AssignmentCommand::Pass { at };
        let withdraw = || AssignmentCommand::Withdraw { by: "ada".into(), at, reason: "left".into() };
        for (from, command, to) in [
            (Open, pass(), Some(Passed { at })),
            (Open, withdraw(), Some(withdrawn())),
            (Passed { at }, pass(), None),
            (Passed { at }, withdraw(), None),
            (withdrawn(), pass(), None),
            (withdrawn(), withdraw(), None),
        ] {
            assert_eq!(from.after(command), to, "{from:?}");
        }
    }
}
