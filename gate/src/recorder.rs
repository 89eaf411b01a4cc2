use std::time::Duration;

use engine::Evidence;
use model::{Completion, Record};
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};

/// What the gate asks to be kept, in order: a completion never overtakes its record.
#[derive(Debug)]
pub enum Entry {
    /// An exchange that was decided.
    Append {
        /// What to keep.
        record: Box<Record>,
        /// What its exchange held, to be sealed and kept apart.
        evidence: Option<Box<Evidence>>,
        /// To be told once it is durable, or that it cannot be; dropping it means the latter.
        durable: oneshot::Sender<Durability>,
    },
    /// How an exchange that was sent on ended. Not waited for.
    Complete(Completion),
}

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// It survives a crash.
    Durable,
    /// It could not be kept.
    Lost,
}

/// The gate's end of the way to whoever keeps records.
#[derive(Clone, Debug)]
pub struct Recorder {
    entries: mpsc::Sender<Entry>,
    patience: Duration,
}

/// Why an exchange must not go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Nobody keeps records any more.
    #[error("the recorder is gone")]
    Gone,
    /// It said so.
    #[error("the record could not be kept")]
    Lost,
    /// It took too long.
    #[error("the recorder did not acknowledge in time")]
    Late,
}

/// A record that was handed over and is not yet durable.
#[derive(Debug)]
pub(crate) struct Pending {
    durable: oneshot::Receiver<Durability>,
    patience: Duration,
}

impl Recorder {
    /// A recorder that waits up to `patience` for an acknowledgement, and the end at which entries arrive.
    pub fn channel(capacity: usize, patience: Duration) -> (Self, mpsc::Receiver<Entry>) {
        let (entries, received) = mpsc::channel(capacity);
        (Self { entries, patience }, received)
    }

    /// Hands a record over. Once this returns, the record is on its way even if the exchange is given up.
    pub(crate) async fn hand_over(
        &self,
        record: Record,
        evidence: Option<Box<Evidence>>,
    ) -> Result<Pending, RecordError> {
        let (durable, acknowledged) = oneshot::channel();
        let entry = Entry::Append { record: Box::new(record), evidence, durable };
        match timeout(self.patience, self.entries.send(entry)).await {
            Ok(Ok(())) => Ok(Pending { durable: acknowledged, patience: self.patience }),
            Ok(Err(_)) => Err(RecordError::Gone),
            Err(_) => Err(RecordError::Late),
        }
    }

    /// Hands over how an exchange ended.
    pub(crate) async fn complete(&self, completion: Completion) -> Result<(), RecordError> {
        self.entries.send(Entry::Complete(completion)).await.map_err(|_| RecordError::Gone)
    }
}

impl Pending {
    /// Waits until the record is durable.
    pub(crate) async fn durable(self) -> Result<(), RecordError> {
        match timeout(self.patience, self.durable).await {
            Ok(Ok(Durability::Durable)) => Ok(()),
            Ok(Ok(Durability::Lost)) => Err(RecordError::Lost),
            Ok(Err(_)) => Err(RecordError::Gone),
            Err(_) => Err(RecordError::Late),
        }
    }
}
