use std::{collections::HashMap, fmt, io, net::SocketAddr, sync::Arc, time::Duration};

use futures_util::{StreamExt, stream::FuturesUnordered};
use rustls::{CertificateError, ClientConfig, RootCertStore, client::Resumption};
use rustls_pki_types::ServerName;
use tokio::{
    net::TcpStream,
    time::{sleep, timeout},
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::{
    config::{Config, SystemRoots, Timeouts, Trust},
    guard::{ForbiddenAddress, Guard},
    provider::provider,
    target::Target,
};

/// The next address is tried when the one before has not answered for this long (RFC 8305 §5).
const ATTEMPT_DELAY: Duration = Duration::from_millis(250);
/// TLS sessions remembered for resumption.
const SESSIONS: usize = 1024;

/// Opens connections to upstreams, after asking the guard about the very address.
pub(crate) struct Dialer {
    guard: Guard,
    connect: HashMap<String, SocketAddr>,
    timeouts: Timeouts,
    any: TlsConnector,
    http1: TlsConnector,
}

/// What to offer an upstream during its handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Offer {
    /// HTTP/2, or else HTTP/1.1.
    Any,
    /// HTTP/1.1 only.
    Http1,
}

/// Why an upstream could not be reached.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum DialError {
    #[error(
        "`{target}` is not connected to, because it is {why}: the operator can allow it by configuration"
    )]
    Forbidden { target: String, why: ForbiddenAddress },
    #[error("cannot reach `{target}`: no answer within {}", Seconds(*after))]
    Late { target: String, after: Duration },
    #[error("cannot reach `{target}`: its name cannot be resolved ({cause})")]
    Resolve { target: String, cause: Arc<io::Error> },
    #[error("cannot reach `{target}`: {}", Plain(.cause))]
    Connect { target: String, cause: Arc<io::Error> },
    #[error("cannot trust `{target}`: its certificate {reason}")]
    Certificate { target: String, reason: String },
    #[error("cannot reach `{target}`: the TLS handshake failed ({cause})")]
    Handshake { target: String, cause: Arc<io::Error> },
}

/// Why the gate cannot check upstreams' certificates.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// None was given.
    #[error(
        "no root certificate is known: install the system's (Debian: `ca-certificates`) or configure some"
    )]
    NoRoots,
    /// A configured one is not a certificate.
    #[error("a configured root certificate cannot be read")]
    Root(#[source] rustls::Error),
    /// TLS could not be set up.
    #[error("cannot set up TLS towards upstreams")]
    Tls(#[source] rustls::Error),
}

impl Dialer {
    pub(crate) fn new(config: &Config) -> Result<Self, TrustError> {
        let http1 = client_config(roots(&config.trust)?)?;
        let mut any = http1.clone();
        any.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self {
            guard: Guard::new(config.allow.clone()),
            connect: config.connect.clone(),
            timeouts: config.timeouts.clone(),
            any: TlsConnector::from(Arc::new(any)),
            http1: TlsConnector::from(Arc::new(http1)),
        })
    }

    /// Connects to `target` for a client that reached the gate at `here`.
    pub(crate) async fn tcp(&self, target: &Target, here: SocketAddr) -> Result<TcpStream, DialError> {
        let after = self.timeouts.connect;
        let late = |_| DialError::Late { target: target.to_string(), after };
        let stream = timeout(after, self.connect(target, here)).await.map_err(late)??;
        stream.set_nodelay(true).map_err(|cause| connect_error(target, cause))?;
        Ok(stream)
    }

    async fn connect(&self, target: &Target, here: SocketAddr) -> Result<TcpStream, DialError> {
        let addresses = self.addresses(target, here).await?;
        first_to_answer(addresses).await.map_err(|cause| connect_error(target, cause))
    }

    /// The addresses of `target` that may be connected to.
    async fn addresses(&self, target: &Target, here: SocketAddr) -> Result<Vec<SocketAddr>, DialError> {
        if let Some(&configured) = self.connect.get(&target.host) {
            return Ok(vec![configured]);
        }
        let resolved = match target.address() {
            Some(address) => vec![SocketAddr::new(address, target.port)],
            None => resolve(target).await?,
        };
        let mut refusal = None;
        let mut allowed = Vec::with_capacity(resolved.len());
        for address in resolved {
            match self.guard.check(address, here) {
                Ok(()) => allowed.push(address),
                Err(why) => refusal = Some(why),
            }
        }
        match (allowed.is_empty(), refusal) {
            (true, Some(why)) => Err(DialError::Forbidden { target: target.to_string(), why }),
            _ => Ok(allowed),
        }
    }

    /// Shakes hands with `target`, whose certificate must be for its host.
    pub(crate) async fn tls(
        &self,
        target: &Target,
        stream: TcpStream,
        offer: Offer,
    ) -> Result<TlsStream<TcpStream>, DialError> {
        let name = ServerName::try_from(target.host.clone()).map_err(|_| DialError::Certificate {
            target: target.to_string(),
            reason: "cannot be checked, because the host is no valid server name".to_owned(),
        })?;
        let connector = match offer {
            Offer::Any => &self.any,
            Offer::Http1 => &self.http1,
        };
        let after = self.timeouts.handshake;
        match timeout(after, connector.connect(name, stream)).await {
            Ok(Ok(stream)) => Ok(stream),
            Ok(Err(cause)) => Err(handshake_error(target, cause)),
            Err(_) => Err(DialError::Late { target: target.to_string(), after }),
        }
    }
}

