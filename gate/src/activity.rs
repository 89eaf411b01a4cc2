use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::{Duration, Instant},
};

use tokio::time::sleep;

/// When something last happened, for example bytes moved either way.
pub(crate) struct Activity {
    begun: Instant,
    last_millis: AtomicU64,
}

impl Default for Activity {
    fn default() -> Self {
        Self { begun: Instant::now(), last_millis: AtomicU64::new(0) }
    }
}

impl Activity {
    fn millis(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    pub(crate) fn now(&self) {
        self.last_millis.store(self.millis(), Relaxed);
    }

    /// Waits until nothing has happened for `idle`.
    pub(crate) async fn ceases(&self, idle: Duration) {
        loop {
            let silent = Duration::from_millis(self.millis().saturating_sub(self.last_millis.load(Relaxed)));
            match idle.checked_sub(silent).filter(|left| !left.is_zero()) {
                Some(left) => sleep(left).await,
                None => return,
            }
        }
    }
}
