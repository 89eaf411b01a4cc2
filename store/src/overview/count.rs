use std::{cmp::Reverse, collections::BTreeMap};

use model::{Action, ClauseId, Label, PersonId, ToolId};
use sea_orm::{DbBackend, FromQueryResult};

use super::{
    ActionSeries, ClauseCount, DepartmentCount, INTERVENTIONS, LabelSeries, PersonCount, Span, ToolSeries,
    Totals, buckets::Buckets,
};
use crate::{QueryError, Store, row::unsigned};

const DOING: &str = "count the exchanges";

#[derive(FromQueryResult)]
struct UseRow {
    slot: i64,
    tool: String,
    action: String,
    outcome: String,
    exchanges: i64,
}

#[derive(FromQueryResult)]
struct LabelRow {
    slot: i64,
    label: String,
    exchanges: i64,
    findings: i64,
}

#[derive(FromQueryResult)]
struct ClauseRow {
    clause: String,
    action: String,
    exchanges: i64,
}

#[derive(FromQueryResult)]
struct MemberRow {
    person: String,
    department: Option<String>,
    exchanges: i64,
    interventions: i64,
}

/// What one pass over the records gives; people are not counted in it.
pub(super) struct Use {
    pub(super) totals: Totals,
    pub(super) actions: Vec<ActionSeries>,
    pub(super) tools: Vec<ToolSeries>,
}

impl Store {
    pub(super) async fn count_use(&self, buckets: &Buckets) -> Result<Use, QueryError> {
        let sql = "SELECT (at - $1) / $3 AS slot, tool, action, outcome, COUNT(*) AS exchanges \
                   FROM records WHERE at >= $1 AND at < $2 GROUP BY slot, tool, action, outcome";
        let rows: Vec<UseRow> = self.select(sql, buckets.values(), DOING).await?;
        let mut totals = Totals::default();
        let mut actions = Action::ALL.map(|action| ActionSeries { action, series: buckets.zeros() });
        let mut tools = BTreeMap::<String, Vec<u64>>::new();
        for row in rows {
            let exchanges = unsigned(row.exchanges);
            totals.exchanges += exchanges;
            if INTERVENTIONS.iter().any(|outcome| outcome.as_str() == row.outcome) {
                totals.interventions += exchanges;
            }
            if let Some(action) = actions.iter_mut().find(|series| series.action.as_str() == row.action) {
                buckets.add(&mut action.series, row.slot, exchanges);
            }
            let series = tools.entry(row.tool).or_insert_with(|| buckets.zeros());
            buckets.add(series, row.slot, exchanges);
        }
        totals.tools = tools.len() as u64;
        let tool = |(tool, series): (String, Vec<u64>)| ToolSeries {
            tool: ToolId::new(tool),
            exchanges: series.iter().sum(),
            series,
        };
        let mut tools: Vec<_> = tools.into_iter().map(tool).collect();
        tools.sort_by_key(|tool| Reverse(tool.exchanges));
        Ok(Use { totals, actions: actions.into(), tools })
    }

    pub(super) async fn count_labels(&self, buckets: &Buckets) -> Result<Vec<LabelSeries>, QueryError> {
        let sql = "SELECT (at - $1) / $3 AS slot, label, COUNT(*) AS exchanges, \
                   CAST(SUM(findings) AS BIGINT) AS findings \
                   FROM record_labels WHERE at >= $1 AND at < $2 GROUP BY slot, label";
        let rows: Vec<LabelRow> = self.select(sql, buckets.values(), DOING).await?;
        let mut labels = BTreeMap::<String, LabelSeries>::new();
        for row in rows {
            let label = row.label.parse::<Label>();
            let label = label.map_err(|error| QueryError::unreadable(DOING, "label", &row.label, error))?;
            let counted = labels.entry(row.label).or_insert_with(|| LabelSeries {
                label,
                exchanges: 0,
                findings: 0,
                series: buckets.zeros(),
            });
            counted.exchanges += unsigned(row.exchanges);
            counted.findings += unsigned(row.findings);
            buckets.add(&mut counted.series, row.slot, unsigned(row.exchanges));
        }
        let mut labels: Vec<_> = labels.into_values().collect();
        labels.sort_by_key(|label| Reverse(label.exchanges));
        Ok(labels)
    }

