mod commit; // records and payloads, and what the log says of them
mod seal; // the tree grows, and its root is signed
mod whole; // everything, to be verified

use std::collections::BTreeMap;

use governance::{Act, Entry, Payload, audit::LogKey};
use model::Timestamp;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, sea_query::Expr, sea_query::ExprTrait,
};
use uuid::Uuid;

use crate::{
    QueryError, Store,
    entity::{audit_entry, audit_head, audit_payload},
    error::Doing,
    row::unsigned,
};

/// The one row of `audit_head`.
const HEAD: i64 = 1;
const READ: &str = "read the audit log";

/// An entry of the audit log and what it commits to, unless that was erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audited {
    /// The entry.
    pub entry: Entry,
    /// Who did it, and the details.
    pub payload: Option<Payload>,
}

impl Store {
    /// How many entries the audit log has; it grows with every change that people make.
    pub async fn audit_size(&self) -> Result<u64, QueryError> {
        Ok(unsigned(size(self.read()).await.doing(READ)?))
    }

    /// What was done, as in `exception.granted`, from the entry numbered `from` on and before `to`.
    pub async fn acts(&self, from: u64, to: u64) -> Result<Vec<String>, QueryError> {
        let place = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let acts = audit_entry::Entity::find()
            .select_only()
            .column(audit_entry::Column::What)
            .filter(audit_entry::Column::Seq.gte(place(from)))
            .filter(audit_entry::Column::Seq.lt(place(to)))
            .into_tuple()
            .all(self.read());
        acts.await.doing(READ)
    }

    /// At most `limit` entries from the one numbered `from` on, in order.
    pub async fn audit(&self, from: u64, limit: u32) -> Result<Vec<Audited>, QueryError> {
        let from = i64::try_from(from).unwrap_or(i64::MAX);
        let entries = audit_entry::Entity::find()
            .filter(audit_entry::Column::Seq.gte(from))
            .order_by_asc(audit_entry::Column::Seq)
            .limit(u64::from(limit))
            .all(self.read())
            .await
            .doing(READ)?;
        with_payloads(self.read(), entries).await
    }
}

/// Entries with what is kept of their payloads.
pub(crate) async fn with_payloads(
    connection: &impl ConnectionTrait,
    entries: Vec<audit_entry::Model>,
) -> Result<Vec<Audited>, QueryError> {
    let payloads = audit_payload::Entity::find()
        .filter(audit_payload::Column::Seq.is_in(entries.iter().map(|entry| entry.seq)))
        .all(connection);
    let mut payloads: BTreeMap<i64, audit_payload::Model> =
        payloads.await.doing(READ)?.into_iter().map(|payload| (payload.seq, payload)).collect();
    entries.into_iter().map(|entry| read(payloads.remove(&entry.seq), entry)).collect()
}

pub use commit::RemoveError;
pub(crate) use seal::hash_of;
pub use whole::WholeReport;

/// Appends `acts` and signs the tree over them; the place of the first. Whoever else appends waits until the transaction
/// ends. No entry is dated before its predecessor, even if the clocks of two nodes differ.
pub(crate) async fn append(
    transaction: &DatabaseTransaction,
    acts: &[Act],
    now: Timestamp,
    key: Option<&LogKey>,
) -> Result<i64, DbErr> {
    let Some(key) = key else { return write(transaction, acts, now).await };
    lock(transaction).await?;
    if let Some(gap) = seal::unsealed(transaction, size(transaction).await?).await? {
        write(transaction, &[gap], now).await?;
    }
    let first = write(transaction, acts, now).await?;
    seal::seal(transaction, key, size(transaction).await?).await?;
    Ok(first)
}

/// Makes whoever else appends wait; on SQLite a transaction that writes already does.
async fn lock(transaction: &DatabaseTransaction) -> Result<(), DbErr> {
    grow(transaction, 0).await
}

async fn grow(transaction: &DatabaseTransaction, count: i64) -> Result<(), DbErr> {
    audit_head::Entity::update_many()
        .col_expr(audit_head::Column::Size, Expr::col(audit_head::Column::Size).add(count))
        .filter(audit_head::Column::Id.eq(HEAD))
        .exec(transaction)
        .await
        .map(drop)
}

async fn write(transaction: &DatabaseTransaction, acts: &[Act], now: Timestamp) -> Result<i64, DbErr> {
    let count = i64::try_from(acts.len()).unwrap_or(i64::MAX);
    grow(transaction, count).await?;
    let first = size(transaction).await?.saturating_sub(count);
    let at = match latest(transaction, first).await? {
        Some(latest) => now.max(latest),
        None => now,
    };
    for (sequence, act) in (first..).zip(acts) {
        let payload = act.payload(*Uuid::new_v4().as_bytes());
        let entry = audit_entry::Model {
            seq: sequence,
            at: at.as_millis(),
            what: act.what.to_owned(),
            subject: act.subject.clone(),
            commitment: payload.commitment().to_vec(),
        };
        audit_entry::Entity::insert(entry.into_active_model()).exec_without_returning(transaction).await?;
        let payload = audit_payload::Model { seq: sequence, salt: payload.salt.to_vec(), body: payload.body };
        audit_payload::Entity::insert(payload.into_active_model())
            .exec_without_returning(transaction)
            .await?;
    }
    Ok(first)
}

async fn size(connection: &impl ConnectionTrait) -> Result<i64, DbErr> {
    let head = audit_head::Entity::find_by_id(HEAD).one(connection).await?;
    Ok(head.map_or(0, |head| head.size))
}

/// When the entry before the one numbered `first` was made.
async fn latest(connection: &impl ConnectionTrait, first: i64) -> Result<Option<Timestamp>, DbErr> {
    let before = audit_entry::Entity::find_by_id(first.saturating_sub(1)).one(connection).await?;
    Ok(before.map(|entry| Timestamp::from_millis(entry.at)))
}

fn entry_of(entry: audit_entry::Model) -> Result<Entry, QueryError> {
    let unreadable = |what: &str| QueryError::unreadable(READ, "audit entry", entry.seq, what);
    let commitment = entry.commitment.clone().try_into();
    Ok(Entry {
        sequence: unsigned(entry.seq),
        at: Timestamp::from_millis(entry.at),
        commitment: commitment.map_err(|_| unreadable("its commitment is not 32 bytes long"))?,
        what: entry.what,
        subject: entry.subject,
    })
}

fn payload_of(payload: audit_payload::Model) -> Result<Payload, QueryError> {
    let short =
        |_| QueryError::unreadable(READ, "audit payload", payload.seq, "its salt is not 16 bytes long");
    Ok(Payload { salt: payload.salt.try_into().map_err(short)?, body: payload.body })
}

fn read(payload: Option<audit_payload::Model>, entry: audit_entry::Model) -> Result<Audited, QueryError> {
    Ok(Audited { payload: payload.map(payload_of).transpose()?, entry: entry_of(entry)? })
}
