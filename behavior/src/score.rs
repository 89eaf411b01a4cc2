//! From a day's sums to how surprising they are, family by family.

use std::sync::LazyLock;

use crate::{
    Family,
    calibration::View,
    channel::{Channel, FAMILIES, PerChannel},
    event::CLASSES,
    group::Group,
    norms::Norms,
    person::{Person, sum_to_level},
    rise::{Day, Rising},
};

/// Days of a person's own that the peers' spread is worth.
const SPREAD_WORTH: f32 = 8.0;
/// A usual day's deviation at least.
const LEAST_DEVIATION: f32 = 0.25;
/// Exchanges that the department's kinds of content are worth.
const LABELS_WORTH: f32 = 20.0;
/// Days that the site's hours are worth.
const HOURS_WORTH: f32 = 6.0;
/// Share of days below which an hour is rare for a person.
const RARE: f32 = 0.04;
/// Surprise below which a family says nothing, and above which it says no more when families are added.
const LEAST: f32 = 2.0;
const MOST: f32 = 25.0;

/// How surprising a person's day is.
#[derive(Clone, Debug)]
pub(crate) struct Scores {
    pub total: f32,
    /// What it is about, as bits, and the strongest of them.
    pub facets: u16,
    pub strongest: u16,
    /// What the person's own past alone says, for evidence that lasts.
    pub own: f32,
    pub families: [Strongest; FAMILIES],
    pub levels: PerChannel<f32>,
    pub deviations: PerChannel<f32>,
}

/// The most surprising channel and view of a family.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Strongest {
    /// −ln p, less what looking at several costs.
    pub surprise: f32,
    pub channel: Channel,
    pub view: View,
    /// The strongest of the sustained views.
    pub sustained: f32,
}

/// What looking at several channels and views of a family costs.
static COSTS: LazyLock<[f32; FAMILIES]> = LazyLock::new(|| {
    Family::ALL.map(|family| {
        let channels = Channel::ALL.iter().filter(|channel| match family {
            Family::Peer => channel.is_standing(),
            family => channel.family() == family,
        });
        let views = if family == Family::Peer { 1 } else { 3 };
        0.7 * ((channels.count() * views).max(1) as f32).ln()
    })
});

/// A person with those they are compared to.
pub(crate) struct Comparison<'a> {
    pub person: &'a Person,
    pub norms: &'a Norms,
    pub group: &'a Group,
}

impl<'a> Comparison<'a> {
    pub(crate) fn new(person: &'a Person, norms: &'a Norms) -> Self {
        Self { person, norms, group: norms.groups.department(person.department) }
    }

    /// Scores the day so far.
    pub(crate) fn score(&self) -> Scores {
        let levels = self.levels();
        let mut scores = Scores {
            total: 0.0,
            facets: 0,
            strongest: 0,
            own: 0.0,
            families: [Strongest {
                surprise: 0.0,
                channel: Channel::Exchanges,
                view: View::Own,
                sustained: 0.0,
            }; FAMILIES],
            deviations: PerChannel::default(),
            levels,
        };
        let mut own = [0.0_f32; FAMILIES];
        let human = !self.person.is_program();
        for channel in Channel::ALL {
            let level = levels.get(channel);
            let z = self.deviation(channel, level);
            scores.deviations.set(channel, z);
            if level <= 0.0 {
                continue;
            }
            let family = channel.family() as usize;
            let calibration = &self.norms.calibration;
            let against_own = calibration.surprise(View::Own, channel, z);
            if let Some(own) = own.get_mut(family) {
                *own = own.max(against_own);
            }
            let sustained = calibration.surprise(View::Sustained, channel, self.sustained(channel, z) * 8.0);
            let against_everyone =
                if human { calibration.surprise(View::Everyone, channel, level) } else { 0.0 };
            let Some(strongest) = scores.families.get_mut(family) else { continue };
            strongest.take(against_own, channel, View::Own);
            strongest.take(against_everyone, channel, View::Everyone);
            if self.person.days >= 4.0 {
                strongest.take(sustained, channel, View::Sustained);
                strongest.sustained = strongest.sustained.max(sustained);
            }
        }
        if human && self.person.days >= 5.0 {
            self.against_peers(&mut scores);
        }
        for ((strongest, own), cost) in scores.families.iter_mut().zip(&mut own).zip(*COSTS) {
            strongest.surprise = (strongest.surprise - cost).max(0.0);
            strongest.sustained = (strongest.sustained - cost).max(0.0);
            *own = (*own - cost).max(0.0);
        }
        scores.own = sum(own.iter().copied());
        (scores.total, scores.facets, scores.strongest) = total(&scores.families);
        let rising = self.rising(RISES_COST, Day::Over);
        scores.total += RISING * rising.map_or(0.0, |rising| rising.surprise.clamp(0.0, MOST));
        scores
    }

