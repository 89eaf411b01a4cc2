use std::sync::Arc;

use ipnet::IpNet;
use model::{AccountKind, Activity, ToolCategory, ToolId};
use serde::Deserialize;

use crate::{facts::Facts, pattern::PathPattern, tenant::TenantControl};

/// An AI service as the catalogue knows it.
#[derive(Clone, Debug)]
pub struct Tool {
    /// Stable name.
    pub id: ToolId,
    /// Name for people to read.
    pub name: String,
    /// Who offers it; empty where that is not known, and for in-house models.
    pub vendor: String,
    /// What it is mainly for.
    pub category: ToolCategory,
    /// Its host names.
    pub hosts: Vec<Host>,
    /// Requests known to carry prompts, files or sign-ins, the most specific first.
    pub endpoints: Vec<Endpoint>,
    /// Paths that take bodies but carry nothing a person said: bot checks, statistics, titles.
    pub ignored: Vec<PathPattern>,
    /// How the vendor lets an organisation restrict which accounts may be used.
    pub tenants: Vec<Arc<TenantControl>>,
    /// Whether its TLS can be opened, unless a host says otherwise.
    pub inspection: Inspection,
    /// What host or path tell of the account in use.
    pub accounts: Vec<AccountHint>,
    /// Names of its client programs, as an operating system shows them, without path and `.exe`.
    pub processes: Vec<Box<str>>,
    /// Address ranges that belong to the vendor alone.
    pub networks: Vec<IpNet>,
    /// Over what its answers come; empty where that is not known.
    pub transports: Vec<Transport>,
    /// What its vendor says about data and accounts; all unknown where nobody has looked.
    pub facts: Facts,
    /// Where the entry comes from.
    pub origin: Origin,
}

/// A host name of a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Lower case, without trailing dot. In [`HostKind::Wildcard`], `*` stands for anything within one label.
    pub name: Box<str>,
    /// Which names it covers.
    pub kind: HostKind,
    /// What it serves.
    pub role: Role,
    /// Whether its TLS can be opened.
    pub inspection: Inspection,
}

/// Which names a host entry covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HostKind {
    /// The name and everything below it.
    Suffix,
    /// The name only.
    Exact,
    /// Names with the same number of labels, `*` standing for anything within a label.
    Wildcard,
}

/// What a host serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Pages about the tool.
    Site,
    /// The tool's pages and what they call.
    App,
    /// A programming interface.
    Api,
    /// Sign-in.
    Auth,
    /// Takes files.
    Upload,
    /// Static files.
    Cdn,
    /// Administration, keys, playgrounds.
    Console,
    /// Usage statistics and error reports.
    Telemetry,
    /// Serves other things too: only catalogued endpoints are use of the tool.
    Shared,
    /// Embedded in other companies' sites: its visitors are not our people using a tool.
    Widget,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 10] = [
        Self::Site,
        Self::App,
        Self::Api,
        Self::Auth,
        Self::Upload,
        Self::Cdn,
        Self::Console,
        Self::Telemetry,
        Self::Shared,
        Self::Widget,
    ];

    /// The word used in catalogue files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Site => "site",
            Self::App => "app",
            Self::Api => "api",
            Self::Auth => "auth",
            Self::Upload => "upload",
            Self::Cdn => "cdn",
            Self::Console => "console",
            Self::Telemetry => "telemetry",
            Self::Shared => "shared",
            Self::Widget => "widget",
        }
    }

    /// What is known when only the host's name was seen.
    pub const fn by_name(self) -> ByName {
        match self {
            Self::App | Self::Api | Self::Upload | Self::Console => ByName::Use,
            Self::Site | Self::Auth | Self::Cdn | Self::Telemetry => ByName::Contact,
            Self::Shared | Self::Widget => ByName::Nothing,
        }
    }

    /// What a request with a body that matches no endpoint is.
    pub const fn unlisted(self) -> Unlisted {
        match self {
            Self::App | Self::Api | Self::Upload | Self::Console => Unlisted::Read,
            Self::Site | Self::Auth | Self::Cdn | Self::Telemetry | Self::Shared | Self::Widget => {
                Unlisted::Ignore
            }
        }
    }
}

