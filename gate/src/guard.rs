use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use ipnet::IpNet;

/// Addresses at which clouds hand credentials to whoever asks, outside the link-local range:
/// Alibaba, Azure's host agent, Oracle, Amazon over IPv6, Google over IPv6.
const METADATA: [IpAddr; 5] = [
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
    IpAddr::V4(Ipv4Addr::new(192, 0, 0, 192)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V6(Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)),
];

/// Which addresses are never connected to on a client's behalf.
///
/// Asked with the address that is about to be connected to, after names were resolved, so that a name that resolves
/// differently the second time changes nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Guard {
    allow: Vec<IpNet>,
}

/// Why an address is not connected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ForbiddenAddress {
    /// This machine.
    #[error("a loopback address")]
    Loopback,
    /// This link, or a cloud's metadata service.
    #[error("a link-local address")]
    LinkLocal,
    /// A cloud's metadata service.
    #[error("a cloud metadata address")]
    Metadata,
    /// No address at all.
    #[error("an unspecified address")]
    Unspecified,
    /// Several machines.
    #[error("a multicast or broadcast address")]
    Multicast,
    /// The gate's own listener.
    #[error("the proxy itself")]
    Itself,
}

impl Guard {
    pub(crate) fn new(allow: Vec<IpNet>) -> Self {
        Self { allow }
    }

    /// Whether `to` may be connected to for a client that reached the gate at `here`.
    pub(crate) fn check(&self, to: SocketAddr, here: SocketAddr) -> Result<(), ForbiddenAddress> {
        let address = effective(to.ip());
        if to.port() == here.port() && (address == effective(here.ip()) || address.is_loopback()) {
            return Err(ForbiddenAddress::Itself);
        }
        if self.allow.iter().any(|network| network.contains(&address)) {
            return Ok(());
        }
        forbidden(address).map_or(Ok(()), Err)
    }
}

fn forbidden(address: IpAddr) -> Option<ForbiddenAddress> {
    if METADATA.contains(&address) {
        return Some(ForbiddenAddress::Metadata);
    }
    if address.is_loopback() {
        return Some(ForbiddenAddress::Loopback);
    }
    let (unspecified, link_local, many) = match address {
        // 0.0.0.0/8 means "this network"; Linux takes 0.0.0.0 for this machine.
        IpAddr::V4(v4) => {
            (v4.octets().first() == Some(&0), v4.is_link_local(), v4.is_multicast() || v4.is_broadcast())
        }
        IpAddr::V6(v6) => (v6.is_unspecified(), v6.is_unicast_link_local(), v6.is_multicast()),
    };
    match (unspecified, link_local, many) {
        (true, ..) => Some(ForbiddenAddress::Unspecified),
        (_, true, _) => Some(ForbiddenAddress::LinkLocal),
        (.., true) => Some(ForbiddenAddress::Multicast),
        _ => None,
    }
}

/// The IPv4 address inside an IPv6 one, where a router or the kernel would go to that: mapped (RFC 4291 §2.5.5.2),
/// compatible (§2.5.5.1), NAT64 (RFC 6052 §2.1), 6to4 (RFC 3056).
fn effective(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address else {
        return address;
    };
    let [a, b, c, d, e, f, g, h] = v6.segments();
    let v4 = |high: u16, low: u16| IpAddr::V4(Ipv4Addr::from_bits((u32::from(high) << 16) | u32::from(low)));
    match (a, b, [c, d, e]) {
        (0, 0, [0, 0, 0]) if f == 0xffff => v4(g, h),
        (0, 0, [0, 0, 0]) if f == 0 && (g, h) != (0, 0) && (g, h) != (0, 1) => v4(g, h),
        (0x64, 0xff9b, [0, 0, 0]) if f == 0 => v4(g, h),
        (0x2002, ..) => v4(b, c),
        _ => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(to: &str, expected: Result<(), ForbiddenAddress>) {
        let here = "192.0.2.1:8080".parse().unwrap();
        let guard = Guard::new(vec!["127.0.0.2/32".parse().unwrap()]);
        assert_eq!(guard.check(to.parse().unwrap(), here), expected, "{to}");
    }

    #[test]
    fn addresses() {
        use ForbiddenAddress::*;
        for to in
            ["198.51.100.7:443", "10.0.0.1:443", "192.168.1.1:443", "[2001:db8::1]:443", "[fd12::1]:443"]
        {
            check(to, Ok(()));
        }
        for to in
            ["127.0.0.1:443", "127.9.9.9:443", "[::1]:443", "[::ffff:127.0.0.1]:443", "[::127.0.0.1]:443"]
        {
            check(to, Err(Loopback));
        }
        for to in ["[64:ff9b::7f00:1]:443", "[2002:7f00:1::]:443"] {
            check(to, Err(Loopback));
        }
        for to in ["169.254.169.254:80", "169.254.170.2:80", "[fe80::1]:443", "[::ffff:169.254.169.254]:80"] {
            check(to, Err(LinkLocal));
        }
        for to in ["[fd00:ec2::254]:80", "100.100.100.200:80", "168.63.129.16:80"] {
            check(to, Err(Metadata));
        }
        for to in ["0.0.0.0:443", "0.1.2.3:443", "[::]:443"] {
            check(to, Err(Unspecified));
        }
        for to in ["224.0.0.1:443", "255.255.255.255:443", "[ff02::1]:443"] {
            check(to, Err(Multicast));
        }
        check("127.0.0.2:443", Ok(()));
        for to in ["192.0.2.1:8080", "127.0.0.2:8080", "[::ffff:192.0.2.1]:8080"] {
            check(to, Err(Itself));
        }
        check("192.0.2.1:443", Ok(()));
    }
}
