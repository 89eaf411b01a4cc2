use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde::Deserialize;

use super::run::Run;

pub(super) const DAY: i64 = 86_400;
/// Days in which a learner only learns.
pub(super) const LEARNING_DAYS: i64 = 14;

/// The answer key of a run.
#[derive(Debug, Deserialize)]
pub(super) struct Key {
    pub days: i64,
    pub incidents: Vec<Incident>,
    #[serde(default)]
    lookalikes: Vec<LookAlike>,
}

/// Something that should be raised.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Incident {
    pub id: u32,
    #[serde(rename = "type")]
    pub kind: String,
    pub users: BTreeSet<u32>,
    /// Seconds of its first and last event.
    pub first: i64,
    pub t1: i64,
    /// Families that name a true cause.
    pub expect: BTreeSet<String>,
}

/// Something harmless that looks like it.
#[derive(Debug, Deserialize)]
struct LookAlike {
    #[serde(rename = "type")]
    kind: String,
    users: BTreeSet<u32>,
    d0: i64,
    d1: i64,
}

impl Key {
    pub(super) fn read(run: &Run) -> Result<Self> {
        serde_json::from_reader(run.open("json")?)
            .with_context(|| format!("cannot read the answer key of `{}`", run.name()))
    }

    /// The last incident of any of these people that an alert of that second is about.
    pub(super) fn incident(&self, people: &[u32], second: i64) -> Option<&Incident> {
        let of = |person: &u32| {
            self.incidents.iter().rev().find(|incident| {
                let from = incident.first.div_euclid(DAY) * DAY;
                incident.users.contains(person) && (from..=incident.t1 + DAY).contains(&second)
            })
        };
        people.iter().rev().find_map(of)
    }

    /// What an alert that is not right may have been misled by.
    pub(super) fn look_alike(&self, person: u32, second: i64) -> &str {
        let day = second.div_euclid(DAY);
        let all = ["holiday", "outage_switch"];
        let looks = self.lookalikes.iter().filter(|look| !all.contains(&&*look.kind));
        let mut here = looks.filter(|look| {
            look.users.contains(&person) && look.d0 * DAY <= second && (look.d0..=look.d1 + 1).contains(&day)
        });
        here.next().map_or("nothing", |look| &look.kind)
    }

    /// How many incidents there are of each kind.
    pub(super) fn kinds(&self) -> BTreeMap<&str, u32> {
        let mut kinds = BTreeMap::new();
        self.incidents.iter().for_each(|incident| *kinds.entry(&*incident.kind).or_default() += 1);
        kinds
    }
}

/// The number in a person's name.
pub(super) fn number(person: &str) -> Option<u32> {
    person.strip_prefix('p')?.parse().ok()
}
