//! What is kept of one person: a baseline, the day so far, and what is familiar. Under a kilobyte, with no allocation per event.

use model::Action;
use serde::{Deserialize, Serialize};

use crate::{
    channel::{CHANNELS, Channel, PerChannel},
    event::{CLASS_COUNT, Client, Sight},
    familiar::{Familiar, Met},
    key,
    rise::Rise,
};

/// Active days by which a day's learning is delayed.
pub(crate) const DELAY: usize = 5;
/// Days in which something counts as new to a person.
const NEW_DAYS: i32 = 7;
/// Days in which a tool counts less and less as new to a person.
const YOUNG_DAYS: f32 = 14.0;
/// Days in which everything is new to a person, and therefore nothing.
const SETTLES: i32 = 7;
/// Seconds after a stop in which a repeat is an answer to it.
const RETRY_SECONDS: i64 = 600;
/// Seconds in which nobody changes both device and network.
const JOURNEY_SECONDS: i64 = 1800;

/// A person's state.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Person {
    pub key: u64,
    /// Keys of department and site; 0 if not known.
    pub department: u32,
    pub site: u32,
    /// The first day seen, and the day the sums are of.
    pub first: i32,
    pub day: i32,
    /// How many active days the baseline is worth.
    pub days: f32,
    pub standing: Standing,
    /// Means in 2048ths.
    mean: PerChannel<u16>,
    /// Standard deviations in 4096ths.
    pub deviation: PerChannel<u16>,
    /// Days not learned yet, in tenths, oldest first.
    pub pending: [PerChannel<u8>; DELAY],
    /// Weights of those days in 255ths; 0 where there is none.
    pub weights: [u8; DELAY],
    /// The sums of the day so far.
    pub today: PerChannel<f32>,
    /// Fading means of past days' deviations, in 25ths.
    pub sustained: PerChannel<i8>,
    /// Fading evidence of past days.
    pub evidence: f32,
    /// Per view, the channels in which the person gave a value to the tail this week.
    pub exceeded: [u32; 4],
    pub labels: [f32; CLASS_COUNT],
    pub labels_today: [u16; CLASS_COUNT],
    /// Fading numbers of independent exchanges of the last days, in 256ths.
    pub labels_recent: [u16; CLASS_COUNT],
    /// Fading numbers of days active in each hour, in 256ths; the hours of today.
    pub hours: [u16; 24],
    pub hours_today: u32,
    /// Hours in which the person is hardly ever active.
    pub rare_hours: u32,
    pub tools: Familiar<10>,
    pub networks: Familiar<5>,
    pub devices: Familiar<4>,
    pub documents: Familiar<3>,
    pub clients: [u16; 6],
    /// What today's exposure is mostly about, and how much of it: a tool.
    pub focus: u32,
    focus_weight: f32,
    /// The newest unapproved tool used today.
    pub new_tool: u32,
    last: Last,
    burst: [u16; 2],
    burst_exposure: [f32; 2],
    burst_slot: i32,
    /// Programs' exchanges today, in all of them.
    programmed: u16,
    /// Second of the day's first event.
    pub since: i64,
    /// Where the last days are going.
    pub rise: Rise,
    /// Whether it waits to be scored.
    pub waits: bool,
}

/// What kind of actor it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Standing {
    /// A human, as far as is known.
    #[default]
    Human,
    /// Acts like a program for so many days.
    Suspected(u8),
    /// A program: compared with itself, not with people.
    Program,
}

/// The exchange before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Last {
    /// Seconds.
    at: i64,
    gap: f32,
    tool: u32,
    device: u32,
    network: u32,
    up: f32,
    print: u32,
    stopped: bool,
}

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// Counted; everything was familiar.
    Known,
    /// Counted; the person had never used the tool.
    NewTool,
    /// The same as the one before.
    Duplicate,
}

/// An event's place in time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct When {
    /// Seconds.
    pub at: i64,
    pub day: i32,
    pub hour: u32,
}

impl When {
    pub(crate) fn of(millis: i64) -> Self {
        let at = millis.div_euclid(1000);
        let within = at.rem_euclid(86_400);
        Self { at, day: at.div_euclid(86_400) as i32, hour: (within / 3600) as u32 }
    }
}

