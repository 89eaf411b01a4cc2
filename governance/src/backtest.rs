use model::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Lifecycle, draft::ContentHash};

/// A draft's trial on recorded exchanges.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// The content that is tried.
    pub hash: ContentHash,
    /// The first instant of the period.
    pub from: Timestamp,
    /// The instant after its last.
    pub to: Timestamp,
    /// Who asked for it.
    pub by: String,
    /// When it began.
    pub began: Timestamp,
    /// Where it stands.
    pub state: TrialState,
}

/// Where a trial stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum TrialState {
    /// A node is at it.
    Running,
    /// It is done.
    Done {
        /// When.
        at: Timestamp,
        /// What came of it; counts and masked excerpts, no names.
        report: Value,
    },
    /// It broke off.
    Failed {
        /// When.
        at: Timestamp,
        /// Why.
        why: String,
    },
}

/// What can happen to a trial.
#[derive(Clone, Debug, PartialEq)]
pub enum TrialCommand {
    /// It is done.
    Finish {
        /// When.
        at: Timestamp,
        /// What came of it.
        report: Value,
    },
    /// It broke off.
    Fail {
        /// When.
        at: Timestamp,
        /// Why.
        why: String,
    },
}

/// A trial that is over does not end again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this backtest is over; run it again")]
pub struct TrialOver;

impl Trial {
    /// Begins at `began` over the exchanges from `from` on and before `to`.
    pub fn begin(hash: ContentHash, from: Timestamp, to: Timestamp, by: String, began: Timestamp) -> Self {
        Self { hash, from, to, by, began, state: TrialState::Running }
    }

    /// Follows `command`.
    pub fn apply(self, command: TrialCommand) -> Result<Self, TrialOver> {
        use TrialCommand::*;
        use TrialState::*;
        match (&self.state, command) {
            (Running, Finish { at, report }) => Ok(Self { state: Done { at, report }, ..self }),
            (Running, Fail { at, why }) => Ok(Self { state: Failed { at, why }, ..self }),
            (Done { .. } | Failed { .. }, Finish { .. } | Fail { .. }) => Err(TrialOver),
        }
    }

    /// When its report was ready, if it is.
    pub fn done_at(&self) -> Option<Timestamp> {
        match self.state {
            TrialState::Done { at, .. } => Some(at),
            TrialState::Running | TrialState::Failed { .. } => None,
        }
    }
}

impl Lifecycle for Trial {
    const KIND: &'static str = "policy_backtest";

    fn state(&self) -> &'static str {
        match self.state {
            TrialState::Running => "running",
            TrialState::Done { .. } => "done",
            TrialState::Failed { .. } => "failed",
        }
    }

    fn subject(&self) -> Option<&str> {
        Some(self.hash.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trial_ends_once() {
        let at = Timestamp::from_millis;
        let running = Trial::begin(ContentHash::of("x"), at(0), at(9), "ada".into(), at(9));
        let finish = TrialCommand::Finish { at: at(11), report: Value::Null };
        let fail = TrialCommand::Fail { at: at(12), why: "the store is away".into() };
        let done = running.clone().apply(finish.clone()).unwrap();
        let failed = running.clone().apply(fail.clone()).unwrap();
        assert_eq!((running.done_at(), done.done_at(), failed.done_at()), (None, Some(at(11)), None));
        for (from, command, expected) in [
            (&running, &finish, Some("done")),
            (&running, &fail, Some("failed")),
            (&done, &fail, None),
            (&failed, &finish, None),
        ] {
            let next = from.clone().apply(command.clone()).ok();
            assert_eq!(next.as_ref().map(Lifecycle::state), expected, "{from:?} {command:?}");
        }
    }
}
