use std::{sync::Arc, time::Duration};

use engine::Engine;
use model::Timestamp;
use store::{QueryError, Store};
use tokio::{sync::Mutex, time};
use tokio_util::sync::CancellationToken;

use crate::{app::Clock, restore};

/// How often a node looks whether another one changed something.
const LOOK: Duration = Duration::from_secs(1);

/// Acts, or beginnings of their names, after which exchanges are decided as before: a snapshot holds the policy, its rollout,
/// tools, exceptions, and what people have earned. Whatever is not named here may change that.
const QUIET: &[&str] = &[
    "asset.",
    "backtest.",
    "campaign.",
    "canaries.",
    "data_subject.exported",
    "draft.",
    "evidence.",
    "exposure.",
    "learning.",
    "password.",
    "person.revealed",
    "policy.read",
    "records.",
    "report.",
    "session.",
    "token.",
    "training.assigned",
    "training.roster",
];
/// So many acts are looked at; after more, the snapshot is made anew.
const LOOKED_AT: u64 = 1_000;

/// Keeps the engine's snapshot in step with the store, which other nodes may change too.
///
/// No change is made without an entry in the audit log, so its length tells whether there was one.
pub(crate) struct Current {
    store: Store,
    engine: Arc<Engine>,
    /// The log's length when the snapshot was made; held while a new one is, so that an older never replaces a newer.
    seen: Mutex<Option<u64>>,
}

impl Current {
    pub(crate) fn new(store: Store, engine: Arc<Engine>) -> Self {
        Self { store, engine, seen: Mutex::new(None) }
    }

    /// Makes a new snapshot if something changed since the last one was made.
    pub(crate) async fn refresh(&self, now: Timestamp) -> Result<(), QueryError> {
        let mut seen = self.seen.lock().await;
        let size = self.store.audit_size().await?;
        if *seen != Some(size) {
            if self.concerned(*seen, size).await? {
                restore::overlay(&self.store, &self.engine, now).await?;
            }
            *seen = Some(size);
        }
        Ok(())
    }

    /// Whether what was done since the log had `before` entries may change how exchanges are decided.
    async fn concerned(&self, before: Option<u64>, size: u64) -> Result<bool, QueryError> {
        let Some(before) = before.filter(|before| *before < size && size - *before <= LOOKED_AT) else {
            return Ok(true);
        };
        let acts = self.store.acts(before, size).await?;
        Ok(!acts.iter().all(|what| QUIET.iter().any(|quiet| what.starts_with(quiet))))
    }

    /// Refreshes again and again until `stop`.
    pub(crate) async fn follow(&self, clock: &Clock, stop: &CancellationToken) {
        let mut ticks = time::interval(LOOK);
        ticks.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
        while stop.run_until_cancelled(ticks.tick()).await.is_some() {
            if let Err(error) = self.refresh(clock.now()).await {
                tracing::warn!(cause = %error, "the latest decisions could not be read; trying again");
            }
        }
    }
}
