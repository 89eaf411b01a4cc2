use serde::{Deserialize, Serialize};

use super::{
    checkpoint::{CheckpointError, PublicKey},
    hex::{hash_from_hex, hex},
    tree::{BrokenTree, Hash, Tree, leaf_hash, proves},
};
use crate::{Entry, Payload};

/// An entry with what proves that the log holds it, for whoever has a checkpoint of at least its size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proven {
    /// The entry's place.
    pub sequence: u64,
    /// [`Entry::leaf`].
    pub leaf: String,
    /// Hashes from the leaf to the root (RFC 6962 §2.1.1), in hexadecimal, the nearest first.
    pub proof: Vec<String>,
    /// What the entry commits to, unless it was erased: salt in hexadecimal, and body.
    pub payload: Option<(String, String)>,
}

/// Why an entry is not proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unproven {
    /// The checkpoint does not count.
    #[error("the checkpoint does not count: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The log that was signed does not hold it.
    #[error("entry {sequence} is not in the log that the checkpoint signs")]
    NotInLog {
        /// Its place, as it says.
        sequence: u64,
    },
    /// It is no entry.
    #[error("entry {sequence} cannot be read")]
    Unreadable {
        /// Its place, as it says.
        sequence: u64,
    },
    /// The payload is not the one that the entry commits to.
    #[error("the payload of entry {sequence} does not match its commitment")]
    Payload {
        /// Its place.
        sequence: u64,
    },
}

impl Proven {
    /// Proves `entry` under the root over the first `size` leaves of `tree`.
    pub fn new(entry: &Entry, payload: Option<&Payload>, tree: &Tree, size: u64) -> Result<Self, BrokenTree> {
        let proof = tree.prove(entry.sequence, size)?;
        let body = |payload: &Payload| String::from_utf8_lossy(&payload.body).into_owned();
        Ok(Self {
            sequence: entry.sequence,
            leaf: String::from_utf8_lossy(&entry.leaf()).into_owned(),
            proof: proof.iter().map(|hash| hex(hash)).collect(),
            payload: payload.map(|payload| (hex(&payload.salt), body(payload))),
        })
    }

    /// The entry, once it is proved to be in the log whose `checkpoint` the key signed.
    pub fn check(&self, checkpoint: &str, key: &PublicKey) -> Result<Entry, Unproven> {
        let root = key.open(checkpoint)?;
        let sequence = self.sequence;
        let unproved = Unproven::NotInLog { sequence };
        let proof: Vec<Hash> = self
            .proof
            .iter()
            .map(|hash| hash_from_hex(hash))
            .collect::<Result<_, _>>()
            .map_err(|_| unproved)?;
        proves(&proof, root.size, root.hash, sequence, leaf_hash(self.leaf.as_bytes()))
            .map_err(|()| unproved)?;
        let entry = Entry::from_leaf(self.leaf.as_bytes()).ok_or(Unproven::Unreadable { sequence })?;
        if self.payload.as_ref().is_some_and(|payload| !matches(&entry, payload)) {
            return Err(Unproven::Payload { sequence });
        }
        Ok(entry)
    }
}

fn matches(entry: &Entry, (salt, body): &(String, String)) -> bool {
    let salt: Option<Vec<u8>> = (0..salt.len() / 2)
        .map(|place| u8::from_str_radix(salt.get(2 * place..2 * place + 2)?, 16).ok())
        .collect();
    let Some(salt) = salt.and_then(|salt| salt.try_into().ok()) else { return false };
    Payload { salt, body: body.clone().into_bytes() }.commitment() == entry.commitment
}
