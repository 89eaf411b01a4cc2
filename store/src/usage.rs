use std::collections::BTreeMap;

use model::{Action, Activity, ClauseId, Label, Outcome, Timestamp, ToolId};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, QueryTrait};

use crate::{
    QueryError, Span, Store,
    entity::{record, record_label},
    error::Doing,
    row::unsigned,
};

/// How often a clause applied lately.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClauseCounts {
    /// In the last 24 hours.
    pub day: u64,
    /// In the last 7 days.
    pub week: u64,
}

/// How one tool was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolUsage {
    /// The tool.
    pub tool: ToolId,
    /// Exchanges.
    pub exchanges: u64,
    /// Exchanges by what the policy said; actions that did not occur are left out.
    pub actions: BTreeMap<Action, u64>,
    /// Different people.
    pub people: u64,
    /// The latest exchange.
    pub last_seen: Timestamp,
}

#[derive(FromQueryResult)]
struct ClauseRow {
    clause: String,
    day: i64,
    week: i64,
}

#[derive(FromQueryResult)]
struct ToolRow {
    tool: String,
    action: String,
    exchanges: i64,
    last_seen: i64,
}

#[derive(FromQueryResult)]
struct PeopleRow {
    tool: String,
    people: i64,
}

#[derive(FromQueryResult)]
struct LabelRow {
    label: String,
    exchanges: i64,
}

/// What was done with exchanges whose content reached the tool as it was.
pub(crate) const REACHED: [Outcome; 4] =
    [Outcome::Forwarded, Outcome::Acknowledged, Outcome::Justified, Outcome::Observed];

const DAY: i64 = 24 * 60 * 60 * 1_000;
const CLAUSES: &str = "count the clauses";
const TOOLS: &str = "count the use of tools";
const LABELS: &str = "count what was sent to the tool";

impl Store {
    /// How often each clause applied in the day and the week before `now`; clauses that did not are left out.
    pub async fn clause_counts(
        &self,
        now: Timestamp,
    ) -> Result<BTreeMap<ClauseId, ClauseCounts>, QueryError> {
        let sql = "SELECT clause, CAST(SUM(CASE WHEN at >= $1 THEN 1 ELSE 0 END) AS BIGINT) AS day, \
                   COUNT(*) AS week FROM record_clauses WHERE at >= $2 AND at <= $3 GROUP BY clause";
        let now = now.as_millis();
        let values = vec![now.saturating_sub(DAY), now.saturating_sub(7 * DAY), now];
        let rows: Vec<ClauseRow> = self.select(sql, values, CLAUSES).await?;
        let count = |row: ClauseRow| {
            (ClauseId::new(row.clause), ClauseCounts { day: unsigned(row.day), week: unsigned(row.week) })
        };
        Ok(rows.into_iter().map(count).collect())
    }

    /// How each tool was used in `span`, by name; tools that were not are left out.
    pub async fn tool_usage(&self, span: Span) -> Result<Vec<ToolUsage>, QueryError> {
        let by_action = "SELECT tool, action, COUNT(*) AS exchanges, MAX(at) AS last_seen \
                         FROM records WHERE at >= $1 AND at < $2 GROUP BY tool, action";
        let people = "SELECT tool, COUNT(*) AS people FROM \
                      (SELECT DISTINCT tool, person FROM records WHERE at >= $1 AND at < $2) AS users \
                      GROUP BY tool";
        let mut tools = BTreeMap::new();
        for row in self.select::<ToolRow>(by_action, span.values(), TOOLS).await? {
            let tool = tools.entry(row.tool).or_insert_with_key(|tool| unused(tool));
            let exchanges = unsigned(row.exchanges);
            tool.exchanges += exchanges;
            tool.last_seen = tool.last_seen.max(Timestamp::from_millis(row.last_seen));
            if let Some(action) = Action::ALL.into_iter().find(|action| action.as_str() == row.action) {
                *tool.actions.entry(action).or_default() += exchanges;
            }
        }
        for row in self.select::<PeopleRow>(people, span.values(), TOOLS).await? {
            if let Some(tool) = tools.get_mut(&row.tool) {
                tool.people = unsigned(row.people);
            }
        }
        Ok(tools.into_values().collect())
    }
}

impl Store {
    /// What people sent to `tool` from `since` on, as it was: exchanges by label. Of labels that lie within one another
    /// only the lowest are told, so a finding that names a whole family is not where one of its members was found too.
    pub async fn labels_sent(
        &self,
        tool: &ToolId,
        since: Timestamp,
    ) -> Result<BTreeMap<Label, u64>, QueryError> {
        let sent = record::Entity::find()
            .select_only()
            .column(record::Column::Id)
            .filter(record::Column::Tool.eq(tool.as_str()))
            .filter(record::Column::At.gte(since.as_millis()))
            .filter(
                record::Column::Activity.is_in([Activity::Prompt, Activity::Upload].map(Activity::as_str)),
            )
            .filter(record::Column::Outcome.is_in(REACHED.map(Outcome::as_str)))
            .into_query();
        let found = record_label::Entity::find()
            .select_only()
            .column(record_label::Column::Label)
            .column_as(record_label::Column::RecordId.count(), "exchanges")
            .filter(record_label::Column::At.gte(since.as_millis()))
            .filter(record_label::Column::RecordId.in_subquery(sent))
            .group_by(record_label::Column::Label)
            .into_model::<LabelRow>()
            .all(self.read())
            .await
            .doing(LABELS)?;
        let read = |row: LabelRow| {
            let label = row.label.parse::<Label>();
            let label = label.map_err(|error| QueryError::unreadable(LABELS, "label", &row.label, error))?;
            Ok((label, unsigned(row.exchanges)))
        };
        let all = found.into_iter().map(read).collect::<Result<BTreeMap<Label, u64>, QueryError>>()?;
        let lowest = |label: &Label| !all.keys().any(|other| other != label && other.is(label));
        Ok(all
            .iter()
            .filter(|(label, _)| lowest(label))
            .map(|(label, count)| (label.clone(), *count))
            .collect())
    }
}

fn unused(tool: &str) -> ToolUsage {
    ToolUsage {
        tool: ToolId::new(tool),
        exchanges: 0,
        actions: BTreeMap::new(),
        people: 0,
        last_seen: Timestamp::from_millis(i64::MIN),
    }
}
