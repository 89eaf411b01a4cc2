//! The audit log as a Merkle tree: hashes as entries are appended, signed roots, and the check of all that is kept.
//!
//! The tree is that of RFC 6962 §2.1 over [`Entry::leaf`](crate::Entry::leaf), laid out as <https://c2sp.org/tlog-tiles>;
//! its roots are signed as <https://c2sp.org/tlog-checkpoint>. Whoever holds an earlier checkpoint and the public key can
//! tell that history was rewritten, without asking us.

mod batch; // records that an entry commits to
mod checkpoint; // a signed root
mod fault; // what is wrong, and where
mod hex; // hashes as text
mod proof; // entries that prove themselves
mod removal; // what was erased, and which entry says so
mod tiles; // an export as files
mod tree; // hashes and roots
mod verify; // everything that is kept, against itself and the key

pub use batch::{Batch, BatchFault, BatchSubject, KeptBatch, RECORDS_COMMITTED, record_hash};
pub use checkpoint::{CheckpointError, InvalidKey, LogKey, PublicKey, Root};
pub use fault::{Fault, GAP};
pub use hex::{InvalidHash, hash_from_hex, hex};
pub use proof::{Proven, Unproven};
pub use removal::{InvalidRemoval, PAYLOADS_ERASED, RECORDS_REMOVED, Removal};
pub use tiles::{Files, InvalidExport, read_export, tile_files};
pub use tree::{BrokenTree, Hash, Tree, leaf_hash};
pub use verify::{Log, Report, verify};
