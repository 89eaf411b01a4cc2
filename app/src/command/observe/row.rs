use std::net::IpAddr;

use catalog::{
    ByName, Catalog, Host, Tool,
    discovery::{Candidate, Evidence},
};
use model::{Timestamp, ToolCategory, ToolId, Visibility};
use sensor::{Ech, HostSource, Observation, Transport};
use serde::Serialize;

use crate::evidence;

/// What one flow or log line says, as a line of JSON.
#[derive(Debug, Serialize)]
pub(super) struct Row<'a> {
    ts: Timestamp,
    client: Option<IpAddr>,
    user: Option<&'a str>,
    server: Option<IpAddr>,
    port: Option<u16>,
    transport: Transport,
    host: Option<&'a str>,
    host_from: Option<HostSource>,
    alpn: Option<&'a str>,
    ja3: Option<&'a str>,
    ja4: Option<&'a str>,
    ech: Option<Ech>,
    bytes_up: Option<u64>,
    bytes_down: Option<u64>,
    tool: Option<&'a ToolId>,
    role: Option<&'static str>,
    category: Option<ToolCategory>,
    visibility: Visibility,
    reasons: Vec<String>,
}

impl<'a> Row<'a> {
    pub(super) fn of(catalog: &'a Catalog, seen: &'a Observation) -> Self {
        let known = known(catalog, seen);
        Self {
            ts: seen.at,
            client: seen.client,
            user: seen.user.as_deref(),
            server: seen.server,
            port: seen.port,
            transport: seen.transport,
            host: seen.host.as_deref(),
            host_from: seen.host_from,
            alpn: seen.alpn.as_deref(),
            ja3: seen.ja3.as_deref(),
            ja4: seen.ja4.as_deref(),
            ech: seen.ech,
            bytes_up: seen.bytes_up,
            bytes_down: seen.bytes_down,
            tool: known.tool.map(|tool| &tool.id),
            role: known.host.map(|host| host.role.as_str()),
            category: known.tool.map(|tool| tool.category),
            visibility: visibility(seen),
            reasons: reasons(seen, &known),
        }
    }
}

/// What the catalogue says of an observation.
pub(super) struct Known<'a> {
    pub(super) tool: Option<&'a Tool>,
    /// The entry that covers its host, also where that serves other things too.
    pub(super) host: Option<&'a Host>,
}

pub(super) fn known<'a>(catalog: &'a Catalog, seen: &'a Observation) -> Known<'a> {
    let Some(host) = seen.host.as_deref() else {
        return Known { tool: evidence::tool_beside_host(catalog, seen), host: None };
    };
    let Some(found) = catalog.lookup(host) else {
        return Known { tool: evidence::tool_beside_host(catalog, seen), host: None };
    };
    let (method, path) = (seen.method.as_deref().unwrap_or("POST"), seen.path.as_deref().unwrap_or_default());
    let used = found.endpoint(method, path).is_some() || found.host.role.by_name() != ByName::Nothing;
    Known { tool: used.then_some(found.tool), host: Some(found.host) }
}

/// Why it is taken for AI, and what was hidden.
fn reasons(seen: &Observation, known: &Known<'_>) -> Vec<String> {
    let hidden = seen.concealment().map(|hidden| format!("names are hidden by {}", hidden.name()));
    let mut reasons: Vec<String> = hidden.into_iter().collect();
    match (known.tool, known.host, seen.host.as_deref()) {
        (Some(tool), None, _) => reasons.push(beside_host(tool, seen)),
        (Some(_), Some(host), _) => reasons.push(format!("the catalogue lists `{}`", host.name)),
        (None, None, Some(name)) => {
            let candidate = candidate(seen, name);
            if candidate.is_worth_a_review() {
                reasons.extend(candidate.reasons.iter().map(ToString::to_string));
            }
        }
        (None, _, _) => {}
    }
    reasons
}

/// What told the tool where its host did not.
fn beside_host(tool: &Tool, seen: &Observation) -> String {
    let owns = |server| tool.networks.iter().any(|range| range.contains(&server));
    match seen.vendor_application.as_deref() {
        Some(name) if !seen.server.is_some_and(owns) => format!("the log calls the application `{name}`"),
        _ => format!("the address is one of {}'s own", tool.vendor),
    }
}

/// What this one observation says of a host that no tool has.
fn candidate(seen: &Observation, host: &str) -> Candidate {
    let mut evidence = Evidence::of(host, Timestamp::from_millis(0));
    evidence.add(host, evidence::of_unknown(seen, host, 0), 1, (seen.at, seen.at), (0, 0));
    evidence.first = Timestamp::from_millis(0);
    evidence.judge(seen.at)
}

/// Names alone, or sizes and times too; content is for the gate.
pub(super) fn visibility(seen: &Observation) -> Visibility {
    match (seen.bytes_up, seen.bytes_down) {
        _ if seen.is_question() => Visibility::Name,
        (None, None) => Visibility::Name,
        _ => Visibility::Flow,
    }
}