    /// Where the last days are going, if that is up; `cost` is what looking at everybody costs, `day` whether today counts as it is.
    pub(crate) fn rising(&self, cost: f32, day: Day) -> Option<Rising> {
        if self.person.is_program() {
            return None;
        }
        self.person.rise.strongest(
            cost,
            day,
            |curve| self.group.rises.get(curve).copied().unwrap_or(0.0),
            |curve| self.norms.calibration.tenth_of_rises(curve),
        )
    }

    fn against_peers(&self, scores: &mut Scores) {
        let Some(strongest) = scores.families.get_mut(Family::Peer as usize) else { return };
        for channel in Channel::ALL.into_iter().filter(|channel| channel.is_standing()) {
            if self.person.mean(channel) > 0.0 {
                let standing = self.standing(channel);
                let surprise = self.norms.calibration.surprise(View::Standing, channel, standing);
                strongest.take(surprise, channel, View::Standing);
            }
        }
    }

    /// The day's sums on the scale on which they are compared.
    pub(crate) fn levels(&self) -> PerChannel<f32> {
        let mut levels = PerChannel::default();
        for channel in Channel::ALL {
            let sum = match channel {
                Channel::OddHours => self.odd_hours(),
                Channel::Labels => self.label_divergence(),
                Channel::Adopters => self.fellow_adopters(),
                // People's intervals are alike by chance now and then.
                Channel::Regular => {
                    self.person.today.get(Channel::Regular) - 0.2 * self.person.today.get(Channel::Exchanges)
                }
                counted => self.person.today.get(counted),
            };
            levels.set(channel, if sum > 0.0 { sum_to_level(channel, sum) } else { 0.0 });
        }
        levels
    }

    /// Mean and standard deviation of a usual day: the person's own, drawn to the peers' as long as there are few days.
    pub(crate) fn usual(&self, channel: Channel) -> (f32, f32) {
        let days = self.person.days;
        let within = self.group.within.get(channel).max(0.01);
        let between = self.group.between.get(channel).max(0.01);
        let worth = (within / between).clamp(0.5, 30.0);
        let mean = (days * self.person.mean(channel) + worth * self.group.mean.get(channel)) / (days + worth);
        let own = self.person.deviation(channel);
        let variance = (days * own * own + SPREAD_WORTH * within) / (days + SPREAD_WORTH);
        let predictive = variance + variance / (days + worth);
        (mean, predictive.sqrt().max(LEAST_DEVIATION))
    }

    /// How far a level is from the usual one, in deviations.
    fn deviation(&self, channel: Channel, level: f32) -> f32 {
        let (mean, deviation) = self.usual(channel);
        ((level - mean) / deviation).clamp(-4.0, 59.0)
    }

    /// The fading mean of deviations with today's.
    pub(crate) fn sustained(&self, channel: Channel, today: f32) -> f32 {
        0.8 * self.person.sustained(channel) + 0.2 * today.clamp(-1.5, 5.0)
    }

