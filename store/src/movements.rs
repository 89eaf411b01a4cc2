use model::{AccountKind, FAMILIES, Label, Outcome, PersonId, Timestamp, ToolId};
use sea_orm::{FromQueryResult, Value};

use crate::{QueryError, Span, Store, row::unsigned, usage::REACHED};

/// How much of one kind of data one person sent to one tool with one kind of account, in a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    /// What was moved.
    pub data: Moved,
    /// By whom.
    pub person: PersonId,
    /// The person's department at the time, if it was known.
    pub department: Option<String>,
    /// To which tool.
    pub tool: ToolId,
    /// With which account, if that is a word this version knows.
    pub account: Option<AccountKind>,
    /// Exchanges that held it and reached the tool as they were.
    pub exchanges: u64,
    /// Bytes of these exchanges, with all else that was in them.
    pub bytes_up: u64,
    /// The first of them in the span.
    pub first: Timestamp,
    /// The latest.
    pub last: Timestamp,
}

/// What was moved.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moved {
    /// Data of a label, or of one below it.
    Label(Label),
    /// Something that was registered, by its name.
    Registered(String),
}

#[derive(FromQueryResult)]
struct MovementRow {
    registered: bool,
    data: String,
    person: String,
    department: Option<String>,
    tool: String,
    account: String,
    exchanges: i64,
    bytes_up: i64,
    first_at: i64,
    last_at: i64,
}

/// Whose movements, of what, to where; what is left out does not restrict.
#[derive(Clone, Debug, Default)]
pub struct MovementFilter {
    /// What was moved; every family of labels and everything registered if left out.
    pub data: Option<Moved>,
    /// By whom.
    pub person: Option<PersonId>,
    /// To which tool.
    pub tool: Option<ToolId>,
}

const MOVEMENTS: &str = "sum up what people moved to tools";

impl Store {
    /// What people moved to tools in `span`, those of most bytes first, at most `limit`.
    pub async fn movements(
        &self,
        span: Span,
        filter: &MovementFilter,
        limit: u32,
    ) -> Result<Vec<Movement>, QueryError> {
        let mut values = vec![Value::from(span.from.as_millis()), Value::from(span.to.as_millis())];
        let mut given = |value: String| {
            values.push(value.into());
            format!("${}", values.len())
        };
        let (labels, registered) = match &filter.data {
            None => (Some(families()), Some(String::new())),
            Some(Moved::Label(label)) => (Some(format!("= {}", given(label.as_str().to_owned()))), None),
            Some(Moved::Registered(name)) => {
                (None, Some(format!("AND d.registered = {}", given(name.clone()))))
            }
        };
        let mut only = String::new();
        if let Some(person) = &filter.person {
            only += &format!(" AND r.person = {}", given(person.to_string()));
        }
        if let Some(tool) = &filter.tool {
            only += &format!(" AND r.tool = {}", given(tool.to_string()));
        }
        let labels = labels
            .map(|which| part("record_labels", "label", "FALSE", &format!("AND d.label {which}{only}")));
        let registered = registered
            .map(|which| part("record_registered", "registered", "TRUE", &format!("{which}{only}")));
        let parts: Vec<String> = labels.into_iter().chain(registered).collect();
        let sql = format!(
            "{} ORDER BY bytes_up DESC, data, person, tool, account, department LIMIT {limit}",
            parts.join(" UNION ALL ")
        );
        self.select::<MovementRow>(&sql, values, MOVEMENTS).await?.into_iter().map(read).collect()
    }
}

/// The movements of what one table tells of.
fn part(table: &str, column: &str, registered: &str, only: &str) -> String {
    let reached: Vec<String> = REACHED.map(Outcome::as_str).iter().map(|word| format!("'{word}'")).collect();
    format!(
        "SELECT {registered} AS registered, d.{column} AS data, r.person AS person, r.department AS department, \
         r.tool AS tool, r.account AS account, COUNT(*) AS exchanges, CAST(SUM(r.bytes_up) AS BIGINT) AS bytes_up, \
         MIN(r.at) AS first_at, MAX(r.at) AS last_at \
         FROM {table} d INNER JOIN records r ON r.id = d.record_id \
         WHERE d.at >= $1 AND d.at < $2 AND r.outcome IN ({}) {only} \
         GROUP BY d.{column}, r.person, r.department, r.tool, r.account",
        reached.join(", ")
    )
}

fn families() -> String {
    let families: Vec<String> = FAMILIES.iter().map(|(family, _)| format!("'{family}'")).collect();
    format!("IN ({})", families.join(", "))
}

fn read(row: MovementRow) -> Result<Movement, QueryError> {
    let data = if row.registered {
        Moved::Registered(row.data)
    } else {
        let label = row.data.parse();
        Moved::Label(label.map_err(|error| QueryError::unreadable(MOVEMENTS, "label", &row.data, error))?)
    };
    Ok(Movement {
        data,
        person: PersonId::new(row.person),
        department: row.department,
        tool: ToolId::new(row.tool),
        account: AccountKind::ALL.into_iter().find(|kind| kind.as_str() == row.account),
        exchanges: unsigned(row.exchanges),
        bytes_up: unsigned(row.bytes_up),
        first: Timestamp::from_millis(row.first_at),
        last: Timestamp::from_millis(row.last_at),
    })
}