/// What is known when only the name of a host was seen, as in a DNS log or a TLS hello.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByName {
    /// The tool was used.
    Use,
    /// A client of the tool, or a page about it, was open: its pages, sign-in, files and statistics.
    Contact,
    /// Nothing: the name serves other things too, or other companies' visitors.
    Nothing,
}

/// Over what a tool's answers come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    /// One answer to one request.
    Https,
    /// Server-sent events (WHATWG HTML §9.2).
    EventStream,
    /// One JSON value a line, as it is made.
    Lines,
    /// A WebSocket (RFC 6455).
    WebSocket,
    /// gRPC or Connect.
    Grpc,
    /// Sound over WebRTC.
    Webrtc,
}

impl Transport {
    /// The word used in catalogue files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Https => "https",
            Self::EventStream => "event_stream",
            Self::Lines => "lines",
            Self::WebSocket => "web_socket",
            Self::Grpc => "grpc",
            Self::Webrtc => "webrtc",
        }
    }
}

/// What to make of a request with a body that matches no endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unlisted {
    /// It may well be use of the tool: read it with a generic reader.
    Read,
    /// It is not use of the tool.
    Ignore,
}

/// Whether a proxy can open the TLS of a host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Inspection {
    /// Clients accept a certificate of the organisation's own authority.
    #[default]
    Possible,
    /// Clients insist on the vendor's certificate: pass through, record as not inspected.
    Pinned,
}

/// A request known to carry a prompt, a file or a sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// On which hosts.
    pub reach: Reach,
    /// Request method.
    pub method: Box<str>,
    /// Path without query.
    pub path: PathPattern,
    /// What the person does.
    pub activity: Activity,
    /// Where in the request the text is.
    pub carrier: Carrier,
    /// Name of the wire format; one of [`crate::DIALECTS`].
    pub dialect: Arc<str>,
}

/// The hosts an endpoint is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Every host of the tool.
    Tool,
    /// This name and everything below it.
    Below(Box<str>),
    /// Any host, even one the catalogue does not know: the request's shape alone tells.
    Anywhere,
}

/// Where in a request the text is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Carrier {
    /// In its body.
    #[default]
    Body,
    /// In its query string.
    Query,
    /// In the messages of the WebSocket it opens.
    WebSocket,
}

/// What a host or path tells of the account in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountHint {
    /// On this name and below it; on every host of the tool if `None`.
    pub host: Option<Box<str>>,
    /// On these paths; on every path if `None`.
    pub path: Option<PathPattern>,
    /// The account.
    pub account: AccountKind,
}

/// Where an entry comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Shipped with the program.
    Builtin,
    /// Added or changed by the organisation.
    Local,
}

impl Endpoint {
    /// Whether a request is one of this endpoint's, its host being known to be the tool's.
    pub(crate) fn matches(&self, host: &str, method: &str, path: &str) -> bool {
        let reached = match &self.reach {
            Reach::Tool | Reach::Anywhere => true,
            Reach::Below(name) => crate::name::is_below(host, name),
        };
        reached && *self.method == *method && self.path.matches(path)
    }
}

impl Tool {
    /// Whether the proxy should open the TLS of `host`, one of this tool's hosts.
    pub(crate) fn inspects(&self, host: &Host) -> bool {
        let useful = match host.role {
            Role::App | Role::Api | Role::Upload | Role::Console => true,
            Role::Site | Role::Auth | Role::Shared => self.has_endpoint_on(host),
            Role::Cdn | Role::Telemetry | Role::Widget => false,
        };
        useful && host.inspection == Inspection::Possible
    }

    fn has_endpoint_on(&self, host: &Host) -> bool {
        self.endpoints.iter().any(|endpoint| match &endpoint.reach {
            Reach::Tool => true,
            Reach::Below(name) => {
                crate::name::is_below(&host.name, name) || crate::name::is_below(name, &host.name)
            }
            Reach::Anywhere => false,
        })
    }
}
