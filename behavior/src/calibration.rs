//! How often a value at least as high occurs among all entities: one curve per channel and view.
//!
//! A curve is a histogram of entity-days, older days fading. Its upper tail is a generalised Pareto distribution fitted by
//! probability-weighted moments (Hosking and Wallis 1987), to which an entity gives at most one value a week: who stays in the tail does
//! not make it ordinary.

use serde::{Deserialize, Serialize};

use crate::{
    channel::{CHANNELS, Channel},
    rise::RISES,
};

const BINS: usize = 640;
const LOWEST: f32 = -4.0;
const WIDTH: f32 = 0.1;
/// A day's weight after another day.
const FADE: f32 = 0.97;
/// Days for which an exceedance counts.
const TAIL_DAYS: i32 = 42;
/// Shape of the tail before anything is known, and how many exceedances that is worth.
const SHAPE: (f32, f32) = (0.15, 50.0);
/// Exceedances that are kept for one curve.
const MOST_EXCEEDANCES: usize = 2048;

/// What a channel's value is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub(crate) enum View {
    /// The entity's own past.
    Own,
    /// Everyone's days.
    Everyone,
    /// The entity's own past, summed over the last days.
    Sustained,
    /// Peers' standing levels.
    Standing,
}

impl View {
    pub(crate) const ALL: [Self; 4] = [Self::Own, Self::Everyone, Self::Sustained, Self::Standing];

    /// Share of values above which the tail begins.
    const fn tail(self) -> f32 {
        match self {
            Self::Standing => 0.025,
            _ => 0.005,
        }
    }
}

/// Curves of channels; those of rises stand behind them.
const VIEWED: usize = CHANNELS * View::ALL.len();
const CURVES: usize = VIEWED + RISES;
/// Distances of rises are finer than bins.
const RISE_SCALE: f32 = 4.0;
/// Where the upper end of a rise's curve begins: what a tenth exceeds.
const RISING: f32 = 0.1;

/// Every curve.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Calibration(Vec<Curve>);

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Curve {
    counts: Vec<f32>,
    exceedances: Vec<Exceedance>,
    /// Value at which the tail begins, as of the last day.
    tail_from: f32,
    /// −ln p by bin; follows from the rest.
    #[serde(skip)]
    surprise: Vec<f32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Exceedance {
    value: f32,
    day: i32,
}

/// What one day, or one partition of it, adds to the curves. Merging is exact and in any order.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Additions {
    counts: Vec<u32>,
    exceedances: Vec<(u16, f32, u64)>,
}

impl Default for Additions {
    fn default() -> Self {
        Self { counts: vec![0; CURVES * BINS], exceedances: Vec::new() }
    }
}

/// Share of values above which a curve's tail begins.
fn tail(curve: usize) -> f32 {
    View::ALL.get(curve / CHANNELS).map_or(RISING, |view| view.tail())
}

fn curve(view: View, channel: Channel) -> usize {
    view as usize * CHANNELS + channel as usize
}

fn bin(value: f32) -> usize {
    // A float that does not fit saturates; NaN becomes 0.
    (((value - LOWEST) / WIDTH) as usize).min(BINS - 1)
}

impl Additions {
    pub(crate) fn count(&mut self, view: View, channel: Channel, value: f32) {
        if let Some(count) = self.counts.get_mut(curve(view, channel) * BINS + bin(value)) {
            *count += 1;
        }
    }

    pub(crate) fn exceed(&mut self, view: View, channel: Channel, value: f32, entity: u64) {
        self.exceedances.push((curve(view, channel) as u16, value, entity));
    }

    /// Counts a distance on a rise's curve.
    pub(crate) fn count_rise(&mut self, curve: usize, distance: f32) {
        if let Some(count) = self.counts.get_mut((VIEWED + curve) * BINS + bin(distance * RISE_SCALE)) {
            *count += 1;
        }
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.counts.iter_mut().zip(other.counts).for_each(|(sum, more)| *sum += more);
        self.exceedances.extend(other.exceedances);
    }
}

impl Default for Calibration {
    fn default() -> Self {
        Self(vec![Curve::default(); CURVES])
    }
}

