use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{cursor::Cursor, unread::Unread};

/// An IP packet: who sends what to whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ip<'a> {
    pub(crate) source: IpAddr,
    pub(crate) target: IpAddr,
    /// The protocol of the payload, as IANA numbers it.
    pub(crate) protocol: u8,
    /// How long the headers before the payload are.
    pub(crate) headers: usize,
    /// As much of the payload as was captured.
    pub(crate) payload: &'a [u8],
    /// How long the payload was on the wire.
    pub(crate) length: usize,
    pub(crate) fragment: Option<Fragment>,
}

/// Whether a packet is as long as it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stated {
    Fits,
    /// There was not so much on the wire.
    TooLong,
}

/// Which part of a packet this one carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fragment {
    pub(crate) id: u32,
    /// Where it begins, in bytes.
    pub(crate) offset: usize,
    pub(crate) place: Place,
}

/// Whether parts follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    More,
    Last,
}

/// Headers of IPv6 that may stand before the payload; more are not believed.
const MOST_HEADERS: usize = 12;

impl<'a> Ip<'a> {
    /// Reads IPv4 (RFC 791) or IPv6 (RFC 8200).
    pub(crate) fn read(packet: &'a [u8]) -> Result<Self, Unread> {
        match packet.first().map(|first| first >> 4) {
            Some(4) => version_4(packet),
            Some(6) => version_6(packet),
            _ => Err(Unread::Ip),
        }
    }

    /// Takes no more for the payload's length than what `wire` has room for: the bytes that were on the wire from the
    /// packet's beginning on.
    pub(crate) fn within(&mut self, wire: usize) -> Stated {
        let most = wire.saturating_sub(self.headers);
        if self.length <= most {
            return Stated::Fits;
        }
        self.length = most;
        Stated::TooLong
    }

    /// The packet that its parts made up; headers may stand within the parts.
    pub(crate) fn joined(self, payload: &'a [u8], length: usize) -> Result<Self, Unread> {
        let whole = Self { payload, length, fragment: None, ..self };
        if whole.source.is_ipv6() { extension(whole) } else { Ok(whole) }
    }
}

fn version_4(packet: &[u8]) -> Result<Ip<'_>, Unread> {
    let (header, _) = packet.split_first_chunk::<20>().ok_or(Unread::Cut)?;
    let [first, _, l0, l1, i0, i1, f0, f1, _, protocol, _, _, s0, s1, s2, s3, t0, t1, t2, t3] = *header;
    let header = usize::from(first & 0x0f) * 4;
    let total = match usize::from(u16::from_be_bytes([l0, l1])) {
        // Left to the network card (segmentation offload): all there is.
        0 => packet.len(),
        total => total,
    };
    let length = total.checked_sub(header).filter(|_| header >= 20).ok_or(Unread::Ip)?;
    let payload = packet.get(header..).ok_or(Unread::Cut)?;
    let flags = u16::from_be_bytes([f0, f1]);
    Ok(Ip {
        source: Ipv4Addr::new(s0, s1, s2, s3).into(),
        target: Ipv4Addr::new(t0, t1, t2, t3).into(),
        protocol,
        headers: header,
        payload: payload.get(..length).unwrap_or(payload),
        length,
        fragment: fragment(
            u16::from_be_bytes([i0, i1]).into(),
            usize::from(flags & 0x1fff) * 8,
            flags & 0x2000 != 0,
        ),
    })
}

/// A packet that is whole is no fragment, even if its header says one of one (RFC 6946).
fn fragment(id: u32, offset: usize, more: bool) -> Option<Fragment> {
    let place = if more { Place::More } else { Place::Last };
    (more || offset > 0).then_some(Fragment { id, offset, place })
}

fn version_6(packet: &[u8]) -> Result<Ip<'_>, Unread> {
    let mut cursor = Cursor::new(packet);
    cursor.skip(4).ok_or(Unread::Cut)?;
    let stated = usize::from(cursor.u16().ok_or(Unread::Cut)?);
    let [next, _] = cursor.array().ok_or(Unread::Cut)?;
    let source = Ipv6Addr::from(cursor.array::<16>().ok_or(Unread::Cut)?);
    let target = Ipv6Addr::from(cursor.array::<16>().ok_or(Unread::Cut)?);
    let captured = cursor.rest();
    // Zero: a jumbo payload (RFC 2675) or segmentation offload.
    let length = if stated == 0 { captured.len() } else { stated };
    let payload = captured.get(..length).unwrap_or(captured);
    extension(Ip {
        source: source.into(),
        target: target.into(),
        protocol: next,
        headers: 40,
        payload,
        length,
        fragment: None,
    })
}

