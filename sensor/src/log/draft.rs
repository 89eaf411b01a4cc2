//! An observation while its line is read, and the setters that all formats share.

use std::net::IpAddr;

use model::Timestamp;

use super::{
    text,
    time::{self, Clock},
};
use crate::{Handling, HostSource, Observation, Transport};

/// Why a line could not be read.
pub(super) type Reason = &'static str;

/// A time that is none.
pub(super) const NOT_A_TIME: Reason = "not a time";

/// What a line turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// Evidence: the draft is an observation.
    Evidence,
    /// Understood, and no evidence of anyone talking to a host: a comment, a header, statistics.
    Nothing,
}

/// An observation while its line is read.
#[derive(Debug)]
pub(super) struct Draft {
    /// When it began, once that is read.
    pub at: Option<Timestamp>,
    /// The rest.
    pub seen: Observation,
    /// A name for the flow that lines of several kinds share, hashed.
    pub flow: Option<u64>,
    /// Addresses that a resolver gave for the host, with the seconds they are good for.
    pub answers: Vec<(IpAddr, u32)>,
}

impl Draft {
    #[inline]
    pub(super) fn new() -> Self {
        let seen = Observation::new(Timestamp::from_millis(0));
        Self { at: None, seen, flow: None, answers: Vec::new() }
    }

    pub(super) fn time(&mut self, text: &str, clock: &Clock) -> Result<(), Reason> {
        self.at = Some(time::instant(text, clock).ok_or(NOT_A_TIME)?);
        Ok(())
    }

    pub(super) fn client(&mut self, value: &str) {
        if let Some((address, _)) = text::address(value) {
            self.seen.client = Some(address);
        }
    }

    /// The address talked to; a name where some systems put one is taken as host.
    pub(super) fn server(&mut self, value: &str) {
        match text::address(value) {
            // What some systems write where there was no connection.
            Some((address, _)) if address.is_unspecified() => (),
            Some((address, port)) => {
                self.seen.server = Some(address);
                self.seen.port = self.seen.port.or(port);
            }
            None if self.seen.host.is_none() => self.host(value, HostSource::Log),
            None => (),
        }
    }

    /// A port; zero stands for none.
    pub(super) fn port(&mut self, value: &str) {
        if let Some(port) = value.trim().parse().ok().filter(|port| *port != 0) {
            self.seen.port = Some(port);
        }
    }

    /// By name or by number of the protocol, or by a protocol that runs over it.
    pub(super) fn transport(&mut self, value: &str) {
        let value = value.trim();
        let is = |names: &[&str]| names.iter().any(|name| value.eq_ignore_ascii_case(name));
        self.seen.transport = match () {
            () if is(&["6", "tcp", "http", "https", "tls", "ssl"]) => Transport::Tcp,
            () if is(&["17", "udp", "quic"]) => Transport::Udp,
            () => self.seen.transport,
        };
    }

    /// A host, with or without port; an address goes where addresses go.
    pub(super) fn host(&mut self, value: &str, from: HostSource) {
        let Some(value) = text::present(value) else { return };
        if let Some(host) = text::host(value) {
            self.seen.host = Some(host.into());
            self.seen.host_from = Some(from);
        } else if let Some((address, port)) = text::address(value) {
            self.seen.server = self.seen.server.or(Some(address));
            self.seen.port = self.seen.port.or(port);
        } else if let Some((name, port)) = value.rsplit_once(':')
            && let (Some(host), Ok(port)) = (text::host(name), port.parse())
        {
            self.seen.host = Some(host.into());
            self.seen.host_from = Some(from);
            self.seen.port = self.seen.port.or(Some(port));
        }
    }

    /// A URL, an authority or a bare host with a path: host, port and path of it.
    pub(super) fn url(&mut self, value: &str, from: HostSource) {
        let Some(url) = text::present(value).and_then(text::url) else { return };
        self.host(url.host, from);
        self.seen.port = self.seen.port.or(url.port);
        if let Some(path) = url.path {
            self.path(path);
        }
    }

    /// A request's target: a path, or a whole URL as proxies get it.
    pub(super) fn target(&mut self, value: &str, from: HostSource) {
        if value.starts_with('/') {
            self.path(value);
        } else {
            self.url(value, from);
        }
    }

    pub(super) fn path(&mut self, value: &str) {
        let path = text::path(value.trim());
        if path.starts_with('/') {
            self.seen.path = Some(text::kept(path));
        }
    }

    pub(super) fn method(&mut self, value: &str) {
        let fits = |value: &&str| {
            value.len() <= 32 && value.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
        };
        self.seen.method = text::present(value).filter(fits).map(|method| method.to_ascii_uppercase().into());
    }

    pub(super) fn user(&mut self, value: &str) {
        self.seen.user = text::present(value).map(text::kept).or(self.seen.user.take());
    }

