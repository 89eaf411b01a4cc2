//! What happened in a stretch of time, counted.

mod buckets; // a span cut into pieces
mod count; // one statement per part of the overview

use std::time::Duration;

use model::{Action, ClauseId, Label, Outcome, PersonId, Timestamp, ToolId};

use crate::{QueryError, Store};
use buckets::Buckets;

/// Most buckets of an overview.
pub const BUCKET_LIMIT: u64 = 2_000;

/// A stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its first instant.
    pub from: Timestamp,
    /// The first instant after it.
    pub to: Timestamp,
}

/// What happened in a span, counted. Series have one number per bucket, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overview {
    /// When each bucket begins.
    pub buckets: Vec<Timestamp>,
    /// The whole span.
    pub totals: Totals,
    /// Exchanges by what the policy said, weakest action first; every action is there.
    pub actions: Vec<ActionSeries>,
    /// Exchanges by tool, most used first.
    pub tools: Vec<ToolSeries>,
    /// Exchanges by label, families (`pii`) and what lies below them (`pii.email`), most frequent first.
    pub labels: Vec<LabelSeries>,
    /// Clauses that applied, most frequent first, apart for each action they asked for.
    pub clauses: Vec<ClauseCount>,
    /// Departments, most active first.
    pub departments: Vec<DepartmentCount>,
    /// The people with most interventions, then most exchanges; not more than were asked for.
    pub people: Vec<PersonCount>,
}

/// Counts over a whole span.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Exchanges.
    pub exchanges: u64,
    /// Different people.
    pub people: u64,
    /// Different tools.
    pub tools: u64,
    /// Exchanges in which the policy stepped in, see [`INTERVENTIONS`].
    pub interventions: u64,
}

/// Exchanges for which the policy said one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionSeries {
    /// What it said.
    pub action: Action,
    /// In each bucket.
    pub series: Vec<u64>,
}

/// Exchanges with one tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolSeries {
    /// The tool.
    pub tool: ToolId,
    /// In the whole span.
    pub exchanges: u64,
    /// In each bucket.
    pub series: Vec<u64>,
}

/// Exchanges in which one label was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelSeries {
    /// The label; what was found may lie below it.
    pub label: Label,
    /// In the whole span.
    pub exchanges: u64,
    /// Findings in them.
    pub findings: u64,
    /// Exchanges in each bucket.
    pub series: Vec<u64>,
}

/// Exchanges to which one clause applied with one action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClauseCount {
    /// The clause.
    pub clause: ClauseId,
    /// What it asked for.
    pub action: Action,
    /// How often.
    pub exchanges: u64,
}

/// What one department did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DepartmentCount {
    /// The department; `None` where it is not known.
    pub department: Option<String>,
    /// Exchanges.
    pub exchanges: u64,
    /// Exchanges in which the policy stepped in.
    pub interventions: u64,
    /// Different people.
    pub people: u64,
}

/// What one person did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonCount {
    /// Who; to be shown as a pseudonym.
    pub person: PersonId,
    /// Exchanges.
    pub exchanges: u64,
    /// Exchanges in which the policy stepped in.
    pub interventions: u64,
}

/// The outcomes in which Bylaw did something other than send the exchange on as it was because of what the policy says.
pub const INTERVENTIONS: [Outcome; 4] =
    [Outcome::Coached, Outcome::Held, Outcome::Redacted, Outcome::Blocked];

impl Store {
    /// Counts what happened in `span`, in buckets of `width` from its first instant on (wider where there would be more
    /// than [`BUCKET_LIMIT`]), with at most `people` people.
    pub async fn overview(&self, span: Span, width: Duration, people: u32) -> Result<Overview, QueryError> {
        let buckets = Buckets::new(span, width);
        let (used, labels, clauses, members) = tokio::try_join!(
            self.count_use(&buckets),
            self.count_labels(&buckets),
            self.count_clauses(span),
            self.count_members(span),
        )?;
        let mut everyone = members.people();
        let totals = Totals { people: everyone.len() as u64, ..used.totals };
        everyone.truncate(usize::try_from(people).unwrap_or(usize::MAX));
        Ok(Overview {
            buckets: buckets.starts(),
            totals,
            actions: used.actions,
            tools: used.tools,
            labels,
            clauses,
            departments: members.departments(),
            people: everyone,
        })
    }
}
