//! Reads lines of logs that an organisation already has, and says who talked to which host.
//!
//! A format is recognised by itself, line by line, what came before being tried first; syslog's envelopes are taken off. A line that
//! cannot be read gives its reason, never its content. Knows no clock: what the year of a syslog line is comes in with [`Clock`].

mod cef; // Common Event Format, and who means what by `in` and `out`
mod cloud; // Route 53, VPC flows, Cloudflare Gateway
mod dns_servers; // dnsmasq, BIND, unbound, Windows
mod draft; // an observation while its line is read
mod envelope; // syslog around a line
mod eve; // Suricata
mod fields; // anything else that names its fields
mod firewalls; // FortiGate, PAN-OS
mod format; // which format a line is in
mod join; // names for flows that have none
mod json; // scalars with their paths
mod leef; // Log Event Extended Format
mod reader; // lines in, observations out
mod schemas; // OCSF, ECS
mod squid; // native, common, combined
mod squid_format; // any logformat
mod summary; // what reading is told and tells
mod text; // hosts, addresses, URLs
mod time; // the ways to write an instant
mod umbrella; // Cisco Umbrella
mod words; // quotes, brackets, commas
mod zeek; // tab-separated and JSON

pub use format::Format;
pub use reader::Reader;
pub use squid_format::{SquidFormat, SquidFormatError};
pub use summary::{BadLine, Settings, Summary};
pub use time::Clock;

/// The elements of a text that is one list of JSON.
pub(crate) fn elements(text: &[u8]) -> Option<Vec<&str>> {
    let text = std::str::from_utf8(text).ok()?;
    let elements = json::elements(text, &[])?;
    text.trim_end().ends_with(']').then_some(elements)
}
