use std::borrow::Cow;

use model::{Action, ExchangeId, Timestamp};
use sea_orm::{FromQueryResult, Statement};
use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::{Cursor, QueryError, Span, Store, error::Doing, exchanges::place};

/// A record as it lies in the store: to be read where that costs nobody anything.
#[derive(Debug, FromQueryResult)]
pub struct Recorded {
    at: i64,
    id: Uuid,
    document: String,
}

/// What a policy is asked about an exchange.
#[derive(Debug)]
pub struct Outline<'a> {
    /// Which.
    pub id: ExchangeId,
    /// When.
    pub at: Timestamp,
    /// Whose.
    pub person: Cow<'a, str>,
    /// What was said of it.
    pub said: Action,
    /// Its facts as JSON. Records of one version of Bylaw write equal facts in the same way, so that they need to be read
    /// once only.
    pub facts: &'a str,
}

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(borrow)]
    exchange: Exchange<'a>,
    #[serde(borrow)]
    facts: &'a RawValue,
    verdict: Verdict,
}

#[derive(Deserialize)]
struct Exchange<'a> {
    #[serde(borrow)]
    person: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Verdict {
    action: Action,
}

const DOING: &str = "read the records of a period";

impl Recorded {
    /// What a policy is asked about it, without reading the rest of the record.
    pub fn outline(&self) -> Result<Outline<'_>, QueryError> {
        let document: Document<'_> =
            serde_json::from_str(&self.document).map_err(|error| self.unreadable(&error))?;
        Ok(Outline {
            id: ExchangeId(self.id),
            at: Timestamp::from_millis(self.at),
            person: document.exchange.person,
            said: document.verdict.action,
            facts: document.facts.get(),
        })
    }

    /// The facts that [`Recorded::outline`] tells.
    pub fn facts(&self, outline: &Outline<'_>) -> Result<model::Facts, QueryError> {
        serde_json::from_str(outline.facts).map_err(|error| self.unreadable(&error))
    }

    fn unreadable(&self, error: &serde_json::Error) -> QueryError {
        QueryError::unreadable(DOING, "record", self.id, place(error))
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
