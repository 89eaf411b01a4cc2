use std::{collections::BTreeMap, fmt};

use super::{Clock, Format, SquidFormat};

/// How lines are to be read.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The format, if it is known; recognised by itself if not.
    pub format: Option<Format>,
    /// What times without a year or a zone are measured against.
    pub clock: Clock,
    /// The `logformat` of Squid, if it is one of its own.
    pub squid: Option<SquidFormat>,
    /// How many answers of DNS, and how many named flows, are kept for flows without a name.
    pub join: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { format: None, clock: Clock::default(), squid: None, join: 1 << 16 }
    }
}

/// How many lines were read, and what of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Lines given.
    pub lines: u64,
    /// Observations they came to.
    pub observations: u64,
    /// Lines that could not be read, by reason.
    pub bad: BTreeMap<&'static str, u64>,
}

impl Summary {
    /// What was read since it was `before`.
    pub fn since(&self, before: &Self) -> Self {
        let more = |(reason, count): (&&'static str, &u64)| {
            let more = count - before.bad.get(reason).copied().unwrap_or_default();
            (more > 0).then_some((*reason, more))
        };
        Self {
            lines: self.lines - before.lines,
            observations: self.observations - before.observations,
            bad: self.bad.iter().filter_map(more).collect(),
        }
    }
}

/// A line that could not be read. Never holds any of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// Why.
    pub reason: &'static str,
    /// The format it was taken for.
    pub format: Option<Format>,
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.format {
            Some(format) => write!(f, "cannot read a line as {}: {}", format.as_str(), self.reason),
            None => write!(f, "cannot read a line: {}", self.reason),
        }
    }
}

impl std::error::Error for BadLine {}
