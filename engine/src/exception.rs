use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::{ClauseId, Facts, Label, PersonId, Timestamp, ToolId, Visibility};
use policy::Policy;
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
    /// Only where the findings that the clause is about lie within these, if any are given.
    #[serde(default)]
    pub labels: BTreeSet<Label>,
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

/// Exceptions by holder and tool, so that a decision looks only at those that can concern it; those that say the same
/// for different times are one.
#[derive(Clone, Debug, Default)]
pub struct Exceptions {
    by_holder: HashMap<Holder, HashMap<Option<ToolId>, Vec<Exemption>>>,
}

/// What a holder is exempt from with a tool, and when.
#[derive(Clone, Debug)]
struct Exemption {
    clause: ClauseId,
    labels: BTreeSet<Label>,
    times: Vec<(Timestamp, Timestamp)>,
}

impl Exceptions {
    /// Past and future ones may be among them; each counts in its own time.
    pub fn new(all: impl IntoIterator<Item = Exception>) -> Self {
        type Said = (Option<ToolId>, ClauseId, BTreeSet<Label>);
        let mut times: HashMap<Holder, BTreeMap<Said, Vec<(Timestamp, Timestamp)>>> = HashMap::new();
        for Exception { clause, holder, tool, labels, from, until } in all {
            times.entry(holder).or_default().entry((tool, clause, labels)).or_default().push((from, until));
        }
        let by_tool = |said: BTreeMap<Said, Vec<(Timestamp, Timestamp)>>| {
            let mut by_tool: HashMap<Option<ToolId>, Vec<Exemption>> = HashMap::new();
            for ((tool, clause, labels), times) in said {
                by_tool.entry(tool).or_default().push(Exemption { clause, labels, times });
            }
            by_tool
        };
        Self { by_holder: times.into_iter().map(|(holder, said)| (holder, by_tool(said))).collect() }
    }

    /// The clauses of `policy` that do not apply to `person` with these `facts` at `now`.
    pub(crate) fn exempt(
        &self,
        policy: &Policy,
        person: &PersonId,
        facts: &Facts,
        now: Timestamp,
    ) -> BTreeSet<ClauseId> {
        if self.by_holder.is_empty() {
            return BTreeSet::new();
        }
        let tools = [None, Some(facts.tool.id.clone())];
        let groups = facts.person.groups.iter().cloned().map(Holder::Group);
        groups
            .chain([Holder::Person(person.clone())])
            .filter_map(|holder| self.by_holder.get(&holder))
            .flat_map(|by_tool| tools.iter().filter_map(|tool| by_tool.get(tool)))
            .flatten()
            .filter(|exemption| exemption.times.iter().any(|(from, until)| *from <= now && now < *until))
            .filter(|exemption| exemption.covers(policy, facts))
            .map(|exemption| exemption.clause.clone())
            .collect()
    }
}

impl Exemption {
    /// Whether everything that the clause looks for and that was found lies within the labels. What was not seen may lie
    /// outside; a clause that names no data is about everything that was found.
    fn covers(&self, policy: &Policy, facts: &Facts) -> bool {
        if self.labels.is_empty() {
            return true;
        }
        if facts.visibility != Visibility::Content {
            return false;
        }
        let about = policy.clause(&self.clause).map(policy::Clause::labels).unwrap_or_default();
        let concerns = |label: &&Label| about.is_empty() || about.iter().any(|wanted| label.is(wanted));
        let within = |label: &Label| self.labels.iter().any(|class| label.is(class));
        facts.labels.keys().filter(concerns).all(within)
    }
}
