//! Where a person's last days are going, against an anchor that hardly moves: what finds who raises something by a few per cent a day.
//!
//! A baseline that learns within weeks follows a patient adversary. The anchor is the mean of a person's first weeks; afterwards a day
//! changes it by a sixtieth, and by much less while the days are above it. Sums of a day vary too much for a slow rise in them to be
//! told from chance early; what varies little is the size of an exchange, the less the more exchanges there are: a day counts by how
//! sure its mean is. What the department does together in the same days raises nobody.

use serde::{Deserialize, Serialize};

use crate::Unit;

/// How many curves there are: each measure over each number of days.
pub(crate) const RISES: usize = Pace::ALL.len() * Window::ALL.len();
/// Active days after which an anchor hardly moves.
const ANCHORED: u16 = 15;
/// Days before which nothing is compared with it, and before which nothing is remembered for that.
const KNOWN: u16 = 8;
const REMEMBERED: u16 = 5;
/// What a later day changes in it.
const STEP: f32 = 1.0 / 60.0;
/// Days that the usual spread from day to day is worth.
const SPREAD_WORTH: f32 = 8.0;
/// The part of the usual variance that a person's has at least.
const LEAST_VARIANCE: f32 = 0.5;
/// Deviations beyond which one day says no more: a rise is made of several.
const CLIP: (f32, f32) = (-2.5, 6.0);
/// How many usual days one with much more exchanges counts for at most.
const MOST_DAYS: f32 = 4.0;
/// Variance of the logarithm of an exchange's size, and of a day's mean of them beside that.
const SIZE_VARIANCE: (f32, f32) = (1.2, 0.02);
/// Variance of the logarithm of a day's exchanges.
const EXCHANGES_VARIANCE: f32 = 0.64;
/// The part of a usual day's sureness from which a day that is not over counts.
const NEARLY: f32 = 0.8;
/// How many times the usual level something must be to be a rise at all, however rare it is.
const LEAST_TIMES: f32 = 1.5;
/// Surprise, less what looking at everybody costs, from which a rise is raised, in nats. It would be 0 if the highest rises of people
/// who do nothing wrong were those of a normal distribution; measured on simulated organisations.
pub(crate) const EXCEPTIONAL: f32 = 4.8;
/// What looking at everybody costs at least.
const LEAST_COST: f32 = 4.4;
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
}

/// Over how many days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Window {
    /// About two active days.
    Quick,
    /// About three, fading more slowly.
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

/// Every measure over every number of days.
pub(crate) fn curves() -> impl Iterator<Item = (Pace, Window)> {
    Pace::ALL.into_iter().flat_map(|pace| Window::ALL.map(|window| (pace, window)))
}

/// What looking at so many people costs, in nats: as many of those who do nothing wrong are beyond it in a week as make a small part
/// of the budget. The days of one rise are alike, and so are both windows: a person is looked at once a week in each measure.
pub(crate) fn cost(people: usize, budget: f64) -> f32 {
    (people as f64 * Pace::ALL.len() as f64 / (PART * budget)).ln().max(f64::from(LEAST_COST)) as f32
}

/// −ln of the share of a normal distribution beyond a distance, of which a tenth of all people's are above `tenth`. What a tenth does
/// cannot be moved by a few who rise together, as what the highest do can.
fn surprise(distance: f32, tenth: f32, pace: Pace) -> f32 {
    let normal = distance * TENTH / tenth.max(1.0) / pace.heaviness();
    // Mills' ratio, near enough beyond two deviations.
    normal * normal / 2.0 + (normal.max(1.0) * std::f32::consts::TAU.sqrt()).ln()
}

/// The day's sums, and the anchors with how far the last days are from them.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Rise {
    /// Today's exchanges that a human may have made; sum of the logarithms of sizes of those without a file.
    sizes: f32,
    sized: u16,
    exchanges: u16,
    anchors: [Anchor; Pace::ALL.len()],
}

#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Anchor {
    /// Mean of the first days in 2048ths.
    mean: u16,
    /// Their variance as a part of the usual one, and how sure one of them was (one by its variance), in 1024ths.
    variance: u16,
    sure: u16,
    /// Days learned, up to [`ANCHORED`].
    days: u16,
    windows: [Kept; Window::ALL.len()],
}

/// Sums over the last days as they are kept, in 512ths.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Kept {
    deviations: i16,
    days: u16,
    squares: u16,
}

/// Fading sums over the last days.
#[derive(Clone, Copy, Debug)]
struct Sums {
    /// Deviations, each by the square root of the usual days that its day counts for.
    deviations: f32,
    /// Usual days that they count for.
    days: f32,
    /// The variance that chance gives to the deviations.
    squares: f32,
}

/// A day's value of a measure, and one by the variance that chance gives it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Value {
    level: f32,
    sure: f32,
}

