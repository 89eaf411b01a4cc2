//! Decides which scores are raised, so that as many a week are as were asked for.
//!
//! There are two lanes: most of the budget is for how surprising a day is, a part is kept for where the last weeks are going, which
//! would never be the most surprising. What many do at once is one thing, not many.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::{crowd::Crowds, settings::Settings};

const DAY: i64 = 86_400;
const WEEK: i64 = 7 * DAY;
/// Days of scores that say how high scores usually get.
const HORIZON: i64 = 28 * DAY;
/// What was raised is raised again if it is about something else and so many times as high.
const ESCALATES: f32 = 1.6;
/// And goes on where it is at least this part.
const GOES_ON: f32 = 0.7;
/// Seconds after the first event in which too little is known for scores to say how high scores get.
const UNSETTLED: i64 = 7 * DAY;
/// Scores and trends below this are not kept.
const FLOORS: [f32; 2] = [1.5, 2.0];
/// The part of the budget that is kept for trends.
const FOR_TRENDS: f64 = 0.05;
/// What a trend is about, as a facet.
const TREND: u16 = 1 << 15;

/// A score that may be raised.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bid {
    pub person: u64,
    /// The young tool it is mostly about; its users belong together.
    pub tool: Option<u32>,
    pub score: f32,
    /// What it is about, as bits; and the strongest of them.
    pub facets: u16,
    pub strongest: u16,
    /// How surprising it is where the last weeks are going.
    pub trend: f32,
    pub department: u32,
    /// How many people the department has.
    pub peers: f32,
}

impl Bid {
    /// What it belongs to: its young tool, or else its person.
    fn key(&self) -> u64 {
        self.tool.map_or(self.person, |tool| u64::from(tool) << 1)
    }
}

/// What became of a bid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Raise it for the day.
    Raise,
    /// Raise it for where the last weeks are going.
    RaiseTrend,
    /// Raise it once for everyone who does the same.
    RaiseCrowd {
        /// Names the crowd.
        crowd: u64,
    },
    /// It belongs to what was raised before.
    Absorbed,
    /// Not high enough, or too early.
    Below,
}

/// Peaks of the last weeks and what was raised.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Budget {
    lanes: [Lane; 2],
    raised: VecDeque<i64>,
    /// Until when entities are quiet.
    open: BTreeMap<u64, Open>,
    crowds: Crowds,
    /// When the thresholds were found.
    refreshed: i64,
    /// Raised since the beginning, for the mean over time.
    count: u32,
}

/// Scores of one kind and the one that is raised.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Lane {
    /// The highest score of each entity in its present fortnight.
    current: BTreeMap<u64, Peak>,
    past: VecDeque<(i64, f32)>,
    threshold: f32,
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
    trend: f32,
    facets: u16,
}

/// When it is, and when it began.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Time {
    pub at: i64,
    /// When learning ended.
    pub begun: i64,
    /// The first event.
    pub first: i64,
}

impl Time {
    /// When scores began to say how high scores get.
    fn settled(self) -> i64 {
        self.first + UNSETTLED.min((self.begun - self.first) / 2)
    }
}

impl Budget {
    /// Takes note of who bids at the same time, before anyone is answered.
    pub(crate) fn gather(&mut self, bids: impl Iterator<Item = Bid>, time: Time, settings: &Settings) {
        if time.at < time.begun {
            return;
        }
        let threshold = self.lanes.first().map_or(0.0, |lane| lane.threshold);
        for bid in bids {
            if self.open_of([bid.person, bid.key()], time.at).is_none() {
                self.crowds.join(&bid, threshold, time.at);
            }
        }
        self.crowds.settle(time.at, settings.budget);
    }

    /// Takes note of a score and says whether it is raised.
    pub(crate) fn bid(&mut self, bid: &Bid, time: Time, settings: &Settings) -> Answer {
        let Time { at, begun, .. } = time;
        let [score_floor, trend_floor] = FLOORS;
        if (bid.score < score_floor && bid.trend < trend_floor) || at < time.settled() {
            return Answer::Below;
        }
        let crowd = self.crowds.of(bid);
        let key = crowd.unwrap_or(bid.key());
        let quiet = i64::from(settings.quiet_days) * DAY;
        let is_another =
            |open: &Open| open.facets & bid.strongest == 0 && bid.score >= ESCALATES * open.score;
        let open = self.open_of([bid.person, key], at);
        if let Some(open) = open.filter(|open| !is_another(open)) {
            return self.absorb(bid, key, at + quiet, open);
        }
        let [scores, trends] = &mut self.lanes;
        if bid.score >= score_floor {
            scores.note(key, bid.score, at, quiet);
        }
        if bid.trend >= trend_floor && at >= begun {
            trends.note(crowd.unwrap_or(bid.person), bid.trend, at, quiet);
        }
        if at < begun {
            return Answer::Below;
        }
        self.refresh(time, settings);
        let [threshold, trending] = self.lanes.each_ref().map(|lane| lane.threshold);
        let by_score = bid.score >= threshold;
        let by_trend = bid.trend >= trending && open.is_none() && self.has_room_for_trends(time, settings);
        if !(by_score || by_trend) || self.is_spent(at, settings) {
            return Answer::Below;
        }
        let (score, facets) = if by_score { (bid.score, bid.facets) } else { (threshold, TREND) };
        let open = Open { until: at + quiet, score, trend: bid.trend, facets };
        self.open.insert(bid.person, open);
        self.open.insert(key, open);
        self.raised.push_back(at);
        self.count += 1;
        self.refreshed = 0;
        match crowd {
            Some(crowd) => Answer::RaiseCrowd { crowd },
            None if by_score => Answer::Raise,
            None => Answer::RaiseTrend,
        }
    }

