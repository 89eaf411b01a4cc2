//! Where a person's last days are going, against an anchor that hardly moves: what finds who raises something by a few per cent a day.
//!
//! A baseline that learns within weeks follows a patient adversary. The anchor is the mean of a person's first weeks; afterwards a day
//! changes it by a sixtieth, and by much less while the days deviate from it. Besides sums of a day there are measures that vary
//! little from day to day, as the size of an exchange, in which a rise shows early.

use serde::{Deserialize, Serialize};

use crate::{
    Unit,
    channel::{Channel, PerChannel},
};

/// How many measures have a trend.
pub(crate) const PACES: usize = Pace::ALL.len();

/// How many groups measures are of.
pub(crate) const PACE_GROUPS: usize = 5;

/// Active days after which an anchor hardly moves.
const ANCHORED: f32 = 15.0;
/// What a later day changes in it.
const STEP: f32 = 1.0 / 60.0;
/// Days that the usual spread from day to day is worth.
const SPREAD_WORTH: f32 = 6.0;
/// Deviations beyond which one day says no more: a trend is made of several.
const CLIP: (f32, f32) = (-2.5, 4.0);
/// Exchanges that a day's mean size must rest on to count for half.
const HALF: f32 = 3.0;

/// A measure of which the trend is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Pace {
    Exchanges,
    Up,
    Personal,
    Size,
    SensitiveSize,
    FileSize,
    Density,
}

/// Over how many days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Window {
    /// About five active days.
    Quick,
    /// About fifteen.
    Slow,
}

impl Window {
    pub(crate) const ALL: [Self; 2] = [Self::Quick, Self::Slow];

    /// What a new day counts for.
    const fn share(self) -> f32 {
        match self {
            Self::Quick => 0.3,
            Self::Slow => 0.1,
        }
    }
}

impl Pace {
    pub(crate) const ALL: [Self; 7] = [
        Self::Exchanges,
        Self::Up,
        Self::Personal,
        Self::Size,
        Self::SensitiveSize,
        Self::FileSize,
        Self::Density,
    ];

    /// Measures that rise together by chance are of one group.
    pub(crate) const fn group(self) -> usize {
        match self {
            Self::Exchanges | Self::Density => 0,
            Self::Up | Self::Personal => 1,
            Self::Size => 2,
            Self::SensitiveSize => 3,
            Self::FileSize => 4,
        }
    }

    /// The word in reasons.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Exchanges => Channel::Exchanges.as_str(),
            Self::Up => Channel::Up.as_str(),
            Self::Personal => Channel::PersonalBytes.as_str(),
            Self::Size => "size_of_exchanges",
            Self::SensitiveSize => "size_of_sensitive_exchanges",
            Self::FileSize => "size_of_files",
            Self::Density => "exchanges_in_five_minutes",
        }
    }

    pub(crate) const fn unit(self) -> Unit {
        match self {
            Self::Exchanges | Self::Density => Unit::Exchanges,
            _ => Unit::Bytes,
        }
    }

    /// How much a measure usually varies from day to day, in the logarithm.
    const fn spread(self) -> f32 {
        match self {
            Self::Exchanges => 0.8,
            Self::Up => 1.1,
            Self::Personal => 1.2,
            Self::Size => 0.4,
            Self::SensitiveSize => 0.6,
            Self::FileSize => 0.9,
            Self::Density => 0.35,
        }
    }
}

/// The day's sums, the anchors, and how far the last days are from them.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Trend {
    /// Today's exchanges that a human may have made: sums of the logarithms of sizes, and how many; ordinary ones, those with
    /// sensitive content, and files.
    sizes: [f32; 3],
    counts: [u16; 3],
    exchanges: u16,
    slot: i32,
    /// Five-minute slots with an exchange today.
    slots: u16,
    /// Trends in which the person gave a value to the tail this week, as bits.
    pub exceeded: u16,
    anchors: [Anchor; PACES],
}

#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Anchor {
    /// Mean and standard deviation of a day in 2048ths.
    mean: u16,
    deviation: u16,
    /// Days learned, up to [`ANCHORED`].
    days: u8,
    /// Fading means of deviations in 32nds.
    windows: [i8; Window::ALL.len()],
}

/// A day's value of a measure, and how much it rests on, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Value {
    level: f32,
    sure: f32,
}

impl Trend {
    /// Adds an exchange that a human may have made.
    pub(crate) fn see(&mut self, bytes: f32, weight: f32, file: bool, second: i64) {
        let slot = (second / 300) as i32;
        self.slots = self.slots.saturating_add(u16::from(slot != self.slot));
        self.slot = slot;
        self.exchanges = self.exchanges.saturating_add(1);
        let kind = match (file, weight >= 0.3) {
            (true, _) => 2,
            (false, true) => 1,
            (false, false) => 0,
        };
        if let (Some(sum), Some(count)) = (self.sizes.get_mut(kind), self.counts.get_mut(kind)) {
            *sum += bytes.ln_1p();
            *count = count.saturating_add(1);
        }
    }

    /// Clears the day.
    pub(crate) fn begin(&mut self) {
        (self.sizes, self.counts, self.exchanges, self.slots) = ([0.0; 3], [0; 3], 0, 0);
    }

