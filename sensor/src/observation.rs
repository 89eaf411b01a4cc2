use std::net::IpAddr;

use model::Timestamp;
use serde::{Deserialize, Serialize};

/// One piece of passive evidence: a flow of packets or a line of a log.
///
/// What the evidence does not say is `None`; a zero is a zero that was seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// When it began.
    pub at: Timestamp,
    /// Who acted: the address the evidence names.
    pub client: Option<IpAddr>,
    /// The name of the person that the evidence gives, as a proxy's log does after sign-in.
    pub user: Option<Box<str>>,
    /// The address talked to.
    pub server: Option<IpAddr>,
    /// The port talked to.
    pub port: Option<u16>,
    /// Over what.
    pub transport: Transport,
    /// The host's name, lower case, without trailing dot.
    pub host: Option<Box<str>>,
    /// Where the name comes from.
    pub host_from: Option<HostSource>,
    /// Request method, where one was seen.
    pub method: Option<Box<str>>,
    /// Request path without query, where one was seen.
    pub path: Option<Box<str>>,
    /// What the client names itself (`User-Agent`), where that was seen.
    pub agent: Option<Box<str>>,
    /// The first protocol the client offered in TLS (ALPN), as `h2`.
    pub alpn: Option<Box<str>>,
    /// JA3 of the client's hello: 32 hexadecimal digits.
    pub ja3: Option<Box<str>>,
    /// JA4 of the client's hello, as `t13d1516h2_8daaf6152771_02713d6af862`.
    pub ja4: Option<Box<str>>,
    /// What the client's hello said of Encrypted Client Hello; `None` where no hello was seen.
    pub ech: Option<Ech>,
    /// Bytes from client to server.
    pub bytes_up: Option<u64>,
    /// Bytes from server to client.
    pub bytes_down: Option<u64>,
    /// How long it took, in milliseconds.
    pub duration_ms: Option<u64>,
    /// Names of the server's certificate (TLS 1.2 and before), at most eight.
    pub certificate: Vec<Box<str>>,
    /// How its bytes came in time, where packets were seen.
    pub shape: Option<Shape>,
    /// What the system that wrote the log did with it.
    pub handling: Option<Handling>,
    /// The application, in the words of the system that wrote the log, as `openai-chatgpt`.
    pub vendor_application: Option<Box<str>>,
    /// The category of the host, in the words of the system that wrote the log, as `Generative AI`.
    pub vendor_category: Option<Box<str>>,
}

impl Observation {
    /// Whether somebody asked a resolver for the host: bytes went to the resolver, none to the host.
    pub fn is_question(&self) -> bool {
        self.host_from == Some(HostSource::Dns) && self.port == Some(DNS_PORT)
    }

    /// One of which nothing is known but when it began.
    #[inline]
    pub fn new(at: Timestamp) -> Self {
        Self {
            at,
            client: None,
            user: None,
            server: None,
            port: None,
            transport: Transport::Unknown,
            host: None,
            host_from: None,
            method: None,
            path: None,
            agent: None,
            alpn: None,
            ja3: None,
            ja4: None,
            ech: None,
            bytes_up: None,
            bytes_down: None,
            duration_ms: None,
            certificate: Vec::new(),
            shape: None,
            handling: None,
            vendor_application: None,
            vendor_category: None,
        }
    }
}

/// What a proxy, a firewall or a resolver did with what it logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Handling {
    /// It let it pass.
    Allowed,
    /// It stopped it: denied, dropped, reset, answered with a page of its own.
    Blocked,
}

/// Over what two hosts talk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// The evidence does not say.
    Unknown,
}

/// Where a host's name comes from, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HostSource {
    /// Server name indication of a TLS hello.
    Sni,
    /// Server name indication of a QUIC Initial.
    QuicSni,
    /// The `Host` of an HTTP request.
    HttpHost,
    /// An earlier answer of DNS that gave the client this address, or the question itself.
    Dns,
    /// A log said so.
    Log,
}

/// Where resolvers are asked (RFC 1035 §4.2).
const DNS_PORT: u16 = 53;

/// What a TLS client hello said of Encrypted Client Hello (RFC 9849).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ech {
    /// No such extension.
    None,
    /// The extension is there as decoy (grease): the name seen is the real one.
    Grease,
    /// The real name is hidden: the one seen is the provider's public name.
    Hidden,
}

/// How the bytes of a flow came in time: what tells a streamed answer without its content.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Shape {
    /// Packets with payload from client to server.
    pub packets_up: u64,
    /// Packets with payload from server to client.
    pub packets_down: u64,
    /// Request and answer, one after another, the first sixteen.
    pub bursts: Vec<Burst>,
}

/// A burst upwards and what came down until the next one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Burst {
    /// Bytes up.
    pub up: u64,
    /// Bytes down.
    pub down: u64,
    /// Packets down.
    pub packets_down: u32,
    /// From the last byte up to the first down, in milliseconds.
    pub wait_ms: u32,
    /// From the first byte down to the last, in milliseconds.
    pub answer_ms: u32,
    /// Mean time between packets down, in milliseconds.
    pub gap_mean_ms: f32,
    /// Standard deviation of the time between packets down, in milliseconds.
    pub gap_deviation_ms: f32,
}
