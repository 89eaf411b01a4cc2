use super::{cursor::Cursor, link, network::Ip, unread::Unread};

/// What a packet carries.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Carried<'a> {
    /// Another packet.
    Packet(&'a [u8]),
    /// Itself.
    Nothing,
}

/// The packet that a mirror or tunnel packed into this one.
pub(crate) fn carried<'a>(ip: &Ip<'a>) -> Result<Carried<'a>, Unread> {
    match ip.protocol {
        // IP in IP (RFC 2003), IPv6 in IPv4 (RFC 4213)
        4 | 41 => Ok(Carried::Packet(ip.payload)),
        47 => gre(ip.payload).map(Carried::Packet),
        17 => Ok(datagram(ip.payload).map_or(Carried::Nothing, Carried::Packet)),
        _ => Ok(Carried::Nothing),
    }
}

/// GRE (RFC 2784, RFC 2890; version 1: RFC 2637) with IP, Ethernet, PPP, MPLS or ERSPAN in it.
fn gre(payload: &[u8]) -> Result<&[u8], Unread> {
    let mut cursor = Cursor::new(payload);
    let flags = cursor.u16().ok_or(Unread::Cut)?;
    let kind = cursor.u16().ok_or(Unread::Cut)?;
    let (checksum, routing, key, sequence) =
        (flags & 0x8000 != 0, flags & 0x4000 != 0, flags & 0x2000 != 0, flags & 0x1000 != 0);
    if routing {
        return Err(Unread::Tunnel);
    }
    let acknowledged = flags & 7 == 1 && flags & 0x80 != 0;
    let fields = [checksum, key, sequence, acknowledged].into_iter().filter(|there| *there).count();
    cursor.skip(fields * 4).ok_or(Unread::Cut)?;
    match kind {
        0x6558 => link::ethernet(cursor.rest()),
        0x880b => {
            let rest = cursor.rest();
            link::ppp(rest.strip_prefix(&[0xff, 0x03]).unwrap_or(rest))
        }
        0x88be => erspan(cursor.rest(), sequence),
        0x22eb => erspan_iii(cursor),
        kind => link::by_type(kind, cursor.rest(), 4),
    }
}

/// ERSPAN type II has a header of 8 bytes, type I none; only II has sequence numbers (draft-foschiano-erspan).
fn erspan(payload: &[u8], sequence: bool) -> Result<&[u8], Unread> {
    let header = if sequence { 8 } else { 0 };
    payload.get(header..).ok_or(Unread::Cut).and_then(link::ethernet)
}

/// ERSPAN type III: 12 bytes, and 8 more where the last bit of them says so.
fn erspan_iii(mut cursor: Cursor<'_>) -> Result<&[u8], Unread> {
    let header: [u8; 12] = cursor.array().ok_or(Unread::Cut)?;
    if header.last().is_some_and(|last| last & 1 != 0) {
        cursor.skip(8).ok_or(Unread::Cut)?;
    }
    match header {
        // The frame's type: 2 is a bare IP packet.
        [_, _, _, _, _, _, _, _, _, _, kind, _] if (kind >> 2) & 0x1f == 2 => Ok(cursor.rest()),
        _ => link::ethernet(cursor.rest()),
    }
}

