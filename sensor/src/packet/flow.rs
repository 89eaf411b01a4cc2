use std::collections::VecDeque;

use model::Timestamp;

use super::{
    key::{Both, End, Key, Side},
    quic::{self, Found, Initials},
    seen::Seen,
    segment::Segment,
    shape::Shaping,
    stream::{Progress, Said, Stream},
    table::Queue,
    tls::{ClientHello, Extent},
    unread::Unread,
};
use crate::{Observation, Transport};

/// Ports below this are servers' (RFC 6335 §6).
const SYSTEM_PORTS: u16 = 1024;
const DNS_PORT: u16 = 53;
/// Datagrams of a flow looked at for the beginning of QUIC.
const MOST_UNKNOWN: u8 = 4;
/// Questions of a flow remembered, so that none is given out twice.
const MOST_ASKED: usize = 32;

/// Packets between two ends.
#[derive(Debug)]
pub(crate) struct Flow {
    pub(crate) key: Key,
    /// When the capture saw its first packet.
    at: Timestamp,
    /// First and last packet by the table's clock, in nanoseconds.
    first: i64,
    pub(crate) last: i64,
    client: Side,
    surety: Surety,
    halves: Both<Half>,
    shaping: Shaping,
    reading: Reading,
    pub(crate) seen: Option<Box<Seen>>,
    /// Digests of questions given out, for a flow of DNS.
    asked: Option<VecDeque<u64>>,
}

/// How sure it is who the client is, the least sure first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Surety {
    /// By the ports.
    Ports,
    /// It answered as servers do, or spoke as clients do.
    Spoke,
    /// It opened the connection.
    Opened,
}

/// What went one way.
#[derive(Clone, Copy, Debug, Default)]
struct Half {
    bytes: u64,
    /// Number of the first byte, where the opening was seen.
    opened: Option<u32>,
    finished: bool,
}

/// What is still being read.
#[derive(Debug)]
enum Reading {
    Tcp(Box<Both<Stream>>),
    /// UDP of which nothing is known yet, after so many datagrams.
    Udp(u8),
    Quic(Box<Initials>),
    Dns,
    Done,
}

impl Flow {
    /// A flow that begins with this segment, seen at `at` and at `now` by the table's clock.
    pub(crate) fn new(key: Key, side: Side, segment: &Segment<'_>, at: Timestamp, now: i64) -> Self {
        let (client, surety) = guess(side, segment);
        let dns = segment.source == DNS_PORT || segment.target == DNS_PORT;
        let reading = match (segment.transport, dns) {
            (Transport::Udp, true) => Reading::Dns,
            (Transport::Udp, false) => Reading::Udp(0),
            (_, true) => Reading::Tcp(Box::new(Both::new(Stream::dns(), Stream::dns()))),
            (_, false) => Reading::Tcp(Box::default()),
        };
        Self {
            key,
            at,
            first: now,
            last: now,
            client,
            surety,
            halves: Both::default(),
            shaping: Shaping::default(),
            reading,
            seen: None,
            asked: None,
        }
    }

    /// Counts a segment.
    pub(crate) fn count(&mut self, side: Side, segment: &Segment<'_>, now: i64) {
        self.last = self.last.max(now);
        let half = self.halves.of_mut(side);
        half.bytes += segment.length as u64;
        half.finished |= segment.flags.fin();
        if segment.flags.syn() {
            half.opened = Some(segment.sequence);
            if let Reading::Tcp(streams) = &mut self.reading {
                streams.of_mut(side).open(segment.sequence);
            }
        }
        match segment.length {
            0 => {}
            length if side == self.client => self.shaping.upward(length, now),
            length => self.shaping.downward(length, now),
        }
    }

    /// Reads a segment's payload as long as there is something to find out.
    pub(crate) fn read(
        &mut self,
        side: Side,
        segment: &Segment<'_>,
        window: usize,
        said: &mut VecDeque<Said>,
    ) {
        let payload = segment.payload;
        match &mut self.reading {
            _ if payload.is_empty() => {}
            Reading::Done => {}
            Reading::Tcp(streams) => {
                streams.of_mut(side).segment(segment.sequence, payload, window, said);
                let over = |side| streams.of(side).progress() == Progress::Done;
                if over(Side::Low) && over(Side::High) {
                    self.reading = Reading::Done;
                }
            }
            Reading::Udp(_) | Reading::Dns if quic::begin(payload) => {
                self.reading = Reading::Quic(Box::default());
                self.initials(side, payload, window, said);
            }
            Reading::Dns => said.push_back(Said::Dns(payload.to_vec())),
            Reading::Udp(looked) => {
                *looked += 1;
                if *looked >= MOST_UNKNOWN {
                    self.reading = Reading::Done;
                }
            }
            Reading::Quic(_) => self.initials(side, payload, window, said),
        }
        // What the capture cut off is a gap that never closes.
        if payload.len() < segment.length {
            self.finish(side, said);
        }
    }

