use std::collections::VecDeque;

use super::{
    assembly::Assembly,
    http::{self, Beginning, Head, Request},
    tls::{ClientHello, Extent, Handshake, Records, ServerHello},
    unread::Unread,
};

/// Where offsets begin when the first segment seen is not the connection's first: earlier ones may come late.
const MIDDLE: u64 = 1 << 32;
/// Segments of one direction looked at for the beginning of something known.
const MOST_UNKNOWN: u8 = 8;

/// One direction of a TCP connection, read until it has said what it can.
#[derive(Debug, Default)]
pub(crate) struct Stream {
    /// The sequence number of the first byte, and whether that is the connection's first.
    base: Option<Base>,
    bytes: Assembly,
    reading: Reading,
    looked: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Base {
    Opened(u32),
    Joined(u32),
}

/// What is being read.
#[derive(Debug, Default)]
enum Reading {
    #[default]
    Unknown,
    Tls(Records),
    Http,
    Dns,
    Done,
}

/// What a stream said.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Said {
    Hello(Box<ClientHello>, Extent),
    Request(Box<Request>),
    /// A message of DNS.
    Dns(Vec<u8>),
    /// That it is a server's: names of its certificate come if they come in clear.
    Answer,
    Certificate(Vec<u8>),
    Bad(Unread),
}

/// Whether there is more to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    Reading,
    Done,
}

impl Stream {
    /// The stream of DNS over TCP (RFC 1035 §4.2.2).
    pub(crate) fn dns() -> Self {
        Self { reading: Reading::Dns, ..Self::default() }
    }

    pub(crate) fn progress(&self) -> Progress {
        match self.reading {
            Reading::Done => Progress::Done,
            _ => Progress::Reading,
        }
    }

    /// Notes the number of the connection's first byte.
    pub(crate) fn open(&mut self, sequence: u32) {
        if self.base.is_none() {
            self.base = Some(Base::Opened(sequence));
        }
    }

    /// Takes in a segment and reads on; what was said is added to `said`.
    pub(crate) fn segment(
        &mut self,
        sequence: u32,
        payload: &[u8],
        window: usize,
        said: &mut VecDeque<Said>,
    ) {
        if self.progress() == Progress::Done || payload.is_empty() {
            return;
        }
        let base = *self.base.get_or_insert_with(|| {
            self.bytes = Assembly::starting_at(MIDDLE);
            Base::Joined(sequence)
        });
        let (offset, base) = match base {
            Base::Opened(first) => (0, first),
            Base::Joined(first) => (MIDDLE, first),
        };
        let distance = sequence.wrapping_sub(base).cast_signed();
        let Some(offset) = offset.checked_add_signed(distance.into()) else { return };
        if matches!(self.reading, Reading::Unknown) && offset < self.bytes.start() {
            self.bytes.push_before(offset, payload, window);
        } else {
            self.bytes.push(offset, payload, window);
        }
        self.read(said);
    }

    /// Reads what there is of something that will not become whole.
    pub(crate) fn finish(&mut self, said: &mut VecDeque<Said>) {
        match &self.reading {
            Reading::Tls(records) => {
                if let Some((1, body)) = records.unfinished(&self.bytes) {
                    let (hello, _) = ClientHello::read(&body);
                    said.push_back(Said::Hello(Box::new(hello), Extent::Part));
                }
            }
            Reading::Http => {
                said.extend(
                    http::request(self.bytes.known()).map(|request| Said::Request(Box::new(request))),
                );
            }
            Reading::Unknown | Reading::Dns | Reading::Done => {}
        }
        self.stop();
    }

    /// Gives up reading.
    pub(crate) fn stop(&mut self) {
        self.reading = Reading::Done;
        self.bytes = Assembly::default();
    }

    /// How much memory this takes.
    pub(crate) fn held(&self) -> usize {
        let records = match &self.reading {
            Reading::Tls(records) => records.held(),
            _ => 0,
        };
        self.bytes.held() + records
    }

