use std::collections::HashMap;

use model::{Completion, ExchangeId, Record, Timestamp};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait, Order, Query, SelectStatement},
};
use uuid::Uuid;

use crate::{
    Cursor, ExchangeFilter, QueryError, Store,
    entity::{completion, record_document},
    error::Doing,
    row::{completion_of, storable},
};

/// Most exchanges on one page.
pub const PAGE_LIMIT: u32 = 500;

/// A record and how its exchange ended.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordRow {
    /// The record as it was appended.
    pub record: Record,
    /// How the exchange ended, if it was sent on and has.
    pub completion: Option<Completion>,
}

/// Some exchanges, newest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// The exchanges.
    pub items: Vec<RecordRow>,
    /// Where the next page begins; `None` on the last one.
    pub next: Option<Cursor>,
}

const LIST: &str = "list the exchanges";
const ONE: &str = "read the exchange";

impl Store {
    /// Exchanges that pass `filter`, newest first, at most `limit` and [`PAGE_LIMIT`], after `cursor`.
    pub async fn exchanges(
        &self,
        filter: &ExchangeFilter,
        cursor: Option<Cursor>,
        limit: u32,
    ) -> Result<Page, QueryError> {
        let limit = limit.clamp(1, PAGE_LIMIT) as usize;
        let select = keys(filter, cursor, limit + 1);
        let rows = self.read().query_all(&select).await.doing(LIST)?;
        let keys = rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)));
        let mut keys: Vec<(i64, Uuid)> = keys.collect::<Result<_, _>>().doing(LIST)?;
        let more = keys.len() > limit;
        keys.truncate(limit);
        let last = keys.last().filter(|_| more);
        let next = last.map(|(at, id)| Cursor { at: Timestamp::from_millis(*at), id: ExchangeId(*id) });
        let ids = keys.into_iter().map(|(_, id)| id).collect();
        Ok(Page { items: self.rows(ids, LIST).await?, next })
    }

    /// One exchange.
    pub async fn exchange(&self, id: ExchangeId) -> Result<Option<RecordRow>, QueryError> {
        Ok(self.rows(vec![id.0], ONE).await?.pop())
    }

    /// The records of `ids`, in that order; an id without a record is left out.
    async fn rows(&self, ids: Vec<Uuid>, doing: &'static str) -> Result<Vec<RecordRow>, QueryError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let documents = record_document::Entity::find()
            .filter(record_document::Column::RecordId.is_in(ids.iter().copied()))
            .all(self.read())
            .await
            .doing(doing)?;
        let completions = completion::Entity::find()
            .filter(completion::Column::RecordId.is_in(ids.iter().copied()))
            .all(self.read())
            .await
            .doing(doing)?;
        let mut documents: HashMap<_, _> =
            documents.into_iter().map(|row| (row.record_id, row.document)).collect();
        let mut completions: HashMap<_, _> =
            completions.into_iter().map(|row| (row.record_id, row)).collect();
        let found = ids.into_iter().filter_map(|id| Some((id, documents.remove(&id)?)));
        let row = |(id, document): (Uuid, String)| {
            let record = serde_json::from_str(&document)
                .map_err(|error| QueryError::unreadable(doing, "record", id, place(&error)))?;
            Ok(RecordRow { record, completion: completions.remove(&id).map(completion_of) })
        };
        found.map(row).collect()
    }
}

/// Where JSON is wrong, without what stands there.
pub(crate) fn place(error: &serde_json::Error) -> String {
    format!("{:?} error at column {}", error.classify(), error.column())
}

/// Time and id of the records that pass.
///
/// Where a label or a clause is asked for, its side table leads, as it is clustered by label or clause and then time:
/// a page is the beginning of a range, however rare or common the label.
fn keys(filter: &ExchangeFilter, cursor: Option<Cursor>, limit: usize) -> SelectStatement {
    let (leader, id) = match (&filter.label, &filter.clause) {
        (Some(_), _) => ("record_labels", "record_id"),
        (None, Some(_)) => ("record_clauses", "record_id"),
        (None, None) => ("records", "id"),
    };
    let (at, id) = ((leader, "at"), (leader, id));
    let mut select = Query::select().column(at).column(id).from(leader).take();
    if leader != "records" {
        select.inner_join("records", Expr::col(("records", "id")).equals(id));
    }
    if let Some(label) = &filter.label {
        select.and_where(Expr::col((leader, "label")).eq(label.as_str()));
    }
    if let Some(clause) = &filter.clause {
        if leader != "record_clauses" {
            let same = Expr::col(("record_clauses", "record_id")).equals(id);
            select.inner_join("record_clauses", same.and(Expr::col(("record_clauses", "at")).equals(at)));
        }
        select.and_where(Expr::col(("record_clauses", "clause")).eq(storable(clause.as_str())));
    }
    filter.restrict(&mut select);
    if let Some(from) = filter.from {
        select.and_where(Expr::col(at).gte(from.as_millis()));
    }
    if let Some(to) = filter.to {
        select.and_where(Expr::col(at).lt(to.as_millis()));
    }
    if let Some(Cursor { at: instant, id: last }) = cursor {
        let key = Expr::tuple([Expr::col(at), Expr::col(id)]);
        select.and_where(key.lt(Expr::tuple([Expr::value(instant.as_millis()), Expr::value(last.0)])));
    }
    select.order_by(at, Order::Desc).order_by(id, Order::Desc).limit(limit as u64).take()
}