impl Default for Curve {
    fn default() -> Self {
        let mut curve = Self {
            counts: vec![0.0; BINS],
            exceedances: Vec::new(),
            tail_from: f32::INFINITY,
            surprise: Vec::new(),
        };
        curve.rebuild(0.005);
        curve
    }
}

impl Calibration {
    /// −ln of the share of entity-days with at least this value.
    pub(crate) fn surprise(&self, view: View, channel: Channel, value: f32) -> f32 {
        self.0.get(curve(view, channel)).map_or(0.0, |curve| curve.surprise(value))
    }

    /// Where the tail begins.
    pub(crate) fn tail_from(&self, view: View, channel: Channel) -> f32 {
        self.0.get(curve(view, channel)).map_or(f32::INFINITY, |curve| curve.tail_from)
    }

    /// The distance that a tenth of people's exceed on a rise's curve; endless as long as too few are known.
    pub(crate) fn tenth_of_rises(&self, curve: usize) -> f32 {
        self.0.get(VIEWED + curve).map_or(f32::INFINITY, |curve| curve.tail_from / RISE_SCALE)
    }

    /// Ends a day.
    pub(crate) fn close(&mut self, day: i32, mut additions: Additions) {
        additions.exceedances.sort_by(|a, b| (a.0, a.2).cmp(&(b.0, b.2)).then(a.1.total_cmp(&b.1)));
        for (number, value, _) in additions.exceedances {
            if let Some(curve) = self.0.get_mut(usize::from(number)) {
                curve.exceedances.push(Exceedance { value, day });
            }
        }
        for (number, (curve, added)) in self.0.iter_mut().zip(additions.counts.chunks(BINS)).enumerate() {
            let view = View::ALL.get(number / CHANNELS).copied();
            let fade = if view == Some(View::Standing) { 0.0 } else { FADE };
            curve
                .counts
                .iter_mut()
                .zip(added)
                .for_each(|(count, more)| *count = *count * fade + *more as f32);
            let keep = if view == Some(View::Standing) { 1 } else { TAIL_DAYS };
            curve.exceedances.retain(|one| one.day > day - keep);
            let too_many = curve.exceedances.len().saturating_sub(MOST_EXCEEDANCES);
            curve.exceedances.drain(..too_many);
            curve.rebuild(tail(number));
        }
    }

    /// After reading a checkpoint: what follows from the rest.
    pub(crate) fn rebuild(&mut self) {
        for (number, curve) in self.0.iter_mut().enumerate() {
            curve.rebuild(tail(number));
        }
    }

    /// Whether every curve is as wide as this version reads them.
    pub(crate) fn is_whole(&self) -> bool {
        self.0.len() == CURVES && self.0.iter().all(|curve| curve.counts.len() == BINS)
    }
}

impl Curve {
    fn surprise(&self, value: f32) -> f32 {
        let place = ((value - LOWEST) / WIDTH - 0.5).max(0.0);
        let below = (place as usize).min(BINS - 1);
        let part = (place - below as f32).min(1.0);
        let at = |bin: usize| self.surprise.get(bin).or(self.surprise.last()).copied().unwrap_or(0.0);
        // Atoms, as of days without any, must not be blurred into the bin above.
        at(below) + (at(below + 1) - at(below)) * part * part
    }

    fn rebuild(&mut self, tail: f32) {
        let total: f32 = self.counts.iter().sum();
        let mut above = 0.0;
        self.surprise.clear();
        self.surprise.resize(BINS, 0.0);
        let mut from = BINS;
        for ((at, count), surprise) in self.counts.iter().enumerate().zip(&mut self.surprise).rev() {
            above += count;
            *surprise = -((1.0 + above) / (1.0 + total)).ln();
            if above <= tail * total {
                from = at;
            }
        }
        self.tail_from = if total < 200.0 { f32::INFINITY } else { LOWEST + WIDTH * from as f32 };
        if total >= 200.0 && from < BINS {
            self.extend(from);
        }
    }

    /// Replaces the counted tail, which ends where counting does, by the fitted one.
    fn extend(&mut self, from: usize) {
        let start = LOWEST + WIDTH * from as f32;
        let Some(base) = self.surprise.get(from).copied() else { return };
        let mut excesses: Vec<f32> =
            self.exceedances.iter().map(|one| one.value - start).filter(|excess| *excess >= 0.0).collect();
        excesses.sort_by(f32::total_cmp);
        let (shape, scale) = pareto(&excesses);
        for (at, surprise) in self.surprise.iter_mut().enumerate().skip(from) {
            let excess = (at - from) as f32 * WIDTH;
            let fitted = base + (shape * excess / scale).ln_1p() / shape;
            *surprise = fitted.min(40.0);
        }
    }
}

