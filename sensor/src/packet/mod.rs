//! Reads captures of packets: one observation for each flow, one for each question of DNS.
//!
//! Reads only what hosts show in clear: names, fingerprints, sizes and times; never a body, never a query string. Whatever
//! cannot be read is counted with its reason, and memory is bounded by [`Limits`].

mod assembly; // a stream's bytes in order
mod capture; // pcap and pcapng -> frames
mod clock; // the capture's time
mod cursor; // fields of big-endian headers
mod dns; // messages
mod flow; // packets between two ends
mod fragments; // packets sent in parts
mod http; // heads of requests
mod key; // what tells flows apart
mod link; // a frame -> its IP packet
mod meter;
mod network; // IPv4 and IPv6
mod quic; // Initial packets
mod resolve; // questions given out, answers learnt
mod seen; // what a flow showed
mod segment; // TCP and UDP
mod shape; // how bytes came in time
mod stream; // one direction of a TCP connection -> what it says
mod table; // the flows under way
mod tls; // hellos, fingerprints, certificates
mod tunnel; // packets within packets
mod unread; // why something could not be read // frames -> observations

use std::{collections::BTreeMap, io, time::Duration};

pub use self::meter::{Frame, Meter};
use self::{capture::Capture, unread::Unread};
use crate::Observation;

/// Bounds of memory and patience.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Flows under way at a time; beyond them, those idle for longest are given out.
    pub flows: usize,
    /// Bytes kept of one direction of a flow until it has said its name.
    pub stream: usize,
    /// Bytes kept of all of them.
    pub streams: usize,
    /// Bytes kept of packets sent in parts.
    pub fragments: usize,
    /// Pairs of client and address whose name is remembered.
    pub names: usize,
    /// A flow without packets for so long has ended, in the capture's time.
    pub idle: Duration,
}

impl Default for Limits {
    /// At most about 200 MB: 65,536 flows of up to 1.5 KB, 32 MB of streams (twice that, as buffers grow), 8 MB of
    /// fragments, 100,000 names.
    fn default() -> Self {
        Self {
            flows: 1 << 16,
            stream: 1 << 16,
            streams: 32 << 20,
            fragments: 8 << 20,
            names: 100_000,
            idle: Duration::from_secs(120),
        }
    }
}

/// What a capture came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Packets of the capture.
    pub packets: u64,
    /// Their bytes on the wire.
    pub bytes: u64,
    /// Flows given out; those of DNS are not among them.
    pub flows: u64,
    /// Questions of DNS given out.
    pub questions: u64,
    /// Flows given out before their end, for want of room.
    pub evicted: u64,
    /// What could not be read, and how often.
    pub unread: BTreeMap<&'static str, u64>,
}

impl Summary {
    fn count(&mut self, reason: Unread) {
        self.lost(reason, 1);
    }

    fn lost(&mut self, reason: Unread, times: u64) {
        if times > 0 {
            *self.unread.entry(reason.as_str()).or_default() += times;
        }
    }
}

/// Why a capture could not be read.
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    /// It begins as neither format does.
    #[error(
        "cannot read the capture: it is neither pcap nor pcapng; other formats can be converted with `editcap -F pcap`"
    )]
    Format,
    /// The input failed. What came before was given out.
    #[error("cannot read the capture after {packets} packets")]
    Read {
        /// How many packets were read.
        packets: u64,
        /// Why.
        #[source]
        cause: io::Error,
    },
}

/// Whether a file's first four bytes are those of a capture, pcap or pcapng in any variant.
pub fn is_capture(first: &[u8]) -> bool {
    capture::Kind::of(first).is_some()
}

/// Reads a capture, pcap or pcapng, to its end, also from a pipe; observations are given to `each` as flows end.
///
/// A file that ends within a packet, or whose records are not valid from somewhere on, gives what was readable, and the
/// summary says so.
pub fn read_capture(
    input: impl io::Read,
    limits: &Limits,
    each: &mut dyn FnMut(Observation),
) -> Result<Summary, CaptureError> {
    let mut meter = Meter::new(limits);
    let mut capture = Capture::open(input)?;
    let failed = loop {
        match capture.next() {
            Ok(Some(frame)) => meter.frame(&frame, each),
            Ok(None) => break None,
            Err(capture::Fault::Packet(reason)) => meter.count(reason),
            Err(capture::Fault::File(reason)) => {
                meter.count(reason);
                break None;
            }
            Err(capture::Fault::Read(cause)) => break Some(cause),
        }
    };
    let summary = meter.finish(each);
    match failed {
        None => Ok(summary),
        Some(cause) => Err(CaptureError::Read { packets: summary.packets, cause }),
    }
}
