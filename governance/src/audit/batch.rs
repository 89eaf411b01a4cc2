use std::{collections::BTreeMap, fmt, str::FromStr};

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    hex::{hash_from_hex, hex},
    removal::InvalidRemoval,
    tree::Hash,
};

/// What an entry is called that commits to the records written since the last one.
pub const RECORDS_COMMITTED: &str = "records.committed";

/// Records that were written in one transaction, with a digest over them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Its id.
    pub id: Uuid,
    /// How many records.
    pub count: u64,
    /// SHA-256 over [`record_hash`] of each, in the order of their ids.
    pub digest: Hash,
}

/// The subject of a [`RECORDS_COMMITTED`] entry: batches, and a digest over them in the order of their ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchSubject {
    /// How many records there are in all of them.
    pub records: u64,
    /// How many batches.
    pub batches: u64,
    /// SHA-256 over id, count and digest of each.
    pub digest: Hash,
}

/// A batch as the store has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptBatch {
    /// What was written.
    pub batch: Batch,
    /// The hashes of its records that are kept, computed from what is kept now.
    pub kept: BTreeMap<Uuid, Hash>,
    /// The hashes of its records that an entry says are removed.
    pub removed: BTreeMap<Uuid, Hash>,
}

/// What is wrong with a batch of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BatchFault {
    /// Records are gone that no entry says are removed.
    #[error("{0} of its records are gone and no entry says that they were removed")]
    Missing(u64),
    /// There are more records than were written.
    #[error("{0} records were added to it")]
    Added(u64),
    /// What a record says is not what was written.
    #[error("a record in it was altered")]
    Altered,
}

/// What a batch holds of a record: SHA-256 over random bytes, which go when the record goes, and its document.
pub fn record_hash(salt: &[u8; 16], document: &str) -> Hash {
    Sha256::new().chain_update(salt).chain_update(document.as_bytes()).finalize().into()
}

impl Batch {
    /// Of records with these hashes.
    pub fn of(id: Uuid, records: &BTreeMap<Uuid, Hash>) -> Self {
        let mut digest = Sha256::new();
        for hash in records.values() {
            digest.update(hash);
        }
        Self { id, count: records.len() as u64, digest: digest.finalize().into() }
    }
}

impl KeptBatch {
    /// Compares what is kept with what was written; how many of its records are kept no longer.
    pub fn check(&self) -> Result<u64, BatchFault> {
        let mut all = self.removed.clone();
        all.extend(self.kept.iter().map(|(id, hash)| (*id, *hash)));
        let there = all.len() as u64;
        if there < self.batch.count {
            return Err(BatchFault::Missing(self.batch.count - there));
        }
        if there > self.batch.count {
            return Err(BatchFault::Added(there - self.batch.count));
        }
        if Batch::of(self.batch.id, &all).digest != self.batch.digest {
            return Err(BatchFault::Altered);
        }
        Ok(self.removed.len() as u64)
    }
}

impl BatchSubject {
    /// Of these batches, in the order of their ids.
    pub fn of<'a>(batches: impl IntoIterator<Item = &'a Batch>) -> Self {
        let (mut records, mut count, mut digest) = (0, 0, Sha256::new());
        for batch in batches {
            records += batch.count;
            count += 1;
            digest.update(batch.id.as_bytes());
            digest.update(batch.count.to_be_bytes());
            digest.update(batch.digest);
        }
        Self { records, batches: count, digest: digest.finalize().into() }
    }
}

impl fmt::Display for BatchSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{} sha256:{}", self.records, self.batches, hex(&self.digest))
    }
}

impl FromStr for BatchSubject {
    type Err = InvalidRemoval;

    fn from_str(text: &str) -> Result<Self, InvalidRemoval> {
        let (counts, digest) = text.split_once(" sha256:").ok_or(InvalidRemoval)?;
        let (records, batches) = counts.split_once('/').ok_or(InvalidRemoval)?;
        Ok(Self {
            records: records.parse().map_err(|_| InvalidRemoval)?,
            batches: batches.parse().map_err(|_| InvalidRemoval)?,
            digest: hash_from_hex(digest).map_err(|_| InvalidRemoval)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Removal;

    fn records(documents: &[&str]) -> BTreeMap<Uuid, Hash> {
        let hashed =
            |(number, document): (u128, &&str)| (Uuid::from_u128(number), record_hash(&[1; 16], document));
        (0..).zip(documents).map(hashed).collect()
    }

    #[test]
    fn a_batch_knows_its_records() {
        let written = records(&["a", "b", "c"]);
        let batch = Batch::of(Uuid::from_u128(9), &written);
        let check = |kept: &[&str], removed: &[u128]| {
            let mut kept = records(kept);
            kept.retain(|id, _| !removed.contains(&id.as_u128()));
            let removed =
                removed.iter().map(|id| Uuid::from_u128(*id)).map(|id| (id, written[&id])).collect();
            KeptBatch { batch: batch.clone(), kept, removed }.check()
        };
        assert_eq!(check(&["a", "b", "c"], &[]), Ok(0));
        assert_eq!(check(&["a", "b", "c"], &[0, 2]), Ok(2));
        assert_eq!(check(&["a", "b"], &[]), Err(BatchFault::Missing(1)));
        assert_eq!(check(&["a", "b", "c", "d"], &[]), Err(BatchFault::Added(1)));
        assert_eq!(check(&["a", "c", "b"], &[]), Err(BatchFault::Altered));
        assert_eq!(check(&["a", "B", "c"], &[]), Err(BatchFault::Altered));
    }

    #[test]
    fn subjects_are_read_as_they_are_written() {
        let batch = Batch::of(Uuid::from_u128(9), &records(&["a"]));
        let subject = BatchSubject::of([&batch, &batch]);
        assert_eq!(subject.to_string().parse(), Ok(subject));
        assert!("3/1".parse::<BatchSubject>().is_err());
        let removal = Removal::of_payloads(&[1, 5]);
        assert_eq!(removal.to_string().parse(), Ok(removal));
        assert_ne!(removal.digest, Removal::of_payloads(&[1, 6]).digest);
    }
}
