use std::sync::Arc;

use catalog::{Carrier, Endpoint, Inspection as Inspectability, Match, Role, Tool, Unlisted};
use dialect::Dialect;
use http::HeaderMap;
use model::{AccountKind, Activity, Purpose, Record, Timestamp};

use crate::{
    account::KnownAccounts,
    acknowledge::Acknowledgements,
    decision::Decision,
    facts::Setting,
    inspection::{Inspection, Listed},
    login::Who,
    scanned::Scanned,
    snapshot::Snapshot,
    tunnel,
};

/// The head of a request, as the gate has read it.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// Method.
    pub method: &'a str,
    /// Host name without port, lower case.
    pub host: &'a str,
    /// Path with its query.
    pub path_and_query: &'a str,
    /// Headers.
    pub headers: &'a HeaderMap,
}

/// What to do with a connection, known from its host alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostPlan {
    /// Open its TLS: it belongs to an AI tool.
    Intercept,
    /// It belongs to an AI tool whose TLS must stay closed; see [`crate::Engine::tunnelled`].
    PassThrough,
    /// It belongs to no tool: leave it alone.
    Tunnel,
}

/// What to do with a request, known from its head.
#[derive(Debug)]
pub enum Opening {
    /// Not a use of a tool (an asset, telemetry, a page of another kind): forward it untouched.
    Ignore,
    /// Decided without the body, which is forwarded as it comes where the decision is to forward.
    Decided(Box<Decision>),
    /// Give the body to the inspection.
    Inspect(Box<Inspection>),
}

impl Snapshot {
    /// What to do with a connection to `host`.
    pub fn host(&self, host: &str) -> HostPlan {
        let restricted = self.settings.tenants.name(host);
        let Some(found) = self.catalog.lookup(host) else {
            return match restricted {
                true if self.passes_through(host) => HostPlan::PassThrough,
                true => HostPlan::Intercept,
                false => HostPlan::Tunnel,
            };
        };
        if self.passes_through(host) || found.host.inspection == Inspectability::Pinned {
            HostPlan::PassThrough
        } else if restricted || found.is_inspected() {
            HostPlan::Intercept
        } else {
            HostPlan::Tunnel
        }
    }

    fn passes_through(&self, host: &str) -> bool {
        self.settings.pass_through.iter().any(|name| {
            host.strip_suffix(name.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        })
    }
}

pub(crate) fn tunnelled(snapshot: &Arc<Snapshot>, who: &Who, host: &str, now: Timestamp) -> Option<Record> {
    let told = |found: &Match<'_>| {
        !matches!(found.host.role, Role::Cdn | Role::Telemetry | Role::Widget | Role::Shared)
    };
    let Some(found) = snapshot.catalog.lookup(host).filter(told) else {
        let setting = unrestricted(snapshot, who, host)?;
        return Some(tunnel::tunnelled(snapshot, who, setting, host, now));
    };
    let setting = setting(snapshot, who, &found, None, "");
    Some(tunnel::tunnelled(snapshot, who, setting, host, now))
}

/// A host that a tenant control names, and that is passed through: the control does not hold there.
fn unrestricted(snapshot: &Snapshot, who: &Who, host: &str) -> Option<Setting> {
    let tool = snapshot.settings.tenants.tool(host)?;
    let tool = snapshot.catalog.tool(tool.as_str())?;
    Some(Setting {
        activity: Activity::SignIn,
        tool: tool.id.clone(),
        category: tool.category,
        account: AccountKind::Unknown,
        sandbox: is_sandbox(snapshot, who),
    })
}

fn is_sandbox(snapshot: &Snapshot, who: &Who) -> bool {
    snapshot.settings.sandbox_networks.iter().any(|network| network.contains(&who.address))
}