/// The packet within UDP of a tunnel's port; `None` if it does not look like one, as ports prove nothing.
fn datagram(payload: &[u8]) -> Option<&[u8]> {
    let mut cursor = Cursor::new(payload);
    let _source = cursor.u16()?;
    let target = cursor.u16()?;
    cursor.skip(4)?;
    match target {
        // VXLAN (RFC 7348), 8472: Linux before it had a port
        4789 | 8472 => {
            let [flags, _, _, _, _, _, _, reserved] = cursor.array()?;
            (flags & 0x08 != 0 && reserved == 0).then(|| link::ethernet(cursor.rest()).ok())?
        }
        // VXLAN-GPE (draft-ietf-nvo3-vxlan-gpe): the next protocol is told
        4790 => match cursor.array::<8>()? {
            [_, _, _, 1 | 2, ..] => Some(cursor.rest()),
            _ => link::ethernet(cursor.rest()).ok(),
        },
        // Geneve (RFC 8926)
        6081 => {
            let [first, _] = cursor.array()?;
            let kind = cursor.u16()?;
            cursor.skip(4 + usize::from(first & 0x3f) * 4)?;
            match kind {
                0x6558 => link::ethernet(cursor.rest()).ok(),
                kind => link::by_type(kind, cursor.rest(), 4).ok(),
            }
        }
        // GTP-U (3GPP TS 29.281 §5.1): user packets, with optional fields
        2152 => {
            let [flags, 0xff, _, _] = cursor.array()? else { return None };
            cursor.skip(4)?;
            if flags & 0x07 != 0 {
                let mut next = {
                    let [_, _, _, next] = cursor.array()?;
                    next
                };
                while next != 0 {
                    let words = usize::from(cursor.u8()?);
                    let body = cursor.take((words * 4).checked_sub(1)?)?;
                    next = *body.last()?;
                }
            }
            (flags >> 5 == 1).then(|| link::by_type(0x0800, cursor.rest(), 1).ok())?
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const INNER: [u8; 4] = [0x45, 0, 0, 20];
    const ETHERNET: [u8; 14] = [2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 8, 0];

    #[track_caller]
    fn check(protocol: u8, before: &[&[u8]]) {
        let payload = [before.concat(), INNER.to_vec()].concat();
        let outer = |payload| Ip {
            headers: 20,
            source: Ipv4Addr::LOCALHOST.into(),
            target: Ipv4Addr::LOCALHOST.into(),
            protocol,
            payload,
            length: 0,
            fragment: None,
        };
        assert_eq!(carried(&outer(&payload)), Ok(Carried::Packet(&INNER)));
        for length in 0..payload.len() - INNER.len() {
            let cut = outer(&payload[..length]);
            assert_ne!(carried(&cut), Ok(Carried::Packet(&INNER)), "cut at {length}");
        }
    }

    fn udp(port: u16) -> [u8; 8] {
        let [high, low] = port.to_be_bytes();
        [0x12, 0x34, high, low, 0, 0, 0, 0]
    }

    #[test]
    fn the_inner_packet_is_found() {
        check(4, &[]);
        check(47, &[&[0, 0, 8, 0]]);
        check(47, &[&[0xb0, 0, 8, 0], &[0; 12]]);
        check(47, &[&[0, 0, 0x65, 0x58], &ETHERNET]);
        check(47, &[&[0x30, 0x81, 0x88, 0x0b], &[0; 12], &[0xff, 3, 0, 0x21]]);
        check(47, &[&[0, 0, 0x88, 0xbe], &ETHERNET]);
        check(47, &[&[0x10, 0, 0x88, 0xbe], &[0; 12], &ETHERNET]);
        check(47, &[&[0x10, 0, 0x22, 0xeb], &[0; 4], &[0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], &ETHERNET]);
        check(
            47,
            &[&[0x10, 0, 0x22, 0xeb], &[0; 4], &[0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], &[0; 8], &ETHERNET],
        );
        check(17, &[&udp(4789), &[8, 0, 0, 0, 0, 0, 9, 0], &ETHERNET]);
        check(17, &[&udp(6081), &[0x01, 0, 0x65, 0x58, 0, 0, 9, 0], &[0; 4], &ETHERNET]);
        check(17, &[&udp(2152), &[0x30, 0xff, 0, 20, 0, 0, 0, 1]]);
        check(17, &[&udp(2152), &[0x34, 0xff, 0, 20, 0, 0, 0, 1], &[0, 0, 0, 0x85], &[1, 0, 0, 0]]);
    }
}
