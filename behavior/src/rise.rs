//! Where a person's last days are going, against an anchor that hardly moves: what finds who raises something by a few per cent a day.
//!
//! A baseline that learns within weeks follows a patient adversary. The anchor is the mean of a person's first weeks; afterwards a day
//! changes it by a sixtieth, and by much less while the days are above it. Sums of a day vary too much for a slow rise in them to be
//! told from chance early; what is watched varies little: the size of an exchange, and how many there are within five minutes. What the
//! department does together in the same days raises nobody.

use serde::{Deserialize, Serialize};

use crate::Unit;

/// How many curves there are: each measure over each number of days.
pub(crate) const RISES: usize = Pace::ALL.len() * Window::ALL.len();
/// Active days after which an anchor hardly moves.
const ANCHORED: f32 = 15.0;
/// Days before which nothing is compared with it.
const KNOWN: u8 = 8;
/// What a later day changes in it.
const STEP: f32 = 1.0 / 60.0;
/// Days that the usual spread from day to day is worth.
const SPREAD_WORTH: f32 = 8.0;
/// A day's spread at least.
const LEAST_SPREAD: f32 = 0.15;
/// Deviations beyond which one day says no more: a rise is made of several.
const CLIP: (f32, f32) = (-2.5, 6.0);
/// Exchanges that a day's mean must rest on to count for half.
const HALF: f32 = 3.0;
/// Exchanges of a usual day from which means say enough for a rise to be told from chance.
const ENOUGH: f32 = 4.0;
/// The part of a usual day's exchanges from which a day that is not over counts.
const NEARLY: f32 = 0.7;
/// How far above the anchor, in deviations that chance would give, something is a rise at all, however rare it is.
const LEAST: f32 = 2.5;
/// And how many times the usual level.
const LEAST_TIMES: f32 = 1.5;
/// Surprise below which nothing is a rise, in nats.
const LEAST_SURPRISE: f32 = 15.0;
/// Nats by which the highest rises of people who do nothing wrong are beyond those of a normal distribution; measured on simulated
/// organisations.
const HEAVIER: f32 = 8.6;
/// How many rises of people who do nothing wrong may be raised a week beside the budget, as a part of it.
const PART: f64 = 0.1;
/// A tenth of a normal distribution lies above so many deviations.
const TENTH: f32 = 1.2816;

/// A measure of which the rise is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Pace {
    /// Exchanges of a day.
    Exchanges,
    /// Bytes of an exchange, the mean of their logarithms.
    Size,
    /// Exchanges in those five minutes in which there are any.
    Density,
}

/// Over how many days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Window {
    /// About two active days.
    Quick,
    /// About five.
    Steady,
}

/// Whether there may be more of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Day {
    SoFar,
    Over,
}

/// A curve of how often such a distance occurs.
pub(crate) const fn curve(pace: Pace, window: Window) -> usize {
    window as usize * Pace::ALL.len() + pace as usize
}

/// From which surprise a rise is raised: where so few of those who do nothing wrong would be that they come to a small part of the budget.
pub(crate) fn exceptional(people: usize, budget: f64) -> f32 {
    // The days of one rise are alike, and so are both windows: a person is looked at once a week in each measure.
    let looks = people as f64 * Pace::ALL.len() as f64;
    ((looks / (PART * budget)).ln() as f32 + HEAVIER).max(LEAST_SURPRISE)
}

/// −ln of the share of a normal distribution beyond a distance, of which a tenth of all people's are above `tenth`. What a tenth does
/// cannot be moved by a few who rise together, as what the highest do can.
pub(crate) fn surprise(distance: f32, tenth: f32, pace: Pace) -> f32 {
    let normal = distance * TENTH / tenth.max(1.0) / pace.heaviness();
    // Mills' ratio, near enough beyond two deviations.
    normal * normal / 2.0 + (normal.max(1.0) * std::f32::consts::TAU.sqrt()).ln()
}

/// The day's sums, the anchors, and how far the last days are from them.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Rise {
    /// Today's exchanges that a human may have made; sum of the logarithms of sizes of those without a file.
    sizes: f32,
    sized: u16,
    exchanges: u16,
    /// Five-minute slots with an exchange today, and the last of them.
    slots: u16,
    slot: u16,
    anchors: [Anchor; Pace::ALL.len()],
}

#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Anchor {
    /// Mean and standard deviation of a day in 2048ths.
    mean: u16,
    deviation: u16,
    /// Days learned, up to [`ANCHORED`].
    days: u8,
    /// Fading means of deviations in 20ths.
    windows: [i8; Window::ALL.len()],
}

/// A day's value of a measure, and how much it rests on, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Value {
    level: f32,
    sure: f32,
}

/// A rise that is worth telling.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rising {
    pub pace: Pace,
    pub surprise: f32,
    /// Mean of the last days, in the measure's unit.
    pub observed: f32,
    /// A usual day's ends.
    pub usual: (f32, f32),
}

