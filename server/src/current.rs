use std::{sync::Arc, time::Duration};

use engine::Engine;
use model::Timestamp;
use store::{QueryError, Store};
use tokio::{sync::Mutex, time};
use tokio_util::sync::CancellationToken;

use crate::{app::Clock, restore};

/// How often a node looks whether another one changed something.
const LOOK: Duration = Duration::from_secs(1);

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
            restore::overlay(&self.store, &self.engine, now).await?;
            *seen = Some(size);
        }
        Ok(())
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