pub(crate) fn open(
    snapshot: Arc<Snapshot>,
    acknowledgements: &Arc<Acknowledgements>,
    accounts: &KnownAccounts,
    scanned: Arc<Scanned>,
    who: &Who,
    head: &Head<'_>,
    now: Timestamp,
) -> Opening {
    let path = head.path_and_query.split('?').next().unwrap_or_default();
    let Some(found) = snapshot.catalog.lookup(head.host) else {
        return Opening::Ignore;
    };
    let endpoint = found.endpoint(head.method, path);
    let kind = kind(head, path, &found, endpoint);
    if matches!(kind, Kind::Nothing) {
        // Pages to sign in at carry nothing, but tell who is about to.
        if found.host.role == Role::Auth {
            accounts.of(&snapshot, who, head, &found, now);
        }
        return Opening::Ignore;
    }
    let inspection = Inspection {
        hint: endpoint.and_then(|endpoint| Dialect::from_name(&endpoint.dialect)),
        stated: stated_purpose(head.headers),
        client: head.into(),
        acknowledgements: Arc::clone(acknowledgements),
        scanned,
        who: who.clone(),
        at: now,
        listed: listed(head, path, found.host.role, endpoint),
        setting: Setting {
            account: accounts.of(&snapshot, who, head, &found, now),
            ..setting(&snapshot, who, &found, endpoint, path)
        },
        snapshot: Arc::clone(&snapshot),
    };
    let decided = |decision| Opening::Decided(Box::new(decision));
    match kind {
        Kind::Message => Opening::Inspect(Box::new(inspection)),
        Kind::WebSocket => decided(inspection.web_socket(now)),
        Kind::Query => decided(inspection.query(head.path_and_query, now)),
        Kind::SignIn => decided(inspection.sign_in(now)),
        Kind::Navigation => inspection.navigation(now).map_or(Opening::Ignore, decided),
        Kind::Nothing => Opening::Ignore,
    }
}

enum Kind {
    /// What is said is in the body.
    Message,
    /// What is said is in the query string.
    Query,
    SignIn,
    /// A browser opens a page.
    Navigation,
    WebSocket,
    /// No use of the tool.
    Nothing,
}

fn kind(head: &Head<'_>, path: &str, found: &Match<'_>, endpoint: Option<&Endpoint>) -> Kind {
    let header = |name| head.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let worth_reading = endpoint.is_some() || found.unlisted(path) == Unlisted::Read;
    let navigates = header("sec-fetch-mode") == "navigate" && header("sec-fetch-dest") == "document";
    if header("upgrade").eq_ignore_ascii_case("websocket") {
        return if worth_reading { Kind::WebSocket } else { Kind::Nothing };
    }
    match endpoint {
        Some(endpoint) if endpoint.activity == Activity::SignIn => Kind::SignIn,
        Some(endpoint) if endpoint.carrier == Carrier::Query => Kind::Query,
        _ if matches!(head.method, "POST" | "PUT" | "PATCH") && worth_reading => Kind::Message,
        _ if head.method == "GET" && navigates && matches!(found.host.role, Role::App | Role::Site) => {
            Kind::Navigation
        }
        _ => Kind::Nothing,
    }
}

/// A path counts as listed if the catalogue lists it, or if its shape tells what it carries.
fn listed(head: &Head<'_>, path: &str, role: Role, endpoint: Option<&Endpoint>) -> Listed {
    if endpoint.is_some() || role == Role::Upload {
        return Listed::Yes;
    }
    match dialect::recognise(head.host, head.method, path, None, None) {
        Dialect::Json | Dialect::Form | Dialect::Multipart | Dialect::Text => Listed::No,
        _ => Listed::Yes,
    }
}

pub(crate) fn setting(
    snapshot: &Snapshot,
    who: &Who,
    found: &Match<'_>,
    endpoint: Option<&Endpoint>,
    path: &str,
) -> Setting {
    let by_role = if found.host.role == Role::Upload { Activity::Upload } else { Activity::Prompt };
    Setting {
        activity: endpoint.map_or(by_role, |endpoint| endpoint.activity),
        tool: found.tool.id.clone(),
        category: found.tool.category,
        account: found.account(path),
        sandbox: is_sandbox(snapshot, who),
    }
}

/// The setting of a use of which nothing but the tool is known.
pub(crate) fn setting_of(snapshot: &Snapshot, who: &Who, tool: &Tool) -> Setting {
    Setting {
        activity: Activity::Prompt,
        tool: tool.id.clone(),
        category: tool.category,
        account: AccountKind::Unknown,
        sandbox: is_sandbox(snapshot, who),
    }
}

/// A purpose that the client states itself, for example an in-house application.
fn stated_purpose(headers: &HeaderMap) -> Option<Purpose> {
    let stated = headers.get("x-bylaw-purpose")?.to_str().ok()?;
    Purpose::ALL.into_iter().find(|purpose| purpose.as_str() == stated)
}
