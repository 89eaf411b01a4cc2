use super::{
    cursor::{Cursor, size},
    unread::Unread,
};

/// Labels and tags that may stand before an IP packet; more are not believed.
const MOST_TAGS: usize = 8;

const IPV4: u16 = 0x0800;
const IPV6: u16 = 0x86dd;

/// The IP packet within a frame, by the capture's link type.
///
/// Numbers and layouts: <https://www.tcpdump.org/linktypes.html>.
pub(crate) fn ip(link: u16, frame: &[u8]) -> Result<&[u8], Unread> {
    let mut cursor = Cursor::new(frame);
    match link {
        1 => ethernet(frame),
        // BSD loopback in either byte order; the family's value differs between systems, so the packet itself tells.
        0 | 108 => cursor.skip(4).ok_or(Unread::Cut).and_then(|()| bare(cursor.rest())),
        12 | 14 | 101 | 228 | 229 => bare(frame),
        // PPP with or without address and control bytes, or Cisco's framing: unicast or multicast, control, type
        // (RFC 1547 §4.3.1). No number of PPP has an even second byte (RFC 1661 §2), so they cannot be mistaken.
        9 | 50 if matches!(frame, [0x0f | 0x8f, 0, ..]) => tagged(cursor, 2),
        9 | 50 => {
            if frame.starts_with(&[0xff, 0x03]) {
                cursor.skip(2).ok_or(Unread::Cut)?;
            }
            ppp(cursor.rest())
        }
        51 => pppoe(frame),
        // Cisco HDLC: address, control, type.
        104 => tagged(cursor, 2),
        109 => cursor.skip(12).ok_or(Unread::Cut).and_then(|()| bare(cursor.rest())),
        // Linux cooked, versions 1 and 2.
        113 => tagged(cursor, 14),
        276 => {
            let kind = cursor.u16().ok_or(Unread::Cut)?;
            cursor.skip(18).ok_or(Unread::Cut)?;
            by_type(kind, cursor.rest(), MOST_TAGS)
        }
        105 => wireless(frame),
        // Radiotap: its length stands in bytes 2 and 3, little-endian.
        127 => {
            let length = cursor.u32().ok_or(Unread::Cut)?.swap_bytes() >> 16;
            frame.get(size(length)..).ok_or(Unread::Cut).and_then(wireless)
        }
        // PPI: its length stands in bytes 2 and 3, the inner link type follows, both little-endian.
        192 => {
            let length = cursor.u32().ok_or(Unread::Cut)?.swap_bytes() >> 16;
            let inner = cursor.u32().ok_or(Unread::Cut)?.swap_bytes();
            within(inner, frame, length)
        }
        239 => nflog(frame),
        // Apple's PKTAP: header length, next type, the inner link type, all little-endian.
        258 => {
            let length = cursor.u32().ok_or(Unread::Cut)?.swap_bytes();
            cursor.skip(4).ok_or(Unread::Cut)?;
            let inner = cursor.u32().ok_or(Unread::Cut)?.swap_bytes();
            within(inner, frame, length)
        }
        _ => Err(Unread::LinkType),
    }
}

/// The IP packet within a frame of another link type, after a header that says so.
fn within(link: u32, frame: &[u8], header: u32) -> Result<&[u8], Unread> {
    match u16::try_from(link) {
        Ok(192 | 239 | 258) | Err(_) => Err(Unread::LinkType),
        Ok(link) => ip(link, frame.get(size(header)..).ok_or(Unread::Cut)?),
    }
}

/// The packet among the fields of a Linux firewall's log; their lengths and types are in the machine's order, which is
/// little-endian nearly everywhere.
fn nflog(frame: &[u8]) -> Result<&[u8], Unread> {
    const PACKET: u16 = 9;
    let mut cursor = Cursor::new(frame);
    cursor.skip(4).ok_or(Unread::Cut)?;
    loop {
        let length = usize::from(cursor.u16().ok_or(Unread::Cut)?.swap_bytes());
        let kind = cursor.u16().ok_or(Unread::Cut)?.swap_bytes() & 0x7fff;
        let length = length.checked_sub(4).ok_or(Unread::NotIp)?;
        if kind == PACKET {
            return bare(cursor.rest());
        }
        cursor.skip(length.next_multiple_of(4)).ok_or(Unread::Cut)?;
    }
}

