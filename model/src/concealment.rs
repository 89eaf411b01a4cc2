use serde::{Deserialize, Serialize};

/// A way of keeping a host's name from being seen on the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Concealment {
    /// DNS over HTTPS (RFC 8484), to a resolver known by name.
    DnsOverHttps,
    /// DNS over TLS (RFC 7858), by its port.
    DnsOverTls,
    /// DNS over QUIC (RFC 9250), by its port or protocol name.
    DnsOverQuic,
    /// Encrypted Client Hello with a hidden name (RFC 9849).
    EncryptedHello,
}

impl Concealment {
    /// Every way.
    pub const ALL: [Self; 4] =
        [Self::DnsOverHttps, Self::DnsOverTls, Self::DnsOverQuic, Self::EncryptedHello];

    /// The word used in the API and the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DnsOverHttps => "dns_over_https",
            Self::DnsOverTls => "dns_over_tls",
            Self::DnsOverQuic => "dns_over_quic",
            Self::EncryptedHello => "encrypted_hello",
        }
    }

    /// What people read.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DnsOverHttps => "DNS over HTTPS",
            Self::DnsOverTls => "DNS over TLS",
            Self::DnsOverQuic => "DNS over QUIC",
            Self::EncryptedHello => "Encrypted Client Hello",
        }
    }

    /// The way of that word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.as_str() == word)
    }
}
