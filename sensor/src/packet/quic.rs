//! The client's first message within QUIC: Initial packets are encrypted with keys anyone can derive (RFC 9001 §5.2).

mod header; // long headers, and several packets in a datagram
mod keys; // from a connection's number to its plaintext

use self::{
    header::{Kind, Packet, Version},
    keys::Keys,
};
use super::{assembly::Assembly, cursor::Cursor};

pub(crate) use self::header::begin;

/// Datagrams of one flow looked at for its hello.
const MOST_DATAGRAMS: u8 = 24;
/// Packets in one datagram.
const MOST_PACKETS: usize = 8;

/// The Initial packets of a client, from which its hello is put together.
#[derive(Debug, Default)]
pub(crate) struct Initials {
    keys: Option<Keys>,
    stream: Assembly,
    datagrams: u8,
}

/// What is known after a datagram.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// The body of the client's hello.
    Hello(Vec<u8>),
    /// Decrypted, but more is needed.
    Partial,
    /// Nothing could be decrypted.
    Nothing,
    /// Looked at long enough.
    Over,
}

impl Initials {
    /// Reads the datagram's Initial packets; keeps at most about `window` bytes.
    pub(crate) fn datagram(&mut self, datagram: &[u8], window: usize) -> Found {
        self.datagrams += 1;
        let mut found = Found::Nothing;
        let mut rest = datagram;
        for _ in 0..MOST_PACKETS {
            let Some((packet, after)) = Packet::read(rest) else { break };
            rest = after;
            if packet.kind == Kind::Initial
                && let Some(frames) = self.open(&packet)
            {
                found = Found::Partial;
                self.frames(Cursor::new(&frames), window);
            }
        }
        match self.hello() {
            Some(body) => Found::Hello(body),
            None if self.datagrams >= MOST_DATAGRAMS => Found::Over,
            None => found,
        }
    }

    /// What is there of a hello that will not become whole.
    pub(crate) fn unfinished(&self) -> Option<&[u8]> {
        match self.stream.known() {
            [1, _, _, _, body @ ..] => Some(body),
            _ => None,
        }
    }

    /// How much memory this takes.
    pub(crate) fn held(&self) -> usize {
        self.stream.held()
    }

    /// Decrypts with the keys the connection began with; those of the packet itself are the right ones for the first
    /// packet, and after a Retry (RFC 9001 §5.2) or another version changed them.
    fn open(&mut self, packet: &Packet<'_>) -> Option<Vec<u8>> {
        let reserved = packet.version == Version::Reserved;
        let known = self.keys.as_ref().filter(|keys| reserved || keys.version() == packet.version);
        if let Some(frames) = known.and_then(|keys| keys.open(packet)) {
            return Some(frames);
        }
        let versions: &[Version] = match packet.version {
            Version::Reserved => &[Version::One, Version::Draft29, Version::Draft23, Version::Two],
            _ => &[packet.version],
        };
        versions.iter().find_map(|version| {
            let keys = Keys::derive(*version, packet.destination)?;
            let frames = keys.open(packet)?;
            self.keys = Some(keys);
            Some(frames)
        })
    }

    /// Takes the CRYPTO frames; only the frames an Initial may have are stepped over (RFC 9000 §12.4).
    fn frames(&mut self, mut frames: Cursor<'_>, window: usize) -> Option<()> {
        loop {
            match frames.u8()? {
                0 | 1 => {}
                kind @ (2 | 3) => acknowledgement(&mut frames, kind)?,
                6 => {
                    let offset = number(&mut frames)?;
                    let length = number(&mut frames)?;
                    let piece = frames.take(usize::try_from(length).ok()?)?;
                    self.stream.push(offset, piece, window);
                }
                _ => return None,
            }
        }
    }

    fn hello(&self) -> Option<Vec<u8>> {
        let mut cursor = Cursor::new(self.stream.known());
        let 1 = cursor.u8()? else { return None };
        let length = usize::try_from(cursor.u24()?).ok()?;
        cursor.take(length).map(<[u8]>::to_vec)
    }
}

/// Steps over an ACK frame (RFC 9000 §19.3).
fn acknowledgement(frames: &mut Cursor<'_>, kind: u8) -> Option<()> {
    number(frames)?;
    number(frames)?;
    let ranges = number(frames)?;
    number(frames)?;
    for _ in 0..ranges.checked_mul(2)? {
        number(frames)?;
    }
    if kind == 3 {
        for _ in 0..3 {
            number(frames)?;
        }
    }
    Some(())
}

/// A number of variable length (RFC 9000 §16).
fn number(cursor: &mut Cursor<'_>) -> Option<u64> {
    let first = cursor.u8()?;
    let more = (1_usize << (first >> 6)) - 1;
    let bytes = cursor.take(more)?;
    Some(bytes.iter().fold(u64::from(first & 0x3f), |number, byte| number << 8 | u64::from(*byte)))
}

#[cfg(test)]
mod tests;
