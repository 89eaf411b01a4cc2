use governance::Act;
use model::{ExchangeId, PersonId, Timestamp};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, sea_query::OnConflict,
};
use uuid::Uuid;

use crate::{
    QueryError, Store, audit,
    entity::capture,
    error::Doing,
    row::{signed, unsigned},
};

const KEEP: &str = "keep what an exchange held";
const READ: &str = "read what is captured of an exchange";
const EXPIRE: &str = "remove what is captured and kept no longer";
/// Captures that are removed at once.
const AT_ONCE: u64 = 500;

/// What an exchange held, sealed to a key that is not here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capture {
    /// What is known of it.
    pub outline: CaptureOutline,
    /// The ciphertext.
    pub sealed: Vec<u8>,
}

/// What is known of captured content without opening it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptureOutline {
    /// The exchange.
    pub exchange: ExchangeId,
    /// Whose it is.
    pub person: PersonId,
    /// When the exchange happened.
    pub at: Timestamp,
    /// Until when it is kept.
    pub until: Timestamp,
    /// Bytes that were captured.
    pub bytes: u64,
    /// Bytes that the content had.
    pub whole: u64,
}

/// A row without the ciphertext.
#[derive(FromQueryResult)]
struct Row {
    exchange_id: Uuid,
    person: String,
    at: i64,
    until: i64,
    bytes: i64,
    whole: i64,
}

impl Store {
    /// Keeps what an exchange held, once.
    pub async fn keep_capture(&self, captured: Capture) -> Result<(), QueryError> {
        let Capture { outline, sealed } = captured;
        let row = capture::Model {
            exchange_id: outline.exchange.0,
            person: outline.person.as_str().to_owned(),
            at: outline.at.as_millis(),
            until: outline.until.as_millis(),
            bytes: signed(outline.bytes),
            whole: signed(outline.whole),
            sealed,
        };
        capture::Entity::insert(row.into_active_model())
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(self.write())
            .await
            .doing(KEEP)
            .map(drop)
    }

    /// What an exchange held, if that was captured and is still kept.
    pub async fn captured(&self, exchange: ExchangeId) -> Result<Option<Capture>, QueryError> {
        let found = capture::Entity::find_by_id(exchange.0).one(self.read()).await.doing(READ)?;
        Ok(found.map(|row| Capture {
            sealed: row.sealed,
            outline: CaptureOutline::of(Row {
                exchange_id: row.exchange_id,
                person: row.person,
                at: row.at,
                until: row.until,
                bytes: row.bytes,
                whole: row.whole,
            }),
        }))
    }

    /// The same without the ciphertext.
    pub async fn capture_outline(&self, exchange: ExchangeId) -> Result<Option<CaptureOutline>, QueryError> {
        let found = outlines().filter(capture::Column::ExchangeId.eq(exchange.0));
        let found = found.into_model::<Row>().one(self.read()).await.doing(READ)?;
        Ok(found.map(CaptureOutline::of))
    }

    /// Everything that is captured of a person, oldest first.
    pub async fn captures_of(&self, person: &PersonId) -> Result<Vec<Capture>, QueryError> {
        let ids =
            outlines().filter(capture::Column::Person.eq(person.as_str())).order_by_asc(capture::Column::At);
        let rows = ids.into_model::<Row>().all(self.read()).await.doing(READ)?;
        let mut captures = Vec::with_capacity(rows.len());
        for row in rows {
            captures.extend(self.captured(ExchangeId(row.exchange_id)).await?);
        }
        Ok(captures)
    }

    /// Removes what is kept no longer at `now`, with an entry in the audit log; how many captures went.
    pub async fn expire_captures(&self, now: Timestamp) -> Result<u64, QueryError> {
        let ids: Vec<Uuid> = capture::Entity::find()
            .select_only()
            .column(capture::Column::ExchangeId)
            .filter(capture::Column::Until.lte(now.as_millis()))
            .limit(AT_ONCE)
            .into_tuple()
            .all(self.read())
            .await
            .doing(EXPIRE)?;
        if ids.is_empty() {
            return Ok(0);
        }
        let transaction = self.begin().await.doing(EXPIRE)?;
        let removed = remove(&transaction, &ids).await.doing(EXPIRE)?;
        if removed > 0 {
            let act = Act::new("evidence.expired", format!("{removed} captures"), "retention");
            audit::append(&transaction, &[act], now, self.log_key()).await.doing(EXPIRE)?;
        }
        transaction.commit().await.doing(EXPIRE)?;
        Ok(removed)
    }
}

/// How many captures of these exchanges went.
pub(crate) async fn remove(transaction: &DatabaseTransaction, ids: &[Uuid]) -> Result<u64, DbErr> {
    let delete = capture::Entity::delete_many();
    let delete = delete.filter(capture::Column::ExchangeId.is_in(ids.iter().copied()));
    Ok(delete.exec(transaction).await?.rows_affected)
}

/// How many captures of this person went.
pub(crate) async fn remove_of(transaction: &DatabaseTransaction, person: &PersonId) -> Result<u64, DbErr> {
    let delete = capture::Entity::delete_many().filter(capture::Column::Person.eq(person.as_str()));
    Ok(delete.exec(transaction).await?.rows_affected)
}

fn outlines() -> sea_orm::Select<capture::Entity> {
    capture::Entity::find().select_only().columns([
        capture::Column::ExchangeId,
        capture::Column::Person,
        capture::Column::At,
        capture::Column::Until,
        capture::Column::Bytes,
        capture::Column::Whole,
    ])
}

impl CaptureOutline {
    fn of(row: Row) -> Self {
        Self {
            exchange: ExchangeId(row.exchange_id),
            person: PersonId::new(row.person),
            at: Timestamp::from_millis(row.at),
            until: Timestamp::from_millis(row.until),
            bytes: unsigned(row.bytes),
            whole: unsigned(row.whole),
        }
    }
}
