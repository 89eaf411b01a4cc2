use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Accepted, Found};

/// How sure an address of a private network is; words in context raise it.
const PRIVATE: f32 = 0.4;

/// First numbers below this are met in versions more often than in addresses that nobody calls one.
const LEAST_FIRST: u8 = 20;

/// Accepts public addresses, which tell of someone or somewhere.
///
/// Private, loopback, link-local, multicast, reserved and documentation ranges (IANA IPv4 special-purpose registry) tell
/// nothing by themselves, nor do resolvers, made-up addresses, version numbers and network masks.
pub(super) fn judge_v4(found: Found<'_>) -> Option<Accepted> {
    let address: Ipv4Addr = std::str::from_utf8(found.bytes()).ok()?.parse().ok()?;
    let [first, .., last] = address.octets();
    let tells_nothing = address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast()
        || address.is_broadcast()
        || first == 0
        || first >= 240
        || RESOLVERS.contains(&address)
        || is_made_up(address.octets())
        || (last == 0 && is_network(found.after()));
    // Versions have four numbers too, the first of which is small.
    let versions = is_version(found.before()) || first < LEAST_FIRST;
    (!tells_nothing && !versions && !address.is_private()).then(|| found.as_expected())
}

/// Accepts global addresses (2000::/3, RFC 4291 §2.4) and less surely unique local ones, but no documentation range.
pub(super) fn judge_v6(found: Found<'_>) -> Option<Accepted> {
    let text = std::str::from_utf8(found.bytes()).ok()?;
    let address: Ipv6Addr = text.parse().ok()?;
    let [first, second, ..] = address.segments();
    let documentation = is_documentation(address);
    let resolver = matches!((first, second), (0x2001, 0x4860) | (0x2606, 0x4700))
        && address.segments().iter().skip(3).take(4).all(|segment| *segment == 0);
    match first >> 12 {
        2 | 3 if !documentation && !resolver => Some(found.as_expected()),
        0xF if address.is_unique_local() => Some(found.accepted(PRIVATE)),
        _ => None,
    }
}

/// RFC 3849 and RFC 9637.
fn is_documentation(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    (first, second) == (0x2001, 0x0DB8) || first == 0x3FFF
}

/// Whether an address is one that a machine can have: not unspecified, loopback, multicast, broadcast or an example.
pub(super) fn is_machine(text: &[u8]) -> bool {
    let address = std::str::from_utf8(text).ok().and_then(|text| text.parse::<IpAddr>().ok());
    address.is_some_and(|address| {
        let everyone = matches!(address, IpAddr::V4(v4) if v4.is_broadcast());
        let example = match address {
            IpAddr::V4(v4) => v4.is_documentation() || is_made_up(v4.octets()) || RESOLVERS.contains(&v4),
            IpAddr::V6(v6) => is_documentation(v6),
        };
        !address.is_unspecified()
            && !address.is_loopback()
            && !address.is_multicast()
            && !everyone
            && !example
    })
}

/// Whether a text is an address, but not only `::`; a zone may stand behind it.
pub(super) fn is_valid(text: &[u8]) -> bool {
    let address = text.split(|byte| *byte == b'%').next().unwrap_or(text);
    let parsed = std::str::from_utf8(address).ok().map(str::parse::<IpAddr>);
    matches!(parsed, Some(Ok(_))) && address != b"::"
}

/// Addresses that everyone uses: public resolvers tell of nobody.
const RESOLVERS: [Ipv4Addr; 8] = [
    Ipv4Addr::new(8, 8, 8, 8),
    Ipv4Addr::new(8, 8, 4, 4),
    Ipv4Addr::new(1, 1, 1, 1),
    Ipv4Addr::new(1, 0, 0, 1),
    Ipv4Addr::new(9, 9, 9, 9),
    Ipv4Addr::new(149, 112, 112, 112),
    Ipv4Addr::new(208, 67, 222, 222),
    Ipv4Addr::new(208, 67, 220, 220),
];

/// Whether an address is made up for an example: two octets only, digits in a row, or bits in a pattern.
fn is_made_up([a, b, c, d]: [u8; 4]) -> bool {
    let repeats = (a == b && c == d) || (a == c && b == d) || (a == b && b == c) || (b == c && c == d);
    let counts =
        matches!((a, b, c, d), (12, 34, 56, 78) | (123, 45, 67, 89) | (12, 23, 34, 45) | (11, 22, 33, 44));
    let steps = b.wrapping_sub(a) == c.wrapping_sub(b) && c.wrapping_sub(b) == d.wrapping_sub(c);
    repeats || counts || steps
}

/// Whether a prefix length follows, as in `10.0.0.0/8`.
fn is_network(after: &[u8]) -> bool {
    matches!(after, [b'/', digit, ..] if digit.is_ascii_digit())
}

/// Whether what stands before speaks of a version or a section: `v`, `version`, `release`, `section`, a section sign.
fn is_version(before: &[u8]) -> bool {
    let tail = before.get(before.len().saturating_sub(16)..).unwrap_or_default().to_ascii_lowercase();
    let words = tail.trim_ascii_end().strip_suffix(b":").unwrap_or(tail.trim_ascii_end());
    let named: [&[u8]; 8] =
        [b"version", b"ver", b"ver.", b"release", b"build", b"section", b"firmware", "§".as_bytes()];
    tail.ends_with(b"v") || named.iter().any(|name| words.ends_with(name))
}

#[cfg(test)]
mod tests {
    use super::{Found, judge_v4, judge_v6};

    #[test]
    fn addresses_that_tell_of_someone() {
        for (text, address, holds) in [
            ("from 81.2.69.142", "81.2.69.142", true),
            ("from 10.1.2.33", "10.1.2.33", false),
            ("from 127.0.0.1", "127.0.0.1", false),
            ("from 192.0.2.7", "192.0.2.7", false),
            ("version 81.2.69.142", "81.2.69.142", false),
            ("chrome 1.2.3.4", "1.2.3.4", false),
            ("allow 81.2.69.0/24", "81.2.69.0", false),
            ("mask 255.255.255.0", "255.255.255.0", false),
            ("from 2a00:1450:4001:81b::200e", "2a00:1450:4001:81b::200e", true),
            ("from 2001:db8::1", "2001:db8::1", false),
            ("std::fmt", "::f", false),
            ("from fe80::1", "fe80::1", false),
        ] {
            let start = text.find(address).unwrap();
            let found = Found { text: text.as_bytes(), start, end: start + address.len() };
            assert_eq!(judge_v4(found).or(judge_v6(found)).is_some(), holds, "{text}");
        }
    }
}
