//! Backtests: a draft put to the exchanges of a period, on a thread of its own.

use std::{
    collections::HashMap,
    num::NonZeroUsize,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use policy::{
    Policy,
    backtest::{Backtest, Known, Past, Report},
};
use store::{QueryError, Recorded, Span, Store};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc},
    task,
};
use uuid::Uuid;

/// Records fetched at once.
const PAGE: u32 = 4_000;
/// Pages that may wait to be looked at.
const WAITING: usize = 2;

/// Why a backtest came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum BacktestError {
    /// The records could not be read.
    #[error(transparent)]
    Store(#[from] QueryError),
    /// The thread that looked at them ended early.
    #[error("the backtest broke off; run it again")]
    Broken(#[source] task::JoinError),
}

/// Puts the records of `span` to `draft`; `seen` counts them as they pass.
///
/// Records are read from the store by this task and counted by a thread beside it; then every set of facts is put to the
/// draft once, on as many threads as there are processors.
pub async fn backtest(
    store: &Store,
    draft: Arc<Policy>,
    span: Span,
    seen: Arc<AtomicU64>,
) -> Result<Report, BacktestError> {
    let (pages, arriving) = mpsc::channel(WAITING);
    let looking = task::spawn_blocking(move || look(draft, arriving, &seen));
    let mut after = None;
    loop {
        let page = store.recorded(span, after, PAGE).await?;
        let Some(last) = page.last().map(Recorded::cursor) else { break };
        after = Some(last);
        if pages.send(page).await.is_err() {
            break;
        }
    }
    drop(pages);
    let mut report = looking.await.map_err(BacktestError::Broken)??;
    for example in report.examples() {
        // A record may be removed meanwhile, as it is kept no longer; then nothing is shown of it.
        if let Some(row) = store.exchange(example.id).await? {
            example.show(&row.record.findings);
        }
    }
    Ok(report)
}

fn look(
    draft: Arc<Policy>,
    mut pages: mpsc::Receiver<Vec<Recorded>>,
    seen: &AtomicU64,
) -> Result<Report, QueryError> {
    let mut backtest = Backtest::of(draft);
    let mut written = HashMap::<Box<str>, Known>::new();
    while let Some(page) = pages.blocking_recv() {
        for recorded in &page {
            let outline = recorded.outline()?;
            let facts = match written.get(outline.facts) {
                Some(known) => *known,
                None => {
                    let known = backtest.know(recorded.facts(&outline)?);
                    written.insert(outline.facts.into(), known);
                    known
                }
            };
            let past = Past { id: outline.id, at: outline.at, person: &outline.person, said: outline.said };
            backtest.add(facts, past);
        }
        seen.fetch_add(page.len() as u64, Ordering::Relaxed);
    }
    drop(written);
    Ok(backtest.finish(thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)))
}

/// The backtests that this node is at: one at a time.
pub(crate) struct Trials {
    turn: Arc<Semaphore>,
    running: Mutex<HashMap<Uuid, Arc<AtomicU64>>>,
}

impl Default for Trials {
    fn default() -> Self {
        Self { turn: Arc::new(Semaphore::new(1)), running: Mutex::default() }
    }
}

impl Trials {
    /// The right to run one; `None` while another runs.
    pub(crate) fn turn(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.turn).try_acquire_owned().ok()
    }

    /// Notes that one begins; what is returned counts the records it has seen.
    pub(crate) fn begin(&self, id: Uuid) -> Arc<AtomicU64> {
        let seen = Arc::new(AtomicU64::new(0));
        self.running.lock().unwrap_or_else(PoisonError::into_inner).insert(id, Arc::clone(&seen));
        seen
    }

    /// How many records it has seen, if this node is at it.
    pub(crate) fn seen(&self, id: Uuid) -> Option<u64> {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.get(&id).map(|seen| seen.load(Ordering::Relaxed))
    }

    pub(crate) fn end(&self, id: Uuid) {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }
}