impl Pace {
    pub(crate) const ALL: [Self; 3] = [Self::Exchanges, Self::Size, Self::Density];

    /// The word in reasons.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Exchanges => "exchanges",
            Self::Size => "bytes_of_an_exchange",
            Self::Density => "exchanges_in_five_minutes",
        }
    }

    pub(crate) const fn unit(self) -> Unit {
        match self {
            Self::Size => Unit::Bytes,
            Self::Exchanges | Self::Density => Unit::Exchanges,
        }
    }

    /// How much a measure usually varies from day to day, in the logarithm.
    const fn spread(self) -> f32 {
        match self {
            Self::Exchanges => 0.8,
            Self::Size => 0.4,
            Self::Density => 0.35,
        }
    }

    /// How much farther out the highest are than those of a normal distribution; measured on simulated organisations.
    const fn heaviness(self) -> f32 {
        match self {
            Self::Exchanges | Self::Size => 1.0,
            Self::Density => 1.5,
        }
    }

    /// A level in the measure's unit.
    fn natural(self, level: f32) -> f32 {
        match self {
            Self::Exchanges | Self::Size => level.max(0.0).exp_m1(),
            Self::Density => level.max(0.0).exp(),
        }
    }
}

impl Window {
    pub(crate) const ALL: [Self; 2] = [Self::Quick, Self::Steady];

    /// What a new day counts for.
    const fn share(self) -> f32 {
        match self {
            Self::Quick => 0.6,
            Self::Steady => 0.3,
        }
    }
}

impl Rise {
    /// Adds an exchange that a human may have made.
    pub(crate) fn see(&mut self, bytes: f32, file: bool, second: i64) {
        // Counted from 1, so that nothing is the slot before the first.
        let slot = (second.rem_euclid(86_400) / 300 + 1) as u16;
        self.slots = self.slots.saturating_add(u16::from(slot != self.slot));
        self.slot = slot;
        self.exchanges = self.exchanges.saturating_add(1);
        if !file {
            self.sizes += bytes.ln_1p();
            self.sized = self.sized.saturating_add(1);
        }
    }

    /// Clears the day.
    pub(crate) fn begin(&mut self) {
        (self.sizes, self.sized, self.exchanges, self.slots, self.slot) = (0.0, 0, 0, 0, 0);
    }

    /// Today's value; nothing if there is none, as a mean of no exchanges.
    fn today(&self, pace: Pace) -> Option<Value> {
        let (exchanges, sized, slots) =
            (f32::from(self.exchanges), f32::from(self.sized), f32::from(self.slots));
        match pace {
            Pace::Exchanges => (exchanges > 0.0).then(|| Value { level: exchanges.ln_1p(), sure: 1.0 }),
            Pace::Size => {
                (sized > 0.0).then(|| Value { level: self.sizes / sized, sure: sized / (sized + HALF) })
            }
            Pace::Density => {
                (slots > 0.0).then(|| Value { level: (exchanges / slots).ln(), sure: slots / (slots + HALF) })
            }
        }
    }

    fn anchor(&self, pace: Pace) -> Option<&Anchor> {
        self.anchors.get(pace as usize).filter(|anchor| anchor.days >= KNOWN)
    }

    fn usual_exchanges(&self) -> f32 {
        self.anchor(Pace::Exchanges).map_or(0.0, |anchor| anchor.mean().exp_m1())
    }

    /// Where a window stands. A day that is not over counts from where it is nearly a usual one: the mean of a few exchanges says little.
    fn now(&self, anchor: &Anchor, pace: Pace, window: Window, day: Day) -> Option<f32> {
        if day == Day::SoFar && f32::from(self.exchanges) < NEARLY * self.usual_exchanges() {
            return Some(anchor.window(window));
        }
        Some(anchor.moved(window, pace, self.today(pace)?))
    }

    /// How far the days up to now are from the anchor and from what peers do, in the deviations that chance would give.
    pub(crate) fn distance(&self, pace: Pace, window: Window, peers: f32, day: Day) -> Option<f32> {
        let anchor = self.anchor(pace)?;
        let now = self.now(anchor, pace, window, day)? - peers.max(0.0);
        let share = window.share();
        let chance = share / (2.0 - share) + 1.0 / f32::from(anchor.days);
        Some(now / chance.sqrt())
    }

    /// What the last days come to, for the mean of a department: each person counts for little.
    pub(crate) fn recent(&self, pace: Pace, window: Window) -> f32 {
        self.anchor(pace).map_or(0.0, |anchor| anchor.window(window).clamp(-1.0, 1.5))
    }

