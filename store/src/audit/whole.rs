use std::collections::BTreeMap;

use governance::{
    Entry,
    audit::{
        Batch, BatchSubject, Fault, Hash, KeptBatch, Log, PublicKey, RECORDS_COMMITTED, RECORDS_REMOVED,
        Removal, Report, verify,
    },
};
use model::Record;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{
    READ,
    commit::{batch_of, left_of},
    entry_of, payload_of,
    seal::hash_of,
};
use crate::{
    QueryError, Store,
    entity::{
        audit_checkpoint, audit_entry, audit_erased, audit_hash, audit_payload, record, record_batch,
        record_document, record_removed,
    },
    error::Doing,
    row,
    row::unsigned,
};

/// Batches that are compared in one query.
const TOGETHER: usize = 200;
/// What stands for a record whose row says something else than its document.
const CONTRADICTORY: Hash = [0; 32];

/// What came of looking at the whole log and at the records it commits to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WholeReport {
    /// The log itself; its faults include those of records.
    pub log: Report,
    /// Records that are as they were written and that the log commits to.
    pub records: u64,
    /// Records that the log commits to and that are kept no longer, as an entry says.
    pub records_removed: u64,
    /// Records that no entry commits to yet.
    pub records_waiting: u64,
    /// Records from before there were batches: nothing is known of them.
    pub records_before: u64,
}

impl Store {
    /// Everything that is kept of the audit log.
    pub async fn whole_log(&self) -> Result<Log, QueryError> {
        let entries = audit_entry::Entity::find().order_by_asc(audit_entry::Column::Seq).all(self.read());
        let payloads = audit_payload::Entity::find().all(self.read()).await.doing(READ)?;
        let payload = |row: audit_payload::Model| Ok((unsigned(row.seq), payload_of(row)?));
        let hashes = audit_hash::Entity::find().all(self.read()).await.doing(READ)?;
        let erased = audit_erased::Entity::find().order_by_asc(audit_erased::Column::Seq).all(self.read());
        let mut by_entry = BTreeMap::<u64, Vec<u64>>::new();
        for row in erased.await.doing(READ)? {
            by_entry.entry(unsigned(row.entry)).or_default().push(unsigned(row.seq));
        }
        Ok(Log {
            entries: entries.await.doing(READ)?.into_iter().map(entry_of).collect::<Result<_, _>>()?,
            payloads: payloads.into_iter().map(payload).collect::<Result<_, QueryError>>()?,
            hashes: hashes.into_iter().filter_map(hash_of).collect(),
            checkpoints: self.checkpoints().await?,
            erased: by_entry,
        })
    }

    /// Every checkpoint, by the number of entries it covers.
    pub async fn checkpoints(&self) -> Result<BTreeMap<u64, String>, QueryError> {
        let rows = audit_checkpoint::Entity::find().all(self.read()).await.doing(READ)?;
        Ok(rows.into_iter().map(|row| (unsigned(row.size), row.note)).collect())
    }

    /// The latest checkpoint, if the log was ever signed.
    pub async fn checkpoint(&self) -> Result<Option<String>, QueryError> {
        Ok(super::seal::latest(self.read()).await.doing(READ)?.map(|row| row.note))
    }

    /// Compares the audit log, and the records it commits to, with themselves and with what `key` signed; `witness` is a
    /// checkpoint that somebody kept elsewhere.
    pub async fn verify(&self, key: &PublicKey, witness: Option<&str>) -> Result<WholeReport, QueryError> {
        let log = self.whole_log().await?;
        let mut report = WholeReport { log: verify(&log, key, witness), ..WholeReport::default() };
        let entries: BTreeMap<u64, &Entry> =
            log.entries.iter().map(|entry| (entry.sequence, entry)).collect();
        self.verify_removals(&entries, &mut report).await?;
        self.verify_batches(&entries, &mut report).await?;
        let before = record_document::Entity::find().filter(record_document::Column::Batch.is_null());
        report.records_before = before.count(self.read()).await.doing(READ)?;
        report.log.faults.sort_by_key(Fault::sequence);
        Ok(report)
    }

