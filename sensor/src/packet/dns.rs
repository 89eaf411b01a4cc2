use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    time::Duration,
};

use super::cursor::{Cursor, size};

/// Records of one message that are looked at.
const MOST_RECORDS: u16 = 256;
const MOST_QUESTIONS: u16 = 8;
/// Jumps within one name; honest ones need two or three.
const MOST_JUMPS: usize = 16;
const LONGEST_NAME: usize = 253;

/// A message of DNS (RFC 1035 §4), as far as names and addresses need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) id: u16,
    pub(crate) direction: Direction,
    pub(crate) questions: Vec<Question>,
    pub(crate) answers: Vec<Answer>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Query,
    Response,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Question {
    /// Lower case, without final dot.
    pub(crate) name: Box<str>,
    /// The record type asked for.
    pub(crate) kind: u16,
}

/// What the answer section gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Address(IpAddr, Duration),
    /// A key that hides names behind a public one: that name and the key's number (RFC 9848).
    Ech(Box<str>, u8),
}

impl Message {
    /// Reads a message; `None` if it is none, or not about names (updates, notices).
    pub(crate) fn read(message: &[u8]) -> Option<Self> {
        let mut cursor = Cursor::new(message);
        let (id, flags) = (cursor.u16()?, cursor.u16()?);
        let (questions, answers) = (cursor.u16()?, cursor.u16()?);
        cursor.skip(4)?;
        if flags & 0x7800 != 0 || questions > MOST_QUESTIONS {
            return None;
        }
        let direction = if flags & 0x8000 == 0 { Direction::Query } else { Direction::Response };
        let mut read = Self { id, direction, questions: Vec::new(), answers: Vec::new() };
        for _ in 0..questions {
            let name = name(message, &mut cursor)?;
            let kind = cursor.u16()?;
            cursor.u16()?;
            read.questions.push(Question { name, kind });
        }
        // What is cut off, or not valid, ends the answers; the ones before hold.
        for _ in 0..answers.min(MOST_RECORDS) {
            if read.record(message, &mut cursor).is_none() {
                break;
            }
        }
        Some(read)
    }

    fn record(&mut self, message: &[u8], cursor: &mut Cursor<'_>) -> Option<()> {
        name(message, cursor)?;
        let (kind, class) = (cursor.u16()?, cursor.u16()?);
        let ttl = Duration::from_secs(cursor.u32()?.into());
        let mut data = Cursor::new(cursor.long()?);
        if class != 1 {
            return Some(());
        }
        match kind {
            1 => self.answers.push(Answer::Address(Ipv4Addr::from(data.array::<4>()?).into(), ttl)),
            28 => self.answers.push(Answer::Address(Ipv6Addr::from(data.array::<16>()?).into(), ttl)),
            64 | 65 => {
                self.service(data, ttl);
            }
            _ => {}
        }
        Some(())
    }

    /// The parameters of an SVCB or HTTPS record (RFC 9460 §2.2) that hold addresses or keys.
    fn service(&mut self, mut data: Cursor<'_>, ttl: Duration) -> Option<()> {
        data.u16()?;
        // Its target is never compressed.
        loop {
            match data.u8()? {
                0 => break,
                length => data.skip(length.into())?,
            }
        }
        loop {
            let key = data.u16()?;
            let value = data.long()?;
            match key {
                4 => {
                    let hints = value.as_chunks::<4>().0.iter().map(|hint| Ipv4Addr::from(*hint).into());
                    self.answers.extend(hints.map(|address| Answer::Address(address, ttl)));
                }
                6 => {
                    let hints = value.as_chunks::<16>().0.iter().map(|hint| Ipv6Addr::from(*hint).into());
                    self.answers.extend(hints.map(|address| Answer::Address(address, ttl)));
                }
                5 => {
                    self.keys(Cursor::new(value));
                }
                _ => {}
            }
        }
    }

    /// The public names of a list of Encrypted Client Hello keys (RFC 9849 §4).
    fn keys(&mut self, mut value: Cursor<'_>) -> Option<()> {
        let mut list = Cursor::new(value.long()?);
        loop {
            let version = list.u16()?;
            let mut config = Cursor::new(list.long()?);
            if version != 0xfe0d {
                continue;
            }
            let number = config.u8()?;
            config.skip(2)?;
            config.long()?;
            config.long()?;
            config.skip(1)?;
            let name = tidy(config.short()?)?;
            self.answers.push(Answer::Ech(name, number));
        }
    }
}

