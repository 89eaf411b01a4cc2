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
        let [high, low, rest @ ..] = self.bytes.known() else { return Step::Wait };
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
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::packet::tls::tests::{body, name};

    const WINDOW: usize = 1 << 16;

    fn hello(host: &str) -> Vec<u8> {
        let body = body(0x0303, &[0x1301], &[name(host), (21, vec![0; 300])]);
        let message = [&[1, 0][..], &(body.len() as u16).to_be_bytes(), &body].concat();
        let (left, right) = message.split_at(100);
        let record = |part: &[u8]| [&[22, 3, 1][..], &(part.len() as u16).to_be_bytes(), part].concat();
        [record(left), record(right)].concat()
    }

    fn host(said: &VecDeque<Said>) -> Option<&[u8]> {
        said.iter().find_map(|said| match said {
            Said::Hello(hello, _) => hello.name.as_deref(),
            _ => None,
        })
    }

    /// The bytes of a stream, cut and in some order; numbers wrap around.
    fn read(open: bool, pieces: &[(usize, &[u8])]) -> VecDeque<Said> {
        let first = u32::MAX - 50;
        let mut stream = Stream::default();
        let mut said = VecDeque::new();
        if open {
            stream.open(first);
        }
        for (offset, piece) in pieces {
            stream.segment(first.wrapping_add(*offset as u32), piece, WINDOW, &mut said);
        }
        stream.finish(&mut said);
        said
    }

    #[test]
    fn segments_may_come_late_even_without_the_opening() {
        let bytes = hello("a.example");
        let (left, right) = bytes.split_at(150);
        for open in [true, false] {
            for pieces in [[(0, left), (150, right)], [(150, right), (0, left)]] {
                let said = read(open, &pieces);
                assert_eq!(host(&said), Some(&b"a.example"[..]), "{open} {pieces:?}");
                assert!(matches!(&said[0], Said::Hello(_, Extent::Whole)));
            }
        }
    }

    #[test]
    fn a_hello_that_is_cut_off_names_its_host() {
        let bytes = hello("a.example");
        let said = read(true, &[(0, &bytes[..90])]);
        assert_eq!(host(&said), Some(&b"a.example"[..]));
        assert!(matches!(&said[0], Said::Hello(_, Extent::Part)));
    }

    #[test]
    fn behind_connect_the_hello_is_read_too() {
        let head = b"CONNECT b.example:443 HTTP/1.1\r\n\r\n";
        let said = read(true, &[(0, head), (head.len(), &hello("b.example"))]);
        assert!(matches!(&said[0], Said::Request(_)));
        assert_eq!(host(&said), Some(&b"b.example"[..]));
    }

    #[test]
    fn behind_another_handshake_the_hello_is_read_too() {
        let hello = hello("c.example");
        // SOCKS 5 (RFC 1928) to a host by name; then STARTTLS of SMTP (RFC 3207).
        for before in [
            &[&b"\x05\x01\0"[..], b"\x05\x01\0\x03\x09c.example\x01\xbb"][..],
            &[b"EHLO me\r\n", b"STARTTLS\r\n"],
        ] {
            let mut pieces: Vec<(usize, &[u8])> = Vec::new();
            for piece in before.iter().chain([&&hello[..]]) {
                let at = pieces.last().map_or(0, |(at, last)| at + last.len());
                pieces.push((at, piece));
            }
            assert_eq!(host(&read(true, &pieces)), Some(&b"c.example"[..]));
        }
    }

    #[test]
    fn what_is_not_known_is_left_alone() {
        let mut stream = Stream::default();
        let mut said = VecDeque::new();
        stream.open(0);
        for number in 0..8 {
            assert_eq!(stream.progress(), Progress::Reading);
            stream.segment(number * 15, b"SSH-2.0-OpenSSH", WINDOW, &mut said);
            assert_eq!(stream.held(), 0);
        }
        assert_eq!((stream.progress(), said.len()), (Progress::Done, 0));
    }

    #[test]
    fn messages_of_dns_follow_each_other() {
        let mut stream = Stream::dns();
        let mut said = VecDeque::new();
        for (at, byte) in b"\0\x02hi\0\x01x\0\x05par".iter().enumerate() {
            stream.segment(at as u32, &[*byte], WINDOW, &mut said);
        }
        assert_eq!(said, [Said::Dns(b"hi".to_vec()), Said::Dns(b"x".to_vec())]);
    }

    proptest! {
        #[test]
        fn any_cutting_gives_the_same_name(cuts in prop::collection::vec(1_usize..400, 0..8), turn in 0_usize..9) {
            let bytes = hello("cut.example");
            let mut ends: Vec<usize> = cuts.into_iter().filter(|cut| *cut < bytes.len()).collect();
            ends.push(bytes.len());
            ends.sort_unstable();
            let mut pieces = Vec::new();
            let mut start = 0;
            for end in ends {
                pieces.push((start, &bytes[start..end]));
                start = end;
            }
            let turn = turn % pieces.len();
            pieces.rotate_left(turn);
            let said = read(true, &pieces);
            prop_assert_eq!(host(&said), Some(&b"cut.example"[..]));
        }

        #[test]
        fn arbitrary_segments_do_not_panic(
            segments in prop::collection::vec((any::<u32>(), prop::collection::vec(any::<u8>(), 0..40)), 0..20),
            open in any::<bool>(),
        ) {
            let mut stream = Stream::default();
            let mut said = VecDeque::new();
            if open {
                stream.open(5);
            }
            for (sequence, payload) in segments {
                stream.segment(sequence % 100, &payload, WINDOW, &mut said);
            }
            stream.finish(&mut said);
        }
    }
}
