//! Who does the same at the same time: a department that moves together, or accounts that collude, are one deviation.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{budget::Bid, key};

const DAY: i64 = 86_400;
/// Seconds in which people of one department do the same together, and people of any.
const TOGETHER: [i64; 2] = [DAY, 3 * DAY];
/// Part of the score that is raised from which somebody counts, in a department and in the organisation.
const COUNTS: [f32; 2] = [0.6, 0.9];
/// People of a department who make it one, at least, and as a part of it.
const TEAM: (f32, f32) = (4.0, 0.15);
/// Seconds for which a crowd lasts after the last came to it.
const LASTS: i64 = 7 * DAY;
/// People of one crowd that are kept.
const MOST: usize = 256;

/// Who did what lately, and what became of it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Crowds {
    gathering: BTreeMap<u64, Gathering>,
}

/// People who do the same.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Gathering {
    /// When each came last.
    members: BTreeMap<u64, i64>,
    /// How many the department has; none for the organisation.
    peers: Option<f32>,
    /// Until when it is a crowd.
    until: i64,
}

fn name(department: Option<u32>, facet: u16) -> u64 {
    key::mix(0xc40d_0000_0000_0000 | u64::from(department.unwrap_or_default()) << 16 | u64::from(facet))
}

impl Crowds {
    /// Counts a bid that is about as high as what is raised.
    pub(crate) fn join(&mut self, bid: &Bid, threshold: f32, at: i64) {
        let department = (bid.department != 0).then_some((bid.department, bid.peers));
        let [in_department, anywhere] = COUNTS;
        let places = [(department.map(|one| one.0), in_department), (None, anywhere)];
        for (place, part) in places.into_iter().skip(usize::from(department.is_none())) {
            if threshold > 0.0 && bid.score >= part * threshold {
                let gathering = self.gathering.entry(name(place, bid.strongest)).or_default();
                gathering.peers = place.and(department).map(|one| one.1);
                if gathering.members.len() < MOST || gathering.members.contains_key(&bid.person) {
                    gathering.members.insert(bid.person, at);
                }
            }
        }
    }

    /// Decides which gatherings are crowds. `budget` is what is wanted a week, whose share of chance is not one.
    pub(crate) fn settle(&mut self, at: i64, budget: f64) {
        let [in_department, anywhere] = TOGETHER;
        for gathering in self.gathering.values_mut() {
            let is_crowd = at < gathering.until;
            let within = match (is_crowd, gathering.peers) {
                (true, _) => LASTS,
                (false, Some(_)) => in_department,
                (false, None) => anywhere,
            };
            gathering.members.retain(|_, came| at - *came <= within);
            let many = match gathering.peers {
                Some(peers) => TEAM.0.max(TEAM.1 * peers),
                None => 8.0 + budget as f32,
            };
            if gathering.members.len() as f32 >= many {
                gathering.until = at + LASTS;
            }
        }
        self.gathering.retain(|_, gathering| at < gathering.until || !gathering.members.is_empty());
    }

    /// The crowd that a bid belongs to.
    pub(crate) fn of(&self, bid: &Bid) -> Option<u64> {
        let places = [Some(bid.department), None].map(|department| name(department, bid.strongest));
        places.into_iter().find(|crowd| {
            self.gathering
                .get(crowd)
                .is_some_and(|one| one.until > 0 && one.members.contains_key(&bid.person))
        })
    }

    /// Its people, those who came last first.
    pub(crate) fn members(&self, crowd: u64) -> impl Iterator<Item = u64> {
        let mut members: Vec<(i64, u64)> = self.gathering.get(&crowd).map_or_else(Vec::new, |one| {
            one.members.iter().map(|(person, came)| (-*came, *person)).collect()
        });
        members.sort_unstable();
        members.into_iter().map(|(_, person)| person)
    }
}
