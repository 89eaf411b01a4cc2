//! A learner's whole state as bytes.

use crate::{Learner, Settings};

/// Begins every checkpoint; the number is the form's version.
const MAGIC: &[u8; 8] = b"bylawbh3";
/// Length of the checksum (BLAKE3).
const SUM: usize = 32;

/// Why a checkpoint was refused; the learner that was there before is still as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RestoreError {
    /// Not a checkpoint, or one of another version.
    #[error(
        "cannot restore behaviour: not a checkpoint of this version; learn again from the stored records"
    )]
    Unknown,
    /// Changed or cut off after it was written.
    #[error("cannot restore behaviour: the checkpoint is damaged; use the one before it")]
    Damaged,
    /// Whole, but of a form that does not fit.
    #[error(
        "cannot restore behaviour: the checkpoint does not fit this version; learn again from the stored records"
    )]
    Unfit,
}

impl Learner {
    /// The whole state as bytes: a learner restored from it goes on as this one would.
    pub fn checkpoint(&self) -> Vec<u8> {
        let body = postcard::to_stdvec(self).unwrap_or_default();
        [MAGIC.as_slice(), blake3::hash(&body).as_bytes(), &body].concat()
    }

    /// Restores a learner. Settings come from outside, so that they can be changed; the number of partitions is the checkpoint's.
    pub fn restore(bytes: &[u8], settings: Settings) -> Result<Self, RestoreError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(RestoreError::Unknown)?;
        let (sum, body) = rest.split_at_checked(SUM).ok_or(RestoreError::Damaged)?;
        if blake3::hash(body).as_bytes() != sum {
            return Err(RestoreError::Damaged);
        }
        let mut learner: Self = postcard::from_bytes(body).map_err(|_| RestoreError::Unfit)?;
        learner.settings = settings;
        learner.settings.partitions = learner.partitions.len();
        if !learner.is_whole() {
            return Err(RestoreError::Unfit);
        }
        learner.partitions.iter_mut().for_each(crate::partition::Partition::rebuild);
        learner.norms.calibration.rebuild();
        Ok(learner)
    }

    fn is_whole(&self) -> bool {
        !self.partitions.is_empty()
            && self.partitions.iter().all(crate::partition::Partition::is_whole)
            && self.norms.calibration.is_whole()
    }
}
