use serde::{Deserialize, Serialize};

use super::{
    cef, cloud, dns_servers, envelope, eve, fields, firewalls, json, leef, schemas, squid, umbrella, zeek,
};

/// The formats of logs that are understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Zeek, values between tabs.
    ZeekTsv,
    /// Zeek, JSON.
    ZeekJson,
    /// Suricata's EVE.
    SuricataEve,
    /// Squid's native access log.
    Squid,
    /// The common and the combined log format of a proxy.
    Common,
    /// Squid with a `logformat` of its own, which has to be given.
    SquidCustom,
    /// dnsmasq, also as Pi-hole runs it.
    Dnsmasq,
    /// BIND's query log.
    Bind,
    /// unbound.
    Unbound,
    /// The debug log of Windows' DNS server.
    WindowsDns,
    /// ArcSight's Common Event Format.
    Cef,
    /// IBM's Log Event Extended Format.
    Leef,
    /// PAN-OS, values between commas.
    PanOs,
    /// FortiGate, pairs.
    Fortigate,
    /// Route 53 resolver query logs.
    Route53,
    /// VPC flow logs.
    VpcFlow,
    /// Cloudflare Gateway.
    Cloudflare,
    /// Cisco Umbrella.
    Umbrella,
    /// OCSF.
    Ocsf,
    /// The Elastic Common Schema.
    Ecs,
    /// Fields by names that many vendors use, as JSON or as pairs.
    Fields,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 21] = [
        Self::ZeekTsv,
        Self::ZeekJson,
        Self::SuricataEve,
        Self::Squid,
        Self::Common,
        Self::SquidCustom,
        Self::Dnsmasq,
        Self::Bind,
        Self::Unbound,
        Self::WindowsDns,
        Self::Cef,
        Self::Leef,
        Self::PanOs,
        Self::Fortigate,
        Self::Route53,
        Self::VpcFlow,
        Self::Cloudflare,
        Self::Umbrella,
        Self::Ocsf,
        Self::Ecs,
        Self::Fields,
    ];

    /// Its name, as on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ZeekTsv => "zeek-tsv",
            Self::ZeekJson => "zeek-json",
            Self::SuricataEve => "suricata-eve",
            Self::Squid => "squid",
            Self::Common => "common",
            Self::SquidCustom => "squid-custom",
            Self::Dnsmasq => "dnsmasq",
            Self::Bind => "bind",
            Self::Unbound => "unbound",
            Self::WindowsDns => "windows-dns",
            Self::Cef => "cef",
            Self::Leef => "leef",
            Self::PanOs => "pan-os",
            Self::Fortigate => "fortigate",
            Self::Route53 => "route53",
            Self::VpcFlow => "vpc-flow",
            Self::Cloudflare => "cloudflare",
            Self::Umbrella => "umbrella",
            Self::Ocsf => "ocsf",
            Self::Ecs => "ecs",
            Self::Fields => "fields",
        }
    }

    /// The format of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == name)
    }

    /// Whether it is an object of JSON.
    pub(super) fn is_json(self) -> bool {
        use Format::{Cloudflare, Ecs, Ocsf, Route53, SuricataEve, ZeekJson};
        matches!(self, ZeekJson | SuricataEve | Route53 | Cloudflare | Ocsf | Ecs)
    }

    /// The format of a JSON object, by its keys.
    pub(super) fn of_object(text: &str) -> Option<Self> {
        let mut keys = Vec::with_capacity(48);
        json::keys(text, &mut keys);
        match () {
            () if eve::claims(&keys) => Some(Self::SuricataEve),
            () if zeek::claims_json(&keys) => Some(Self::ZeekJson),
            () if cloud::claims_route53(&keys) => Some(Self::Route53),
            () if cloud::claims_cloudflare(&keys) => Some(Self::Cloudflare),
            () if schemas::claims_ocsf(&keys) => Some(Self::Ocsf),
            () if schemas::claims_ecs(&keys) => Some(Self::Ecs),
            () => None,
        }
    }

    /// The format of a line of text that is no JSON, by its looks, `self` first where it is what came before.
    pub(super) fn of_line(line: &str, tag: Option<&str>, before: Option<Self>) -> Option<Self> {
        const TEXT: [Format; 15] = [
            Format::Cef,
            Format::Leef,
            Format::Dnsmasq,
            Format::WindowsDns,
            Format::Unbound,
            Format::Bind,
            Format::Fortigate,
            Format::PanOs,
            Format::Squid,
            Format::Common,
            Format::VpcFlow,
            Format::Umbrella,
            Format::ZeekTsv,
            Format::SquidCustom,
            Format::Fields,
        ];
        // What is told by its fields alone may be something better known.
        let before = before.filter(|format| *format != Self::Fields);
        before.into_iter().chain(TEXT).find(|format| format.claims(line, tag))
    }

    /// Whether a line of text looks like this format.
    fn claims(self, line: &str, tag: Option<&str>) -> bool {
        match self {
            Self::Cef => cef::start(line) == Some(0),
            Self::Leef => leef::start(line) == Some(0),
            Self::Dnsmasq => dns_servers::claims_dnsmasq(line, tag),
            Self::WindowsDns => dns_servers::claims_windows(line),
            Self::Unbound => dns_servers::claims_unbound(line, tag),
            Self::Bind => dns_servers::claims_bind(line),
            Self::Fortigate => firewalls::claims_fortigate(line),
            Self::PanOs => firewalls::claims_panos(line),
            Self::Squid => squid::claims_native(line),
            Self::Common => squid::claims_common(line),
            Self::VpcFlow => cloud::claims_flow(line) || cloud::FlowFields::header(line).is_some(),
            Self::Umbrella => umbrella::claims(line) || umbrella::Columns::header(line).is_some(),
            Self::ZeekTsv => {
                ["#separator ", "#fields\t", "#path\t"].iter().any(|mark| line.starts_with(mark))
            }
            Self::SquidCustom => false,
            Self::Fields => fields::claims(line),
            Self::ZeekJson
            | Self::SuricataEve
            | Self::Route53
            | Self::Cloudflare
            | Self::Ocsf
            | Self::Ecs => false,
        }
    }

    /// Where within a raw line the format's own text begins, if relays may put anything before it.
    pub(super) fn start(line: &str) -> Option<usize> {
        let line = envelope::uncounted(line);
        cef::start(line).or_else(|| leef::start(line))
    }
}