/// Steps over the extension headers (RFC 8200 §4, RFC 4302, RFC 7045).
fn extension(mut ip: Ip<'_>) -> Result<Ip<'_>, Unread> {
    for _ in 0..MOST_HEADERS {
        let header = match ip.protocol {
            0 | 43 | 60 | 135 | 139 | 140 => {
                let [_, length, ..] = *ip.payload else { return Err(Unread::Cut) };
                usize::from(length) * 8 + 8
            }
            51 => {
                let [_, length, ..] = *ip.payload else { return Err(Unread::Cut) };
                usize::from(length) * 4 + 8
            }
            44 => {
                let [_, _, o0, o1, i0, i1, i2, i3, ..] = *ip.payload else { return Err(Unread::Cut) };
                let place = u16::from_be_bytes([o0, o1]);
                ip.fragment = fragment(
                    u32::from_be_bytes([i0, i1, i2, i3]),
                    usize::from(place & 0xfff8),
                    place & 1 != 0,
                );
                8
            }
            _ => return Ok(ip),
        };
        let next = *ip.payload.first().ok_or(Unread::Cut)?;
        ip.length = ip.length.checked_sub(header).ok_or(Unread::Ip)?;
        ip.headers += header;
        ip.payload = ip.payload.get(header..).ok_or(Unread::Cut)?;
        ip.protocol = next;
        // What follows in a later fragment is no header.
        if ip.fragment.is_some() {
            return Ok(ip);
        }
    }
    Err(Unread::Ip)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn four(total: u16, flags: u16, payload: &[u8]) -> Vec<u8> {
        let mut packet = vec![0x45, 0];
        packet.extend(total.to_be_bytes());
        packet.extend([0, 7]);
        packet.extend(flags.to_be_bytes());
        packet.extend([64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 9]);
        packet.extend(payload);
        packet
    }

    fn six(next: u8, payload: &[u8]) -> Vec<u8> {
        let mut packet = vec![0x60, 0, 0, 0];
        packet.extend((payload.len() as u16).to_be_bytes());
        packet.extend([next, 64]);
        packet.extend([0x20; 32]);
        packet.extend(payload);
        packet
    }

    #[test]
    fn lengths_are_those_of_the_header() {
        for (total, carried, payload, length) in [
            (24, 4, 4, 4),      // as it is
            (24, 26, 4, 4),     // padded by Ethernet
            (1020, 4, 4, 1000), // cut off by the capture
            (0, 4, 4, 4),       // offloaded
        ] {
            let packet = four(total, 0, &vec![0; carried]);
            let ip = Ip::read(&packet).unwrap();
            assert_eq!((ip.payload.len(), ip.length), (payload, length), "{total} {carried}");
            assert_eq!(ip.protocol, 17);
        }
        assert_eq!(Ip::read(&four(10, 0, &[])), Err(Unread::Ip));
        assert_eq!(Ip::read(&[0x45; 10]), Err(Unread::Cut));
    }

    #[test]
    fn what_the_wire_had_no_room_for_does_not_count() {
        for (packet, wire, expected) in [
            (four(24, 0, &[0; 4]), 24, (Stated::Fits, 4)),
            (four(1020, 0, &[0; 4]), 1020, (Stated::Fits, 1000)),
            (four(1020, 0, &[0; 4]), 24, (Stated::TooLong, 4)),
            (four(1020, 0, &[]), 3, (Stated::TooLong, 0)),
            (six(60, &[17, 0, 0, 0, 0, 0, 0, 0, 1, 2]), 48, (Stated::TooLong, 0)),
        ] {
            let mut ip = Ip::read(&packet).unwrap();
            assert_eq!((ip.within(wire), ip.length), expected);
        }
    }

    #[test]
    fn fragments_say_their_place() {
        let fragment = |flags| Ip::read(&four(28, flags, &[0; 8])).unwrap().fragment;
        assert_eq!(fragment(0x4000), None);
        assert_eq!(fragment(0x2000), Some(Fragment { id: 7, offset: 0, place: Place::More }));
        assert_eq!(fragment(0x0002), Some(Fragment { id: 7, offset: 16, place: Place::Last }));
    }

    #[test]
    fn headers_of_version_6_are_stepped_over() {
        let packet = six(0, &[43, 0, 0, 0, 0, 0, 0, 0, 6, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2]);
        let ip = Ip::read(&packet).unwrap();
        assert_eq!((ip.protocol, ip.payload, ip.length), (6, &[1, 2][..], 2));

        let packet = six(44, &[17, 0, 0, 9, 0, 0, 0, 5, 0, 0]);
        let ip = Ip::read(&packet).unwrap();
        assert_eq!(ip.fragment, Some(Fragment { id: 5, offset: 8, place: Place::More }));

        let options = [6, 0, 0, 0, 0, 0, 0, 0, 1, 2];
        let part = six(44, &[60, 0, 0, 1, 0, 0, 0, 5, 0, 0]);
        let whole = Ip::read(&part).unwrap().joined(&options, options.len()).unwrap();
        assert_eq!((whole.protocol, whole.payload, whole.length), (6, &[1, 2][..], 2));

        let atomic = six(44, &[17, 0, 0, 0, 0, 0, 0, 5, 0, 0]);
        assert_eq!(Ip::read(&atomic).unwrap().fragment, None);

        let endless = six(0, &[0; 400]);
        assert_eq!(Ip::read(&endless), Err(Unread::Ip));
    }
}
