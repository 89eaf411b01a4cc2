use std::{cmp::Reverse, collections::BTreeMap};

use model::{Action, ClauseId, Label, PersonId, ToolId};
use sea_orm::FromQueryResult;

use super::{
    ActionSeries, ClauseCount, DepartmentCount, INTERVENTIONS, LabelSeries, Overview, PersonCount, Span,
    ToolSeries, buckets::Buckets,
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
struct DepartmentRow {
    department: Option<String>,
    exchanges: i64,
    interventions: i64,
    people: i64,
}

#[derive(FromQueryResult)]
struct PersonRow {
    person: String,
    exchanges: i64,
    interventions: i64,
}

#[derive(FromQueryResult)]
struct NumberRow {
    number: i64,
}

impl Store {
    /// Actions, tools and totals, from one pass over the records.
    pub(super) async fn count_use(
        &self,
        buckets: &Buckets,
        overview: &mut Overview,
    ) -> Result<(), QueryError> {
        let sql = "SELECT (at - $1) / $3 AS slot, tool, action, outcome, COUNT(*) AS exchanges \
                   FROM records WHERE at >= $1 AND at < $2 GROUP BY slot, tool, action, outcome";
        let rows: Vec<UseRow> = self.select(sql, buckets.values(), DOING).await?;
        let mut actions = Action::ALL.map(|action| ActionSeries { action, series: buckets.zeros() });
        let mut tools = BTreeMap::<String, Vec<u64>>::new();
        for row in rows {
            let exchanges = unsigned(row.exchanges);
            overview.totals.exchanges += exchanges;
            if INTERVENTIONS.iter().any(|outcome| outcome.as_str() == row.outcome) {
                overview.totals.interventions += exchanges;
            }
            let action = actions.iter_mut().find(|series| series.action.as_str() == row.action);
            if let Some(count) = action.and_then(|action| buckets.at(&mut action.series, row.slot)) {
                *count += exchanges;
            }
            let series = tools.entry(row.tool).or_insert_with(|| buckets.zeros());
            if let Some(count) = buckets.at(series, row.slot) {
                *count += exchanges;
            }
        }
        overview.totals.tools = tools.len() as u64;
        overview.actions = actions.into();
        let tool = |(tool, series): (String, Vec<u64>)| ToolSeries {
            tool: ToolId::new(tool),
            exchanges: series.iter().sum(),
            series,
        };
        overview.tools = tools.into_iter().map(tool).collect();
        overview.tools.sort_by_key(|tool| Reverse(tool.exchanges));
        Ok(())
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
            if let Some(count) = buckets.at(&mut counted.series, row.slot) {
                *count += unsigned(row.exchanges);
            }
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

    pub(super) async fn count_departments(&self, span: Span) -> Result<Vec<DepartmentCount>, QueryError> {
        // People are counted after grouping by them: PostgreSQL would sort for COUNT(DISTINCT), but hashes this.
        let sql = format!(
            "SELECT department, CAST(SUM(exchanges) AS BIGINT) AS exchanges, \
             CAST(SUM(interventions) AS BIGINT) AS interventions, COUNT(*) AS people \
             FROM (SELECT department, person, COUNT(*) AS exchanges, {} AS interventions \
                   FROM records WHERE at >= $1 AND at < $2 GROUP BY department, person) AS members \
             GROUP BY department ORDER BY exchanges DESC, department",
            interventions()
        );
        let rows: Vec<DepartmentRow> = self.select(&sql, span.values(), DOING).await?;
        let department = |row: DepartmentRow| DepartmentCount {
            department: row.department,
            exchanges: unsigned(row.exchanges),
            interventions: unsigned(row.interventions),
            people: unsigned(row.people),
        };
        Ok(rows.into_iter().map(department).collect())
    }

    pub(super) async fn count_people(&self, span: Span, limit: u32) -> Result<Vec<PersonCount>, QueryError> {
        let sql = format!(
            "SELECT person, COUNT(*) AS exchanges, {} AS interventions FROM records \
             WHERE at >= $1 AND at < $2 GROUP BY person \
             ORDER BY interventions DESC, exchanges DESC, person LIMIT $3",
            interventions()
        );
        let values = span.values().into_iter().chain([i64::from(limit)]).collect();
        let rows: Vec<PersonRow> = self.select(&sql, values, DOING).await?;
        let person = |row: PersonRow| PersonCount {
            person: PersonId::new(row.person),
            exchanges: unsigned(row.exchanges),
            interventions: unsigned(row.interventions),
        };
        Ok(rows.into_iter().map(person).collect())
    }

    pub(super) async fn count_all_people(&self, span: Span) -> Result<u64, QueryError> {
        let sql = "SELECT COUNT(*) AS number FROM \
                   (SELECT DISTINCT person FROM records WHERE at >= $1 AND at < $2) AS people";
        let rows: Vec<NumberRow> = self.select(sql, span.values(), DOING).await?;
        Ok(rows.first().map_or(0, |row| unsigned(row.number)))
    }
}

/// The number of interventions in a group; the words are ours, so there is nothing to escape.
fn interventions() -> String {
    let words = INTERVENTIONS.map(|outcome| format!("'{}'", outcome.as_str())).join(", ");
    format!("CAST(SUM(CASE WHEN outcome IN ({words}) THEN 1 ELSE 0 END) AS BIGINT)")
}
