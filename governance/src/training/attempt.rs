use std::collections::{BTreeMap, BTreeSet};

use model::{ClauseId, PersonId, PolicyVersion, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Marks, Module};
use crate::Lifecycle;

/// A quiz taken: kept as it was, never changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Who took it.
    pub person: PersonId,
    /// The module.
    pub module: String,
    /// Its number then.
    pub version: u32,
    /// The policy in force then.
    pub policy: PolicyVersion,
    /// What the module's clauses said then, as fingerprints: a later change asks for the module again.
    pub clauses: BTreeMap<ClauseId, String>,
    /// When.
    pub at: Timestamp,
    /// The chosen answers of each question.
    pub answers: Vec<BTreeSet<usize>>,
    /// What they came to.
    pub marks: Marks,
    /// Whether that was enough.
    pub outcome: Outcome,
}

/// Whether a module was passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was; that counts for a time.
    Passed {
        /// Until when.
        until: Timestamp,
    },
    /// It was not.
    Failed,
}

impl Attempt {
    /// Whether these marks pass `module` at `at`.
    pub fn outcome(module: &Module, marks: &Marks, at: Timestamp) -> Outcome {
        if marks.reach(module) {
            Outcome::Passed { until: at.plus(module.valid_for) }
        } else {
            Outcome::Failed
        }
    }
}

impl Lifecycle for Attempt {
    const KIND: &'static str = "training_attempt";

    fn state(&self) -> &'static str {
        match self.outcome {
            Outcome::Passed { .. } => "passed",
            Outcome::Failed => "failed",
        }
    }

    fn subject(&self) -> Option<&str> {
        Some(&self.module)
    }

    fn person(&self) -> Option<&PersonId> {
        Some(&self.person)
    }
}
