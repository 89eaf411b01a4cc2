use std::collections::BTreeMap;

use model::{AccountKind, FAMILIES, Label, Source, Timestamp, ToolId, Visibility};
use sea_orm::FromQueryResult;

use crate::{QueryError, Span, Store, row::unsigned};

/// How one tool was used in a span, by whatever saw it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToolInUse {
    /// Exchanges.
    pub exchanges: u64,
    /// Bytes to the tool.
    pub bytes_up: u64,
    /// Bytes from the tool, as far as they were seen.
    pub bytes_down: u64,
    /// Exchanges by account.
    pub accounts: BTreeMap<AccountKind, u64>,
    /// Exchanges by how much of them was seen.
    pub visibility: BTreeMap<Visibility, u64>,
    /// Exchanges by who saw them.
    pub sources: BTreeMap<Source, u64>,
    /// Different people by department; those of none are under `None`.
    pub people: BTreeMap<Option<String>, u64>,
    /// The first exchange that is kept, also before the span.
    pub first: Option<Timestamp>,
    /// The latest exchange in the span.
    pub last: Option<Timestamp>,
}

/// What went from one department to one tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataFlow {
    /// The department, if it is known.
    pub department: Option<String>,
    /// The tool.
    pub tool: ToolId,
    /// Family of what was found; `None` of exchanges in which nothing was found or nothing could be.
    pub label: Option<Label>,
    /// Exchanges.
    pub exchanges: u64,
}

#[derive(FromQueryResult)]
struct CountRow {
    tool: String,
    account: String,
    visibility: String,
    source: String,
    exchanges: i64,
    bytes_up: i64,
    bytes_down: i64,
    last_at: i64,
}

#[derive(FromQueryResult)]
struct PeopleRow {
    tool: String,
    department: Option<String>,
    people: i64,
}

#[derive(FromQueryResult)]
struct FirstRow {
    tool: String,
    first_at: i64,
}

#[derive(FromQueryResult)]
struct TrendRow {
    tool: String,
    slot: i64,
    exchanges: i64,
}

#[derive(FromQueryResult)]
struct FlowRow {
    department: Option<String>,
    tool: String,
    label: Option<String>,
    exchanges: i64,
}

const TOOLS: &str = "count the use of tools";
const FLOWS: &str = "count what went from departments to tools";

impl Store {
    /// How each tool was used in `span`; tools that were not are left out.
    pub async fn tools_in_use(&self, span: Span) -> Result<BTreeMap<ToolId, ToolInUse>, QueryError> {
        let counts = "SELECT r.tool AS tool, r.account AS account, r.visibility AS visibility, \
                      r.source AS source, COUNT(*) AS exchanges, CAST(SUM(r.bytes_up) AS BIGINT) AS bytes_up, \
                      CAST(SUM(COALESCE(c.bytes_down, 0)) AS BIGINT) AS bytes_down, MAX(r.at) AS last_at \
                      FROM records r LEFT JOIN completions c ON c.record_id = r.id \
                      WHERE r.at >= $1 AND r.at < $2 AND r.source <> 'check' \
                      GROUP BY r.tool, r.account, r.visibility, r.source";
        let mut tools = BTreeMap::<String, ToolInUse>::new();
        for row in self.select::<CountRow>(counts, span.values(), TOOLS).await? {
            tools.entry(row.tool.clone()).or_default().add(&row);
        }
        let people = "SELECT tool, department, COUNT(DISTINCT person) AS people FROM records \
                      WHERE at >= $1 AND at < $2 AND source <> 'check' GROUP BY tool, department";
        for row in self.select::<PeopleRow>(people, span.values(), TOOLS).await? {
            let tool = tools.entry(row.tool).or_default();
            tool.people.insert(row.department, unsigned(row.people));
        }
        let first = "SELECT u.tool AS tool, \
                     (SELECT MIN(r.at) FROM records r WHERE r.tool = u.tool AND r.source <> 'check') AS first_at \
                     FROM (SELECT DISTINCT tool FROM records \
                           WHERE at >= $1 AND at < $2 AND source <> 'check') AS u";
        for row in self.select::<FirstRow>(first, span.values(), TOOLS).await? {
            tools.entry(row.tool).or_default().first = Some(Timestamp::from_millis(row.first_at));
        }
        Ok(tools.into_iter().map(|(tool, used)| (ToolId::new(tool), used)).collect())
    }

