//! Decides which scores are raised, so that as many a week are as were asked for.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::{rise::EXCEPTIONAL, settings::Settings};

const DAY: i64 = 86_400;
const WEEK: i64 = 7 * DAY;
/// Days of scores that say how high scores usually get.
const HORIZON: i64 = 28 * DAY;
/// What was raised is raised again if it is about something else and so many times as high.
const ESCALATES: f32 = 1.6;
/// How many times the threshold a score is that is raised although enough was raised this week.
const FAR_ABOVE: f32 = 1.3;
/// And goes on where it is at least this part.
const GOES_ON: f32 = 0.7;
/// Seconds after the first event in which too little is known for scores to say how high scores get.
const UNSETTLED: i64 = 7 * DAY;
/// Scores below this are not kept.
const FLOOR: f32 = 1.5;

/// A score that may be raised.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bid {
    pub person: u64,
    /// The young tool it is mostly about; its users belong together.
    pub tool: Option<u32>,
    pub score: f32,
    /// What it is about, as bits; and the strongest of them.
    pub facets: u16,
    pub strongest: u16,
    /// How surprising it is where the person's last days are going.
    pub rise: f32,
}

/// When it is, and what holds then.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Time {
    pub at: i64,
    /// When learning ends.
    pub begun: i64,
    /// The first event.
    pub first: i64,
}

impl Time {
    /// When scores begin to say how high scores get.
    fn settled(self) -> i64 {
        self.first + UNSETTLED.min((self.begun - self.first) / 2)
    }
}

/// What became of a bid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Raise it.
    Raise,
    /// It belongs to what was raised before.
    Absorbed,
    /// Not high enough, or too early.
    Below,
}

/// Peaks of the last weeks and what was raised.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Budget {
    /// The highest score of each entity in its present fortnight.
    current: BTreeMap<u64, Peak>,
    past: VecDeque<(i64, f32)>,
    raised: VecDeque<i64>,
    /// Until when entities are quiet.
    open: BTreeMap<u64, Open>,
    /// Raised since the beginning, for the mean over time.
    count: u32,
    threshold: f32,
    threshold_at: i64,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Peak {
    since: i64,
    score: f32,
}

/// What was raised and goes on.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Open {
    until: i64,
    score: f32,
    facets: u16,
}

impl Budget {
    /// Takes note of a score and says whether it is raised.
    pub(crate) fn bid(&mut self, bid: &Bid, time: Time, settings: &Settings) -> Answer {
        let Time { at, begun, .. } = time;
        let rises = bid.rise >= EXCEPTIONAL;
        if (bid.score < FLOOR && !rises) || at < time.settled() {
            return Answer::Below;
        }
        let key = bid.tool.map_or(bid.person, |tool| u64::from(tool) << 1);
        let quiet = i64::from(settings.quiet_days) * DAY;
        let open = [bid.person, key].map(|entity| self.open.get(&entity).copied());
        let open = open
            .into_iter()
            .flatten()
            .filter(|open| at < open.until)
            .max_by(|a, b| a.score.total_cmp(&b.score));
        let is_another =
            |open: &Open| open.facets & bid.strongest == 0 && bid.score >= ESCALATES * open.score;
        if let Some(open) = open.filter(|open| !is_another(open)) {
            let goes_on = rises || bid.score >= GOES_ON * open.score;
            return if goes_on { self.absorb(bid, key, at + quiet, open) } else { Answer::Below };
        }
        let peak = self.current.entry(key).or_insert(Peak { since: at, score: 0.0 });
        if at - peak.since >= quiet {
            self.past.push_back((peak.since, peak.score));
            *peak = Peak { since: at, score: 0.0 };
        }
        peak.score = peak.score.max(bid.score);
        if at < begun {
            return Answer::Below;
        }
        self.refresh(time, settings);
        if (bid.score < self.threshold && !rises) || self.is_spent(bid.score, at, settings) {
            return Answer::Below;
        }
        // Who was raised for a rise is raised again only for what would be raised by itself.
        let open = Open { until: at + quiet, score: bid.score.max(self.threshold), facets: bid.facets };
        self.open.insert(bid.person, open);
        self.open.insert(key, open);
        self.raised.push_back(at);
        self.count += 1;
        self.threshold_at = 0;
        Answer::Raise
    }

    /// What goes on stays open, as long as it goes on.
    fn absorb(&mut self, bid: &Bid, key: u64, until: i64, open: Open) -> Answer {
        let open = Open { until, facets: open.facets | bid.facets, ..open };
        self.open.insert(bid.person, open);
        self.open.insert(key, open);
        Answer::Absorbed
    }

    /// Takes a person out. How high they scored stays without them, so that what is raised of others does not change.
    pub(crate) fn forget(&mut self, person: u64) {
        self.open.remove(&person);
        self.past.extend(self.current.remove(&person).map(|peak| (peak.since, peak.score)));
    }

    /// The score that is raised now.
    pub(crate) fn threshold(&self) -> f32 {
        self.threshold
    }

    /// When something was raised in the last weeks.
    pub(crate) fn raised(&self) -> u32 {
        self.count
    }

    /// Whether a week has had twice what was asked for; what is far above the others is raised up to three times that often.
    fn is_spent(&self, score: f32, at: i64, settings: &Settings) -> bool {
        let lately = self.raised.iter().filter(|raised| at - **raised < WEEK).count();
        let times = if score >= FAR_ABOVE * self.threshold { 3.0 } else { 2.0 };
        lately as f64 >= (times * settings.budget).max(1.0)
    }

