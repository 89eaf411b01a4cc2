use std::time::Duration;

use model::{ExchangeId, Label, Record, Timestamp, ToolId};
use sea_orm::{
    ConnectionTrait, FromQueryResult, Statement,
    sea_query::{Expr, ExprTrait, Order, Query, SelectStatement},
};
use uuid::Uuid;

use crate::{
    ExchangeFilter, QueryError, Store,
    error::Doing,
    exchanges::place,
    row::{signed, unsigned},
};

/// What was recorded in one step of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Activity {
    /// When the step begins.
    pub at: Timestamp,
    /// Exchanges.
    pub exchanges: u64,
    /// Bytes from people to tools.
    pub bytes: u64,
    /// Different people.
    pub people: u64,
}

/// How much of something there was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share<T> {
    /// Of what.
    pub of: T,
    /// Exchanges.
    pub exchanges: u64,
    /// Bytes from people to tools.
    pub bytes: u64,
    /// When it was first seen.
    pub first: Timestamp,
}

/// A record in the order in which the audit log committed to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Committed {
    /// The entry of the audit log.
    pub entry: u64,
    /// The record.
    pub record: Record,
    /// Bytes of the answer, if it has ended.
    pub bytes_down: Option<u64>,
}

#[derive(FromQueryResult)]
struct CommittedRow {
    entry: i64,
    id: Uuid,
    document: String,
    bytes_down: Option<i64>,
}

const COUNT: &str = "count what was recorded";
const FOLLOW: &str = "read the records in the order of the audit log";

impl Store {
    /// What passes `filter`, counted in steps that begin at multiples of `step` since 1970; steps without anything are left
    /// out. A label or a clause of the filter does not restrict.
    pub async fn activity(
        &self,
        filter: &ExchangeFilter,
        step: Duration,
    ) -> Result<Vec<Activity>, QueryError> {
        let width = signed(u64::try_from(step.as_millis()).unwrap_or(u64::MAX)).clamp(1, i64::MAX);
        let slot = format!("records.at / {width}");
        let mut select = counted(filter, &slot);
        select.expr_as(Expr::cust("COUNT(DISTINCT records.person)"), "people");
        select.order_by_expr(Expr::cust(slot), Order::Asc);
        let rows = self.read().query_all(&select).await.doing(COUNT)?;
        let read = |row: &sea_orm::QueryResult| {
            let slot: i64 = row.try_get("", "slot")?;
            Ok(Activity {
                at: Timestamp::from_millis(slot.saturating_mul(width)),
                exchanges: unsigned(row.try_get("", "exchanges")?),
                bytes: unsigned(row.try_get("", "bytes")?),
                people: unsigned(row.try_get("", "people")?),
            })
        };
        rows.iter().map(read).collect::<Result<_, sea_orm::DbErr>>().doing(COUNT)
    }

    /// What passes `filter` by tool, the most used first.
    pub async fn activity_by_tool(&self, filter: &ExchangeFilter) -> Result<Vec<Share<ToolId>>, QueryError> {
        let shares = self.shares(counted(filter, "records.tool")).await?;
        Ok(shares.into_iter().map(|share| share.map(ToolId::new)).collect())
    }

    /// What passes `filter` by label, families included, the most frequent first. An exchange counts for each of its labels.
    pub async fn activity_by_label(&self, filter: &ExchangeFilter) -> Result<Vec<Share<Label>>, QueryError> {
        let mut select = counted(filter, "record_labels.label");
        let same = Expr::col(("record_labels", "record_id")).equals(("records", "id"));
        select.inner_join("record_labels", same);
        let known = self.shares(select).await?.into_iter().filter_map(|share| {
            let label: Label = share.of.parse().ok()?;
            Some(share.map(|_| label))
        });
        Ok(known.collect())
    }

    async fn shares(&self, mut select: SelectStatement) -> Result<Vec<Share<String>>, QueryError> {
        select.order_by_expr(Expr::cust("COUNT(*)"), Order::Desc);
        let rows = self.read().query_all(&select).await.doing(COUNT)?;
        let read = |row: &sea_orm::QueryResult| {
            Ok(Share {
                of: row.try_get("", "slot")?,
                exchanges: unsigned(row.try_get("", "exchanges")?),
                bytes: unsigned(row.try_get("", "bytes")?),
                first: Timestamp::from_millis(row.try_get("", "first_at")?),
            })
        };
        rows.iter().map(read).collect::<Result<_, sea_orm::DbErr>>().doing(COUNT)
    }

    /// The records that the audit log committed to after entry `after`, by entry and then time: all of at most `entries`
    /// entries, so that whoever follows can stop between two and begin again without missing or repeating any.
    ///
    /// That is the one order that never changes behind a reader: a record that is stored late is committed to late.
    pub async fn committed(&self, after: Option<u64>, entries: u32) -> Result<Vec<Committed>, QueryError> {
        let sql = "SELECT record_batches.entry AS entry, records.id AS id, record_documents.document AS document, \
                   completions.bytes_down AS bytes_down FROM record_batches \
                   INNER JOIN record_documents ON record_documents.batch = record_batches.id \
                   INNER JOIN records ON records.id = record_documents.record_id \
                   LEFT JOIN completions ON completions.record_id = records.id \
                   WHERE record_batches.entry IN (SELECT DISTINCT entry FROM record_batches \
                       WHERE entry > $1 ORDER BY entry LIMIT $2) \
                   ORDER BY record_batches.entry, records.at, records.id";
        let values: Vec<sea_orm::Value> = vec![after.map_or(-1, signed).into(), i64::from(entries).into()];
        let statement = Statement::from_sql_and_values(self.read().get_database_backend(), sql, values);
        let rows = CommittedRow::find_by_statement(statement).all(self.read()).await.doing(FOLLOW)?;
        let read = |row: CommittedRow| {
            let record = serde_json::from_str(&row.document).map_err(|error| {
                QueryError::unreadable(FOLLOW, "record", ExchangeId(row.id), place(&error))
            })?;
            Ok(Committed { entry: unsigned(row.entry), record, bytes_down: row.bytes_down.map(unsigned) })
        };
        rows.into_iter().map(read).collect()
    }
}

impl Share<String> {
    fn map<T>(self, of: impl FnOnce(String) -> T) -> Share<T> {
        Share { of: of(self.of), exchanges: self.exchanges, bytes: self.bytes, first: self.first }
    }
}

/// Exchanges and bytes that pass `filter`, by `slot`, an expression of ours.
fn counted(filter: &ExchangeFilter, slot: &str) -> SelectStatement {
    let mut select = Query::select();
    select
        .from("records")
        .expr_as(Expr::cust(slot.to_owned()), "slot")
        .expr_as(Expr::cust("COUNT(*)"), "exchanges")
        .expr_as(Expr::cust("CAST(SUM(records.bytes_up) AS BIGINT)"), "bytes")
        .expr_as(Expr::cust("MIN(records.at)"), "first_at")
        .add_group_by([Expr::cust(slot.to_owned())]);
    filter.restrict(&mut select);
    let at = ("records", "at");
    if let Some(from) = filter.from {
        select.and_where(Expr::col(at).gte(from.as_millis()));
    }
    if let Some(to) = filter.to {
        select.and_where(Expr::col(at).lt(to.as_millis()));
    }
    select
}