impl Person {
    pub(crate) fn new(key: u64, day: i32) -> Self {
        Self {
            key,
            department: 0,
            site: 0,
            first: day,
            day,
            days: 0.0,
            standing: Standing::Human,
            mean: PerChannel::default(),
            deviation: PerChannel::default(),
            pending: [PerChannel::default(); DELAY],
            weights: [0; DELAY],
            today: PerChannel::default(),
            sustained: PerChannel::default(),
            evidence: 0.0,
            exceeded: [0; 4],
            labels: [0.0; CLASS_COUNT],
            labels_today: [0; CLASS_COUNT],
            labels_recent: [0; CLASS_COUNT],
            hours: [0; 24],
            hours_today: 0,
            rare_hours: 0,
            tools: Familiar::default(),
            networks: Familiar::default(),
            devices: Familiar::default(),
            documents: Familiar::default(),
            clients: [0; 6],
            focus: 0,
            focus_weight: 0.0,
            new_tool: 0,
            last: Last::default(),
            burst: [0; 2],
            burst_exposure: [0.0; 2],
            burst_slot: 0,
            programmed: 0,
            since: 0,
            rise: Rise::default(),
            waits: false,
        }
    }

    /// Whether something happened on the day the sums are of.
    pub(crate) fn is_touched(&self) -> bool {
        self.today.get(Channel::Exchanges) > 0.0
    }

    /// How much there is to compare with, from 0 to 1.
    fn settled(&self) -> f32 {
        (self.days / 5.0).min(1.0)
    }

    /// Adds an event to the day. `novelty` says how new the tool is to the organisation, asked only where it is new to the person.
    pub(crate) fn observe(
        &mut self,
        event: &Sight<'_>,
        when: When,
        tool: u32,
        novelty: impl FnOnce(bool) -> f32,
    ) -> Seen {
        let up = event.bytes_up.min(MOST_BYTES) as f32;
        let down = event.bytes_down.min(MOST_BYTES) as f32;
        let device = key::short(event.device);
        let network = key::short(event.network);
        let print = fingerprint(when.at, tool, event.bytes_up, event.bytes_down);
        if print == self.last.print && event.bytes_up > 0 {
            return Seen::Duplicate;
        }
        if !self.is_touched() {
            self.since = when.at;
        }
        let weight = event.content.weight();
        let personal = is_personal(event.account);
        let exposure = up * weight * trust(event.state, personal);
        let today = &mut self.today;
        today.add(Channel::Exchanges, 1.0);
        today.add(Channel::Up, up);
        today.add(Channel::Down, down);
        today.add(Channel::Sensitive, up * weight);
        today.add(Channel::Exposure, exposure);
        if event.file {
            today.add(Channel::Files, 1.0);
            today.add(Channel::SensitiveFiles, weight);
        }
        if personal {
            today.add(Channel::PersonalBytes, up);
            today.add(Channel::PersonalSensitive, up * weight);
            today.add(Channel::PersonalExchanges, 1.0);
        }
        if event.content.attack {
            today.add(Channel::Attacks, 1.0);
        }
        if let Some(count) = self.labels_today.get_mut(usize::from(event.content.class)) {
            *count = count.saturating_add(1);
        }
        self.hours_today |= 1 << when.hour;
        if self.rare_hours & 1 << when.hour != 0 {
            self.today.add(Channel::OddExchanges, 1.0);
        }
        if !matches!(event.client, Client::Agent | Client::Sdk) {
            self.rise.see(up, event.file);
        }
        self.focus_on(tool, exposure + 1.0);
        self.places(device, network, when);
        self.program(event.client, when);
        self.rhythm(event, when, tool, up, exposure);
        for document in event.documents {
            self.today.add(Channel::DocumentParts, 1.0);
            let met = self.documents.meet(key::short(document), when.day);
            self.today.add(Channel::NewDocuments, if met.known { 0.0 } else { self.settled() });
        }
        let stopped = event.action >= Action::Coach && event.action != Action::Redact;
        self.last = Last { device, network, tool, up, print, stopped, ..self.last };
        let met = self.tools.meet(tool, when.day);
        if met.age < YOUNG_DAYS as i32 {
            let young = 1.0 - met.age as f32 / YOUNG_DAYS;
            let novelty = young * novelty(met.known);
            let settled = when.day - met.age - self.first >= SETTLES;
            self.today.add(Channel::OwnNew, if settled { young } else { 0.0 });
            self.today.add(Channel::NovelBytes, up * novelty);
            self.today.add(Channel::NovelExchanges, novelty);
            self.today.add(Channel::NovelSensitive, novelty * exposure);
            if novelty > 0.0 && !crate::tool::is_approved(event.state) {
                self.new_tool = tool;
            }
        }
        if met.known { Seen::Known } else { Seen::NewTool }
    }

