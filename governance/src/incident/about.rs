use behavior::Entity;
use model::{ClauseId, PersonId, ToolId};
use serde::{Deserialize, Serialize};

use super::Sign;

/// What an incident is about. Signs about the same belong together.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// A person, or a program's account.
    Person(PersonId),
    /// A department as a whole.
    Department(Box<str>),
    /// A tool that several people began to use.
    Tool(ToolId),
    /// A clause whose promise the gate did not keep.
    Clause(ClauseId),
    /// Something that somebody reported.
    Report(uuid::Uuid),
    /// Bylaw's own learning.
    Learner,
}

impl About {
    /// What `sign` is about.
    pub fn of(sign: &Sign) -> Self {
        match sign {
            Sign::Deviation(deviation) => match &deviation.entity {
                Entity::Person(person) => Self::Person(person.clone()),
                Entity::Department(department) => Self::Department(department.clone()),
                Entity::Tool(tool) => Self::Tool(tool.clone()),
            },
            Sign::Violations(violations) => Self::Person(violations.person.clone()),
            Sign::Canary { clause, .. } => Self::Clause(clause.clone()),
            Sign::Report { report } => Self::Report(*report),
            Sign::Alarm(_) => Self::Learner,
        }
    }

    /// The person, if it is about one.
    pub const fn person(&self) -> Option<&PersonId> {
        match self {
            Self::Person(person) => Some(person),
            Self::Department(_) | Self::Tool(_) | Self::Clause(_) | Self::Report(_) | Self::Learner => None,
        }
    }
}
