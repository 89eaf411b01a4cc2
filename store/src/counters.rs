use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What the writer did since the store was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records written.
    pub records_appended: u64,
    /// Records that were stored already.
    pub records_repeated: u64,
    /// Records the database would not have.
    pub records_refused: u64,
    /// Records that may not have been written because the database was away or too slow.
    pub records_failed: u64,
    /// Records not taken because the queue stayed full.
    pub records_overloaded: u64,
    /// Completions written.
    pub completions_written: u64,
    /// Completions that could not be written.
    pub completions_lost: u64,
    /// Transactions committed.
    pub batches_committed: u64,
    /// Transactions split because something in them was refused.
    pub batches_split: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Counters {
    records_appended: AtomicU64,
    records_repeated: AtomicU64,
    records_refused: AtomicU64,
    records_failed: AtomicU64,
    records_overloaded: AtomicU64,
    completions_written: AtomicU64,
    completions_lost: AtomicU64,
    batches_committed: AtomicU64,
    batches_split: AtomicU64,
}

impl Counters {
    pub(crate) fn committed(&self, appended: u64, repeated: u64, completions: u64) {
        self.batches_committed.fetch_add(1, Relaxed);
        self.records_appended.fetch_add(appended, Relaxed);
        self.records_repeated.fetch_add(repeated, Relaxed);
        self.completions_written.fetch_add(completions, Relaxed);
    }

    pub(crate) fn split(&self) {
        self.batches_split.fetch_add(1, Relaxed);
    }

    pub(crate) fn refused(&self) {
        self.records_refused.fetch_add(1, Relaxed);
    }

    pub(crate) fn failed(&self) {
        self.records_failed.fetch_add(1, Relaxed);
    }

    pub(crate) fn overloaded(&self) {
        self.records_overloaded.fetch_add(1, Relaxed);
    }

    pub(crate) fn completions_lost(&self, count: u64) {
        self.completions_lost.fetch_add(count, Relaxed);
    }

    pub(crate) fn read(&self) -> Counts {
        Counts {
            records_appended: self.records_appended.load(Relaxed),
            records_repeated: self.records_repeated.load(Relaxed),
            records_refused: self.records_refused.load(Relaxed),
            records_failed: self.records_failed.load(Relaxed),
            records_overloaded: self.records_overloaded.load(Relaxed),
            completions_written: self.completions_written.load(Relaxed),
            completions_lost: self.completions_lost.load(Relaxed),
            batches_committed: self.batches_committed.load(Relaxed),
            batches_split: self.batches_split.load(Relaxed),
        }
    }
}