    /// Whether something was met lately for the first time by a person who has been known for longer.
    fn is_new(&self, met: Met, day: i32) -> bool {
        met.age < NEW_DAYS && day.saturating_sub(met.age) - self.first >= SETTLES
    }

    /// Keeps the tool that most of the day's exposure goes to (Boyer and Moore's majority vote, weighted).
    fn focus_on(&mut self, tool: u32, weight: f32) {
        if self.focus == tool {
            self.focus_weight += weight;
        } else if self.focus_weight < weight {
            (self.focus, self.focus_weight) = (tool, weight - self.focus_weight);
        } else {
            self.focus_weight -= weight;
        }
    }

    fn places(&mut self, device: u32, network: u32, when: When) {
        let (network_met, device_met) =
            (self.networks.meet(network, when.day), self.devices.meet(device, when.day));
        let network_is_new = network != 0 && self.is_new(network_met, when.day);
        let device_is_new = device != 0 && self.is_new(device_met, when.day);
        for (channel, applies) in [
            (Channel::NewNetwork, network_is_new),
            (Channel::NewDevice, device_is_new),
            (Channel::NewPlace, network_is_new && device_is_new),
        ] {
            if applies {
                self.today.add(channel, 1.0);
            }
        }
        let elsewhere =
            self.last.network != network && self.last.device != device && network != 0 && device != 0;
        let at_once = self.last.network != 0 && when.at - self.last.at < JOURNEY_SECONDS;
        if elsewhere && at_once && network_is_new {
            self.today.add(Channel::TwoPlaces, 1.0);
        }
    }

    fn program(&mut self, client: Client, when: When) {
        let day = u16::try_from(when.day - self.first + 1).unwrap_or(u16::MAX);
        let Some(first) = self.clients.get_mut(client as usize) else { return };
        if *first == 0 {
            *first = day;
        }
        if day - (*first).min(day) < 7 && i32::from(*first) > SETTLES {
            let acts = if matches!(client, Client::Agent | Client::Sdk) { 1.0 } else { 0.3 };
            self.today.add(Channel::NewClient, acts);
        }
        if matches!(client, Client::Sdk | Client::Agent) {
            self.programmed = self.programmed.saturating_add(1);
        }
    }

    /// Regular intervals, bursts, and repeats after a stop.
    fn rhythm(&mut self, event: &Sight<'_>, when: When, tool: u32, up: f32, exposure: f32) {
        let gap = (when.at - self.last.at).clamp(0, 86_400) as f32;
        let ratio = gap / self.last.gap.max(0.5);
        if gap >= 1.0 && (0.8187..1.2214).contains(&ratio) {
            let human = matches!(event.client, Client::Browser | Client::Desktop | Client::Unknown);
            self.today.add(Channel::Regular, if human { 1.0 } else { 0.2 });
        }
        let alike = (0.7..1.43).contains(&(up / self.last.up.max(1.0)));
        if self.last.stopped && self.last.tool == tool && alike && (gap as i64) < RETRY_SECONDS {
            self.today.add(Channel::Retries, 1.0);
        }
        let slot = (when.at / 300) as i32;
        match slot - self.burst_slot {
            0 => {}
            1 => {
                self.burst = [0, self.burst.first().copied().unwrap_or_default()];
                self.burst_exposure = [0.0, self.burst_exposure.first().copied().unwrap_or_default()];
            }
            _ => (self.burst, self.burst_exposure) = ([0; 2], [0.0; 2]),
        }
        self.burst_slot = slot;
        let [now, before] = &mut self.burst;
        *now = now.saturating_add(1);
        let ten_minutes = f32::from(*now) + f32::from(*before);
        self.today.at_least(Channel::Burst, ten_minutes);
        let [exposed, exposed_before] = &mut self.burst_exposure;
        *exposed += exposure;
        self.today.at_least(Channel::ExposureBurst, *exposed + *exposed_before);
        (self.last.at, self.last.gap) = (when.at, gap);
    }