    pub(super) fn agent(&mut self, value: &str) {
        self.seen.agent = text::present(text::unquoted(value)).map(text::kept).or(self.seen.agent.take());
    }

    pub(super) fn alpn(&mut self, value: &str) {
        self.seen.alpn = text::present(value).filter(|alpn| alpn.len() <= 255).map(Into::into);
    }

    pub(super) fn ja3(&mut self, value: &str) {
        let digest = value.len() == 32 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
        self.seen.ja3 = digest.then(|| value.to_ascii_lowercase().into());
    }

    pub(super) fn ja4(&mut self, value: &str) {
        let shape = value.len() == 36 && value.split('_').map(str::len).eq([10, 12, 12]);
        self.seen.ja4 = shape.then(|| value.into());
    }

    pub(super) fn certificate(&mut self, name: &str) {
        let known = |names: &[Box<str>], name: &str| names.iter().any(|known| **known == *name);
        if let Some(name) = text::host(name)
            && self.seen.certificate.len() < 8
            && !known(&self.seen.certificate, &name)
        {
            self.seen.certificate.push(name.into());
        }
    }

    pub(super) fn up(&mut self, value: &str) {
        self.seen.bytes_up = number(value).or(self.seen.bytes_up);
    }

    pub(super) fn down(&mut self, value: &str) {
        self.seen.bytes_down = number(value).or(self.seen.bytes_down);
    }

    pub(super) fn millis(&mut self, value: &str) {
        self.seen.duration_ms = number(value).or(self.seen.duration_ms);
    }

    /// A duration in seconds, with or without fraction.
    pub(super) fn seconds(&mut self, value: &str) {
        if let Some(duration) = time::epoch(value).filter(|duration| duration.as_millis() >= 0)
            && value.len() < 14
        {
            self.seen.duration_ms = u64::try_from(duration.as_millis()).ok();
        }
    }

    pub(super) fn application(&mut self, value: &str) {
        self.seen.vendor_application =
            text::present(value).map(text::kept).or(self.seen.vendor_application.take());
    }

    pub(super) fn category(&mut self, value: &str) {
        let given = text::present(value).filter(|value| *value != "any");
        self.seen.vendor_category = given.map(text::kept).or(self.seen.vendor_category.take());
    }

    pub(super) fn handling(&mut self, value: &str) {
        self.seen.handling = handling(value).or(self.seen.handling);
    }

    /// Marks it as blocked, whatever else the line says.
    pub(super) fn blocked(&mut self) {
        self.seen.handling = Some(Handling::Blocked);
    }

    /// A question to a resolver about a host.
    pub(super) fn question(&mut self, host: &str) {
        self.host(host, HostSource::Dns);
    }
}

fn number(value: &str) -> Option<u64> {
    value.trim().parse().ok()
}

/// What the words that proxies and firewalls use for their actions come to.
pub(super) fn handling(value: &str) -> Option<Handling> {
    const BLOCKED: [&str; 14] = [
        "block",
        "den",
        "drop",
        "reset",
        "reject",
        "refus",
        "sinkhole",
        "prevent",
        "discard",
        "terminate",
        "quarantine",
        "tcp_denied",
        "forbid",
        "disallow",
    ];
    const ALLOWED: [&str; 20] = [
        "allow",
        "permit",
        "accept",
        "pass",
        "close",
        "alert",
        "continue",
        "override",
        "monitor",
        "log",
        "observ",
        "start",
        "timeout",
        "client-rst",
        "server-rst",
        "warn",
        "coach",
        "isolat",
        "bypass",
        "tunnel",
    ];
    let value = value.trim();
    let begins = |word: &&str| value.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    match () {
        () if BLOCKED.iter().any(begins) => Some(Handling::Blocked),
        () if ALLOWED.iter().any(begins) => Some(Handling::Allowed),
        () => None,
    }
}

/// A name shared by lines about one flow, as a number.
pub(super) fn flow(name: &str) -> u64 {
    use std::hash::{DefaultHasher, Hasher};
    let mut hasher = DefaultHasher::new();
    hasher.write(name.as_bytes());
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::handling;
    use crate::Handling::{Allowed, Blocked};

    #[test]
    fn words_for_actions() {
        for (word, expected) in [
            ("allow", Some(Allowed)),
            ("Allowed", Some(Allowed)),
            ("allowedByQueryName", Some(Allowed)),
            ("blockedByCategory", Some(Blocked)),
            ("Drop-ICMP", Some(Blocked)),
            ("reset-both", Some(Blocked)),
            ("deny", Some(Blocked)),
            ("server-rst", Some(Allowed)),
            ("Download", None),
            ("", None),
        ] {
            assert_eq!(handling(word), expected, "{word}");
        }
    }
}
