//! Learns from what is stored what is usual, and opens incidents about what is not.
//!
//! Records are followed in the order in which the audit log committed to them, which never changes behind a reader. What was
//! learned is kept with the place it was learned up to and with the incidents it opened, in one change: whatever happens to
//! the process, every record is learned once, and every deviation is raised once. Nodes that do it at once hold each other up
//! by the revision of what is kept: one goes on, the others read again.

mod event; // record -> what the learner sees
mod forget; // a person, out of what was learned
mod kept; // what was learned, in the store
mod offline; // without a running Bylaw
mod raise; // deviations -> incidents, rules, risk
mod standing; // risk -> what decisions see
mod step; // a stretch of records

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use behavior::{Counts, Explanation, Learner, Spending};
use engine::Snapshot;
use model::{PersonId, Timestamp};
use store::{CommitError, Position, QueryError};
use tokio::time;
use tokio_util::sync::CancellationToken;

pub(crate) use forget::forget;
pub(crate) use kept::{Budget, Learned};
pub use offline::{ExplainError, explain_kept, replay_stored};

use crate::app::{Clock, Data};

/// How often it is looked whether there is something to learn.
const LOOK: std::time::Duration = std::time::Duration::from_secs(5);

/// What is learned on this node, for whoever may ask.
#[derive(Default)]
pub(crate) struct Learning {
    student: Mutex<Option<Student>>,
    /// Held by whoever learns or forgets, so that what is being learned is not learned of somebody who is being forgotten.
    turn: tokio::sync::Mutex<()>,
}

/// A learner and how far it has come.
pub(crate) struct Student {
    learner: Learner,
    /// The last record that was learned.
    position: Option<Position>,
    /// What was kept last, to be replaced by what is kept next.
    saved: Option<store::Kept<Learned>>,
    /// When it was kept.
    saved_at: Timestamp,
    /// Records learned since.
    unsaved: u64,
    /// The one whose directory the learner knows.
    snapshot: Option<Arc<Snapshot>>,
    /// Levels of risk that decisions see, of those who are not at low risk.
    levels: std::collections::HashMap<PersonId, model::Risk>,
    /// Whose level may have changed since it was kept.
    touched: std::collections::HashSet<PersonId>,
}

/// Why learning was interrupted; it goes on from what is kept.
#[derive(Debug, thiserror::Error)]
pub enum LearnError {
    /// The store cannot be read.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// What was learned cannot be kept.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// The process is about to end.
    #[error("a task of the server ended early")]
    Task(#[from] tokio::task::JoinError),
}

impl Learning {
    fn student(&self) -> MutexGuard<'_, Option<Student>> {
        self.student.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known of a person; `None` if nothing is learned here, or not about them.
    pub(crate) fn explain(&self, person: &PersonId) -> Option<Explanation> {
        self.student().as_ref().and_then(|student| student.learner.explain(person))
    }

    /// How the budget is kept, what became of the events, and how many people are known; `None` if nothing is learned here.
    pub(crate) fn told(&self) -> Option<(Spending, Counts, usize)> {
        let student = self.student();
        let learner = &student.as_ref()?.learner;
        Some((learner.spending(), learner.counts(), learner.people()))
    }

    /// Up to when records were learned here.
    pub(crate) fn reached(&self) -> Option<Timestamp> {
        self.student().as_ref().and_then(|student| student.position.map(|position| position.at))
    }
}

/// Learns until `stop`.
pub(crate) async fn run(data: &Data, settings: behavior::Settings, clock: &Clock, stop: &CancellationToken) {
    let mut ticks = time::interval(LOOK);
    ticks.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
    while stop.run_until_cancelled(ticks.tick()).await.is_some() {
        if let Err(error) = catch_up(data, settings, clock, stop).await {
            tracing::warn!(cause = %error, "learning was interrupted; it goes on from what is kept");
            // What is in memory may be ahead of what is kept.
            *data.learning.student() = None;
        }
    }
    let _turn = data.learning.turn.lock().await;
    if let Err(error) = step::keep(data, clock.now()).await {
        tracing::warn!(cause = %error, "what was learned last is not kept; it will be learned again");
    }
}

/// Learns all that there is to learn.
async fn catch_up(
    data: &Data,
    settings: behavior::Settings,
    clock: &Clock,
    stop: &CancellationToken,
) -> Result<(), LearnError> {
    let settings = kept::settings(&data.store, settings).await?;
    let mut left = step::Left::More;
    while !stop.is_cancelled() && left == step::Left::More {
        let _turn = data.learning.turn.lock().await;
        if data.learning.student().is_none() {
            let student = kept::restore(data, settings, clock.now()).await?;
            *data.learning.student() = Some(student);
        }
        step::prepare(data, settings);
        left = step::step(data, clock.now()).await?;
    }
    Ok(())
}