    /// How far the person's usual level is from the peers', in the peers' deviations.
    pub(crate) fn standing(&self, channel: Channel) -> f32 {
        let within = self.group.within.get(channel).max(0.01);
        let between = self.group.between.get(channel).max(0.01);
        let days = self.person.days;
        let sure = days / (days + (within / between).clamp(0.5, 30.0));
        let apart = self.person.mean(channel) - self.group.mean.get(channel);
        (sure * apart / between.sqrt().max(LEAST_DEVIATION)).clamp(-4.0, 59.0)
    }

    /// Share of days on which the person is active around an hour, drawn to the site's.
    fn active_at(&self, hour: usize, site: &[f32; 24]) -> f32 {
        let around =
            |of: &dyn Fn(usize) -> f32| 0.5 * of(hour) + 0.25 * (of((hour + 1) % 24) + of((hour + 23) % 24));
        let own = around(&|at| self.person.hours.get(at).map_or(0.0, |days| f32::from(*days) / 256.0));
        let peers = around(&|at| site.get(at).copied().unwrap_or(0.2));
        ((own + HOURS_WORTH * peers) / (self.person.days + HOURS_WORTH)).clamp(0.001, 1.0)
    }

    /// Hours in which the person is hardly ever active, as bits.
    pub(crate) fn rare_hours(&self) -> u32 {
        let site = self.norms.groups.hours(self.person.site);
        (0..24).filter(|hour| self.active_at(*hour, &site) < RARE).fold(0, |bits, hour| bits | 1 << hour)
    }

    fn odd_hours(&self) -> f32 {
        let today = self.person.hours_today;
        if today & self.person.rare_hours == 0 {
            return 0.0;
        }
        let site = self.norms.groups.hours(self.person.site);
        let hours = (0..24).filter(|hour| today & 1 << hour != 0);
        hours.map(|hour| (-self.active_at(hour, &site).ln() - 1.5).max(0.0)).sum()
    }

    /// How much the last days' kinds of content say that these are not the person's usual ones, in nats, weighted by how
    /// sensitive what there is more of is. What another department's usual kinds explain is a new role, and counts for less.
    fn label_divergence(&self) -> f32 {
        let Some((shares, effective)) = self.shares() else { return 0.0 };
        let usual = self.usual_labels();
        let apart = effective * divergence(&shares, &usual);
        let mut more = 0.0;
        let mut weighted = 0.0;
        for ((share, usual), (_, weight)) in shares.iter().zip(usual).zip(CLASSES) {
            let excess = (share - usual).max(0.0);
            more += excess;
            weighted += excess * weight;
        }
        let explained = if apart < 3.0 { apart } else { self.explained_elsewhere(&shares, effective) };
        explained.min(apart) * weighted / f32::max(more, 1e-6)
    }

    fn explained_elsewhere(&self, shares: &[f32; CLASSES.len()], effective: f32) -> f32 {
        let groups = &self.norms.groups;
        let usual = self.usual_labels();
        let departments = groups.departments().filter(|(key, _)| *key != self.person.department);
        let mixed = departments.flat_map(|(_, group)| {
            [0.1, 0.5].map(|own_part| {
                let mut mixed = usual;
                let pairs = mixed.iter_mut().zip(group.labels);
                pairs.for_each(|(own, other)| *own = own_part * *own + (1.0 - own_part) * other);
                divergence(shares, &mixed)
            })
        });
        let choices = groups.departments().count().max(1) as f32;
        mixed.fold(f32::INFINITY, f32::min) * effective + (2.0 * choices).ln()
    }

    /// The shares of kinds of content today and in the last days, and how many independent exchanges they rest on: those of
    /// one day are alike.
    fn shares(&self) -> Option<([f32; CLASSES.len()], f32)> {
        let counts = self.person.labels_today.map(f32::from);
        let all: f32 = counts.iter().sum();
        if all <= 0.0 {
            return None;
        }
        let effective = all / (1.0 + all / 25.0);
        let recent = self.person.labels_recent.map(|count| f32::from(count) / 256.0);
        let sum = effective + recent.iter().sum::<f32>();
        let mut shares = counts;
        shares
            .iter_mut()
            .zip(recent)
            .for_each(|(count, past)| *count = (*count * effective / all + past) / sum);
        Some((shares, sum))
    }

