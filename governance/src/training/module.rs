use std::time::Duration;

use model::{ClauseId, Label};
use serde::{Deserialize, Serialize};

use super::Audience;

/// A training module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// Its stable name, as rules of the policy use it: `training ai-basics is missing`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its number; a higher one replaces a lower one, and people see which they passed.
    pub version: u32,
    /// The clauses of the policy that it teaches.
    pub clauses: Vec<Tie>,
    /// The data whose handling it teaches; clauses about them need not be named.
    pub data: Vec<Label>,
    /// Whom it is for.
    pub audience: Audience,
    /// When it is assigned without anybody asking.
    pub assigned: Vec<Occasion>,
    /// How long it takes, in minutes.
    pub minutes: u32,
    /// How long a pass counts.
    pub valid_for: Duration,
    /// Share of questions that have to be right, in percent.
    pub pass_percent: u32,
    /// What it is about, as Markdown.
    pub summary: String,
    /// What is read.
    pub parts: Vec<Part>,
    /// What is asked afterwards.
    pub questions: Vec<Question>,
}

/// A clause that a module teaches, or all of a family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tie {
    /// One clause: `CODE-1`.
    Clause(ClauseId),
    /// All whose ids begin so: `TOOL-*`.
    Family(String),
}

impl Module {
    /// Whether it names the clause.
    pub fn names(&self, clause: &ClauseId) -> bool {
        self.clauses.iter().any(|tie| match tie {
            Tie::Clause(id) => id == clause,
            Tie::Family(family) => clause.as_str().rsplit_once('-').is_some_and(|(word, _)| word == family),
        })
    }

    /// Whether it teaches how any of these data are handled.
    pub fn covers(&self, labels: &[Label]) -> bool {
        labels.iter().any(|label| self.data.iter().any(|data| label.is(data)))
    }

    /// Whether it teaches a clause: one that it names, or one that is about nothing but its data.
    pub fn teaches(&self, clause: &policy::Clause) -> bool {
        let labels = clause.labels();
        let about = |label: &Label| self.data.iter().any(|data| label.is(data));
        self.names(&clause.id) || (!labels.is_empty() && labels.iter().all(about))
    }
}

/// When a module is assigned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// Someone is new in the directory.
    Hire,
    /// A pass is about to lapse.
    Lapse,
    /// A clause it teaches has changed.
    PolicyChange,
    /// Someone has violated a clause it teaches, and the policy's ladder asks for training.
    Violation,
}

impl Occasion {
    /// Every occasion.
    pub const ALL: [Self; 4] = [Self::Hire, Self::Lapse, Self::PolicyChange, Self::Violation];

    /// The word used in modules.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hire => "hire",
            Self::Lapse => "lapse",
            Self::PolicyChange => "policy change",
            Self::Violation => "violation",
        }
    }
}

/// What is read under one heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The heading.
    pub title: String,
    /// What stands under it, in order.
    pub passages: Vec<Passage>,
}

/// A piece of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Passage {
    /// Markdown.
    Prose(String),
    /// Something that happened.
    Incident(Incident),
    /// The place of the decision tree, which is computed from the policy in force.
    Tree,
}

/// Something that happened, and where it is documented.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Incident {
    /// When, as people say it: `March 2023`.
    pub when: String,
    /// In a few words.
    pub title: String,
    /// What happened, as Markdown.
    pub what: String,
    /// Who documented it, with the date.
    pub source: String,
    /// Where it can be read, if it is on the web.
    pub link: Option<String>,
}

/// A question of the quiz.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// How it is answered.
    pub kind: Kind,
    /// What happens, for a scenario.
    pub situation: Option<String>,
    /// What is asked.
    pub ask: String,
    /// The part that answers it, by its position.
    pub part: usize,
    /// The answers to choose from.
    pub choices: Vec<Choice>,
}

/// How a question is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = QuizKind))]
pub enum Kind {
    /// One answer is right.
    Single,
    /// Several may be.
    Multiple,
    /// A situation, in which one answer is the best.
    Scenario,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Single, Self::Multiple, Self::Scenario];

    /// The word used in modules.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Multiple => "multiple",
            Self::Scenario => "scenario",
        }
    }
}

/// An answer to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The answer.
    pub says: String,
    /// Whether it is right.
    pub right: bool,
    /// Why it is, or is not.
    pub because: String,
}

impl Question {
    /// The positions of the right answers.
    pub fn right(&self) -> impl Iterator<Item = usize> + '_ {
        self.choices.iter().enumerate().filter(|(_, choice)| choice.right).map(|(at, _)| at)
    }
}