    fn read(&mut self, said: &mut VecDeque<Said>) {
        loop {
            let step = match &mut self.reading {
                Reading::Unknown => self.tell(),
                Reading::Tls(records) => tls(records, &mut self.bytes, said),
                Reading::Http => self.request(said),
                Reading::Dns => self.message(said),
                Reading::Done => Step::Wait,
            };
            match step {
                Step::Wait => return,
                Step::Again => {}
                Step::Into(Reading::Done) => return self.stop(),
                Step::Into(reading) => self.reading = reading,
            }
        }
    }

    /// Tells what a stream is by its first bytes, or by those of a later segment: TLS may follow a proxy's handshake
    /// (SOCKS, the answer to CONNECT) or a command (STARTTLS).
    fn tell(&mut self) -> Step {
        let known = self.bytes.known();
        let first = self.looked == 0 || matches!(self.base, Some(Base::Joined(_)));
        match known {
            [] => return Step::Wait,
            known if Records::begin(known) => return Step::Into(Reading::Tls(Records::default())),
            [22, ..] if known.len() < 6 => return Step::Wait,
            _ => {}
        }
        match http::begin(known) {
            Beginning::Request if first => return Step::Into(Reading::Http),
            Beginning::Short if first => return Step::Wait,
            Beginning::Request | Beginning::Short | Beginning::Other => {}
        }
        self.looked += 1;
        if self.looked >= MOST_UNKNOWN {
            return Step::Into(Reading::Done);
        }
        // Without the opening, an earlier segment may still come before these bytes.
        if let Some(Base::Opened(_)) = self.base {
            self.bytes.consume(known.len());
        }
        Step::Wait
    }

    fn request(&mut self, said: &mut VecDeque<Said>) -> Step {
        match Head::read(self.bytes.known()) {
            Head::Partial => Step::Wait,
            Head::Other => Step::Into(Reading::Done),
            Head::Whole(request, length) => {
                // Through a proxy's tunnel, what follows is what the client says to the server.
                let tunnel = &*request.method == "CONNECT";
                said.push_back(Said::Request(Box::new(request)));
                self.bytes.consume(length);
                Step::Into(if tunnel { Reading::Unknown } else { Reading::Done })
            }
        }
    }

    /// The next message of DNS after its length.
    fn message(&mut self, said: &mut VecDeque<Said>) -> Step {
        let known = self.bytes.known();
        // Whoever wants to get through a firewall uses its open port.
        if Records::begin(known) {
            return Step::Into(Reading::Tls(Records::default()));
        }
        let [high, low, rest @ ..] = known else { return Step::Wait };
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let Some(message) = rest.get(..length) else { return Step::Wait };
        said.push_back(Said::Dns(message.to_vec()));
        self.bytes.consume(length + 2);
        Step::Again
    }
}

enum Step {
    /// For more bytes.
    Wait,
    Again,
    Into(Reading),
}

fn tls(records: &mut Records, bytes: &mut Assembly, said: &mut VecDeque<Said>) -> Step {
    match records.next(bytes) {
        Handshake::Partial => Step::Wait,
        Handshake::Over => Step::Into(Reading::Done),
        Handshake::Bad(reason) => {
            said.push_back(Said::Bad(reason));
            Step::Into(Reading::Done)
        }
        Handshake::Message { kind: 1, body } => {
            let (hello, extent) = ClientHello::read(&body);
            said.push_back(match extent {
                Extent::Whole => Said::Hello(Box::new(hello), extent),
                Extent::Part if hello.ciphers.is_empty() => Said::Bad(Unread::Hello),
                Extent::Part => Said::Hello(Box::new(hello), extent),
            });
            Step::Into(Reading::Done)
        }
        Handshake::Message { kind: 2, body } => {
            said.push_back(Said::Answer);
            match ServerHello::read(&body) {
                ServerHello::Encrypts => Step::Into(Reading::Done),
                ServerHello::Clear => Step::Again,
            }
        }
        Handshake::Message { kind: 11, body } => {
            said.push_back(Said::Certificate(body));
            Step::Into(Reading::Done)
        }
        // The server is done, or asks for a hello: nothing that names it follows.
        Handshake::Message { kind: 0 | 14, .. } => Step::Into(Reading::Done),
        Handshake::Message { .. } => Step::Again,
    }
}

#[cfg(test)]
mod tests;
