use std::{collections::HashMap, net::SocketAddr, time::Duration};

use ipnet::IpNet;
use rustls_pki_types::CertificateDer;

/// Fields in a head for which the HTTP library needs no memory of its own.
pub(crate) const HEAD_FIELDS: usize = 100;

/// How the gate behaves, as used; what people write is read elsewhere.
#[derive(Clone, Debug)]
pub struct Config {
    /// Named in the proxy's password prompt.
    pub realm: String,
    /// Whether strangers may use the proxy.
    pub strangers: Strangers,
    /// Ports that clients may reach.
    pub ports: Vec<u16>,
    /// Networks that may be reached although they are loopback, link-local or metadata addresses.
    pub allow: Vec<IpNet>,
    /// Hosts that are reached at a given address instead of the one their name resolves to.
    pub connect: HashMap<String, SocketAddr>,
    /// Which certificates of upstream servers are believed.
    pub trust: Trust,
    /// The automatic configuration file for clients.
    pub pac: Pac,
    /// Bounds on what clients can make the gate hold.
    pub limits: Limits,
    /// Bounds on how long things may take.
    pub timeouts: Timeouts,
}

/// Whether clients whom the directory does not know may use the proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strangers {
    /// They may; records name them by their address.
    Welcome,
    /// They are asked for a name and password.
    MustSignIn,
}

/// Which certificates of upstream servers are believed.
#[derive(Clone, Debug)]
pub struct Trust {
    /// Whether those of the operating system are.
    pub system: SystemRoots,
    /// Others, for example of an in-house tool.
    pub extra: Vec<CertificateDer<'static>>,
}

/// Whether the operating system's root certificates are believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemRoots {
    /// They are.
    Believed,
    /// Only configured ones are.
    Ignored,
}

/// The automatic configuration file (PAC) served at `/proxy.pac`.
#[derive(Clone, Debug)]
pub struct Pac {
    /// Where clients find the proxy, as `host:port`; taken from the request's `Host` if not given.
    pub proxy: Option<String>,
    /// What a client does with AI hosts while the proxy cannot be reached.
    pub unreachable: Unreachable,
}

/// What a client does with AI hosts while the proxy cannot be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreachable {
    /// Nothing: AI tools cannot be used (fail closed).
    Wait,
    /// Goes to them directly (fail open).
    GoDirect,
}

/// Bounds on what clients can make the gate hold.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Client connections at once; more are answered 503.
    pub connections: usize,
    /// Bytes of a request's or answer's head.
    pub head_bytes: usize,
    /// Fields in a head.
    pub head_fields: usize,
    /// Requests at once on one HTTP/2 connection.
    pub streams: u32,
    /// Bytes of request bodies held for inspection, over all clients; above, bodies count as too large to inspect.
    pub held_bytes: usize,
    /// Bytes of a refused body that are read and dropped so that the client gets to see its answer.
    pub drained_bytes: u64,
    /// Leaf certificates kept.
    pub leaves: usize,
    /// Upstream origins one client connection keeps open at once (plain HTTP only).
    pub origins: usize,
}

/// Bounds on how long things may take.
#[derive(Clone, Debug)]
pub struct Timeouts {
    /// For a request's head to arrive; also how long an HTTP/1.1 connection may idle between requests.
    pub head: Duration,
    /// For a TLS handshake, on either side.
    pub handshake: Duration,
    /// For resolving a name and connecting to it.
    pub connect: Duration,
    /// Between two pieces of a request's body.
    pub body: Duration,
    /// For an answer's head; models may think for minutes.
    pub answer: Duration,
    /// Between two pieces of an answer's body.
    pub answer_body: Duration,
    /// Without a byte either way in a tunnel or WebSocket.
    pub tunnel: Duration,
    /// For the recorder to acknowledge a record.
    pub record: Duration,
    /// For exchanges under way to end when the gate stops.
    pub drain: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            realm: "Bylaw".to_owned(),
            strangers: Strangers::Welcome,
            ports: vec![443, 80],
            allow: Vec::new(),
            connect: HashMap::new(),
            trust: Trust { system: SystemRoots::Believed, extra: Vec::new() },
            pac: Pac { proxy: None, unreachable: Unreachable::Wait },
            limits: Limits::default(),
            timeouts: Timeouts::default(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 4096,
            head_bytes: 64 * 1024,
            head_fields: HEAD_FIELDS,
            streams: 128,
            held_bytes: 512 * 1024 * 1024,
            drained_bytes: 64 * 1024 * 1024,
            leaves: 1024,
            origins: 32,
        }
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(75),
            handshake: Duration::from_secs(15),
            connect: Duration::from_secs(10),
            body: Duration::from_secs(30),
            answer: Duration::from_secs(600),
            answer_body: Duration::from_secs(300),
            tunnel: Duration::from_secs(900),
            record: Duration::from_secs(5),
            drain: Duration::from_secs(30),
        }
    }
}