/// Shape and scale of the tail, from sorted excesses.
fn pareto(sorted: &[f32]) -> (f32, f32) {
    let n = sorted.len() as f32;
    let (prior, worth) = SHAPE;
    if sorted.len() < 5 {
        return (prior, 1.0);
    }
    let mean = sorted.iter().sum::<f32>() / n;
    let weighted: f32 =
        sorted.iter().enumerate().map(|(at, x)| x * (n - at as f32 - 0.65) / n).sum::<f32>() / n;
    let by_moments = 2.0 - mean / (mean - 2.0 * weighted).max(1e-3);
    let shape = ((n * by_moments.clamp(-0.5, 0.9) + worth * prior) / (n + worth)).clamp(0.02, 0.6);
    (shape, (mean * (1.0 - shape)).max(0.05))
}

#[cfg(test)]
mod tests {
    use super::{Additions, Calibration, View};
    use crate::{channel::Channel, key::mix};

    /// Numbers from 0 to 1, the same each time.
    fn uniform(count: u64) -> impl Iterator<Item = f32> {
        (1..=count).map(|n| (mix(n.wrapping_mul(0x9e37_79b9_7f4a_7c15)) >> 40) as f32 / (1 << 24) as f32)
    }

    /// An exponential sample, some values of which are far out.
    fn null(days: i32) -> Calibration {
        let mut calibration = Calibration::default();
        let mut values = uniform(1000 * u64::from(days.unsigned_abs())).map(|u| -(1.0 - u).ln());
        for day in 0..days {
            let mut additions = Additions::default();
            for entity in 0..1000 {
                let value = values.next().unwrap();
                additions.count(View::Own, Channel::Up, value);
                if value > calibration.tail_from(View::Own, Channel::Up) {
                    additions.exceed(View::Own, Channel::Up, value, entity);
                }
            }
            calibration.close(day, additions);
        }
        calibration
    }

    #[test]
    fn p_values_are_uniform_on_null_data() {
        let calibration = null(30);
        let fresh: Vec<f32> = uniform(130_000).skip(30_000).map(|u| -(1.0 - u).ln()).collect();
        for level in [0.5, 0.1, 0.01, 0.001, 0.0001_f32] {
            let surprising =
                |value: &&f32| calibration.surprise(View::Own, Channel::Up, **value) >= -level.ln();
            let share = fresh.iter().filter(surprising).count() as f32 / fresh.len() as f32;
            assert!((0.6 * level..1.5 * level).contains(&share), "{share} of {level}");
        }
    }

    #[test]
    fn who_stays_in_the_tail_does_not_make_it_ordinary() {
        let mut calibration = null(30);
        let before = calibration.surprise(View::Own, Channel::Up, 20.0);
        for day in 30..44 {
            let mut additions = Additions::default();
            for value in uniform(1000) {
                additions.count(View::Own, Channel::Up, -(1.0 - value).ln());
            }
            additions.count(View::Own, Channel::Up, 20.0);
            if day % 7 == 2 {
                additions.exceed(View::Own, Channel::Up, 20.0, 7);
            }
            calibration.close(day, additions);
        }
        let after = calibration.surprise(View::Own, Channel::Up, 20.0);
        assert!(after > 0.6 * before, "{after} of {before}");
    }

    #[test]
    fn merging_is_the_same_in_any_order() {
        let parts: Vec<Additions> = (0..3)
            .map(|part| {
                let mut additions = Additions::default();
                additions.count(View::Everyone, Channel::Up, part as f32);
                additions.exceed(View::Everyone, Channel::Up, part as f32, part);
                additions
            })
            .collect();
        let close = |order: [usize; 3]| {
            let mut sum = Additions::default();
            order.iter().for_each(|part| sum.merge(parts[*part].clone()));
            let mut calibration = Calibration::default();
            calibration.close(1, sum);
            format!("{calibration:?}")
        };
        assert_eq!(close([0, 1, 2]), close([2, 0, 1]));
    }
}