    /// The person's usual shares, drawn to the department's.
    pub(crate) fn usual_labels(&self) -> [f32; CLASSES.len()] {
        let own = &self.person.labels;
        let all = own.iter().sum::<f32>() + LABELS_WORTH;
        let mut usual = self.group.labels;
        for (share, own) in usual.iter_mut().zip(own) {
            *share = ((own + LABELS_WORTH * share.max(0.001)) / all).max(1e-4);
        }
        usual
    }

    /// Colleagues who began with the same young, unapproved tool lately; those of other departments count half.
    fn fellow_adopters(&self) -> f32 {
        let tool = self.norms.tools.get(self.person.new_tool);
        let Some(tool) = tool.filter(|tool| tool.is_young(self.person.day)) else { return 0.0 };
        let others = tool.adopters(self.person.day).filter(|one| one.person != self.person.key);
        others.map(|one| if one.department == self.person.department { 1.0 } else { 0.5 }).sum()
    }
}

/// Kullback and Leibler's divergence, in nats.
fn divergence(shares: &[f32], usual: &[f32]) -> f32 {
    let parts = shares.iter().zip(usual).filter(|(share, _)| **share > 0.0);
    parts.map(|(share, usual)| share * (share / usual.max(1e-4)).ln()).sum::<f32>().max(0.0)
}

impl Strongest {
    fn take(&mut self, surprise: f32, channel: Channel, view: View) {
        if surprise > self.surprise {
            (self.surprise, self.channel, self.view) = (surprise, channel, view);
        }
    }
}

fn sum(surprises: impl Iterator<Item = f32>) -> f32 {
    surprises.map(|surprise| (surprise - LEAST).clamp(0.0, MOST)).sum()
}

/// What families are about. One busy day shows in several families of a facet, which therefore counts once.
const fn facet(family: Family) -> usize {
    match family {
        Family::Count | Family::Bytes | Family::Down | Family::Burst => 0,
        Family::Sens | Family::Doc => 1,
        Family::Pers => 2,
        Family::Novel | Family::Svc => 3,
        Family::Hour => 4,
        Family::Cat => 5,
        Family::Regular => 6,
        Family::Asn | Family::Client => 7,
        Family::Peer | Family::Cum => 8,
        Family::Probing | Family::Evasion => 9,
    }
}

/// How much a nat of each facet is worth: what says that data goes astray is worth more than what says that much was done.
const WORTH: [f32; 10] = [0.2, 0.5, 0.65, 0.8, 0.5, 0.9, 0.75, 0.6, 0.65, 0.8];

/// How much a nat of a rise over days is worth, and what looking at the measures of it costs.
const RISING: f32 = 0.3;
const RISES_COST: f32 = 5.0;

/// Surprise from which a facet is what a day is about.
const ABOUT: f32 = 3.0;

/// The facets together; those it is about and the strongest, as bits.
fn total(families: &[Strongest; FAMILIES]) -> (f32, u16, u16) {
    let mut most = [0.0_f32; WORTH.len()];
    for (family, strongest) in Family::ALL.into_iter().zip(families) {
        if let Some(most) = most.get_mut(facet(family)) {
            *most = most.max((strongest.surprise - LEAST).clamp(0.0, MOST));
        }
    }
    let worth = most.iter().zip(WORTH).map(|(most, worth)| most * worth);
    let strongest =
        worth.clone().enumerate().max_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |(facet, _)| 1 << facet);
    let about = most.iter().enumerate().filter(|(_, most)| **most >= ABOUT - LEAST);
    (worth.sum(), about.fold(strongest, |bits, (facet, _)| bits | 1 << facet), strongest)
}
