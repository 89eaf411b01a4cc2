//! Groups of peers: departments with their levels and kinds of content, sites with their hours, and the organisation.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    channel::{Channel, PerChannel},
    event::CLASS_COUNT,
    rise::{Pace, RISES, Window, curve, curves},
};

/// Peers that the organisation's levels are worth when a department's are known.
const ORGANISATION: f32 = 5.0;
/// Sums are kept in whole numbers of this size, so that the order of adding does not matter.
const GRAIN: f32 = 65_536.0;

/// Levels of one group.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Group {
    /// People with a history.
    pub people: f32,
    /// Mean of people's means.
    pub mean: PerChannel<f32>,
    /// Variance of people's means.
    pub between: PerChannel<f32>,
    /// Mean of people's variances from day to day.
    pub within: PerChannel<f32>,
    /// Where the last days are going, the mean of people's.
    pub rises: [f32; RISES],
    /// Shares of classes of content, the mean of people's shares.
    pub labels: [f32; CLASS_COUNT],
}

/// Departments by key, sites by key, and everyone.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Groups {
    pub everyone: Group,
    departments: BTreeMap<u32, Group>,
    sites: BTreeMap<u32, [f32; 24]>,
}

/// What one day, or one partition of it, says about the groups. Merging is exact and in any order.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Census {
    departments: BTreeMap<u32, Sums>,
    sites: BTreeMap<u32, [i64; 25]>,
}

#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Sums {
    people: i64,
    mean: PerChannel<i64>,
    square: PerChannel<i64>,
    within: PerChannel<i64>,
    rises: [i64; RISES],
    labels: [i64; CLASS_COUNT],
}

fn grains(value: f32) -> i64 {
    (value * GRAIN) as i64
}

impl Sums {
    fn merge(&mut self, other: &Self) {
        self.people += other.people;
        for (sums, more) in [
            (&mut self.mean, &other.mean),
            (&mut self.square, &other.square),
            (&mut self.within, &other.within),
        ] {
            sums.0.iter_mut().zip(&more.0).for_each(|(sum, more)| *sum = sum.saturating_add(*more));
        }
        let arrays = [(&mut self.labels[..], &other.labels[..]), (&mut self.rises[..], &other.rises[..])];
        for (sums, more) in arrays {
            sums.iter_mut().zip(more).for_each(|(sum, more)| *sum = sum.saturating_add(*more));
        }
    }

    fn group(&self) -> Group {
        let people = self.people.max(1) as f32;
        let average = |sum: i64| sum as f32 / GRAIN / people;
        let mut group = Group { people: self.people as f32, ..Group::default() };
        for channel in Channel::ALL {
            let mean = average(self.mean.get(channel));
            group.mean.set(channel, mean);
            group.between.set(channel, (average(self.square.get(channel)) - mean * mean).max(0.0));
            group.within.set(channel, average(self.within.get(channel)));
        }
        group.rises = self.rises.map(average);
        let all = self.labels.iter().sum::<i64>().max(1) as f32;
        group.labels.iter_mut().zip(self.labels).for_each(|(share, sum)| *share = sum as f32 / all);
        group
    }
}

impl Census {
    /// Counts a person with their levels.
    pub(crate) fn count(
        &mut self,
        department: u32,
        mean: impl Fn(Channel) -> f32,
        variance: impl Fn(Channel) -> f32,
        rise: impl Fn(Pace, Window) -> f32,
        labels: &[f32; CLASS_COUNT],
    ) {
        let sums = self.departments.entry(department).or_default();
        sums.people += 1;
        for channel in Channel::ALL {
            let level = mean(channel);
            for (of, value) in [
                (&mut sums.mean, level),
                (&mut sums.square, level * level),
                (&mut sums.within, variance(channel)),
            ] {
                of.set(channel, of.get(channel).saturating_add(grains(value)));
            }
        }
        for (pace, window) in curves() {
            if let Some(sum) = sums.rises.get_mut(curve(pace, window)) {
                *sum += grains(rise(pace, window));
            }
        }
        let all = labels.iter().sum::<f32>().max(1e-6);
        sums.labels.iter_mut().zip(labels).for_each(|(sum, part)| *sum += grains(part / all));
    }

    /// Counts a person's hours: on how many days each was active, of how many.
    pub(crate) fn hours(&mut self, site: u32, days: f32, hours: impl Iterator<Item = f32>) {
        let sums = self.sites.entry(site).or_insert([0; 25]);
        let shares = hours.map(|hour| hour / days.max(1.0)).chain([1.0]);
        sums.iter_mut().zip(shares).for_each(|(sum, share)| *sum += grains(share));
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        for (key, sums) in &other.departments {
            self.departments.entry(*key).or_default().merge(sums);
        }
        for (key, hours) in &other.sites {
            let sums = self.sites.entry(*key).or_insert([0; 25]);
            sums.iter_mut().zip(hours).for_each(|(sum, more)| *sum += more);
        }
    }
}

impl Groups {
    pub(crate) fn close(&mut self, census: &Census) {
        let mut everyone = Sums::default();
        census.departments.values().for_each(|sums| everyone.merge(sums));
        self.everyone = everyone.group();
        self.departments = census
            .departments
            .iter()
            .map(|(key, sums)| (*key, sums.group().towards(&self.everyone)))
            .collect();
        let shares = |hours: &[i64; 25]| {
            let (hours, people) = hours.split_at_checked(24).unwrap_or_default();
            let people = people.iter().sum::<i64>().max(1) as f32;
            let mut shares = [0.0; 24];
            shares.iter_mut().zip(hours).for_each(|(share, sum)| *share = *sum as f32 / people);
            shares
        };
        self.sites = census.sites.iter().map(|(key, hours)| (*key, shares(hours))).collect();
    }

    pub(crate) fn department(&self, key: u32) -> &Group {
        self.departments.get(&key).unwrap_or(&self.everyone)
    }

    pub(crate) fn departments(&self) -> impl Iterator<Item = (u32, &Group)> {
        self.departments.iter().map(|(key, group)| (*key, group))
    }

    /// Share of a site's people who are active in each hour of a day (UTC).
    pub(crate) fn hours(&self, site: u32) -> [f32; 24] {
        self.sites.get(&site).copied().unwrap_or([0.2; 24])
    }
}

impl Group {
    /// A small group's levels are little known: they lie between its own and everyone's.
    fn towards(mut self, everyone: &Self) -> Self {
        let own = self.people / (self.people + ORGANISATION);
        let blend = |own_value: f32, all: f32| own * own_value + (1.0 - own) * all;
        for channel in Channel::ALL {
            for (mine, all) in [
                (&mut self.mean, &everyone.mean),
                (&mut self.between, &everyone.between),
                (&mut self.within, &everyone.within),
            ] {
                mine.set(channel, blend(mine.get(channel), all.get(channel)));
            }
        }
        self.labels.iter_mut().zip(&everyone.labels).for_each(|(mine, all)| *mine = blend(*mine, *all));
        self.rises.iter_mut().zip(&everyone.rises).for_each(|(mine, all)| *mine = blend(*mine, *all));
        self
    }
}
