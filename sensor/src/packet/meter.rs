use std::collections::VecDeque;

use model::Timestamp;

use super::{
    Limits, Summary,
    clock::{Clock, Step},
    cursor::size,
    flow::{Flow, Opening, Surety},
    fragments::{Fragments, Outcome},
    key::{Key, Side},
    link,
    network::{Ip, Stated},
    resolve,
    segment::Segment,
    stream::Said,
    table::{Queue, Table},
    tls::{self, PublicNames},
    tunnel::{self, Carried},
    unread::Unread,
};
use crate::{HostSource, Names, Observation};

/// Tunnels in tunnels.
const DEEPEST: usize = 4;
/// A flow that ended is given out so long after its last packet, in nanoseconds: packets may come late.
const LINGER: i64 = 5_000_000_000;

/// A packet as a capture has it.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// The link type, as <https://www.tcpdump.org/linktypes.html> numbers them.
    pub link: u16,
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    pub at: i64,
    /// What was captured of it.
    pub bytes: &'a [u8],
    /// How long it was.
    pub length: u32,
}

/// Turns frames into observations, one for each flow and one for each question of DNS.
///
/// Flows are given out when they end, when they were idle for long, or when there is no room for more. The clock is the
/// capture's own.
#[derive(Debug)]
pub struct Meter {
    limits: Limits,
    summary: Summary,
    clock: Clock,
    fragments: Fragments,
    table: Table,
    /// What the streams under way hold, in bytes.
    held: usize,
    names: Names,
    public: PublicNames,
    said: VecDeque<Said>,
}

/// A segment's flow within the meter.
#[derive(Clone, Copy)]
struct Place {
    number: u32,
    side: Side,
}

impl Meter {
    /// With these bounds.
    pub fn new(limits: &Limits) -> Self {
        Self {
            limits: limits.clone(),
            summary: Summary::default(),
            clock: Clock::default(),
            fragments: Fragments::new(limits.fragments),
            table: Table::default(),
            held: 0,
            names: Names::new(limits.names),
            public: PublicNames::default(),
            said: VecDeque::new(),
        }
    }

    /// Takes in a frame; what ends with it is given to `each`.
    pub fn frame(&mut self, frame: &Frame<'_>, each: &mut dyn FnMut(Observation)) {
        self.summary.packets += 1;
        self.summary.bytes += u64::from(frame.length);
        let (now, step) = self.clock.tick(frame.at);
        if step == Step::Back {
            self.summary.count(Unread::Clock);
        }
        self.expire(now, each);
        let at = Timestamp::from_millis(frame.at.div_euclid(1_000_000));
        let read = link::ip(frame.link, frame.bytes).and_then(|packet| {
            let before = frame.bytes.len() - packet.len();
            // Where the wire's length is not known, what was captured.
            let wire = frame.bytes.len().max(size(frame.length)) - before;
            self.packet(packet, wire, 0, (at, now), each)
        });
        if let Err(reason) = read {
            self.summary.count(reason);
        }
    }

    /// Gives out every flow still open, and says what was seen.
    pub fn finish(mut self, each: &mut dyn FnMut(Observation)) -> Summary {
        self.summary.lost(Unread::FragmentLost, self.fragments.finish());
        for queue in [Queue::Closing, Queue::Open] {
            while let Some(place) = self.table.oldest(queue) {
                self.give_out(place, each);
            }
        }
        self.summary
    }

    /// What was seen so far.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// Notes something about the capture itself.
    pub(crate) fn count(&mut self, reason: Unread) {
        self.summary.count(reason);
    }

    fn packet(
        &mut self,
        packet: &[u8],
        wire: usize,
        depth: usize,
        time: (Timestamp, i64),
        each: &mut dyn FnMut(Observation),
    ) -> Result<(), Unread> {
        if depth > DEEPEST {
            return Err(Unread::Nested);
        }
        let mut ip = Ip::read(packet)?;
        if ip.within(wire) == Stated::TooLong {
            self.summary.count(Unread::Length);
        }
        let Some(fragment) = ip.fragment.take() else { return self.datagram(&ip, depth, time, each) };
        match self.fragments.add(&ip, fragment, time.1) {
            Outcome::Waits => Ok(()),
            Outcome::Dropped(reason) => Err(reason),
            Outcome::Whole(whole) => {
                let ip = ip.joined(&whole.payload, whole.length)?;
                self.datagram(&ip, depth, time, each)
            }
        }
    }

    fn datagram(
        &mut self,
        ip: &Ip<'_>,
        depth: usize,
        time: (Timestamp, i64),
        each: &mut dyn FnMut(Observation),
    ) -> Result<(), Unread> {
        match tunnel::carried(ip)? {
            // What a tunnel cut off is not known.
            Carried::Packet(packet) => self.packet(packet, usize::MAX, depth + 1, time, each),
            Carried::Nothing => {
                let segment = Segment::read(ip)?;
                self.segment(ip, &segment, time, each);
                Ok(())
            }
        }
    }

