use std::time::Duration;

use model::{ClauseId, PersonId, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Audience, Module};
use crate::Lifecycle;

/// A course that another system teaches, known by its package. Bylaw does not run it: it keeps who has completed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Course {
    /// Its name, as rules of the policy use it.
    pub id: String,
    /// Its title, from the package.
    pub title: String,
    /// What the package is.
    pub standard: Standard,
    /// The package's own name of the course: the publisher id of cmi5, the identifier of SCORM.
    pub publisher_id: String,
    /// What results name: ids of assignable units (cmi5), identifiers of items (SCORM).
    pub units: Vec<String>,
    /// The clauses it teaches, as whoever imported it said.
    pub clauses: Vec<ClauseId>,
    /// Whom it is for.
    pub audience: Audience,
    /// How long a completion counts, in seconds.
    pub valid_for_s: u64,
    /// Who imported it.
    pub by: String,
}

/// Kinds of course packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = CourseStandard))]
pub enum Standard {
    /// cmi5, with `cmi5.xml`.
    Cmi5,
    /// SCORM 1.2, with `imsmanifest.xml`.
    Scorm12,
}

impl Course {
    /// A module of Bylaw's own, as its package names it to the learning system that teaches it.
    pub fn of_module(module: &Module) -> Self {
        let publisher_id = format!("urn:bylaw:training:{}", module.id);
        Self {
            id: module.id.clone(),
            title: module.title.clone(),
            standard: Standard::Cmi5,
            units: vec![format!("{publisher_id}:{}", module.version)],
            publisher_id,
            clauses: Vec::new(),
            audience: Audience::default(),
            valid_for_s: module.valid_for.as_secs(),
            by: "Bylaw".to_owned(),
        }
    }

    /// How long a completion counts.
    pub const fn valid_for(&self) -> Duration {
        Duration::from_secs(self.valid_for_s)
    }
}

impl Lifecycle for Course {
    const KIND: &'static str = "training_course";

    fn state(&self) -> &'static str {
        "offered"
    }

    fn subject(&self) -> Option<&str> {
        Some(&self.id)
    }
}

/// That someone has completed a course elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completion {
    /// Who.
    pub person: PersonId,
    /// Which course.
    pub module: String,
    /// When.
    pub at: Timestamp,
    /// Until when it counts.
    pub until: Timestamp,
    /// How Bylaw knows.
    pub how: How,
    /// Who entered it.
    pub by: String,
}

/// How a completion is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = CompletionEvidence))]
pub enum How {
    /// An administrator says so.
    Stated {
        /// On what grounds.
        reason: String,
    },
    /// A file of xAPI statements says so; Bylaw has no proof that it is genuine.
    Statement {
        /// The statement's id.
        id: String,
    },
    /// A learning system's report says so; Bylaw has no proof that it is genuine.
    Report {
        /// The line of it, counted from 1.
        line: u64,
    },
}

impl Lifecycle for Completion {
    const KIND: &'static str = "training_completion";

    fn state(&self) -> &'static str {
        "passed"
    }

    fn subject(&self) -> Option<&str> {
        Some(&self.module)
    }

    fn person(&self) -> Option<&PersonId> {
        Some(&self.person)
    }
}