    /// What is said to be removed must be what the entry says.
    async fn verify_removals(
        &self,
        entries: &BTreeMap<u64, &Entry>,
        report: &mut WholeReport,
    ) -> Result<(), QueryError> {
        let rows =
            record_removed::Entity::find().order_by_asc(record_removed::Column::RecordId).all(self.read());
        let mut removed = BTreeMap::<u64, Vec<Hash>>::new();
        for row in rows.await.doing(READ)? {
            let hash = row.hash.try_into().unwrap_or(CONTRADICTORY);
            removed.entry(unsigned(row.entry)).or_default().push(hash);
        }
        for (sequence, hashes) in removed {
            let entry = entries.get(&sequence).filter(|entry| entry.what == RECORDS_REMOVED);
            if entry.map(|entry| entry.subject.parse()) != Some(Ok(Removal::of_records(&hashes))) {
                report.log.faults.push(Fault::Removal { sequence });
            }
        }
        Ok(())
    }

    async fn verify_batches(
        &self,
        entries: &BTreeMap<u64, &Entry>,
        report: &mut WholeReport,
    ) -> Result<(), QueryError> {
        let rows = record_batch::Entity::find().order_by_asc(record_batch::Column::Id).all(self.read());
        let mut by_entry = BTreeMap::<Option<u64>, Vec<Batch>>::new();
        for row in rows.await.doing(READ)? {
            by_entry.entry(row.entry.map(unsigned)).or_default().extend(batch_of(row));
        }
        for (sequence, entry) in entries.iter().filter(|(_, entry)| entry.what == RECORDS_COMMITTED) {
            let batches = by_entry.remove(&Some(*sequence)).unwrap_or_default();
            if entry.subject.parse() != Ok(BatchSubject::of(&batches)) {
                report.log.faults.push(Fault::Batches { sequence: *sequence });
            }
            self.verify_records(*sequence, batches, report).await?;
        }
        for (sequence, batches) in by_entry {
            match sequence {
                // Said to be committed to by an entry that is none.
                Some(sequence) => report.log.faults.push(Fault::Batches { sequence }),
                None => report.records_waiting = batches.iter().map(|batch| batch.count).sum(),
            }
        }
        Ok(())
    }

    async fn verify_records(
        &self,
        sequence: u64,
        mut batches: Vec<Batch>,
        report: &mut WholeReport,
    ) -> Result<(), QueryError> {
        while !batches.is_empty() {
            let rest = batches.split_off(batches.len().min(TOGETHER));
            for kept in self.kept_batches(batches).await? {
                match kept.check() {
                    Ok(removed) => {
                        report.records_removed += removed;
                        report.records += kept.batch.count - removed;
                    }
                    Err(cause) => report.log.faults.push(Fault::Batch { sequence, cause }),
                }
            }
            batches = rest;
        }
        Ok(())
    }

    /// Batches with what is kept of their records now.
    async fn kept_batches(&self, batches: Vec<Batch>) -> Result<Vec<KeptBatch>, QueryError> {
        let ids = || batches.iter().map(|batch| batch.id);
        let documents = record_document::Entity::find()
            .filter(record_document::Column::Batch.is_in(ids()))
            .all(self.read())
            .await
            .doing(READ)?;
        let rows = record::Entity::find()
            .filter(record::Column::Id.is_in(documents.iter().map(|document| document.record_id)))
            .all(self.read())
            .await
            .doing(READ)?;
        let rows: BTreeMap<Uuid, record::Model> = rows.into_iter().map(|row| (row.id, row)).collect();
        let removed = record_removed::Entity::find()
            .filter(record_removed::Column::Batch.is_in(ids()))
            .all(self.read())
            .await
            .doing(READ)?;
        let mut by_batch: BTreeMap<Uuid, KeptBatch> = batches
            .iter()
            .map(|batch| {
                let (kept, removed) = (BTreeMap::new(), BTreeMap::new());
                (batch.id, KeptBatch { batch: batch.clone(), kept, removed })
            })
            .collect();
        for document in &documents {
            let Some((id, (batch, hash))) = left_of(document) else { continue };
            let agrees = rows.get(&id).is_some_and(|row| agrees(row, &document.document));
            let hash = if agrees { hash } else { CONTRADICTORY };
            if let Some(kept) = by_batch.get_mut(&batch) {
                kept.kept.insert(id, hash);
            }
        }
        for row in removed {
            let hash = row.hash.try_into().unwrap_or(CONTRADICTORY);
            if let Some(kept) = by_batch.get_mut(&row.batch) {
                kept.removed.insert(row.record_id, hash);
            }
        }
        Ok(by_batch.into_values().collect())
    }
}

/// Whether what is searched and counted of a record is what its document says.
fn agrees(row: &record::Model, document: &str) -> bool {
    let Ok(record) = serde_json::from_str::<Record>(document) else { return false };
    let told = row::main(&record);
    // What is derived for search may change between versions; what happened may not.
    let told = record::Model { search: row.search.clone(), ..told };
    told == *row
}
