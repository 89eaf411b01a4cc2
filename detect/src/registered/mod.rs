//! Data an organisation registers: tables of which cells are recognised, documents of which passages are.
//!
//! Only keyed hashes of what was registered are kept. A registry is a folder of sorted segments; of each segment only
//! a filter and a sample are in memory, the rest is read where a hash is likely to stand. Scanning is a state machine
//! over the text, so it finds the same however the text is cut.

mod cell; // words of a text, and the cells they may be
mod document; // passages of documents
mod filter; // which hashes may be registered
mod lengths; // which lengths cells have
mod lock; // one change at a time
mod manifest; // what is registered, as written
mod normal; // characters as they are compared
mod record; // a hash, and where it comes from
mod registry; // adding, removing, merging
mod rows; // cells of the same row
mod salt; // keyed hashes
mod segment; // sorted records in a file
mod snapshot; // what is registered, for scanning
mod table; // tables as administrators describe them
mod watch; // a text being compared
mod winnow; // fingerprints of passages

pub use manifest::{Entry, Registered};
pub use registry::{RegisterError, Registry};
pub use snapshot::{Match, Matched, Snapshot};
pub use table::{Column, ColumnKind, Table};
pub(crate) use watch::Watch;
