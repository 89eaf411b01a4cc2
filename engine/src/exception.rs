use std::collections::{BTreeSet, HashMap};

use model::{ClauseId, Facts, PersonId, Timestamp, ToolId};
use serde::{Deserialize, Serialize};

/// An approved, time-boxed exemption from a clause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// The clause that does not apply.
    pub clause: ClauseId,
    /// To whom.
    pub holder: Holder,
    /// Only for this tool, if given.
    pub tool: Option<ToolId>,
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

/// To whom an exception is granted.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// One person.
    Person(PersonId),
    /// Everyone in a group.
    Group(String),
}

/// Exceptions by holder, so that a decision looks only at those that can concern it.
#[derive(Clone, Debug, Default)]
pub struct Exceptions {
    by_holder: HashMap<Holder, Vec<Exception>>,
}

impl Exceptions {
    /// Past and future ones may be among them; each counts in its own time.
    pub fn new(all: impl IntoIterator<Item = Exception>) -> Self {
        let mut by_holder: HashMap<Holder, Vec<Exception>> = HashMap::new();
        for exception in all {
            by_holder.entry(exception.holder.clone()).or_default().push(exception);
        }
        Self { by_holder }
    }

    /// The clauses that do not apply to `person` with these `facts` at `now`.
    pub(crate) fn exempt(&self, person: &PersonId, facts: &Facts, now: Timestamp) -> BTreeSet<ClauseId> {
        if self.by_holder.is_empty() {
            return BTreeSet::new();
        }
        let groups = facts.person.groups.iter().cloned().map(Holder::Group);
        groups
            .chain([Holder::Person(person.clone())])
            .filter_map(|holder| self.by_holder.get(&holder))
            .flatten()
            .filter(|exception| exception.from <= now && now < exception.until)
            .filter(|exception| exception.tool.as_ref().is_none_or(|tool| *tool == facts.tool.id))
            .map(|exception| exception.clause.clone())
            .collect()
    }
}
