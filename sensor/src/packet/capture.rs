//! Files of packets, or the same from a pipe.

mod pcap; // the format of libpcap
mod pcapng; // its successor
mod source; // bytes on their way in

use std::io::{self, Read};

use self::{pcap::Pcap, pcapng::Pcapng, source::Source};
use super::{CaptureError, Frame, unread::Unread};

/// A packet longer than this is not believed; libpcap allows 256 KiB on any link.
pub(crate) const LONGEST: u32 = 1 << 20;

/// A capture being read.
pub(crate) struct Capture<R> {
    source: Source<R>,
    format: Format,
}

enum Format {
    Pcap(Pcap),
    Pcapng(Pcapng),
}

/// What a capture's first four bytes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Pcap(pcap::Variant),
    Pcapng,
}

/// Why there is no next frame.
#[derive(Debug)]
pub(crate) enum Fault {
    /// One packet cannot be read; the next may.
    Packet(Unread),
    /// The rest of the file cannot be read.
    File(Unread),
    /// The input failed.
    Read(io::Error),
}

/// How numbers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Big,
    Little,
}

impl Order {
    fn u16(self, bytes: [u8; 2]) -> u16 {
        match self {
            Self::Big => u16::from_be_bytes(bytes),
            Self::Little => u16::from_le_bytes(bytes),
        }
    }

    fn u32(self, bytes: [u8; 4]) -> u32 {
        match self {
            Self::Big => u32::from_be_bytes(bytes),
            Self::Little => u32::from_le_bytes(bytes),
        }
    }
}

impl Kind {
    pub(crate) fn of(first: &[u8]) -> Option<Self> {
        match first.first_chunk()? {
            [0x0a, 0x0d, 0x0d, 0x0a] => Some(Self::Pcapng),
            magic => pcap::Variant::of(*magic).map(Self::Pcap),
        }
    }
}

impl<R: Read> Capture<R> {
    /// Reads the beginning.
    pub(crate) fn open(input: R) -> Result<Self, CaptureError> {
        let mut source = Source::new(input);
        let first = source.peek(4).map_err(|cause| CaptureError::Read { packets: 0, cause })?;
        let format = match first.and_then(Kind::of) {
            Some(Kind::Pcapng) => Format::Pcapng(Pcapng::default()),
            Some(Kind::Pcap(variant)) => Format::Pcap(Pcap::new(variant)),
            None => return Err(CaptureError::Format),
        };
        Ok(Self { source, format })
    }

    /// The next frame; `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Frame<'_>>, Fault> {
        match &mut self.format {
            Format::Pcap(pcap) => pcap.next(&mut self.source),
            Format::Pcapng(pcapng) => pcapng.next(&mut self.source),
        }
    }
}

#[cfg(test)]
mod tests;
