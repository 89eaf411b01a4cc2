use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU16, AtomicU32, AtomicU64, Ordering::Relaxed},
    },
    time::Instant,
};

use http::StatusCode;
use model::{Completion, ExchangeId, Timestamp};
use tokio::sync::oneshot;

use crate::{ear::Ear, gate::Gate, now};

/// How an exchange that was sent on ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The answer came whole.
    Whole,
    /// It did not; the text names the operation, never content.
    Broken(String),
}

/// Follows an exchange that was sent on until its end.
///
/// Whoever carries the answer says how it ended. If the client goes away first, the carrier is dropped with everything
/// else, the channel closes, and the guard task on its other end reports that: nothing has to run while dropping.
pub(crate) struct Watch {
    progress: Arc<Progress>,
    end: oneshot::Sender<Ending>,
}

#[derive(Default)]
struct Progress {
    /// Status of the tool's answer; 0 until it came.
    status: AtomicU16,
    bytes: AtomicU64,
    restored: AtomicU32,
    ear: OnceLock<Ear>,
}

impl Watch {
    /// Begins to follow an exchange; the guard task reports its end.
    pub(crate) fn begin(gate: &Arc<Gate>, id: ExchangeId, begun: Instant) -> Self {
        let progress = Arc::<Progress>::default();
        let (end, ended) = oneshot::channel();
        gate.spawn(report(Arc::clone(gate), id, begun, Arc::clone(&progress), ended));
        Self { progress, end }
    }

    pub(crate) fn answered(&self, status: StatusCode) {
        self.progress.status.store(status.as_u16(), Relaxed);
    }

    pub(crate) fn passed(&self, bytes: usize) {
        self.progress.bytes.fetch_add(bytes as u64, Relaxed);
    }

    pub(crate) fn restored(&self, placeholders: u32) {
        self.progress.restored.store(placeholders, Relaxed);
    }

    /// What `ear` has heard is recorded when the exchange ends, however it does.
    pub(crate) fn listens(&self, ear: Ear) {
        // An exchange has one answer.
        let _ = self.progress.ear.set(ear);
    }

    pub(crate) fn end(self, ending: Ending) {
        // The guard only goes away with the whole program.
        let _ = self.end.send(ending);
    }
}

async fn report(
    gate: Arc<Gate>,
    id: ExchangeId,
    begun: Instant,
    progress: Arc<Progress>,
    ended: oneshot::Receiver<Ending>,
) {
    let error = match ended.await {
        Ok(Ending::Whole) => None,
        Ok(Ending::Broken(reason)) => Some(reason),
        Err(_) => {
            gate.metrics.exchanges_abandoned.increment();
            Some(
                "given up before the answer ended: the client went away, or the record could not be kept"
                    .to_owned(),
            )
        }
    };
    if let Some(record) = progress.ear.get().and_then(Ear::close)
        && gate.record(record).await.is_err()
    {
        tracing::error!(exchange = %id, "what its answer held was not recorded");
    }
    let completion = completion(id, now(), begun, &progress, error);
    if gate.recorder.complete(completion).await.is_err() {
        gate.metrics.completions_dropped.increment();
        tracing::warn!(exchange = %id, "completion dropped: the recorder is gone");
    }
}

fn completion(
    id: ExchangeId,
    at: Timestamp,
    begun: Instant,
    progress: &Progress,
    error: Option<String>,
) -> Completion {
    let status = progress.status.load(Relaxed);
    Completion {
        id,
        at,
        status: (status != 0).then_some(status),
        bytes_down: progress.bytes.load(Relaxed),
        duration_ms: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
        restored: progress.restored.load(Relaxed),
        error,
    }
}