/// The IP packet within an Ethernet frame.
pub(crate) fn ethernet(frame: &[u8]) -> Result<&[u8], Unread> {
    tagged(Cursor::new(frame), 12)
}

/// The IP packet after a type (RFC 7042 lists them) that stands after `before` bytes.
fn tagged(mut cursor: Cursor<'_>, before: usize) -> Result<&[u8], Unread> {
    cursor.skip(before).ok_or(Unread::Cut)?;
    let kind = cursor.u16().ok_or(Unread::Cut)?;
    by_type(kind, cursor.rest(), MOST_TAGS)
}

/// The IP packet of a payload of this type, through at most `tags` tags.
pub(crate) fn by_type(kind: u16, payload: &[u8], tags: usize) -> Result<&[u8], Unread> {
    let Some(tags) = tags.checked_sub(1) else { return Err(Unread::Nested) };
    let mut cursor = Cursor::new(payload);
    match kind {
        IPV4 | IPV6 => bare(payload),
        // VLAN, QinQ and its forerunners: two bytes of tag, then the type.
        0x8100 | 0x88a8 | 0x9100 | 0x9200 | 0x9300 => {
            let inner = cursor.u32().ok_or(Unread::Cut)?;
            by_type((inner & 0xffff) as u16, cursor.rest(), tags)
        }
        0x8847 | 0x8848 => mpls(cursor, tags),
        0x8864 => pppoe(payload),
        // Cisco FabricPath: forwarding tag and time to live, then the frame.
        0x8903 => payload.get(2..).ok_or(Unread::Cut).and_then(|frame| enclosed(frame, tags)),
        // Up to 1,500 it is a length (IEEE 802.3): logical link control follows.
        0..=1500 => llc(payload, tags),
        _ => Err(Unread::NotIp),
    }
}

/// The IP packet within an Ethernet frame that another one carries.
fn enclosed(frame: &[u8], tags: usize) -> Result<&[u8], Unread> {
    let mut cursor = Cursor::new(frame);
    cursor.skip(12).ok_or(Unread::Cut)?;
    let kind = cursor.u16().ok_or(Unread::Cut)?;
    by_type(kind, cursor.rest(), tags)
}

/// The packet if it is IP by its first four bits.
fn bare(packet: &[u8]) -> Result<&[u8], Unread> {
    match packet.first().map(|first| first >> 4) {
        Some(4 | 6) => Ok(packet),
        Some(_) => Err(Unread::NotIp),
        None => Err(Unread::Cut),
    }
}

/// MPLS label stack (RFC 3032); what follows is IP, or Ethernet with or without control word (RFC 4448).
fn mpls(mut cursor: Cursor<'_>, tags: usize) -> Result<&[u8], Unread> {
    for _ in 0..=tags {
        let label = cursor.u32().ok_or(Unread::Cut)?;
        if label & 0x100 == 0 {
            continue;
        }
        let payload = cursor.rest();
        return bare(payload).or_else(|_| match payload {
            [0, _, _, _, frame @ ..] => ethernet(frame).or_else(|_| ethernet(payload)),
            _ => ethernet(payload),
        });
    }
    Err(Unread::Nested)
}

/// PPPoE session (RFC 2516 §4).
fn pppoe(payload: &[u8]) -> Result<&[u8], Unread> {
    payload.get(6..).ok_or(Unread::Cut).and_then(ppp)
}

/// The IP packet after a PPP protocol number (RFC 1661 §2), which may be compressed to one byte.
pub(crate) fn ppp(payload: &[u8]) -> Result<&[u8], Unread> {
    match payload {
        [0x00, 0x21 | 0x57, rest @ ..] | [0x21 | 0x57, rest @ ..] => bare(rest),
        [] | [_] => Err(Unread::Cut),
        _ => Err(Unread::NotIp),
    }
}

/// Logical link control, with the type in a SNAP header (IEEE 802 §9.2).
fn llc(payload: &[u8], tags: usize) -> Result<&[u8], Unread> {
    match payload {
        [0xaa, 0xaa, 0x03, _, _, _, high, low, rest @ ..] => {
            by_type(u16::from_be_bytes([*high, *low]), rest, tags)
        }
        _ => Err(Unread::NotIp),
    }
}

