use super::number;
use crate::packet::cursor::Cursor;

/// A connection's number has at most this many bytes (RFC 9000 §17.2).
const LONGEST_NUMBER: usize = 20;

/// A packet with a long header (RFC 9000 §17.2).
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Packet<'a> {
    pub(crate) version: Version,
    pub(crate) kind: Kind,
    pub(crate) destination: &'a [u8],
    /// The whole packet.
    pub(crate) bytes: &'a [u8],
    /// Where its number begins.
    pub(crate) number_at: usize,
}

/// Which way keys are derived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    /// RFC 9000, and the last drafts of it.
    One,
    /// RFC 9369.
    Two,
    /// Drafts 29 to 32.
    Draft29,
    /// Drafts 23 to 28.
    Draft23,
    /// Draft 22.
    Draft22,
    /// None: a client that wants to be told which versions there are (RFC 9000 §15), and sends a hello in one that it knows.
    Reserved,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Initial,
    Other,
}

impl Version {
    fn of(number: u32) -> Option<Self> {
        match number {
            1 | 0xff00_0021 | 0xff00_0022 => Some(Self::One),
            0x6b33_43cf => Some(Self::Two),
            0xff00_001d..=0xff00_0020 => Some(Self::Draft29),
            // The others are the names Facebook gave its own of draft 27 and 22.
            0xff00_0017..=0xff00_001c | 0xface_b002 | 0xface_b00e => Some(Self::Draft23),
            0xff00_0016 | 0xface_b001 => Some(Self::Draft22),
            _ if number & 0x0f0f_0f0f == 0x0a0a_0a0a => Some(Self::Reserved),
            _ => None,
        }
    }
}

/// Whether a flow's datagram looks like the first of a QUIC connection.
pub(crate) fn begin(datagram: &[u8]) -> bool {
    match datagram {
        [first, a, b, c, d, ..] => {
            first & 0x80 != 0 && Version::of(u32::from_be_bytes([*a, *b, *c, *d])).is_some()
        }
        _ => false,
    }
}

impl<'a> Packet<'a> {
    /// The first packet of a datagram, and what follows it. `None`: no long header, or none whose length is known.
    pub(crate) fn read(datagram: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let mut cursor = Cursor::new(datagram);
        let first = cursor.u8().filter(|first| first & 0x80 != 0)?;
        let version = Version::of(cursor.u32()?)?;
        let destination = cursor.short().filter(|number| number.len() <= LONGEST_NUMBER)?;
        cursor.short()?;
        // RFC 9369 §3.2 turned the types round by one.
        let kind = match (version, (first >> 4) & 3) {
            (Version::Two, 1) => Kind::Initial,
            (Version::Two, 0) => return None, // Retry
            (Version::Two, _) => Kind::Other,
            (_, 0) => Kind::Initial,
            (_, 3) => return None, // Retry
            _ => Kind::Other,
        };
        if kind == Kind::Initial {
            let token = number(&mut cursor)?;
            cursor.skip(usize::try_from(token).ok()?)?;
        }
        let length = usize::try_from(number(&mut cursor)?).ok()?;
        let number_at = datagram.len() - cursor.rest().len();
        let (bytes, rest) = datagram.split_at_checked(number_at.checked_add(length)?)?;
        Some((Self { version, kind, destination, bytes, number_at }, rest))
    }
}
