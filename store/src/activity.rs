use std::time::Duration;

use model::{ExchangeId, Label, Record, Timestamp, ToolId};
use sea_orm::{
    ConnectionTrait, FromQueryResult, Statement,
    sea_query::{Expr, ExprTrait, Order, Query, SelectStatement},
};
use serde::{Deserialize, Serialize};
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

/// A place in the order in which the audit log committed to records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// The entry of the audit log.
    pub entry: u64,
    /// When the record's exchange began.
    pub at: Timestamp,
    /// The record.
    pub id: ExchangeId,
}

/// A record in the order in which the audit log committed to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Committed {
    /// Its place in that order.
    pub position: Position,
    /// The record.
    pub record: Record,
    /// Bytes of the answer, if it has ended.
    pub bytes_down: Option<u64>,
}

#[derive(FromQueryResult)]
struct CommittedRow {
    entry: i64,
    at: i64,
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

    /// The records after `after` in the order in which the audit log committed to them, at most `limit`; those of one entry
    /// by time.
    ///
    /// That order never changes behind a reader, as a record that is stored late is committed to late: whoever follows can
    /// stop after any record, and begins again without missing or repeating one.
    pub async fn committed(&self, after: Option<Position>, limit: u32) -> Result<Vec<Committed>, QueryError> {
        let sql = "SELECT record_batches.entry AS entry, records.at AS at, records.id AS id, \
                   record_documents.document AS document, completions.bytes_down AS bytes_down \
                   FROM record_batches \
                   INNER JOIN record_documents ON record_documents.batch = record_batches.id \
                   INNER JOIN records ON records.id = record_documents.record_id \
                   LEFT JOIN completions ON completions.record_id = records.id \
                   WHERE record_batches.entry >= $1 \
                   AND (record_batches.entry, records.at, records.id) > ($1, $2, $3) \
                   ORDER BY record_batches.entry, records.at, records.id LIMIT $4";
        let (entry, at, id) = after.map_or((-1, i64::MIN, Uuid::nil()), |position| {
            (signed(position.entry), position.at.as_millis(), position.id.0)
        });
        let values: Vec<sea_orm::Value> = vec![entry.into(), at.into(), id.into(), i64::from(limit).into()];
        let statement = Statement::from_sql_and_values(self.read().get_database_backend(), sql, values);
        let rows = CommittedRow::find_by_statement(statement).all(self.read()).await.doing(FOLLOW)?;
        let read = |row: CommittedRow| {
            let id = ExchangeId(row.id);
            let record = serde_json::from_str(&row.document)
                .map_err(|error| QueryError::unreadable(FOLLOW, "record", id, place(&error)))?;
            let position = Position { entry: unsigned(row.entry), at: Timestamp::from_millis(row.at), id };
            Ok(Committed { position, record, bytes_down: row.bytes_down.map(unsigned) })
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
