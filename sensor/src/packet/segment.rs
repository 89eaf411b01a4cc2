use super::{network::Ip, unread::Unread};
use crate::Transport;

/// A TCP segment or UDP datagram.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Segment<'a> {
    pub(crate) transport: Transport,
    pub(crate) source: u16,
    pub(crate) target: u16,
    /// Sequence number of the first byte of the payload (TCP).
    pub(crate) sequence: u32,
    pub(crate) flags: Flags,
    /// As much of the payload as was captured.
    pub(crate) payload: &'a [u8],
    /// How long the payload was on the wire.
    pub(crate) length: usize,
}

/// The control bits of TCP (RFC 9293 §3.1); none for UDP.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Flags(u8);

impl Flags {
    pub(crate) fn fin(self) -> bool {
        self.0 & 0x01 != 0
    }

    pub(crate) fn syn(self) -> bool {
        self.0 & 0x02 != 0
    }

    pub(crate) fn reset(self) -> bool {
        self.0 & 0x04 != 0
    }

    pub(crate) fn acknowledges(self) -> bool {
        self.0 & 0x10 != 0
    }
}

impl<'a> Segment<'a> {
    pub(crate) fn read(ip: &Ip<'a>) -> Result<Self, Unread> {
        match ip.protocol {
            6 => tcp(ip),
            17 => udp(ip),
            _ => Err(Unread::OtherTransport),
        }
    }
}

fn tcp<'a>(ip: &Ip<'a>) -> Result<Segment<'a>, Unread> {
    // Ports, number and flags are enough where the capture cut the rest.
    let (fields, _) = ip.payload.split_first_chunk::<14>().ok_or(Unread::Cut)?;
    let [s0, s1, t0, t1, n0, n1, n2, n3, _, _, _, _, offset, flags] = *fields;
    let header = usize::from(offset >> 4) * 4;
    let length = ip.length.checked_sub(header).filter(|_| header >= 20).ok_or(Unread::Transport)?;
    let flags = Flags(flags);
    let sequence = u32::from_be_bytes([n0, n1, n2, n3]);
    Ok(Segment {
        transport: Transport::Tcp,
        source: u16::from_be_bytes([s0, s1]),
        target: u16::from_be_bytes([t0, t1]),
        // A SYN takes a number itself; data may follow it (RFC 7413).
        sequence: if flags.syn() { sequence.wrapping_add(1) } else { sequence },
        flags,
        payload: ip.payload.get(header..).unwrap_or_default(),
        length,
    })
}

fn udp<'a>(ip: &Ip<'a>) -> Result<Segment<'a>, Unread> {
    let (fields, payload) = ip.payload.split_first_chunk::<8>().ok_or(Unread::Cut)?;
    let [s0, s1, t0, t1, l0, l1, _, _] = *fields;
    let available = ip.length.checked_sub(8).ok_or(Unread::Transport)?;
    let length = match usize::from(u16::from_be_bytes([l0, l1])) {
        0 => available,
        stated => stated.checked_sub(8).ok_or(Unread::Transport)?.min(available),
    };
    Ok(Segment {
        transport: Transport::Udp,
        source: u16::from_be_bytes([s0, s1]),
        target: u16::from_be_bytes([t0, t1]),
        sequence: 0,
        flags: Flags::default(),
        payload: payload.get(..length).unwrap_or(payload),
        length,
    })
}
