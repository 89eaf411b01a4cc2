//! What is known of the organisation as a whole, fixed while a day lasts: the same for every partition.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    calibration::{Additions, Calibration},
    group::{Census, Groups},
    movement::Marks,
    tool::{Adoption, Tools},
};

/// Groups, tools and how often values occur.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Norms {
    pub groups: Groups,
    pub tools: Tools,
    pub calibration: Calibration,
    /// Evidence that one in a hundred, and one in a thousand, active people exceed.
    pub evidence: (f32, f32),
    pub marks: Marks,
    /// Days closed.
    pub days: u32,
}

/// What a partition learned in one day. Merging is exact and in any order.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Digest {
    pub additions: Additions,
    pub census: Census,
    /// Active people by their evidence, in halves.
    pub evidence: BTreeMap<u16, u32>,
}

impl Digest {
    pub(crate) fn merge(&mut self, other: Self) {
        self.additions.merge(other.additions);
        self.census.merge(&other.census);
        for (level, people) in other.evidence {
            *self.evidence.entry(level).or_default() += people;
        }
    }
}

impl Norms {
    /// Takes over who began with which tools since the last step.
    pub(crate) fn adopt(&mut self, mut adoptions: Vec<Adoption>, most: usize) {
        adoptions.sort_unstable();
        adoptions.into_iter().for_each(|adoption| self.tools.adopt(adoption, most));
    }

    /// Ends a day.
    pub(crate) fn close(&mut self, day: i32, digest: Digest) {
        self.evidence = quantiles(&digest.evidence);
        self.calibration.close(day, digest.additions);
        self.groups.close(&digest.census);
        self.tools.close();
        self.days += 1;
        self.marks.close(self.days, &self.groups.everyone);
    }
}

fn quantiles(evidence: &BTreeMap<u16, u32>) -> (f32, f32) {
    let all = evidence.values().sum::<u32>() as f32;
    let at = |share: f32| {
        let mut above = 0.0;
        let reached = evidence.iter().rev().find(|(_, people)| {
            above += **people as f32;
            above >= share * all
        });
        reached.map_or(0.0, |(level, _)| f32::from(*level) / 2.0)
    };
    (at(0.01), at(0.001))
}
