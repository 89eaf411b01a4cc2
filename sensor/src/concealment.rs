use model::Concealment;

use crate::{Ech, Observation, Transport};

/// Port of DNS over TLS (RFC 7858) and over QUIC (RFC 9250).
const ENCRYPTED_DNS: u16 = 853;

/// Names of public resolvers that answer DNS over HTTPS (RFC 8484), sorted: those that Chromium
/// (`net/dns/public/doh_provider_entry.cc`) and Mozilla (trusted recursive resolvers) ship, and what their operators document.
const RESOLVERS: &[&str] = &[
    "adblock.dns.mullvad.net",
    "alternate-dns.com",
    "basic.rethinkdns.com",
    "chrome.cloudflare-dns.com",
    "cloudflare-dns.com",
    "dns-family.adguard.com",
    "dns-unfiltered.adguard.com",
    "dns.adguard-dns.com",
    "dns.adguard.com",
    "dns.alidns.com",
    "dns.cloudflare.com",
    "dns.digitale-gesellschaft.ch",
    "dns.google",
    "dns.mullvad.net",
    "dns.nextdns.io",
    "dns.quad9.net",
    "dns.sb",
    "dns.switch.ch",
    "dns.twnic.tw",
    "dns10.quad9.net",
    "dns11.quad9.net",
    "dns12.quad9.net",
    "dns64.dns.google",
    "dns9.quad9.net",
    "dnsforge.de",
    "doh-01.spectrum.com",
    "doh-02.spectrum.com",
    "doh.cleanbrowsing.org",
    "doh.cox.net",
    "doh.dns.sb",
    "doh.familyshield.opendns.com",
    "doh.libredns.gr",
    "doh.opendns.com",
    "doh.pub",
    "doh.quickline.ch",
    "doh.sandbox.opendns.com",
    "doh.umbrella.com",
    "doh.xfinity.com",
    "family.cloudflare-dns.com",
    "firefox.dns.nextdns.io",
    "freedns.controld.com",
    "mozilla.cloudflare-dns.com",
    "odvr.nic.cz",
    "one.one.one.one",
    "p0.freedns.controld.com",
    "private.canadianshield.cira.ca",
    "public.dns.iij.jp",
    "security.cloudflare-dns.com",
    "sky.rethinkdns.com",
    "unfiltered.adguard-dns.com",
    "wikimedia-dns.org",
    "zero.dns0.eu",
];

impl Observation {
    /// How what was observed keeps names from being seen, if it does. A question of DNS about a resolver is no use of it.
    pub fn concealment(&self) -> Option<Concealment> {
        let alpn = self.alpn.as_deref();
        let port = |port| self.port == Some(port);
        if self.ech == Some(Ech::Hidden) {
            return Some(Concealment::EncryptedHello);
        }
        match self.transport {
            Transport::Udp if port(ENCRYPTED_DNS) || alpn == Some("doq") => Some(Concealment::DnsOverQuic),
            Transport::Tcp if port(ENCRYPTED_DNS) || alpn == Some("dot") => Some(Concealment::DnsOverTls),
            _ if !port(53) && self.host.as_deref().is_some_and(is_resolver) => {
                Some(Concealment::DnsOverHttps)
            }
            _ => None,
        }
    }
}

/// Whether a host is a public resolver; customers of two of them have names of their own below it.
fn is_resolver(host: &str) -> bool {
    let below = |suffix: &str| host.strip_suffix(suffix).is_some_and(|name| !name.is_empty());
    RESOLVERS.binary_search(&host).is_ok()
        || below(".dns.nextdns.io")
        || below(".cloudflare-gateway.com")
        || below(".dns.controld.com")
}

#[cfg(test)]
mod tests {
    use model::Timestamp;

    use super::*;

    #[track_caller]
    fn check(change: impl FnOnce(&mut Observation), expected: Option<Concealment>) {
        let mut observation = Observation {
            transport: Transport::Tcp,
            port: Some(443),
            host: Some("www.example.org".into()),
            ..Observation::new(Timestamp::from_millis(0))
        };
        change(&mut observation);
        assert_eq!(observation.concealment(), expected);
    }

    #[test]
    fn hidden_names_are_told() {
        check(|_| {}, None);
        check(|seen| seen.ech = Some(Ech::Hidden), Some(Concealment::EncryptedHello));
        check(|seen| seen.ech = Some(Ech::Grease), None);
        check(|seen| seen.port = Some(853), Some(Concealment::DnsOverTls));
        check(|seen| seen.host = Some("dns.google".into()), Some(Concealment::DnsOverHttps));
        check(|seen| seen.host = Some("a1b2c3.dns.nextdns.io".into()), Some(Concealment::DnsOverHttps));
        check(|seen| seen.host = Some("notdns.google".into()), None);
        check(
            |seen| (seen.transport, seen.alpn) = (Transport::Udp, Some("doq".into())),
            Some(Concealment::DnsOverQuic),
        );
    }

    #[test]
    fn a_question_about_a_resolver_is_no_use_of_it() {
        check(|seen| (seen.host, seen.port) = (Some("dns.google".into()), Some(53)), None);
    }

    #[test]
    fn the_list_is_sorted() {
        assert!(RESOLVERS.is_sorted());
    }
}
