use model::{ExchangeId, Record, Timestamp};
use sea_orm::{FromQueryResult, Statement};
use uuid::Uuid;

use crate::{Cursor, QueryError, Span, Store, error::Doing, exchanges::place};

/// A record as it lies in the store: to be read where that costs nobody anything.
#[derive(Debug, FromQueryResult)]
pub struct Recorded {
    at: i64,
    id: Uuid,
    document: String,
}

const DOING: &str = "read the records of a period";

impl Recorded {
    /// The record.
    pub fn read(&self) -> Result<Record, QueryError> {
        serde_json::from_str(&self.document)
            .map_err(|error| QueryError::unreadable(DOING, "record", self.id, place(&error)))
    }

    /// What comes after it.
    pub fn cursor(&self) -> Cursor {
        Cursor { at: Timestamp::from_millis(self.at), id: ExchangeId(self.id) }
    }
}

impl Store {
    /// The records of a period, oldest first, at most `limit` after `after`: for whoever wants them all.
    pub async fn recorded(
        &self,
        span: Span,
        after: Option<Cursor>,
        limit: u32,
    ) -> Result<Vec<Recorded>, QueryError> {
        let sql = "SELECT records.at AS at, records.id AS id, record_documents.document AS document \
                   FROM records INNER JOIN record_documents ON record_documents.record_id = records.id \
                   WHERE (records.at, records.id) > ($1, $2) AND records.at < $3 \
                   ORDER BY records.at, records.id LIMIT $4";
        let (at, id) = after.map_or((span.from.as_millis().saturating_sub(1), Uuid::max()), |cursor| {
            (cursor.at.as_millis(), cursor.id.0)
        });
        let values: Vec<sea_orm::Value> =
            vec![at.into(), id.into(), span.to.as_millis().into(), i64::from(limit).into()];
        let statement = Statement::from_sql_and_values(self.read().get_database_backend(), sql, values);
        Recorded::find_by_statement(statement).all(self.read()).await.doing(DOING)
    }
}
