//! Backtests: a draft put to the exchanges of a period, on a thread of its own.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use policy::{
    Policy,
    backtest::{Backtest, Report},
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
/// Records are read from the store by this task and looked at by a thread beside it. Equal facts are decided once.
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
    Ok(looking.await.map_err(BacktestError::Broken)??)
}

fn look(
    draft: Arc<Policy>,
    mut pages: mpsc::Receiver<Vec<Recorded>>,
    seen: &AtomicU64,
) -> Result<Report, QueryError> {
    let mut backtest = Backtest::of(draft);
    while let Some(page) = pages.blocking_recv() {
        for recorded in &page {
            backtest.add(&recorded.read()?);
        }
        seen.fetch_add(page.len() as u64, Ordering::Relaxed);
    }
    Ok(backtest.finish())
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
