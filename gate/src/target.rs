use std::{fmt, net::IpAddr};

use http::uri::Authority;

/// DNS bounds a name at 253 characters (RFC 1035 §2.3.4, less the root's dot and length byte).
const LONGEST_HOST: usize = 253;

/// A host and port that a client asked for, in the one form in which hosts are compared.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Target {
    /// Lower case, without brackets or trailing dot.
    pub(crate) host: String,
    pub(crate) port: u16,
}

/// Why a text names no host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidTarget {
    #[error("no port is named: expected `host:port`")]
    NoPort,
    #[error("user names do not belong into a host")]
    UserInfo,
    #[error("the host is longer than 253 characters")]
    TooLong,
    #[error("the host holds characters that names and addresses do not have")]
    Characters,
}

impl Target {
    /// From the authority of a request; `default_port` where it names none.
    pub(crate) fn new(authority: &Authority, default_port: Option<u16>) -> Result<Self, InvalidTarget> {
        if authority.as_str().contains('@') {
            return Err(InvalidTarget::UserInfo);
        }
        let port = match authority.port() {
            Some(port) => port.as_u16(),
            None if authority.as_str().len() > authority.host().len() => return Err(InvalidTarget::NoPort),
            None => default_port.ok_or(InvalidTarget::NoPort)?,
        };
        Ok(Self { host: host(authority.host())?, port })
    }

    /// The address, if the host is one.
    pub(crate) fn address(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }
}

/// `text` as hosts are compared: lower case, without brackets or trailing dot.
pub(crate) fn host(text: &str) -> Result<String, InvalidTarget> {
    if let Some(inner) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return match inner.parse::<std::net::Ipv6Addr>() {
            Ok(address) => Ok(address.to_string()),
            Err(_) => Err(InvalidTarget::Characters),
        };
    }
    let name = text.strip_suffix('.').unwrap_or(text);
    if name.len() > LONGEST_HOST {
        return Err(InvalidTarget::TooLong);
    }
    let well_formed = name.split('.').all(|label| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    });
    if well_formed { Ok(name.to_ascii_lowercase()) } else { Err(InvalidTarget::Characters) }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (host, port) = (&self.host, self.port);
        if host.contains(':') { write!(f, "[{host}]:{port}") } else { write!(f, "{host}:{port}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(given: &str, expected: Result<&str, InvalidTarget>) {
        let target = Target::new(&given.parse().unwrap(), None).map(|target| target.to_string());
        assert_eq!(target.as_deref(), expected.as_ref().map(|text| &**text), "{given}");
    }

    #[test]
    fn one_form_for_every_spelling() {
        check("API.OpenAI.com:443", Ok("api.openai.com:443"));
        check("api.openai.com.:443", Ok("api.openai.com:443"));
        check("[2001:DB8::0001]:443", Ok("[2001:db8::1]:443"));
        check("192.0.2.1:80", Ok("192.0.2.1:80"));
        check("my_host-1:443", Ok("my_host-1:443"));
        check("example.com", Err(InvalidTarget::NoPort));
        check("example.com:", Err(InvalidTarget::NoPort));
        check("user@example.com:443", Err(InvalidTarget::UserInfo));
        check("a..b:443", Err(InvalidTarget::Characters));
        check(&format!("{}:443", "a".repeat(254)), Err(InvalidTarget::TooLong));
    }
}