    fn segment(
        &mut self,
        ip: &Ip<'_>,
        segment: &Segment<'_>,
        (at, now): (Timestamp, i64),
        each: &mut dyn FnMut(Observation),
    ) {
        let (key, side) = Key::of(ip, segment);
        let number = match self.table.find(&key) {
            Some(number) if self.opening(number, side, segment) == Opening::Same => number,
            found => {
                if let Some(ended) = found {
                    self.give_out(ended, each);
                }
                self.make_room(each);
                self.table.insert(Flow::new(key, side, segment, at, now))
            }
        };
        let place = Place { number, side };
        let Some(flow) = self.table.get_mut(number) else { return };
        flow.count(side, segment, now);
        let before = flow.held();
        flow.read(side, segment, self.limits.stream, &mut self.said);
        self.held = self.held + flow.held() - before;
        let ended = segment.flags.reset() || flow.finished();
        self.heed(place, at, each);
        if self.held > self.limits.streams {
            self.summary.count(Unread::Room);
            self.stop_reading(number, at, each);
        }
        let queue = match self.table.queue(number) {
            _ if ended => Queue::Closing,
            queue => queue.unwrap_or(Queue::Open),
        };
        self.table.touch(number, queue);
    }

    fn opening(&self, number: u32, side: Side, segment: &Segment<'_>) -> Opening {
        match (self.table.get(number), self.table.queue(number)) {
            (Some(flow), Some(queue)) => flow.reopening(side, segment, queue),
            _ => Opening::Same,
        }
    }

    /// Heeds what a flow's streams have said.
    fn heed(&mut self, place: Place, at: Timestamp, each: &mut dyn FnMut(Observation)) {
        while let Some(said) = self.said.pop_front() {
            let Some(flow) = self.table.get_mut(place.number) else { return };
            let outcome = match said {
                Said::Dns(message) => {
                    let (names, public) = (&mut self.names, &mut self.public);
                    resolve::message(flow, place.side, &message, at, names, public, &mut |question| {
                        self.summary.questions += 1;
                        each(question);
                    })
                }
                said => heard(flow, place.side, said, &self.public),
            };
            if let Err(reason) = outcome {
                self.summary.count(reason);
            }
        }
    }

    /// Ends the reading of a flow: what is there of its streams must do.
    fn stop_reading(&mut self, number: u32, at: Timestamp, each: &mut dyn FnMut(Observation)) {
        for side in [Side::Low, Side::High] {
            let Some(flow) = self.table.get_mut(number) else { return };
            let before = flow.held();
            flow.finish(side, &mut self.said);
            self.held = self.held + flow.held() - before;
            self.heed(Place { number, side }, at, each);
        }
    }

    /// Makes room for one more flow: those that have ended go first.
    fn make_room(&mut self, each: &mut dyn FnMut(Observation)) {
        while self.table.len() >= self.limits.flows.max(1) {
            if let Some(ended) = self.table.oldest(Queue::Closing) {
                self.give_out(ended, each);
                continue;
            }
            let Some(idle) = self.table.oldest(Queue::Open) else { return };
            self.summary.evicted += 1;
            self.give_out(idle, each);
        }
    }

    fn expire(&mut self, now: i64, each: &mut dyn FnMut(Observation)) {
        let idle = i64::try_from(self.limits.idle.as_nanos()).unwrap_or(i64::MAX);
        for (queue, patience) in [(Queue::Closing, LINGER), (Queue::Open, idle)] {
            while let Some(place) = self.table.oldest(queue)
                && self.table.get(place).is_some_and(|flow| now.saturating_sub(flow.last) > patience)
            {
                self.give_out(place, each);
            }
        }
        let lost = self.fragments.expire(now);
        self.summary.lost(Unread::FragmentLost, lost);
    }

    /// Takes a flow out of the table and gives out what it comes to.
    fn give_out(&mut self, number: u32, each: &mut dyn FnMut(Observation)) {
        let Some(at) = self.table.get(number).map(Flow::at) else { return };
        self.stop_reading(number, at, each);
        let Some(flow) = self.table.remove(number).filter(|flow| !flow.was_dns()) else { return };
        self.summary.flows += 1;
        let mut observation = flow.observation();
        if let (None, Some(client), Some(server)) =
            (&observation.host, observation.client, observation.server)
            && let Some(host) = self.names.host(client, server, observation.at)
        {
            observation.host = Some(host.into());
            observation.host_from = Some(HostSource::Dns);
        }
        each(observation);
    }
}

/// Notes what a flow's stream has said of it.
fn heard(flow: &mut Flow, side: Side, said: Said, public: &PublicNames) -> Result<(), Unread> {
    let transport = flow.key.transport;
    match said {
        Said::Hello(hello, extent) => {
            flow.client_is(side, Surety::Spoke);
            flow.seen_mut().hello(&hello, extent, transport, public)
        }
        Said::Request(request) => {
            flow.client_is(side, Surety::Spoke);
            flow.seen_mut().request(*request)
        }
        Said::Answer => {
            flow.client_is(side.other(), Surety::Spoke);
            Ok(())
        }
        Said::Certificate(chain) => {
            flow.seen_mut().certificate = tls::names(&chain)?;
            Ok(())
        }
        Said::Bad(reason) => Err(reason),
        Said::Dns(_) => Ok(()),
    }
}