    /// How often each tool was used in each of `points` equal parts of `span`, oldest first; tools that were not used are
    /// left out.
    pub async fn tool_trends(
        &self,
        span: Span,
        points: u32,
    ) -> Result<BTreeMap<ToolId, Vec<u64>>, QueryError> {
        let sql = "SELECT tool, (at - $1) / $3 AS slot, COUNT(*) AS exchanges FROM records \
                   WHERE at >= $1 AND at < $2 AND source <> 'check' GROUP BY tool, slot";
        let length = span.to.as_millis().saturating_sub(span.from.as_millis()).max(1);
        let width = length.div_euclid(i64::from(points.max(1))).saturating_add(1);
        let values = span.values().into_iter().chain([width]).collect();
        let mut trends = BTreeMap::<ToolId, Vec<u64>>::new();
        for row in self.select::<TrendRow>(sql, values, TOOLS).await? {
            let trend = trends.entry(ToolId::new(row.tool)).or_insert_with(|| vec![0; points as usize]);
            if let Some(count) = usize::try_from(row.slot).ok().and_then(|slot| trend.get_mut(slot)) {
                *count += unsigned(row.exchanges);
            }
        }
        Ok(trends)
    }

    /// What went from departments to tools in `span`, by family of what was found. An exchange in which several were
    /// found counts for each.
    pub async fn data_flows(&self, span: Span) -> Result<Vec<DataFlow>, QueryError> {
        let families: Vec<String> = FAMILIES.iter().map(|(family, _)| format!("'{family}'")).collect();
        let sql = format!(
            "SELECT r.department AS department, r.tool AS tool, l.label AS label, COUNT(*) AS exchanges \
             FROM records r LEFT JOIN record_labels l \
             ON l.label IN ({}) AND l.at = r.at AND l.record_id = r.id \
             WHERE r.at >= $1 AND r.at < $2 AND r.source <> 'check' \
             GROUP BY r.department, r.tool, l.label ORDER BY exchanges DESC, r.department, r.tool, l.label",
            families.join(", ")
        );
        let rows = self.select::<FlowRow>(&sql, span.values(), FLOWS).await?;
        let read = |row: FlowRow| {
            let label = row.label.map(|label| {
                label.parse().map_err(|error| QueryError::unreadable(FLOWS, "label", &label, error))
            });
            Ok(DataFlow {
                department: row.department,
                tool: ToolId::new(row.tool),
                label: label.transpose()?,
                exchanges: unsigned(row.exchanges),
            })
        };
        rows.into_iter().map(read).collect()
    }
}

impl ToolInUse {
    fn add(&mut self, row: &CountRow) {
        let exchanges = unsigned(row.exchanges);
        self.exchanges += exchanges;
        self.bytes_up = self.bytes_up.saturating_add(unsigned(row.bytes_up));
        self.bytes_down = self.bytes_down.saturating_add(unsigned(row.bytes_down));
        self.last = self.last.max(Some(Timestamp::from_millis(row.last_at)));
        count(&mut self.accounts, AccountKind::ALL, |kind| kind.as_str() == row.account, exchanges);
        count(&mut self.visibility, Visibility::ALL, |level| level.as_str() == row.visibility, exchanges);
        count(&mut self.sources, Source::ALL, |source| source.as_str() == row.source, exchanges);
    }
}

fn count<K: Ord + Copy, const N: usize>(
    counts: &mut BTreeMap<K, u64>,
    all: [K; N],
    is: impl Fn(K) -> bool,
    exchanges: u64,
) {
    if let Some(key) = all.into_iter().find(|key| is(*key)) {
        *counts.entry(key).or_default() += exchanges;
    }
}