    fn refresh(&mut self, time: Time, settings: &Settings) {
        let Time { at, begun, .. } = time;
        if self.threshold_at == at {
            return;
        }
        self.threshold_at = at;
        while self.past.front().is_some_and(|(since, _)| at - since > HORIZON) {
            self.past.pop_front();
        }
        while self.raised.front().is_some_and(|raised| at - raised > HORIZON) {
            self.raised.pop_front();
        }
        let quiet = i64::from(settings.quiet_days) * DAY;
        let past = &mut self.past;
        self.current.retain(|_, peak| {
            let ends = at - peak.since >= quiet;
            if ends {
                past.push_back((peak.since, peak.score));
            }
            !ends
        });
        self.open.retain(|_, open| open.until > at);
        let current = self.current.values().map(|peak| peak.score);
        let mut peaks: Vec<f32> = self.past.iter().map(|(_, score)| *score).chain(current).collect();
        peaks.sort_by(|a, b| b.total_cmp(a));
        let weeks = (at - time.settled()).clamp(DAY, HORIZON) as f64 / WEEK as f64;
        self.threshold = level(&peaks, self.wanted(at, begun, settings) * weeks).max(FLOOR);
    }

    /// The rate aimed at: what was asked for, less if too many were raised so far and more if too few.
    fn wanted(&self, at: i64, begun: i64, settings: &Settings) -> f64 {
        let asked = settings.budget * (at - begun) as f64 / WEEK as f64;
        let debt = (f64::from(self.count) - asked) / (0.4 * settings.budget + 1.0);
        settings.budget * (-debt).exp().clamp(0.2, 4.0)
    }
}

/// The score that as many of the sorted peaks exceed as are wanted; beyond the highest they are taken to fall off
/// exponentially.
fn level(peaks: &[f32], wanted: f64) -> f32 {
    let at = |rank: usize| rank.checked_sub(1).and_then(|rank| peaks.get(rank)).copied().unwrap_or(0.0);
    if wanted >= 1.0 {
        let below = wanted as usize;
        let part = (wanted - below as f64) as f32;
        return at(below) + (at(below + 1) - at(below)) * part;
    }
    let few = peaks.len().min(10);
    let mean = peaks.iter().take(few).sum::<f32>() / few.max(1) as f32;
    at(1) - (mean - at(few)).max(0.5) * (wanted.max(1e-3) as f32).ln()
}

#[cfg(test)]
mod tests {
    use super::{Answer, Bid, Budget, DAY, Time, WEEK, level};
    use crate::{key::mix, settings::Settings};

    fn bid(person: u64, tool: Option<u32>, score: f32, facet: u16) -> Bid {
        Bid { person, tool, score, facets: facet, strongest: facet, rise: 0.0 }
    }

    #[test]
    fn levels() {
        let peaks: Vec<f32> = (1..=20).rev().map(|n| n as f32).collect();
        for (wanted, expected) in [(1.0, 20.0), (2.5, 18.5), (20.0, 1.0), (30.0, 0.0)] {
            assert_eq!(level(&peaks, wanted), expected, "{wanted}");
        }
        assert!(level(&peaks, 0.5) > 20.0);
    }

    /// Exponential scores of 500 entities, one each a day: what is raised is what was asked for.
    #[test]
    fn as_many_are_raised_as_were_asked_for() {
        for asked in [2.0, 5.0, 10.0, 20.0] {
            let settings = Settings { budget: asked, ..Settings::default() };
            let (mut budget, begun) = (Budget::default(), 14 * DAY);
            let mut raised = Vec::new();
            for step in 0..60 * 500_i64 {
                let at = step * DAY / 500;
                let uniform = (mix(step as u64 * 0x9e37_79b9) >> 40) as f32 / (1 << 24) as f32;
                let one = bid(step as u64 % 500, None, 3.0 - 2.0 * (1.0 - uniform).ln(), 1);
                if budget.bid(&one, Time { at, begun, first: 0 }, &settings) == Answer::Raise {
                    raised.push(at);
                }
            }
            let weeks = 46.0 / 7.0;
            let rate = raised.len() as f64 / weeks;
            assert!((0.85 * asked..=1.15 * asked).contains(&rate), "{rate} of {asked}");
            let most = raised
                .iter()
                .map(|at| raised.iter().filter(|one| (at - WEEK..=*at).contains(*one)).count())
                .max();
            assert!(most.unwrap() as f64 <= 2.0 * asked, "{most:?} of {asked}");
        }
    }

    #[test]
    fn what_goes_on_is_not_raised_again_and_so_are_fellows_at_the_same_tool() {
        let settings = Settings::default();
        let mut budget = Budget::default();
        let bids = [
            (1, 0, 30.0, 1),
            (1, 3, 60.0, 1),
            (2, 4, 30.0, 1),
            (1, 15, 30.0, 1),
            (1, 16, 60.0, 2),
            (1, 40, 50.0, 1),
        ];
        let answers: Vec<Answer> = bids
            .map(|(person, day, score, facet)| {
                let at = (20 + day) * DAY;
                let time = Time { at, begun: 20 * DAY, first: 0 };
                budget.bid(&bid(person, Some(9), score, facet), time, &settings)
            })
            .into();
        use Answer::{Absorbed, Raise};
        assert_eq!(answers, [Raise, Absorbed, Absorbed, Absorbed, Raise, Raise]);
    }
}
