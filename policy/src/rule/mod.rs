//! The rule of a clause, as a lawyer reads it.

mod condition; // what a rule may ask
mod data; // which findings a rule is about
mod list; // `A, B or C` in a sentence
mod read; // `rule` block -> Rule
mod sentence; // one short sentence -> Condition
mod tokens; // the words of a sentence, with their places

pub use condition::{Condition, Test};
pub use data::{Data, DataTerm};
pub(crate) use read::{read_rule, read_subject, settle_if_uninspected};
pub(crate) use tokens::{Kind, split};

use model::{Action, Activity, Label, Severity, ToolId};

use crate::workflow::Exemption;

/// When a clause applies and what it asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The activities it is about; never empty.
    pub on: Vec<Activity>,
    /// The findings it is about.
    pub data: Data,
    /// All of these must hold.
    pub when: Vec<Condition>,
    /// Any of these exempts.
    pub unless: Vec<Condition>,
    /// What is done.
    pub then: Action,
    /// How much harm breaking it does.
    pub severity: Severity,
    /// What is done where the content that the rule depends on was not seen; `None` means nothing.
    pub if_uninspected: Option<Action>,
    /// The approved tool that coaching recommends, if not the policy's own.
    pub alternative: Option<ToolId>,
    /// Who may exempt from it, if not as the policy says.
    pub exceptions: Option<Exemption>,
}

impl Rule {
    /// The labels whose findings the rule is about.
    pub fn labels(&self) -> Vec<Label> {
        self.data.labels()
    }

    /// Every condition, those of `when` first.
    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        self.when.iter().chain(&self.unless)
    }
}

/// What a clause does about unseen content if its author does not say: the same as for seen content, but what
/// was not seen cannot be redacted and is not allowed on a guess.
pub(crate) const fn default_if_uninspected(then: Action) -> Option<Action> {
    match then {
        Action::Allow => None,
        Action::Coach => Some(Action::Coach),
        Action::Justify => Some(Action::Justify),
        Action::Redact | Action::Block => Some(Action::Block),
    }
}
