//! Whether what counts as usual rises for everybody. Who poisons baselines stays close to them; that they move cannot be hidden.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::{
    channel::{Channel, PerChannel},
    group::Group,
};

/// Days within which levels are compared.
const SPAN: usize = 28;
/// Days after which levels have settled: everything rises while it is learned first.
const SETTLED: u32 = 14;
/// People of whom there must be so many: the mean of few moves by chance.
const FEWEST: f32 = 20.0;
/// A mean logarithm that rises by so much has moved. In the simulated organisations none rises by more than 0.11.
const FAR: f32 = 0.2;

/// A measure in which what counts as usual has risen for everybody together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Movement {
    /// The measure, as `personal_bytes`.
    pub channel: Box<str>,
    /// By which factor a typical day has grown within four weeks, above 1.
    pub factor: f64,
}

/// The levels of the last days.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Marks {
    levels: VecDeque<PerChannel<f32>>,
    /// Days for which a measure is not told again.
    told: PerChannel<u8>,
    moved: Vec<Movement>,
}

impl Marks {
    /// Ends a day, the `days`th: everybody's levels are those of `everyone` now.
    pub(crate) fn close(&mut self, days: u32, everyone: &Group) {
        if days <= SETTLED || everyone.people < FEWEST {
            return;
        }
        for channel in Channel::ALL {
            let now = everyone.mean.get(channel);
            let lowest = self.levels.iter().map(|levels| levels.get(channel)).fold(now, f32::min);
            let rest = self.told.get(channel);
            self.told.set(channel, rest.saturating_sub(1));
            if rest == 0 && now - lowest >= FAR {
                self.told.set(channel, SPAN as u8);
                let factor = f64::from(now - lowest).exp();
                self.moved.push(Movement { channel: channel.as_str().into(), factor });
            }
        }
        self.levels.push_back(everyone.mean);
        if self.levels.len() > SPAN {
            self.levels.pop_front();
        }
    }

    /// What has moved since this was asked last.
    pub(crate) fn take(&mut self) -> Vec<Movement> {
        std::mem::take(&mut self.moved)
    }
}
