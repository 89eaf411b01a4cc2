//! Where evidence comes from beside the gate: as written, as used.

use std::{net::SocketAddr, path::PathBuf};

use sensor::log::{self, SquidFormat};
use serde::Deserialize;

use super::{ADDRESS, ConfigError, Reader};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSensor {
    /// Addresses to listen on.
    #[serde(default)]
    syslog_udp: Vec<String>,
    #[serde(default)]
    syslog_tcp: Vec<String>,
    #[serde(default)]
    syslog_tls: Vec<String>,
    /// PEM files: the listeners' certificate with its chain, its key, and authorities of which senders must have one.
    syslog_certificate: Option<PathBuf>,
    syslog_key: Option<PathBuf>,
    syslog_clients: Option<PathBuf>,
    /// Names under which senders know this machine, if Bylaw's own authority makes the certificate.
    #[serde(default)]
    syslog_names: Vec<String>,
    /// The offset of systems that write local time without saying so.
    utc_offset: Option<String>,
    /// Where lines go that cannot be read.
    aside: Option<PathBuf>,
    /// A network interface to capture on, with `tcpdump`, and what to capture.
    interface: Option<String>,
    filter: Option<String>,
    #[serde(default)]
    log: Vec<RawLog>,
    #[serde(default)]
    capture: Vec<RawCapture>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLog {
    file: PathBuf,
    /// Recognised by itself if not given.
    format: Option<String>,
    /// The `logformat` of squid.conf.
    squid_format: Option<String>,
    utc_offset: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCapture {
    file: PathBuf,
}

/// Where evidence comes from beside the gate.
#[derive(Clone, Debug, Default)]
pub(crate) struct SensorConfig {
    pub(crate) syslog_udp: Vec<SocketAddr>,
    pub(crate) syslog_tcp: Vec<SocketAddr>,
    pub(crate) syslog_tls: Vec<SocketAddr>,
    /// With what TLS listeners show who they are.
    pub(crate) identity: TlsIdentity,
    /// PEM file of authorities; senders must have a certificate of one of them.
    pub(crate) syslog_clients: Option<PathBuf>,
    /// Minutes east of UTC of systems that write local time without saying so.
    pub(crate) offset_minutes: i32,
    /// Where lines go that cannot be read, with the reason before them; nowhere if not given.
    pub(crate) aside: Option<PathBuf>,
    pub(crate) interface: Option<Interface>,
    pub(crate) logs: Vec<FollowedLog>,
    /// Captures, and named pipes that captures come through.
    pub(crate) captures: Vec<PathBuf>,
}

/// With what a listener shows who it is.
#[derive(Clone, Debug)]
pub(crate) enum TlsIdentity {
    /// A certificate of Bylaw's own authority for these names.
    OwnAuthority {
        /// Names or addresses.
        names: Vec<String>,
    },
    /// PEM files.
    Files {
        /// The certificate, followed by those above it.
        certificate: PathBuf,
        /// Its key.
        key: PathBuf,
    },
}

impl Default for TlsIdentity {
    fn default() -> Self {
        Self::OwnAuthority { names: vec!["localhost".to_owned()] }
    }
}

/// A network interface to capture on.
#[derive(Clone, Debug)]
pub(crate) struct Interface {
    pub(crate) name: String,
    /// In the language of pcap-filter(7).
    pub(crate) filter: String,
}

/// A log that is followed.
#[derive(Clone, Debug)]
pub(crate) struct FollowedLog {
    pub(crate) file: PathBuf,
    /// Recognised by itself if `None`.
    pub(crate) format: Option<log::Format>,
    pub(crate) squid: Option<SquidFormat>,
    pub(crate) offset_minutes: i32,
}

/// What names are in, and nothing else.
const FILTER: &str = "port 53 or port 80 or port 443 or port 853";

impl Reader<'_> {
    pub(super) fn sensor(
        &self,
        raw: RawSensor,
        beside: impl Fn(PathBuf) -> PathBuf,
    ) -> Result<SensorConfig, ConfigError> {
        let addresses = |key: &'static str, given: Vec<String>| {
            let address = |text: String| text.parse().map_err(|_| self.refuse(key, &text, ADDRESS));
            given.into_iter().map(address).collect::<Result<Vec<SocketAddr>, ConfigError>>()
        };
        let offset_minutes = self.offset("sensor.utc_offset", raw.utc_offset, 0)?;
        let identity = match (raw.syslog_certificate, raw.syslog_key) {
            (Some(certificate), Some(key)) => {
                TlsIdentity::Files { certificate: beside(certificate), key: beside(key) }
            }
            (None, None) if raw.syslog_names.is_empty() => TlsIdentity::default(),
            (None, None) => TlsIdentity::OwnAuthority { names: raw.syslog_names },
            (given, _) => {
                const EXPECTED: &str = "expected `syslog_certificate` and `syslog_key` together, or neither, to have \
                                        Bylaw's own authority make a certificate";
                let value = given.map_or("only the key", |_| "only the certificate");
                return Err(self.refuse("sensor.syslog_certificate", value, EXPECTED));
            }
        };
        Ok(SensorConfig {
            syslog_udp: addresses("sensor.syslog_udp", raw.syslog_udp)?,
            syslog_tcp: addresses("sensor.syslog_tcp", raw.syslog_tcp)?,
            syslog_tls: addresses("sensor.syslog_tls", raw.syslog_tls)?,
            identity,
            syslog_clients: raw.syslog_clients.map(&beside),
            offset_minutes,
            aside: raw.aside.map(&beside),
            interface: self.interface(raw.interface, raw.filter)?,
            logs: raw
                .log
                .into_iter()
                .map(|raw| self.followed(raw, offset_minutes, &beside))
                .collect::<Result<_, _>>()?,
            captures: raw.capture.into_iter().map(|capture| beside(capture.file)).collect(),
        })
    }

    /// Neither name nor filter may look like an option of `tcpdump`.
    fn interface(
        &self,
        name: Option<String>,
        filter: Option<String>,
    ) -> Result<Option<Interface>, ConfigError> {
        let Some(name) = name else { return Ok(None) };
        let filter = filter.unwrap_or_else(|| FILTER.to_owned());
        if name.is_empty() || name.starts_with('-') {
            return Err(self.refuse("sensor.interface", name, "expected a network interface, as in `eth0`"));
        }
        if filter.starts_with('-') {
            return Err(self.refuse("sensor.filter", filter, "expected a filter, as in `port 443`"));
        }
        Ok(Some(Interface { name, filter }))
    }

    fn followed(
        &self,
        raw: RawLog,
        offset_minutes: i32,
        beside: impl Fn(PathBuf) -> PathBuf,
    ) -> Result<FollowedLog, ConfigError> {
        let format = |name: String| {
            const EXPECTED: &str = "expected a format that `bylaw observe --help` lists, as `zeek-json`; leave it \
                                    out to have it recognised";
            log::Format::named(&name).ok_or_else(|| self.refuse("sensor.log.format", &name, EXPECTED))
        };
        let squid = |text: String| {
            text.parse::<SquidFormat>().map_err(|error| ConfigError::Form {
                path: self.path.to_owned(),
                message: format!("`sensor.log.squid_format`: {error}"),
            })
        };
        Ok(FollowedLog {
            file: beside(raw.file),
            format: raw.format.map(format).transpose()?,
            squid: raw.squid_format.map(squid).transpose()?,
            offset_minutes: self.offset("sensor.log.utc_offset", raw.utc_offset, offset_minutes)?,
        })
    }

    fn offset(&self, key: &'static str, given: Option<String>, default: i32) -> Result<i32, ConfigError> {
        let Some(text) = given else { return Ok(default) };
        utc_offset(&text).ok_or_else(|| self.refuse(key, &text, "expected hours and minutes, as in `+01:00`"))
    }
}

/// Minutes east of UTC: `+01:00`, `-0500`, `Z`.
pub(crate) fn utc_offset(text: &str) -> Option<i32> {
    if matches!(text, "Z" | "UTC") {
        return Some(0);
    }
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_at_checked(2)?;
    let number = |text: &str| {
        let is_two_digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        is_two_digits.then(|| text.parse::<i32>().ok())?
    };
    let minutes = match minutes.strip_prefix(':').unwrap_or(minutes) {
        "" => 0,
        minutes => number(minutes)?,
    };
    let hours = number(hours)?;
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

#[cfg(test)]
mod tests {
    use super::utc_offset;

    #[test]
    fn offsets() {
        for (text, expected) in [
            ("+01:00", Some(60)),
            ("-0530", Some(-330)),
            ("+09", Some(540)),
            ("Z", Some(0)),
            ("+15:00", None),
            ("01:00", None),
            ("+1:00", None),
            ("+01:60", None),
            ("", None),
            ("CET", None),
        ] {
            assert_eq!(utc_offset(text), expected, "{text}");
        }
    }
}
