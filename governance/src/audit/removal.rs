use std::{fmt, str::FromStr};

use sha2::{Digest, Sha256};

use super::{
    hex::{hash_from_hex, hex},
    tree::Hash,
};

/// What an entry is called that says which payloads of the log were erased.
pub const PAYLOADS_ERASED: &str = "payloads.erased";
/// What an entry is called that says which records are no longer kept.
pub const RECORDS_REMOVED: &str = "records.removed";

/// What was erased, as the subject of the entry that says so: how many, and a digest over all of it.
///
/// What is missing must be covered by such an entry, or somebody removed it behind our back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Removal {
    /// How many things.
    pub count: u64,
    /// SHA-256 over their keys in ascending order.
    pub digest: Hash,
}

/// The subject of an entry is not one of a [`Removal`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it does not say how many things were removed and which")]
pub struct InvalidRemoval;

impl Removal {
    /// Of payloads, by the sequence numbers of their entries, ascending.
    pub fn of_payloads(sequences: &[u64]) -> Self {
        let mut digest = Sha256::new();
        for sequence in sequences {
            digest.update(sequence.to_be_bytes());
        }
        Self { count: sequences.len() as u64, digest: digest.finalize().into() }
    }

    /// Of records, by what their batches hold of them, ascending.
    pub fn of_records(hashes: &[Hash]) -> Self {
        let mut digest = Sha256::new();
        for hash in hashes {
            digest.update(hash);
        }
        Self { count: hashes.len() as u64, digest: digest.finalize().into() }
    }
}

impl fmt::Display for Removal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} sha256:{}", self.count, hex(&self.digest))
    }
}

impl FromStr for Removal {
    type Err = InvalidRemoval;

    fn from_str(text: &str) -> Result<Self, InvalidRemoval> {
        let (count, digest) = text.split_once(" sha256:").ok_or(InvalidRemoval)?;
        let count = count.parse().map_err(|_| InvalidRemoval)?;
        Ok(Self { count, digest: hash_from_hex(digest).map_err(|_| InvalidRemoval)? })
    }
}
