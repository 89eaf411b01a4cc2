//! Writes records: many callers, one task, one transaction for all that is waiting.

mod batch; // one transaction
mod task; // the loop

use std::{sync::Arc, time::Duration};

use model::{Completion, Record};
use sea_orm::DatabaseConnection;
use tokio::{
    sync::{broadcast, mpsc, oneshot, watch},
    time,
};

use crate::{Counts, DatabaseError, Options, counters::Counters, row::Rows};
use task::{Command, Item, Task};

/// Records kept for each subscriber that is slow to take them.
const LIVE: usize = 1_024;

/// Appends records durably; cheap to clone, for use by any number of tasks.
///
/// One task writes. Whatever waits when it becomes free goes into one transaction, so that a busy store writes large
/// batches and an idle one answers at once, without a timer.
#[derive(Clone, Debug)]
pub struct Writer {
    queue: mpsc::Sender<Command>,
    live: broadcast::Sender<Arc<Record>>,
    counters: Arc<Counters>,
    patience: Duration,
    /// Closes when the task has ended.
    ended: watch::Receiver<()>,
}

/// A record was not, or may not have been, written.
///
/// Appending the same record again is always safe: its id keeps it from being stored twice.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AppendError {
    /// The database does not answer or cannot write; the record may or may not have been written.
    #[error("cannot append the record: the store is not available")]
    Unavailable {
        /// What the database said.
        #[source]
        cause: DatabaseError,
    },
    /// The database took too long; the record may or may not have been written.
    #[error("cannot append the record: the store did not answer within {} s", waited.as_secs_f32())]
    TimedOut {
        /// How long it was waited for.
        waited: Duration,
    },
    /// More records arrive than the store can write; this one was not taken.
    #[error("cannot append the record: the store's queue stayed full for {} s", waited.as_secs_f32())]
    Overloaded {
        /// How long room was waited for.
        waited: Duration,
    },
    /// The database will not have this record; it was not written.
    #[error("cannot append the record: the store refused it")]
    Refused {
        /// What the database said.
        #[source]
        cause: DatabaseError,
    },
    /// The record could not be turned into JSON; it was not written.
    #[error("cannot append the record: it has no JSON form")]
    Unwritable {
        /// Why.
        #[source]
        cause: Arc<serde_json::Error>,
    },
    /// The store was closed; the record was not written.
    #[error("cannot append the record: the store is closed")]
    Closed,
}

impl Writer {
    pub(crate) fn start(connection: DatabaseConnection, options: &Options) -> Self {
        let (queue, commands) = mpsc::channel(options.queue.max(1));
        let (live, _) = broadcast::channel(LIVE);
        let counters = Arc::new(Counters::default());
        let (running, ended) = watch::channel(());
        let task = Task::new(connection, commands, options, live.clone(), Arc::clone(&counters));
        tokio::spawn(async move {
            task.run().await;
            drop(running);
        });
        Self { queue, live, counters, patience: options.patience, ended }
    }

    /// Writes `record`; resolves when it is on disk.
    ///
    /// A record whose id is stored already counts as written. Waits at most the patience of [`Options`] for room in the
    /// queue and twice that for the disk. A record once in the queue is written even if nobody waits for it any more.
    pub async fn append(&self, record: Record) -> Result<(), AppendError> {
        let rows = Rows::of(record).map_err(|cause| AppendError::Unwritable { cause: Arc::new(cause) })?;
        let (acknowledge, acknowledged) = oneshot::channel();
        let command = Command::Write(Item::Record { rows: Box::new(rows), acknowledge });
        match time::timeout(self.patience, self.queue.send(command)).await {
            Err(_) => {
                self.counters.overloaded();
                Err(AppendError::Overloaded { waited: self.patience })
            }
            Ok(Err(_)) => Err(AppendError::Closed),
            Ok(Ok(())) => self.wait(acknowledged).await,
        }
    }

    async fn wait(
        &self,
        acknowledged: oneshot::Receiver<Result<(), AppendError>>,
    ) -> Result<(), AppendError> {
        let waited = self.patience.saturating_mul(2);
        match time::timeout(waited, acknowledged).await {
            Err(_) => Err(AppendError::TimedOut { waited }),
            Ok(Err(_)) => Err(AppendError::Closed),
            Ok(Ok(result)) => result,
        }
    }

    /// Adds how an exchange ended to its record, which may be written before or after; does not wait for the disk.
    ///
    /// What cannot be written is counted and logged, see [`Counts::completions_lost`].
    pub async fn complete(&self, completion: Completion) {
        let command = Command::Write(Item::Completion(completion));
        if !matches!(time::timeout(self.patience, self.queue.send(command)).await, Ok(Ok(()))) {
            self.counters.completions_lost(1);
        }
    }

    /// Resolves when everything handed in before has been written or refused.
    pub async fn flush(&self) {
        let (done, wait) = oneshot::channel();
        if self.queue.send(Command::Flush(done)).await.is_ok() {
            // An error means that the task has ended, after writing everything.
            let _ = wait.await;
        }
    }

    /// Takes no more records, and resolves when everything taken has been written or refused.
    pub async fn close(&self) {
        // An error means that it was closed before; the task may still be writing.
        let _ = self.queue.send(Command::Close).await;
        // The channel never holds a change: it only closes.
        let _ = self.ended.clone().changed().await;
    }

    /// Records appended from now on through this store, each once, after they are on disk.
    ///
    /// A receiver that lags more than 1,024 records misses the oldest and is told how many.
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Record>> {
        self.live.subscribe()
    }

    /// What happened since the store was opened.
    pub fn counts(&self) -> Counts {
        self.counters.read()
    }
}
