use model::{PersonId, PolicyVersion, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Lifecycle;

/// Which version of the policy someone has read last, so that they can be told what changed since. One for each person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Who.
    pub person: PersonId,
    /// What.
    pub policy: PolicyVersion,
    /// When.
    pub at: Timestamp,
}

impl Lifecycle for Reading {
    const KIND: &'static str = "policy_reading";

    fn state(&self) -> &'static str {
        "read"
    }

    fn subject(&self) -> Option<&str> {
        Some(self.policy.as_str())
    }

    fn person(&self) -> Option<&PersonId> {
        Some(&self.person)
    }
}