/// Reads a name, following its pointers (RFC 1035 §4.1.4).
fn name(message: &[u8], cursor: &mut Cursor<'_>) -> Option<Box<str>> {
    let mut name = Vec::new();
    let mut next = labels(cursor, &mut name)?;
    for _ in 0..MOST_JUMPS {
        let Some(target) = next else {
            return if name.is_empty() { Some("".into()) } else { tidy(&name) };
        };
        next = labels(&mut Cursor::new(message.get(target..)?), &mut name)?;
    }
    None
}

/// Reads labels up to the name's end (`None`) or a pointer (`Some`).
fn labels(cursor: &mut Cursor<'_>, name: &mut Vec<u8>) -> Option<Option<usize>> {
    loop {
        let length = cursor.u8()?;
        match length >> 6 {
            0 if length == 0 => return Some(None),
            0 => {
                if !name.is_empty() {
                    name.push(b'.');
                }
                name.extend_from_slice(cursor.take(length.into())?);
            }
            3 => {
                let target = u16::from_be_bytes([length & 0x3f, cursor.u8()?]);
                return Some(Some(size(target.into())));
            }
            _ => return None,
        }
        if name.len() > LONGEST_NAME {
            return None;
        }
    }
}

/// A name as observations have it: lower case, without final dot; what does not print is replaced.
fn tidy(name: &[u8]) -> Option<Box<str>> {
    let readable =
        |byte: &u8| if byte.is_ascii_graphic() { char::from(byte.to_ascii_lowercase()) } else { '?' };
    let name: String = name.iter().map(readable).collect();
    let name = name.strip_suffix('.').unwrap_or(&name);
    (1..=LONGEST_NAME).contains(&name.len()).then(|| name.into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn header(flags: u16, questions: u16, answers: u16) -> Vec<u8> {
        [7, flags, questions, answers, 0, 0].into_iter().flat_map(u16::to_be_bytes).collect()
    }

    fn response(records: &[&[u8]]) -> Vec<u8> {
        let question = b"\x03API\x07example\x02ai\0\0\x01\0\x01";
        [&header(0x8180, 1, records.len() as u16)[..], question, &records.concat()].concat()
    }

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let length = (data.len() as u16).to_be_bytes();
        [b"\xc0\x0c", &kind.to_be_bytes()[..], b"\0\x01\0\0\0\x3c", &length, data].concat()
    }

    #[test]
    fn questions_and_addresses_are_read() {
        let alias = record(5, b"\x03cdn\xc0\x10");
        let message = response(&[&alias, &record(1, &[192, 0, 2, 9]), &record(28, &[0x20; 16])]);
        let read = Message::read(&message).unwrap();
        assert_eq!((read.id, read.direction), (7, Direction::Response));
        assert_eq!(read.questions, [Question { name: "api.example.ai".into(), kind: 1 }]);
        let minute = Duration::from_secs(60);
        let expected = [IpAddr::from([192, 0, 2, 9]), IpAddr::from([0x20_u8; 16])];
        assert_eq!(read.answers, expected.map(|address| Answer::Address(address, minute)));

        let cut = Message::read(&message[..message.len() - 3]).unwrap();
        assert_eq!(cut.answers.len(), 1);
    }

    #[test]
    fn keys_and_hints_of_services_are_read() {
        let config = b"\x05\0\x20\0\x02kk\0\x04\0\x01\0\x01\0\x0fout.example.net\0\0";
        let mut data = b"\0\x01\0\0\x04\0\x04\xc0\0\x02\x09\0\x05".to_vec();
        let config_length = config.len() as u16;
        for length in [config_length + 6, config_length + 4] {
            data.extend(length.to_be_bytes());
        }
        data.extend(b"\xfe\x0d");
        data.extend(config_length.to_be_bytes());
        data.extend(config);
        let read = Message::read(&response(&[&record(65, &data)])).unwrap();
        let [address, key] = &read.answers[..] else { panic!("{read:?}") };
        assert!(matches!(address, Answer::Address(_, _)));
        assert_eq!(*key, Answer::Ech("out.example.net".into(), 5));
    }

    #[test]
    fn loops_and_absurd_counts_end() {
        let looped = [&header(0, 1, 0)[..], b"\xc0\x0c\0\x01\0\x01"].concat();
        assert_eq!(Message::read(&looped), None);
        assert_eq!(Message::read(&header(0, 60_000, 0)), None);
        assert_eq!(Message::read(&header(0x2800, 0, 0)), None);
        let root = [&header(0, 1, 0)[..], b"\0\0\x02\0\x01"].concat();
        assert_eq!(&*Message::read(&root).unwrap().questions[0].name, "");
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            Message::read(&bytes);
            Message::read(&[&header(0x8000, 1, 3)[..], &bytes].concat());
        }
    }
}