    pub(super) async fn count_clauses(&self, span: Span) -> Result<Vec<ClauseCount>, QueryError> {
        let sql = "SELECT clause, action, COUNT(*) AS exchanges FROM record_clauses \
                   WHERE at >= $1 AND at < $2 GROUP BY clause, action ORDER BY exchanges DESC, clause";
        let rows: Vec<ClauseRow> = self.select(sql, span.values(), DOING).await?;
        let known = rows.into_iter().filter_map(|row| {
            let action = Action::ALL.into_iter().find(|action| action.as_str() == row.action)?;
            Some(ClauseCount {
                clause: ClauseId::new(row.clause),
                action,
                exchanges: unsigned(row.exchanges),
            })
        });
        Ok(known.collect())
    }

    pub(super) async fn count_members(&self, span: Span) -> Result<Members, QueryError> {
        let sql = match self.read().get_database_backend() {
            DbBackend::Sqlite => MEMBERS_BY_INDEX,
            _ => MEMBERS_BY_HASH,
        };
        let sql = sql.replace("{interventions}", &intervention_words());
        Ok(Members(self.select(&sql, span.values(), DOING).await?))
    }
}

/// PostgreSQL groups by hashing, in one pass.
const MEMBERS_BY_HASH: &str = "SELECT person, department, COUNT(*) AS exchanges, \
     COUNT(*) FILTER (WHERE outcome IN ({interventions})) AS interventions \
     FROM records WHERE at >= $1 AND at < $2 GROUP BY person, department";

/// SQLite groups by sorting every row, which takes five times as long as listing the members and then counting each in
/// the index that begins with the person.
const MEMBERS_BY_INDEX: &str = "SELECT person, department, \
     (SELECT COUNT(*) FROM records AS r WHERE r.person = m.person AND r.at >= $1 AND r.at < $2 \
      AND r.department IS m.department) AS exchanges, \
     (SELECT COUNT(*) FROM records AS r WHERE r.person = m.person AND r.at >= $1 AND r.at < $2 \
      AND r.department IS m.department AND r.outcome IN ({interventions})) AS interventions \
     FROM (SELECT DISTINCT person, department FROM records WHERE at >= $1 AND at < $2) AS m";

/// The words are ours, so there is nothing to escape.
fn intervention_words() -> String {
    INTERVENTIONS.map(|outcome| format!("'{}'", outcome.as_str())).join(", ")
}

/// What each person did in each department they were in.
pub(super) struct Members(Vec<MemberRow>);

impl Members {
    pub(super) fn departments(&self) -> Vec<DepartmentCount> {
        let mut departments = BTreeMap::<&Option<String>, DepartmentCount>::new();
        for row in &self.0 {
            let counted = departments.entry(&row.department).or_insert_with(|| DepartmentCount {
                department: row.department.clone(),
                exchanges: 0,
                interventions: 0,
                people: 0,
            });
            counted.exchanges += unsigned(row.exchanges);
            counted.interventions += unsigned(row.interventions);
            counted.people += 1;
        }
        let mut departments: Vec<_> = departments.into_values().collect();
        departments.sort_by_key(|department| Reverse(department.exchanges));
        departments
    }

    /// Everyone, with the most interventions first.
    pub(super) fn people(&self) -> Vec<PersonCount> {
        let mut people = BTreeMap::<&str, (u64, u64)>::new();
        for row in &self.0 {
            let (interventions, exchanges) = people.entry(&row.person).or_default();
            *interventions += unsigned(row.interventions);
            *exchanges += unsigned(row.exchanges);
        }
        let mut people: Vec<_> = people.into_iter().collect();
        people.sort_by_key(|(_, counts)| Reverse(*counts));
        let person = |(person, (interventions, exchanges))| PersonCount {
            person: PersonId::new(person),
            exchanges,
            interventions,
        };
        people.into_iter().map(person).collect()
    }
}