    /// Adds what came after its day was over to that day, as long as it is not learned.
    pub(crate) fn amend(&mut self, event: &Sight<'_>) {
        let up = event.bytes_up.min(MOST_BYTES) as f32;
        let weight = event.content.weight();
        let personal = if is_personal(event.account) { 1.0 } else { 0.0 };
        let Some(newest) = self.pending.iter_mut().zip(&self.weights).rev().find(|(_, weight)| **weight > 0)
        else {
            return;
        };
        for (channel, more) in [
            (Channel::Exchanges, 1.0),
            (Channel::Up, up),
            (Channel::Down, event.bytes_down.min(MOST_BYTES) as f32),
            (Channel::Sensitive, up * weight),
            (Channel::Exposure, up * weight * trust(event.state, personal > 0.0)),
            (Channel::PersonalBytes, up * personal),
            (Channel::PersonalSensitive, up * weight * personal),
            (Channel::PersonalExchanges, personal),
        ] {
            let sum = level_to_sum(channel, f32::from(newest.0.get(channel)) / 10.0) + more;
            newest.0.set(channel, tenths(sum_to_level(channel, sum)));
        }
    }

    /// Clears the day.
    pub(crate) fn begin(&mut self, day: i32) {
        self.day = day;
        self.today = PerChannel([0.0; CHANNELS]);
        self.labels_today = [0; CLASS_COUNT];
        (self.hours_today, self.focus, self.focus_weight, self.new_tool) = (0, 0, 0.0, 0);
        self.programmed = 0;
        self.rise.begin();
    }

    /// Notices at the end of a day whether a program acts: nearly only from client libraries, and around the clock.
    pub(crate) fn judge(&mut self) {
        let all = self.today.get(Channel::Exchanges);
        let programmed =
            f32::from(self.programmed) > 0.9 * all.min(65_535.0) && self.hours_today.count_ones() >= 16;
        self.standing = match (self.standing, programmed) {
            (Standing::Program, _) => Standing::Program,
            (Standing::Suspected(days), true) if days >= 2 => Standing::Program,
            (Standing::Suspected(days), true) => Standing::Suspected(days + 1),
            (Standing::Human, true) => Standing::Suspected(1),
            (Standing::Human | Standing::Suspected(_), false) => Standing::Human,
        };
    }

    pub(crate) fn is_program(&self) -> bool {
        self.standing == Standing::Program
    }

    /// The usual level.
    pub(crate) fn mean(&self, channel: Channel) -> f32 {
        f32::from(self.mean.get(channel)) / 2048.0
    }

    pub(crate) fn set_mean(&mut self, channel: Channel, level: f32) {
        self.mean.set(channel, (level * 2048.0 + 0.5) as u16);
    }

    pub(crate) fn deviation(&self, channel: Channel) -> f32 {
        f32::from(self.deviation.get(channel)) / 4096.0
    }

    pub(crate) fn sustained(&self, channel: Channel) -> f32 {
        f32::from(self.sustained.get(channel)) / 25.0
    }
}

/// More bytes than one exchange can have; more is taken for this many.
pub(crate) const MOST_BYTES: u64 = 1 << 40;

pub(crate) fn is_personal(account: model::AccountKind) -> bool {
    matches!(account, model::AccountKind::Personal | model::AccountKind::Anonymous)
}

/// How much a byte counts by where it goes: little where the organisation agreed to the tool and holds the account.
fn trust(state: model::ToolState, personal: bool) -> f32 {
    use model::ToolState::{Approved, Conditional, Denied, UnderReview, Unreviewed};
    match (state, personal) {
        (Approved | Conditional, false) => 0.15,
        (UnderReview | Unreviewed, false) => 0.6,
        (Denied, false) | (Approved | Conditional | UnderReview | Unreviewed, true) => 1.0,
        (Denied, true) => 1.5,
    }
}

/// A sum of a day on the scale on which days are compared.
pub(crate) fn sum_to_level(channel: Channel, sum: f32) -> f32 {
    (sum / channel.scale()).ln_1p()
}

/// The other way.
pub(crate) fn level_to_sum(channel: Channel, level: f32) -> f32 {
    level.exp_m1() * channel.scale()
}

/// A level in the room it is kept in.
pub(crate) fn tenths(level: f32) -> u8 {
    (level * 10.0 + 0.5) as u8
}

fn fingerprint(at: i64, tool: u32, up: u64, down: u64) -> u32 {
    (key::mix(at as u64 ^ u64::from(tool) << 32 ^ up.rotate_left(17) ^ down.rotate_left(41)) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::Person;

    #[test]
    fn a_person_takes_less_than_a_kilobyte() {
        assert!(size_of::<Person>() <= 944, "{}", size_of::<Person>());
    }
}