    fn open_of(&self, keys: [u64; 2], at: i64) -> Option<Open> {
        let open = keys.into_iter().filter_map(|key| self.open.get(&key).copied());
        open.filter(|open| at < open.until).max_by(|a, b| a.score.total_cmp(&b.score))
    }

    /// What goes on stays open, as long as it goes on.
    fn absorb(&mut self, bid: &Bid, key: u64, until: i64, open: Open) -> Answer {
        let goes_on =
            bid.score >= GOES_ON * open.score || (open.facets == TREND && bid.trend >= GOES_ON * open.trend);
        if !goes_on {
            return Answer::Below;
        }
        let open = Open { until, facets: open.facets | bid.facets, ..open };
        self.open.insert(bid.person, open);
        self.open.insert(key, open);
        Answer::Absorbed
    }

    /// The score that is raised now.
    pub(crate) fn threshold(&self) -> f32 {
        self.lanes.first().map_or(0.0, |lane| lane.threshold)
    }

    /// Who belongs to a crowd.
    pub(crate) fn crowd(&self, crowd: u64) -> impl Iterator<Item = u64> {
        self.crowds.members(crowd)
    }

    /// When something was raised in the last weeks.
    pub(crate) fn raised(&self) -> u32 {
        self.count
    }

    /// Trends need a week of their own to be known, and never take what an acute deviation may need.
    fn has_room_for_trends(&self, time: Time, settings: &Settings) -> bool {
        let lately = self.raised.iter().filter(|raised| time.at - **raised < WEEK).count();
        time.at - time.begun >= WEEK && (lately as f64) < settings.budget
    }

    /// Whether a week has had twice what was asked for.
    fn is_spent(&self, at: i64, settings: &Settings) -> bool {
        let lately = self.raised.iter().filter(|raised| at - **raised < WEEK).count();
        lately as f64 >= (2.0 * settings.budget).max(1.0)
    }

    /// The rate aimed at: what was asked for, less if too many were raised so far and more if too few.
    fn wanted(&self, time: Time, settings: &Settings) -> f64 {
        let asked = settings.budget * (time.at - time.begun) as f64 / WEEK as f64;
        let debt = (f64::from(self.count) - asked) / (0.4 * settings.budget + 1.0);
        settings.budget * (-debt).exp().clamp(0.2, 4.0)
    }

    fn refresh(&mut self, time: Time, settings: &Settings) {
        if self.refreshed == time.at {
            return;
        }
        self.refreshed = time.at;
        while self.raised.front().is_some_and(|raised| time.at - raised > HORIZON) {
            self.raised.pop_front();
        }
        self.open.retain(|_, open| open.until > time.at);
        let quiet = i64::from(settings.quiet_days) * DAY;
        let wanted = self.wanted(time, settings);
        let parts = [1.0 - FOR_TRENDS, FOR_TRENDS];
        let since = [time.settled(), time.begun];
        for (((lane, part), floor), since) in self.lanes.iter_mut().zip(parts).zip(FLOORS).zip(since) {
            let weeks = (time.at - since).clamp(DAY, HORIZON) as f64 / WEEK as f64;
            lane.refresh(time.at, wanted * part * weeks, quiet, floor);
        }
    }
}

impl Lane {
    fn note(&mut self, key: u64, score: f32, at: i64, quiet: i64) {
        let peak = self.current.entry(key).or_insert(Peak { since: at, score: 0.0 });
        if at - peak.since >= quiet {
            self.past.push_back((peak.since, peak.score));
            *peak = Peak { since: at, score: 0.0 };
        }
        peak.score = peak.score.max(score);
    }

    /// Finds the score that as many peaks exceed as are wanted.
    fn refresh(&mut self, at: i64, wanted: f64, quiet: i64, floor: f32) {
        while self.past.front().is_some_and(|(since, _)| at - since > HORIZON) {
            self.past.pop_front();
        }
        let past = &mut self.past;
        self.current.retain(|_, peak| {
            let ends = at - peak.since >= quiet;
            if ends {
                past.push_back((peak.since, peak.score));
            }
            !ends
        });
        let current = self.current.values().map(|peak| peak.score);
        let mut peaks: Vec<f32> = self.past.iter().map(|(_, score)| *score).chain(current).collect();
        peaks.sort_by(|a, b| b.total_cmp(a));
        self.threshold = level(&peaks, wanted).max(floor);
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
        Bid { person, tool, score, facets: facet, strongest: facet, ..Bid::default() }
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
                let time = Time { at: (20 + day) * DAY, begun: 20 * DAY, first: 0 };
                budget.bid(&bid(person, Some(9), score, facet), time, &settings)
            })
            .into();
        use Answer::{Absorbed, Raise};
        assert_eq!(answers, [Raise, Absorbed, Absorbed, Absorbed, Raise, Raise]);
    }
}
