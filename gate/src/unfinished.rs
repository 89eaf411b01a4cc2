use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use engine::{Body, Inspection};
use model::Record;

use crate::gate::now;

/// The prompts of one connection that are still being read.
///
/// When a client goes away in the middle of a prompt, the future that reads it is dropped, and with it would be the chance
/// to record it. What was begun is therefore kept here, and recorded by whoever sees the connection end.
#[derive(Default)]
pub(crate) struct Unfinished(Mutex<Vec<Arc<Reading>>>);

/// One prompt that is being read.
pub(crate) struct Reading {
    inspection: Mutex<Option<Box<Inspection>>>,
    bytes: AtomicU64,
}

/// Which of them to give up.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum GivenUp {
    /// Those that nobody reads any more.
    Abandoned,
    /// All, because the connection is over.
    All,
}

impl Unfinished {
    pub(crate) fn begin(&self, inspection: Box<Inspection>) -> Arc<Reading> {
        let reading =
            Arc::new(Reading { inspection: Mutex::new(Some(inspection)), bytes: AtomicU64::new(0) });
        self.readings().push(Arc::clone(&reading));
        reading
    }

    /// The inspection of a prompt that was read; `None` if it was given up meanwhile.
    pub(crate) fn finish(&self, reading: &Arc<Reading>) -> Option<Box<Inspection>> {
        self.readings().retain(|other| !Arc::ptr_eq(other, reading));
        reading.take()
    }

    /// The records of prompts that were given up.
    pub(crate) fn give_up(&self, which: GivenUp) -> Vec<Record> {
        let given_up = |reading: &mut Arc<Reading>| which == GivenUp::All || Arc::strong_count(reading) == 1;
        let readings: Vec<_> = self.readings().extract_if(.., given_up).collect();
        readings.iter().filter_map(|reading| reading.broken_off()).collect()
    }

    fn readings(&self) -> MutexGuard<'_, Vec<Arc<Reading>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reading {
    pub(crate) fn got(&self, bytes: usize) {
        self.bytes.fetch_add(bytes as u64, Relaxed);
    }

    fn take(&self) -> Option<Box<Inspection>> {
        self.inspection.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn broken_off(&self) -> Option<Record> {
        let reason = "the client went away before the request's body ended".to_owned();
        self.take()?.close(Body::Broken { bytes: self.bytes.load(Relaxed), reason }, now()).record
    }
}
