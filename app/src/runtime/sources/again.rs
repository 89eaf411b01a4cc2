use std::time::Duration;

/// Pauses between attempts: each twice as long as the one before, until something went well for long enough.
#[derive(Clone, Debug)]
pub(super) struct Pause {
    next: Duration,
}

impl Pause {
    const SHORTEST: Duration = Duration::from_secs(1);
    const LONGEST: Duration = Duration::from_secs(5 * 60);
    /// After an attempt that lasted this long, what failed before does not count.
    const WELL: Duration = Duration::from_secs(60);

    pub(super) fn new() -> Self {
        Self { next: Self::SHORTEST }
    }

    /// Says what failed, and waits.
    pub(super) async fn out(&mut self, source: &str, error: &anyhow::Error, lasted: Duration) {
        let wait = self.after(lasted);
        let cause = error.chain().map(ToString::to_string).collect::<Vec<_>>().join(": ");
        tracing::warn!(source, %cause, seconds = wait.as_secs(), "a source of evidence failed; it is tried again");
        tokio::time::sleep(wait).await;
    }

    /// How long to wait after an attempt that went well for `lasted`.
    fn after(&mut self, lasted: Duration) -> Duration {
        if lasted >= Self::WELL {
            self.next = Self::SHORTEST;
        }
        let wait = self.next;
        self.next = (wait * 2).min(Self::LONGEST);
        wait
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_until_something_went_well() {
        let mut pause = Pause::new();
        let waits: Vec<u64> = (0..11).map(|_| pause.after(Duration::ZERO).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
        assert_eq!(pause.after(Duration::from_secs(60)).as_secs(), 1);
        assert_eq!(pause.after(Duration::ZERO).as_secs(), 2);
    }
}