async fn resolve(target: &Target) -> Result<Vec<SocketAddr>, DialError> {
    match tokio::net::lookup_host((target.host.as_str(), target.port)).await {
        Ok(addresses) => Ok(alternating(addresses.collect())),
        Err(cause) => Err(DialError::Resolve { target: target.to_string(), cause: Arc::new(cause) }),
    }
}

/// Families in turn, so that a broken one costs one delay (RFC 8305 §4).
fn alternating(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let first_is_v6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (first, second): (Vec<_>, Vec<_>) =
        addresses.into_iter().partition(|address| address.is_ipv6() == first_is_v6);
    let mut second = second.into_iter();
    let mut turns: Vec<SocketAddr> =
        first.into_iter().flat_map(|one| [Some(one), second.next()]).flatten().collect();
    turns.extend(second);
    turns
}

async fn first_to_answer(addresses: Vec<SocketAddr>) -> io::Result<TcpStream> {
    let mut waiting = addresses.into_iter();
    let mut attempts = FuturesUnordered::new();
    let mut failure = io::Error::new(io::ErrorKind::NotFound, "its name has no address");
    loop {
        match waiting.next() {
            Some(address) => attempts.push(TcpStream::connect(address)),
            None if attempts.is_empty() => return Err(failure),
            None => {}
        }
        let more = waiting.len() > 0;
        tokio::select! {
            Some(attempt) = attempts.next() => match attempt {
                Ok(stream) => return Ok(stream),
                Err(error) => failure = error,
            },
            () = sleep(ATTEMPT_DELAY), if more => {}
        }
    }
}

fn roots(trust: &Trust) -> Result<RootCertStore, TrustError> {
    let mut roots = RootCertStore::empty();
    if trust.system == SystemRoots::Believed {
        let found = rustls_native_certs::load_native_certs();
        for error in &found.errors {
            tracing::warn!(%error, "system root certificates skipped");
        }
        roots.add_parsable_certificates(found.certs);
    }
    for extra in &trust.extra {
        roots.add(extra.clone()).map_err(TrustError::Root)?;
    }
    if roots.is_empty() { Err(TrustError::NoRoots) } else { Ok(roots) }
}

fn client_config(roots: RootCertStore) -> Result<ClientConfig, TrustError> {
    let mut tls = ClientConfig::builder_with_provider(Arc::new(provider()))
        .with_safe_default_protocol_versions()
        .map_err(TrustError::Tls)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    tls.resumption = Resumption::in_memory_sessions(SESSIONS);
    Ok(tls)
}

fn connect_error(target: &Target, cause: io::Error) -> DialError {
    DialError::Connect { target: target.to_string(), cause: Arc::new(cause) }
}

fn handshake_error(target: &Target, cause: io::Error) -> DialError {
    let target = target.to_string();
    let inner = cause.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match inner {
        Some(rustls::Error::InvalidCertificate(error)) => {
            DialError::Certificate { target, reason: reason(error) }
        }
        _ => DialError::Handshake { target, cause: Arc::new(cause) },
    }
}

fn reason(error: &CertificateError) -> String {
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "has expired".to_owned(),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "is not valid yet".to_owned()
        }
        CertificateError::UnknownIssuer => {
            "is signed by an authority that this proxy does not know".to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "is for another name".to_owned()
        }
        CertificateError::Revoked => "was revoked".to_owned(),
        other => format!("is not valid ({other})"),
    }
}

/// An error in words a user has seen before.
struct Plain<'a>(&'a io::Error);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.kind() {
            io::ErrorKind::ConnectionRefused => f.write_str("the connection was refused"),
            io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
                f.write_str("there is no route to it")
            }
            _ => self.0.fmt(f),
        }
    }
}

struct Seconds(Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} s", self.0.as_secs_f32())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_take_turns() {
        let of = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<SocketAddr>>();
        let given = of(&["[2001:db8::1]:1", "[2001:db8::2]:1", "192.0.2.1:1", "192.0.2.2:1", "192.0.2.3:1"]);
        let expected =
            of(&["[2001:db8::1]:1", "192.0.2.1:1", "[2001:db8::2]:1", "192.0.2.2:1", "192.0.2.3:1"]);
        assert_eq!(alternating(given), expected);
    }
}