    /// Today's value; nothing if there is none, as a mean of no exchanges.
    fn today(&self, pace: Pace, today: &PerChannel<f32>) -> Option<Value> {
        let sum = |channel, scale: f32| {
            let level = (today.get(channel) / scale).ln_1p();
            Value { level, sure: 1.0 }
        };
        let mean = |(sum, count): (f32, f32)| {
            (count > 0.0).then(|| Value { level: sum / count, sure: count / (count + HALF) })
        };
        let [plain, sensitive, files] = self.sizes;
        let [plains, sensitives, filed] = self.counts.map(f32::from);
        match pace {
            Pace::Exchanges => Some(sum(Channel::Exchanges, 1.0)),
            Pace::Up => Some(sum(Channel::Up, 1024.0)),
            Pace::Personal => {
                let value = sum(Channel::PersonalBytes, 256.0);
                (value.level > 0.0).then_some(value)
            }
            Pace::Size => mean((plain + sensitive, plains + sensitives)),
            Pace::SensitiveSize => mean((sensitive, sensitives)),
            Pace::FileSize => mean((files, filed)),
            Pace::Density => mean((0.0, f32::from(self.slots))).map(|value| Value {
                level: (f32::from(self.exchanges) / f32::from(self.slots)).ln(),
                ..value
            }),
        }
    }

    /// How far the days up to now are from the anchor, in the deviations that chance would give.
    pub(crate) fn distance(&self, pace: Pace, window: Window, today: &PerChannel<f32>) -> Option<f32> {
        let anchor = self.anchors.get(pace as usize)?;
        if anchor.days < 5 {
            return None;
        }
        let past = anchor.window(window);
        let now = self.today(pace, today).map_or(past, |value| anchor.moved(window, pace, value));
        // The day is not over: sums only grow.
        let share = window.share();
        let chance = share / (2.0 - share) + 1.0 / f32::from(anchor.days);
        Some(now.max(past * (1.0 - share)) / chance.sqrt())
    }

    /// The usual level, and the level of the last days.
    pub(crate) fn levels(&self, pace: Pace, window: Window) -> (f32, f32, f32) {
        let anchor = self.anchors.get(pace as usize).copied().unwrap_or_default();
        let spread = anchor.spread(pace);
        let natural = |level: f32| match pace {
            Pace::Exchanges => level.exp_m1(),
            Pace::Up => level.exp_m1() * 1024.0,
            Pace::Personal => level.exp_m1() * 256.0,
            Pace::Size | Pace::SensitiveSize | Pace::FileSize => level.exp_m1(),
            Pace::Density => level.exp(),
        };
        let mean = anchor.mean();
        (
            natural((mean - spread).max(0.0)),
            natural(mean + spread),
            natural((mean + anchor.window(window) * spread).max(0.0)),
        )
    }

    /// Whether the person may give a value to the tail, which happens once a week.
    pub(crate) fn exceeds(&mut self, pace: Pace, window: Window) -> bool {
        let bit = 1 << (window as usize * PACES + pace as usize);
        let first = self.exceeded & bit == 0;
        self.exceeded |= bit;
        first
    }

    /// Ends a day on which something happened.
    pub(crate) fn close(&mut self, today: &PerChannel<f32>) {
        for pace in Pace::ALL {
            let Some(value) = self.today(pace, today) else { continue };
            if let Some(anchor) = self.anchors.get_mut(pace as usize) {
                anchor.close(pace, value);
            }
        }
    }
}

impl Anchor {
    fn mean(self) -> f32 {
        f32::from(self.mean) / 2048.0
    }

    /// Standard deviation of a day: the person's own, drawn to the usual one as long as there are few days.
    fn spread(self, pace: Pace) -> f32 {
        let own = f32::from(self.deviation) / 2048.0;
        let days = f32::from(self.days);
        let usual = pace.spread();
        ((days * own * own + SPREAD_WORTH * usual * usual) / (days + SPREAD_WORTH)).sqrt().max(0.2)
    }

    fn window(&self, window: Window) -> f32 {
        self.windows.get(window as usize).map_or(0.0, |mean| f32::from(*mean) / 32.0)
    }

    /// A window after another day.
    fn moved(&self, window: Window, pace: Pace, value: Value) -> f32 {
        let deviation = (value.level - self.mean()) / self.spread(pace);
        let share = window.share() * value.sure;
        self.window(window) * (1.0 - share) + share * deviation.clamp(CLIP.0, CLIP.1)
    }

    fn close(&mut self, pace: Pace, value: Value) {
        if self.days >= 5 {
            let moved = Window::ALL.map(|window| self.moved(window, pace, value));
            self.windows = moved.map(|mean| (mean * 32.0).round() as i8);
        }
        let days = f32::from(self.days);
        let apart = self.window(Window::Slow).max(self.window(Window::Quick)).max(0.0);
        let step = if days < ANCHORED { 1.0 / (days + 1.0) } else { STEP };
        let step = step * value.sure / (1.0 + apart * apart);
        let (mean, deviation) = (self.mean(), f32::from(self.deviation) / 2048.0);
        let reach = if self.days >= 3 { 2.5 * self.spread(pace) } else { f32::INFINITY };
        let difference = (value.level - mean).clamp(-reach, reach);
        if self.days == 0 {
            self.mean = (value.level * 2048.0) as u16;
        } else {
            self.mean = ((mean + step * difference).max(0.0) * 2048.0 + 0.5) as u16;
            let variance = (1.0 - step) * (deviation * deviation + step * difference * difference);
            self.deviation = (variance.sqrt() * 2048.0) as u16;
        }
        self.days = (self.days + 1).min(ANCHORED as u8);
    }
}