    fn initials(&mut self, side: Side, payload: &[u8], window: usize, said: &mut VecDeque<Said>) {
        let Reading::Quic(initials) = &mut self.reading else { return };
        match initials.datagram(payload, window) {
            Found::Hello(body) => {
                let (hello, extent) = ClientHello::read(&body);
                said.push_back(Said::Hello(Box::new(hello), extent));
                self.reading = Reading::Done;
            }
            Found::Over => self.finish(side, said),
            Found::Partial | Found::Nothing => {}
        }
    }

    /// Reads what there is of what this side will not make whole.
    pub(crate) fn finish(&mut self, side: Side, said: &mut VecDeque<Said>) {
        match &mut self.reading {
            Reading::Tcp(streams) => streams.of_mut(side).finish(said),
            Reading::Quic(initials) => {
                said.push_back(match initials.unfinished() {
                    Some(body) => Said::Hello(Box::new(ClientHello::read(body).0), Extent::Part),
                    None => Said::Bad(Unread::Quic),
                });
                self.reading = Reading::Done;
            }
            Reading::Udp(_) | Reading::Dns | Reading::Done => {}
        }
    }

    /// How much memory the reading takes beside the flow itself.
    pub(crate) fn held(&self) -> usize {
        match &self.reading {
            Reading::Tcp(streams) => streams.of(Side::Low).held() + streams.of(Side::High).held(),
            Reading::Quic(initials) => initials.held(),
            Reading::Udp(_) | Reading::Dns | Reading::Done => 0,
        }
    }

    /// Notes who the client is, if that is surer than what was known.
    pub(crate) fn client_is(&mut self, side: Side, surety: Surety) {
        if surety <= self.surety {
            return;
        }
        self.surety = surety;
        if side != self.client {
            self.client = side;
            self.shaping = Shaping::default();
        }
    }

    /// Whether both sides have ended it.
    pub(crate) fn finished(&self) -> bool {
        self.halves.of(Side::Low).finished && self.halves.of(Side::High).finished
    }

    /// Whether a segment opens another connection between the same ends.
    pub(crate) fn reopening(&self, side: Side, segment: &Segment<'_>, queue: Queue) -> Opening {
        if !segment.flags.syn() || segment.flags.acknowledges() {
            return Opening::Same;
        }
        match (self.halves.of(side).opened, self.halves.of(side.other()).opened) {
            (Some(opened), _) if opened == segment.sequence => Opening::Same,
            (None, Some(_)) if queue == Queue::Open => Opening::Same, // both open at once, or the answer came first
            _ => Opening::Another,
        }
    }

    pub(crate) fn client_end(&self) -> End {
        self.key.end(self.client)
    }

    pub(crate) fn server_end(&self) -> End {
        self.key.end(self.client.other())
    }

    pub(crate) fn at(&self) -> Timestamp {
        self.at
    }

    /// What was seen, to add to.
    pub(crate) fn seen_mut(&mut self) -> &mut Seen {
        self.seen.get_or_insert_default()
    }

    /// Whether a question is new in this flow; notes it.
    pub(crate) fn asks(&mut self, question: u64) -> Asked {
        let asked = self.asked.get_or_insert_default();
        if asked.contains(&question) {
            return Asked::Before;
        }
        if asked.len() == MOST_ASKED {
            asked.pop_front();
        }
        asked.push_back(question);
        Asked::Now
    }

    /// Whether it was a conversation of DNS: its questions were given out one by one.
    pub(crate) fn was_dns(&self) -> bool {
        self.asked.is_some()
    }

    /// What it comes to.
    pub(crate) fn observation(self) -> Observation {
        let (client, server) = (self.client_end(), self.server_end());
        let seen = self.seen.map(|seen| *seen).unwrap_or_default();
        let (host, host_from) = seen.host.unzip();
        Observation {
            client: Some(client.0),
            server: Some(server.0),
            port: Some(server.1),
            transport: self.key.transport,
            host,
            host_from,
            method: seen.method,
            path: seen.path,
            agent: seen.agent,
            alpn: seen.alpn,
            ja3: seen.ja3,
            ja4: seen.ja4,
            ech: seen.ech,
            bytes_up: Some(self.halves.of(self.client).bytes),
            bytes_down: Some(self.halves.of(self.client.other()).bytes),
            duration_ms: u64::try_from((self.last - self.first) / 1_000_000).ok(),
            certificate: seen.certificate,
            shape: Some(self.shaping.finish()),
            ..Observation::new(self.at)
        }
    }
}

/// Whether a segment belongs to the connection under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opening {
    Same,
    Another,
}

/// Whether a question was asked before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Now,
    Before,
}

/// Who the client is, by the first segment alone.
fn guess(side: Side, segment: &Segment<'_>) -> (Side, Surety) {
    let (source, target) = (segment.source, segment.target);
    match (segment.flags.syn(), segment.flags.acknowledges()) {
        (true, false) => return (side, Surety::Opened),
        (true, true) => return (side.other(), Surety::Opened),
        (false, _) => {}
    }
    let system = |port| port < SYSTEM_PORTS;
    let client = match (system(source), system(target)) {
        (false, true) => side,
        (true, false) => side.other(),
        // UDP has no middle that would look different from its beginning.
        _ if segment.transport == Transport::Udp || source >= target => side,
        _ => side.other(),
    };
    (client, Surety::Ports)
}

#[cfg(test)]
pub(crate) mod tests;