/// A rise that is worth telling.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rising {
    pub pace: Pace,
    /// −ln p, less what looking at everybody costs.
    pub surprise: f32,
    /// Mean of the last days, in the measure's unit.
    pub observed: f32,
    /// A usual day's ends.
    pub usual: (f32, f32),
}

impl Pace {
    pub(crate) const ALL: [Self; 2] = [Self::Exchanges, Self::Size];

    /// The word in reasons.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Exchanges => "exchanges",
            Self::Size => "bytes_of_an_exchange",
        }
    }

    pub(crate) const fn unit(self) -> Unit {
        match self {
            Self::Size => Unit::Bytes,
            Self::Exchanges => Unit::Exchanges,
        }
    }

    /// How much farther out the highest are than those of a normal distribution; measured on simulated organisations.
    const fn heaviness(self) -> f32 {
        match self {
            Self::Exchanges => 1.2,
            Self::Size => 1.0,
        }
    }
}

impl Window {
    pub(crate) const ALL: [Self; 2] = [Self::Quick, Self::Steady];

    /// What is left of a day after another.
    const fn left(self) -> f32 {
        match self {
            Self::Quick => 0.4,
            Self::Steady => 0.7,
        }
    }
}

impl Rise {
    /// Adds an exchange that a human may have made.
    pub(crate) fn see(&mut self, bytes: f32, file: bool) {
        self.exchanges = self.exchanges.saturating_add(1);
        if !file {
            self.sizes += bytes.ln_1p();
            self.sized = self.sized.saturating_add(1);
        }
    }

    /// Clears the day.
    pub(crate) fn begin(&mut self) {
        (self.sizes, self.sized, self.exchanges) = (0.0, 0, 0);
    }

    /// Today's value; nothing if there is none, as a mean of no exchanges.
    fn today(&self, pace: Pace) -> Option<Value> {
        let (exchanges, sized) = (f32::from(self.exchanges), f32::from(self.sized));
        match pace {
            Pace::Exchanges => {
                (exchanges > 0.0).then(|| Value { level: exchanges.ln_1p(), sure: 1.0 / EXCHANGES_VARIANCE })
            }
            Pace::Size => {
                let (each, day) = SIZE_VARIANCE;
                (sized > 0.0).then(|| Value { level: self.sizes / sized, sure: 1.0 / (day + each / sized) })
            }
        }
    }

    fn anchor(&self, pace: Pace) -> Option<&Anchor> {
        self.anchors.get(pace as usize).filter(|anchor| anchor.days >= KNOWN)
    }

    /// Where the last days stand. A day that is not over counts only where it says nearly as much as a usual one.
    fn now(&self, anchor: &Anchor, pace: Pace, window: Window, day: Day) -> Option<Sums> {
        let value = self.today(pace)?;
        let is_enough = match pace {
            _ if day == Day::Over => true,
            Pace::Exchanges => value.level >= anchor.mean(),
            Pace::Size => value.sure >= NEARLY * anchor.sure(),
        };
        Some(if is_enough { anchor.moved(window, value) } else { anchor.window(window) })
    }

    /// How far the days up to now are from the anchor and from what peers do, in the deviations that chance would give.
    pub(crate) fn distance(&self, pace: Pace, window: Window, peers: f32, day: Day) -> Option<f32> {
        let anchor = self.anchor(pace)?;
        Some(anchor.distance(self.now(anchor, pace, window, day)?, peers))
    }

    /// What the last days come to, for the mean of a department: each person counts for little.
    pub(crate) fn recent(&self, pace: Pace, window: Window) -> f32 {
        self.anchor(pace).map_or(0.0, |anchor| anchor.window(window).mean().clamp(-1.0, 1.5))
    }

    /// The strongest rise, if one is far enough; `tenth` is what a tenth of all people's distances exceed, `peers` what the department does.
    pub(crate) fn strongest(
        &self,
        cost: f32,
        day: Day,
        peers: impl Fn(usize) -> f32,
        tenth: impl Fn(usize) -> f32,
    ) -> Option<Rising> {
        let rising = curves().filter_map(|(pace, window)| {
            let at = curve(pace, window);
            let anchor = self.anchor(pace)?;
            let now = self.now(anchor, pace, window, day)?;
            let above = now.mean() / anchor.sure().sqrt();
            (above >= LEAST_TIMES.ln()).then(|| Rising {
                pace,
                surprise: surprise(anchor.distance(now, peers(at)), tenth(at), pace) - cost,
                observed: (anchor.mean() + above).exp_m1(),
                usual: anchor.usual(),
            })
        });
        rising.max_by(|a, b| a.surprise.total_cmp(&b.surprise))
    }