/// Unencrypted data frame of a wireless network (IEEE 802.11 §9.3.2).
fn wireless(frame: &[u8]) -> Result<&[u8], Unread> {
    let [control, flags, ..] = *frame else { return Err(Unread::Cut) };
    let (data, quality, protected) = (control & 0x0c == 0x08, control & 0x80 != 0, flags & 0x40 != 0);
    if !data || protected || control & 0x40 != 0 {
        return Err(Unread::NotIp);
    }
    let relayed = flags & 0x03 == 0x03;
    let mut header = 24;
    header += if relayed { 6 } else { 0 };
    header += if quality { 2 } else { 0 };
    header += if quality && flags & 0x80 != 0 { 4 } else { 0 };
    frame.get(header..).ok_or(Unread::Cut).and_then(|payload| llc(payload, MOST_TAGS))
}

#[cfg(test)]
mod tests {
    use super::*;

    const IP: [u8; 4] = [0x45, 0, 0, 20];

    #[track_caller]
    fn check(link: u16, before: &[&[u8]], expected: Result<(), Unread>) {
        let frame = [before.concat(), IP.to_vec()].concat();
        assert_eq!(ip(link, &frame), expected.map(|()| &IP[..]));
        for length in 0..frame.len() - IP.len() {
            assert!(ip(link, &frame[..length]).is_err(), "cut at {length}");
        }
    }

    const MAC: &[u8] = &[2; 12];

    #[test]
    fn ip_is_found_under_every_header() {
        check(1, &[MAC, &[8, 0]], Ok(()));
        check(1, &[MAC, &[0x81, 0, 0, 5, 8, 0]], Ok(()));
        check(1, &[MAC, &[0x88, 0xa8, 0, 5, 0x81, 0, 0, 6, 8, 0]], Ok(()));
        check(1, &[MAC, &[0x88, 0x47, 0, 0, 0, 9, 0, 0, 1, 9]], Ok(()));
        check(1, &[MAC, &[0x88, 0x47, 0, 0, 1, 9, 0, 0, 0, 0], MAC, &[8, 0]], Ok(()));
        check(1, &[MAC, &[0x89, 3, 0, 0x60], MAC, &[0x81, 0, 0, 5, 8, 0]], Ok(()));
        check(1, &[MAC, &[0x88, 0x64, 0x11, 0, 0, 1, 0, 22, 0, 0x21]], Ok(()));
        check(1, &[MAC, &[0, 28, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0]], Ok(()));
        check(0, &[&[2, 0, 0, 0]], Ok(()));
        check(101, &[], Ok(()));
        check(9, &[&[0xff, 3, 0, 0x21]], Ok(()));
        check(9, &[&[0x0f, 0, 8, 0]], Ok(()));
        check(104, &[&[0x0f, 0, 8, 0]], Ok(()));
        check(113, &[&[0; 14], &[8, 0]], Ok(()));
        check(276, &[&[8, 0], &[0; 18]], Ok(()));
        check(105, &[&[0x88, 1], &[0; 24], &[0xaa, 0xaa, 3, 0, 0, 0, 8, 0]], Ok(()));
        check(127, &[&[0, 0, 8, 0, 0, 0, 0, 0, 8, 1], &[0; 22], &[0xaa, 0xaa, 3, 0, 0, 0, 8, 0]], Ok(()));
        check(192, &[&[0, 0, 8, 0, 1, 0, 0, 0], MAC, &[8, 0]], Ok(()));
        check(239, &[&[2, 0, 0, 1], &[6, 0, 10, 0, 1, 1, 0, 0], &[8, 0, 9, 0]], Ok(()));
        check(258, &[&[12, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0], MAC, &[8, 0]], Ok(()));
    }

    #[test]
    fn what_is_not_ip_is_said() {
        check(1, &[MAC, &[8, 6]], Err(Unread::NotIp));
        check(105, &[&[0x08, 0x41], &[0; 30]], Err(Unread::NotIp));
        assert_eq!(ip(147, &IP), Err(Unread::LinkType));
        let tags = [MAC.to_vec(), [0x81, 0, 0, 5].repeat(20), vec![8, 0], IP.to_vec()].concat();
        assert_eq!(ip(1, &tags), Err(Unread::Nested));
    }
}
