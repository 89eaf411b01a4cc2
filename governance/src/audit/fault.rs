use super::{batch::BatchFault, checkpoint::CheckpointError};

/// What an entry is called that says which entries before it nobody with the key had signed, as in `12..14`.
pub const GAP: &str = "audit.gap";

/// Something that is not as the log was written. `sequence` is the entry's place, counted from 0.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// An entry is not there.
    #[error("entry {sequence} is missing")]
    Missing {
        /// Its place.
        sequence: u64,
    },
    /// Another entry stands in its place.
    #[error("entry {sequence} is out of order: what stands there was entry {was}")]
    OutOfOrder {
        /// Its place.
        sequence: u64,
        /// Where what stands there belongs.
        was: u64,
    },
    /// It is dated before its predecessor.
    #[error("entry {sequence} is dated before its predecessor")]
    BackDated {
        /// Its place.
        sequence: u64,
    },
    /// It does not say what it said when it was appended.
    #[error("entry {sequence} was altered")]
    Altered {
        /// Its place.
        sequence: u64,
    },
    /// A hash of the tree is not what the entries give.
    #[error("a hash of the tree that was made with entry {sequence} was altered or is missing")]
    Hash {
        /// The last entry under it.
        sequence: u64,
    },
    /// It was appended by someone who does not have the log's key.
    #[error("entry {sequence} is not covered by a checkpoint: it was not appended by Bylaw")]
    Unsealed {
        /// Its place.
        sequence: u64,
    },
    /// Entries at the end are gone.
    #[error("entry {sequence} and all after it are missing: a checkpoint covers {size} entries")]
    Truncated {
        /// The first that is missing.
        sequence: u64,
        /// How many entries were signed.
        size: u64,
    },
    /// A checkpoint cannot be relied on.
    #[error("the checkpoint over {size} entries does not count: {cause}")]
    Checkpoint {
        /// How many entries it is kept for.
        size: u64,
        /// Why.
        cause: CheckpointError,
    },
    /// A checkpoint is kept in the place of another.
    #[error("the checkpoint kept for {size} entries speaks of {signed}")]
    Misplaced {
        /// How many entries it is kept for.
        size: u64,
        /// How many it covers.
        signed: u64,
    },
    /// The entries are not those that were signed.
    #[error("the checkpoint over {size} entries does not match: an entry from {sequence} on was altered")]
    Contradicted {
        /// The first entry that no earlier checkpoint vouches for.
        sequence: u64,
        /// How many entries it covers.
        size: u64,
    },
    /// The checkpoint that someone kept elsewhere tells another history.
    #[error("the checkpoint you kept, over {size} entries, does not match: history was rewritten")]
    Rewritten {
        /// How many entries it covers.
        size: u64,
    },
    /// The payload is not the one that the entry commits to.
    #[error("the payload of entry {sequence} does not match its commitment")]
    Payload {
        /// The entry's place.
        sequence: u64,
    },
    /// The payload is gone, and no entry says that it was erased.
    #[error("the payload of entry {sequence} is missing and no entry says that it was erased")]
    PayloadMissing {
        /// The entry's place.
        sequence: u64,
    },
    /// What is said to be erased is not what the entry says.
    #[error("entry {sequence} does not cover what is said to be removed by it")]
    Removal {
        /// The place of the entry that is said to have removed it.
        sequence: u64,
    },
    /// The batches that an entry commits to are not those that are kept.
    #[error("entry {sequence} commits to other record batches than are kept")]
    Batches {
        /// The entry's place.
        sequence: u64,
    },
    /// Records that an entry commits to were altered.
    #[error("a record batch of entry {sequence} was altered: {cause}")]
    Batch {
        /// The entry's place.
        sequence: u64,
        /// How.
        cause: BatchFault,
    },
}

impl Fault {
    /// The entry that it is about, or the first that it may be about.
    pub fn sequence(&self) -> u64 {
        match *self {
            Self::Missing { sequence }
            | Self::OutOfOrder { sequence, .. }
            | Self::BackDated { sequence }
            | Self::Altered { sequence }
            | Self::Hash { sequence }
            | Self::Unsealed { sequence }
            | Self::Truncated { sequence, .. }
            | Self::Contradicted { sequence, .. }
            | Self::Payload { sequence }
            | Self::PayloadMissing { sequence }
            | Self::Removal { sequence }
            | Self::Batches { sequence }
            | Self::Batch { sequence, .. } => sequence,
            Self::Checkpoint { size, .. } | Self::Misplaced { size, .. } | Self::Rewritten { size } => {
                size.saturating_sub(1)
            }
        }
    }
}