    /// Ends a day on which something happened.
    pub(crate) fn close(&mut self) {
        for pace in Pace::ALL {
            let Some(value) = self.today(pace) else { continue };
            if let Some(anchor) = self.anchors.get_mut(pace as usize) {
                anchor.close(value);
            }
        }
    }
}

impl Sums {
    /// The mean deviation of a usual day.
    fn mean(self) -> f32 {
        self.deviations / self.days.max(0.01)
    }

    /// How far it is up without regard to how well the anchor is known.
    fn apart(self) -> f32 {
        self.deviations.max(0.0) / self.squares.max(0.01).sqrt()
    }

    fn kept(self) -> Kept {
        let whole = |sum: f32| (sum * 512.0 + 0.5) as u16;
        Kept {
            deviations: (self.deviations * 512.0).round() as i16,
            days: whole(self.days),
            squares: whole(self.squares),
        }
    }
}

impl Anchor {
    fn mean(&self) -> f32 {
        f32::from(self.mean) / 2048.0
    }

    fn sure(&self) -> f32 {
        f32::from(self.sure.max(1)) / 1024.0
    }

    /// Variance as a part of what is usual: the person's own, drawn to the usual one as long as there are few days.
    fn variance(&self) -> f32 {
        let days = f32::from(self.days);
        let own = f32::from(self.variance) / 1024.0;
        ((days * own + SPREAD_WORTH) / (days + SPREAD_WORTH)).max(LEAST_VARIANCE)
    }

    /// A usual day's ends, in the measure's unit.
    fn usual(&self) -> (f32, f32) {
        let apart = TENTH * (self.variance() / self.sure()).sqrt();
        ((self.mean() - apart).max(0.0).exp_m1(), (self.mean() + apart).exp_m1())
    }

    fn window(&self, window: Window) -> Sums {
        let kept = self.windows.get(window as usize).copied().unwrap_or_default();
        Sums {
            deviations: f32::from(kept.deviations) / 512.0,
            days: f32::from(kept.days) / 512.0,
            squares: f32::from(kept.squares) / 512.0,
        }
    }

    fn distance(&self, now: Sums, peers: f32) -> f32 {
        let chance = now.squares + now.days * now.days / f32::from(self.days.max(1));
        (now.deviations - now.days * peers.max(0.0)) / (chance * self.variance()).max(0.01).sqrt()
    }

    /// How many usual days a day counts for.
    fn worth(&self, value: Value) -> f32 {
        (value.sure / self.sure()).min(MOST_DAYS)
    }

    fn deviation(&self, value: Value) -> f32 {
        ((value.level - self.mean()) * value.sure.sqrt()).clamp(CLIP.0, CLIP.1)
    }

    /// A window after another day.
    fn moved(&self, window: Window, value: Value) -> Sums {
        let (before, left, worth) = (self.window(window), window.left(), self.worth(value));
        Sums {
            deviations: left * before.deviations + worth.sqrt() * self.deviation(value),
            days: left * before.days + worth,
            squares: left * left * before.squares + worth,
        }
    }

    fn close(&mut self, value: Value) {
        let mut apart = 0.0_f32;
        if self.days >= REMEMBERED {
            let moved = Window::ALL.map(|window| self.moved(window, value));
            apart = moved.iter().fold(0.0, |apart, sums| apart.max(sums.apart()));
            self.windows = moved.map(Sums::kept);
        }
        self.learn(value, apart);
        self.days = (self.days + 1).min(ANCHORED);
    }

    /// Learns a day, less of one that is far up.
    fn learn(&mut self, value: Value, apart: f32) {
        let (days, worth) = (f32::from(self.days), self.worth(value));
        if self.days == 0 {
            self.set_mean(value.level);
            (self.sure, self.variance) = ((value.sure * 1024.0) as u16, 1024);
            return;
        }
        let anchored = self.days >= ANCHORED;
        if self.days >= 3 {
            let step = if anchored { STEP } else { 1.0 / (days + 1.0) } / (1.0 + apart * apart);
            let (own, square) = (f32::from(self.variance) / 1024.0, self.deviation(value).powi(2).min(9.0));
            self.variance = ((own + step * (square - own)) * 1024.0 + 0.5) as u16;
        }
        let step = if anchored { STEP * worth.min(1.0) } else { worth / (days + worth) };
        let reach = if self.days >= 3 { 2.5 / value.sure.sqrt() } else { f32::INFINITY };
        let difference = (value.level - self.mean()).clamp(-reach, reach);
        self.set_mean(self.mean() + step / (1.0 + apart * apart / 4.0) * difference);
        if !anchored {
            self.sure = ((days * self.sure() + value.sure) / (days + 1.0) * 1024.0) as u16;
        }
    }

    fn set_mean(&mut self, level: f32) {
        self.mean = (level.max(0.0) * 2048.0 + 0.5) as u16;
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
                rise.see(2_000.0 * noise * times, false);
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
