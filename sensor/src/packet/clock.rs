/// Times out of order by less than this are of a capture on several queues, not of a clock that was set; nanoseconds.
const DISORDER: i64 = 1_000_000_000;

/// The capture's time made to run forward only, in nanoseconds since its first packet.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    /// The latest time of the capture, and what it was made to be.
    latest: Option<i64>,
    now: i64,
}

/// Which way the clock went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    On,
    /// It was set back: time goes on from where it was.
    Back,
}

impl Clock {
    /// The time of a packet captured `at`.
    pub(crate) fn tick(&mut self, at: i64) -> (i64, Step) {
        let latest = self.latest.unwrap_or(at);
        let behind = latest.saturating_sub(at);
        if behind > DISORDER {
            self.latest = Some(at);
            return (self.now, Step::Back);
        }
        if behind > 0 {
            return (self.now - behind, Step::On);
        }
        self.latest = Some(at);
        self.now = self.now.saturating_add(at.saturating_sub(latest));
        (self.now, Step::On)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_never_runs_far_back() {
        const SECOND: i64 = 1_000_000_000;
        let mut clock = Clock::default();
        for (at, expected, step) in [
            (100 * SECOND, 0, Step::On),
            (105 * SECOND, 5 * SECOND, Step::On),
            (105 * SECOND - 5, 5 * SECOND - 5, Step::On),
            (50 * SECOND, 5 * SECOND, Step::Back),
            (51 * SECOND, 6 * SECOND, Step::On),
            (i64::MIN, 6 * SECOND, Step::Back),
            (i64::MAX, i64::MAX, Step::On),
            (i64::MIN, i64::MAX, Step::Back),
        ] {
            assert_eq!(clock.tick(at), (expected, step), "{at}");
        }
    }
}
