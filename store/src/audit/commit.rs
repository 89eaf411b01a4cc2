use std::collections::BTreeMap;

use governance::{
    Act,
    audit::{
        Batch, BatchSubject, Hash, PAYLOADS_ERASED, RECORDS_COMMITTED, RECORDS_REMOVED, Removal, record_hash,
    },
};
use model::Timestamp;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Expr,
};
use serde_json::Value;
use uuid::Uuid;

use super::append;
use crate::{
    QueryError, Store, captures,
    entity::{
        audit_erased, audit_payload, completion, justification, record, record_batch, record_clause,
        record_document, record_label, record_registered, record_removed,
    },
    error::Doing,
    row::unsigned,
};

/// Most batches that one entry commits to, and most records removed at once: SQLite takes 32,766 parameters.
const MOST: u64 = 5_000;
const COMMIT: &str = "commit to the records";
const REMOVE: &str = "remove records";
const ERASE: &str = "erase payloads of the audit log";

/// Records or payloads were not removed, none of them.
pub type RemoveError = QueryError;

impl Store {
    /// Adds an entry to the audit log that commits to the records written since the last such entry; how many there are.
    pub async fn commit_records(&self, now: Timestamp) -> Result<u64, QueryError> {
        let transaction = self.begin().await.doing(COMMIT)?;
        let fresh = record_batch::Entity::find()
            .filter(record_batch::Column::Entry.is_null())
            .order_by_asc(record_batch::Column::Id)
            .limit(MOST)
            .all(&transaction)
            .await
            .doing(COMMIT)?;
        let batches: Vec<Batch> = fresh.into_iter().filter_map(batch_of).collect();
        if batches.is_empty() {
            return Ok(0);
        }
        let subject = BatchSubject::of(&batches);
        let act = Act::new(RECORDS_COMMITTED, subject, "bylaw");
        let entry = append(&transaction, &[act], now, self.log_key()).await.doing(COMMIT)?;
        record_batch::Entity::update_many()
            .col_expr(record_batch::Column::Entry, Expr::value(entry))
            .filter(record_batch::Column::Id.is_in(batches.iter().map(|batch| batch.id)))
            .exec(&transaction)
            .await
            .doing(COMMIT)?;
        transaction.commit().await.doing(COMMIT)?;
        Ok(subject.records)
    }

    /// Removes records, at most 5,000 at once, with an entry in the audit log; how many were there. Their batches can
    /// still be verified: what is left of a record is a salted hash whose salt is gone.
    pub async fn remove_records(
        &self,
        ids: &[Uuid],
        by: &str,
        why: Value,
        now: Timestamp,
    ) -> Result<u64, RemoveError> {
        let ids: Vec<Uuid> = ids.iter().copied().take(MOST as usize).collect();
        let transaction = self.begin().await.doing(REMOVE)?;
        let documents = record_document::Entity::find()
            .filter(record_document::Column::RecordId.is_in(ids.iter().copied()))
            .all(&transaction)
            .await
            .doing(REMOVE)?;
        if documents.is_empty() {
            return Ok(0);
        }
        let left: BTreeMap<Uuid, (Uuid, Hash)> = documents.iter().filter_map(left_of).collect();
        let hashes: Vec<Hash> = left.values().map(|(_, hash)| *hash).collect();
        let act = Act::new(RECORDS_REMOVED, Removal::of_records(&hashes), by).with(why);
        let entry = append(&transaction, &[act], now, self.log_key()).await.doing(REMOVE)?;
        let row = |(record_id, (batch, hash)): (Uuid, (Uuid, Hash))| record_removed::ActiveModel {
            record_id: Set(record_id),
            batch: Set(batch),
            hash: Set(hash.to_vec()),
            entry: Set(entry),
        };
        if !left.is_empty() {
            let rows = record_removed::Entity::insert_many(left.into_iter().map(row));
            rows.exec_without_returning(&transaction).await.doing(REMOVE)?;
        }
        delete(&transaction, &ids).await.doing(REMOVE)?;
        transaction.commit().await.doing(REMOVE)?;
        Ok(documents.len() as u64)
    }

    /// Erases what entries of the audit log commit to, with an entry that says so; how many were there.
    pub async fn erase_payloads(
        &self,
        sequences: &[u64],
        by: &str,
        now: Timestamp,
    ) -> Result<u64, RemoveError> {
        let wanted =
            sequences.iter().filter_map(|sequence| i64::try_from(*sequence).ok()).take(MOST as usize);
        let transaction = self.begin().await.doing(ERASE)?;
        let there: Vec<i64> = audit_payload::Entity::find()
            .select_only()
            .column(audit_payload::Column::Seq)
            .filter(audit_payload::Column::Seq.is_in(wanted))
            .order_by_asc(audit_payload::Column::Seq)
            .into_tuple()
            .all(&transaction)
            .await
            .doing(ERASE)?;
        if there.is_empty() {
            return Ok(0);
        }
        let places: Vec<u64> = there.iter().copied().map(unsigned).collect();
        let act = Act::new(PAYLOADS_ERASED, Removal::of_payloads(&places), by);
        let entry = append(&transaction, &[act], now, self.log_key()).await.doing(ERASE)?;
        audit_payload::Entity::delete_many()
            .filter(audit_payload::Column::Seq.is_in(there.iter().copied()))
            .exec(&transaction)
            .await
            .doing(ERASE)?;
        let row = |seq| audit_erased::ActiveModel { seq: Set(seq), entry: Set(entry) };
        audit_erased::Entity::insert_many(there.into_iter().map(row))
            .exec_without_returning(&transaction)
            .await
            .doing(ERASE)?;
        transaction.commit().await.doing(ERASE)?;
        Ok(places.len() as u64)
    }
}

/// Every table that has rows of these records.
async fn delete(transaction: &DatabaseTransaction, ids: &[Uuid]) -> Result<(), DbErr> {
    captures::remove(transaction, ids).await?;
    let ids = || ids.iter().copied();
    record::Entity::delete_many().filter(record::Column::Id.is_in(ids())).exec(transaction).await?;
    let documents = record_document::Entity::delete_many();
    documents.filter(record_document::Column::RecordId.is_in(ids())).exec(transaction).await?;
    let labels = record_label::Entity::delete_many();
    labels.filter(record_label::Column::RecordId.is_in(ids())).exec(transaction).await?;
    let clauses = record_clause::Entity::delete_many();
    clauses.filter(record_clause::Column::RecordId.is_in(ids())).exec(transaction).await?;
    let registered = record_registered::Entity::delete_many();
    registered.filter(record_registered::Column::RecordId.is_in(ids())).exec(transaction).await?;
    let completions = completion::Entity::delete_many();
    completions.filter(completion::Column::RecordId.is_in(ids())).exec(transaction).await?;
    let justifications = justification::Entity::delete_many();
    justifications.filter(justification::Column::ExchangeId.is_in(ids())).exec(transaction).await?;
    Ok(())
}

pub(super) fn batch_of(row: record_batch::Model) -> Option<Batch> {
    Some(Batch { id: row.id, count: unsigned(row.count), digest: row.digest.try_into().ok()? })
}

/// The batch of a record and what that holds of it; `None` for a record from before there were batches.
pub(super) fn left_of(row: &record_document::Model) -> Option<(Uuid, (Uuid, Hash))> {
    let salt: &[u8; 16] = row.salt.as_deref()?.try_into().ok()?;
    Some((row.record_id, (row.batch?, record_hash(salt, &row.document))))
}
