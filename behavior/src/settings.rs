use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What an operator may choose. Every figure has a default that needs no thought but the budget.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Deviations wanted a week, on average.
    pub budget: f64,
    /// For how long nothing is raised, from the first event on.
    pub learning: Duration,
    /// How often entities that did something are scored again; at least a minute.
    pub rescore: Duration,
    /// Days in which an entity that was raised is not raised again.
    pub quiet_days: u16,
    /// Active days after which an old one counts for half or less: how long the memory is.
    pub memory_days: f32,
    /// People and service accounts that are learned at most; further ones are counted.
    pub most_people: usize,
    /// Tools that are learned at most; further ones are counted.
    pub most_tools: usize,
    /// Parts into which people are divided, each learned by itself; the deviations are the same for any number.
    pub partitions: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            budget: 5.0,
            learning: Duration::from_secs(14 * 86_400),
            rescore: Duration::from_secs(15 * 60),
            quiet_days: 14,
            memory_days: 40.0,
            most_people: 2_000_000,
            most_tools: 65_536,
            partitions: 1,
        }
    }
}

impl Settings {
    /// Milliseconds between two scorings.
    pub(crate) fn step(&self) -> i64 {
        i64::try_from(self.rescore.as_millis()).unwrap_or(i64::MAX).clamp(60_000, 86_400_000)
    }
}
