//! `bylaw behavior`: what the learner would have raised, and what it knows of a person.

mod explain; // what was learned of one person
mod replay; // past events through a new learner

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;

/// What can be asked of learned behaviour.
#[derive(Subcommand)]
pub(crate) enum BehaviorCommand {
    /// Let past events, from a table or from the store, run through a new learner and write what it raises.
    Replay(replay::Replay),
    /// Say what is learned of a person; that you asked is kept in the audit log.
    Explain(explain::Explain),
}

impl BehaviorCommand {
    pub(crate) fn run(self) -> Result<ExitCode> {
        match self {
            Self::Replay(replay) => replay.run(),
            Self::Explain(explain) => explain.run(),
        }
    }
}
