use super::{
    http::Request,
    tls::{self, Carrier, ClientHello, Extent, PublicNames},
    unread::Unread,
};
use crate::{Ech, HostSource, Transport};

/// What a flow showed of itself beside its bytes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    pub(crate) host: Option<(Box<str>, HostSource)>,
    pub(crate) method: Option<Box<str>>,
    pub(crate) path: Option<Box<str>>,
    pub(crate) agent: Option<Box<str>>,
    pub(crate) alpn: Option<Box<str>>,
    pub(crate) ja3: Option<Box<str>>,
    pub(crate) ja4: Option<Box<str>>,
    pub(crate) ech: Option<Ech>,
    pub(crate) certificate: Vec<Box<str>>,
}

impl Seen {
    /// Notes a client's hello. Of a part of one, only what is there.
    pub(crate) fn hello(
        &mut self,
        hello: &ClientHello,
        extent: Extent,
        transport: Transport,
        public: &PublicNames,
    ) -> Result<(), Unread> {
        let (carrier, source) = match transport {
            Transport::Udp => (Carrier::Quic, HostSource::QuicSni),
            Transport::Tcp | Transport::Unknown => (Carrier::Tcp, HostSource::Sni),
        };
        self.alpn = hello.alpn.as_deref().map(printable);
        if extent == Extent::Whole {
            self.ja3 = Some(tls::ja3(hello).into());
            self.ja4 = Some(tls::ja4(hello, carrier).into());
        }
        let host = hello.name.as_deref().map(host_name);
        let name = host.as_ref().and_then(|host| host.as_deref().ok());
        if extent == Extent::Whole || hello.ech.is_some() {
            self.ech = Some(tls::judge(hello, name, public));
        }
        if let Some(host) = host {
            self.host = Some((host?, source));
        }
        Ok(())
    }

    /// Notes the first request.
    pub(crate) fn request(&mut self, request: Request) -> Result<(), Unread> {
        self.method = Some(request.method);
        self.path = request.path;
        self.agent = request.agent;
        if let Some(host) = request.host.filter(|host| !host.is_empty()) {
            self.host = Some((host_name(without_port(&host).as_bytes())?, HostSource::HttpHost));
        }
        Ok(())
    }
}

/// A host as observations name it: lower case, without final dot. Refused if it cannot be one.
pub(crate) fn host_name(name: &[u8]) -> Result<Box<str>, Unread> {
    let name = name.strip_suffix(b".").unwrap_or(name);
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':');
    if name.is_empty() || name.len() > 253 || !name.iter().all(fits) {
        return Err(Unread::Name);
    }
    Ok(name.iter().map(|byte| char::from(byte.to_ascii_lowercase())).collect())
}

/// A host without port, an IPv6 address without brackets.
fn without_port(host: &str) -> &str {
    if let Some((address, _)) = host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return address;
    }
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// A protocol's name; bytes that do not print as escapes.
fn printable(alpn: &[u8]) -> Box<str> {
    alpn.escape_ascii().to_string().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_made_alike() {
        for (written, expected) in [
            ("API.Example.AI.", Ok("api.example.ai")),
            ("my_host", Ok("my_host")),
            ("", Err(Unread::Name)),
            ("a b", Err(Unread::Name)),
            ("b\u{fc}cher.example", Err(Unread::Name)),
        ] {
            assert_eq!(host_name(written.as_bytes()).as_deref(), expected.as_deref(), "{written}");
        }
    }

    #[test]
    fn ports_are_left_out() {
        for (written, expected) in [
            ("a.ai:8080", "a.ai"),
            ("a.ai", "a.ai"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("10.0.0.1:11434", "10.0.0.1"),
        ] {
            assert_eq!(without_port(written), expected);
        }
    }
}