    /// The strongest rise, if one is far enough; `tenth` is what a tenth of all people's distances exceed, `peers` what the department does.
    pub(crate) fn strongest(
        &self,
        peers: impl Fn(usize) -> f32,
        tenth: impl Fn(usize) -> f32,
    ) -> Option<Rising> {
        if self.usual_exchanges() < ENOUGH {
            return None;
        }
        let all = Pace::ALL.into_iter().flat_map(|pace| Window::ALL.map(|window| (pace, window)));
        let rising = all.filter_map(|(pace, window)| {
            let at = curve(pace, window);
            let distance =
                self.distance(pace, window, peers(at), Day::SoFar).filter(|distance| *distance >= LEAST)?;
            let anchor = self.anchor(pace)?;
            let spread = anchor.spread(pace);
            let above = self.now(anchor, pace, window, Day::SoFar)? * spread;
            (above >= LEAST_TIMES.ln()).then(|| Rising {
                pace,
                surprise: surprise(distance, tenth(at), pace),
                observed: pace.natural(anchor.mean() + above),
                usual: (
                    pace.natural(anchor.mean() - 1.2816 * spread),
                    pace.natural(anchor.mean() + 1.2816 * spread),
                ),
            })
        });
        rising.max_by(|a, b| a.surprise.total_cmp(&b.surprise))
    }

    /// Ends a day on which something happened.
    pub(crate) fn close(&mut self) {
        for pace in Pace::ALL {
            let Some(value) = self.today(pace) else { continue };
            if let Some(anchor) = self.anchors.get_mut(pace as usize) {
                anchor.close(pace, value);
            }
        }
    }
}

impl Anchor {
    fn mean(&self) -> f32 {
        f32::from(self.mean) / 2048.0
    }

    /// Standard deviation of a day: the person's own, drawn to the usual one as long as there are few days.
    fn spread(&self, pace: Pace) -> f32 {
        let own = f32::from(self.deviation) / 2048.0;
        let (days, usual) = (f32::from(self.days), pace.spread());
        ((days * own * own + SPREAD_WORTH * usual * usual) / (days + SPREAD_WORTH)).sqrt().max(LEAST_SPREAD)
    }

    fn window(&self, window: Window) -> f32 {
        self.windows.get(window as usize).map_or(0.0, |mean| f32::from(*mean) / 20.0)
    }

    /// A window after another day.
    fn moved(&self, window: Window, pace: Pace, value: Value) -> f32 {
        let deviation = (value.level - self.mean()) / self.spread(pace);
        let share = window.share() * value.sure;
        self.window(window) * (1.0 - share) + share * deviation.clamp(CLIP.0, CLIP.1)
    }

    fn close(&mut self, pace: Pace, value: Value) {
        let apart = if self.days >= 5 {
            let moved = Window::ALL.map(|window| self.moved(window, pace, value));
            self.windows = moved.map(|mean| (mean * 20.0).round() as i8);
            moved.into_iter().fold(0.0, f32::max)
        } else {
            0.0
        };
        if self.days == 0 {
            self.mean = (value.level * 2048.0) as u16;
        } else {
            let days = f32::from(self.days);
            let step = if days < ANCHORED { 1.0 / (days + 1.0) } else { STEP };
            let step = step * value.sure / (1.0 + apart * apart);
            let (mean, deviation) = (self.mean(), f32::from(self.deviation) / 2048.0);
            let reach = if self.days >= 3 { 2.5 * self.spread(pace) } else { f32::INFINITY };
            let difference = (value.level - mean).clamp(-reach, reach);
            self.mean = ((mean + step * difference).max(0.0) * 2048.0 + 0.5) as u16;
            let variance = (1.0 - step) * (deviation * deviation + step * difference * difference);
            self.deviation = (variance.sqrt() * 2048.0) as u16;
        }
        self.days = (self.days + 1).min(ANCHORED as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::{Day, Pace, Rise, Window};

    /// Twenty days of a size, then days that grow by so much; the day on which the distance passes 4.
    fn noticed(daily: f32, peers: f32) -> Option<usize> {
        let mut rise = Rise::default();
        for day in 0..70_usize {
            let times = (1.0 + daily).powi(day.saturating_sub(20) as i32).min(20.0);
            for exchange in 0..12_i64 {
                let noise = 1.0 + 0.1 * ((day as i64 * 7 + exchange * 5) % 11) as f32;
                rise.see(2_000.0 * noise * times, false, exchange * 1_700);
            }
            if rise
                .distance(Pace::Size, Window::Quick, peers, Day::Over)
                .is_some_and(|distance| distance >= 4.0)
            {
                return Some(day);
            }
            rise.close();
            rise.begin();
        }
        None
    }

    #[test]
    fn a_rise_is_noticed_before_five_times_at_any_rate() {
        for daily in [0.03, 0.05, 0.1, 0.15, 0.3] {
            let day = noticed(daily, 0.0).unwrap();
            let times = (1.0 + daily).powi(day as i32 - 20);
            assert!(day >= 20 && times < 5.0, "{daily}: {times} on day {day}");
        }
        assert_eq!(noticed(0.0, 0.0), None);
        assert_eq!(noticed(0.03, 9.0), None, "what everybody does");
    }
}
