//! Logs of clouds: Route 53 resolver queries, VPC flows, Cloudflare Gateway.
//!
//! - <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-query-logs-format.html>
//! - <https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html>: a record counts one direction, from `srcaddr` to `dstaddr`
//! - <https://developers.cloudflare.com/logs/reference/log-fields/account/gateway_dns/>, `…/gateway_http/`, `…/gateway_network/`,
//!   `…/zero_trust_network_sessions/`

use super::{
    draft::{Draft, Reason, Taken},
    json, text,
    time::Clock,
};
use crate::{HostSource, Transport};

/// Whether an object is one of Route 53's.
pub(super) fn claims_route53(keys: &[&str]) -> bool {
    keys.contains(&"query_name") && keys.contains(&"srcaddr")
}

/// Reads a query of Route 53's resolver.
pub(super) fn read_route53(line: &str, clock: &Clock, draft: &mut Draft) -> Result<Taken, Reason> {
    let mut fault = None;
    json::walk(line, &mut |path, value| {
        let Some(text) = value.text() else { return };
        match path {
            "query_timestamp" => fault = draft.time(text, clock).err().or(fault),
            "query_name" => draft.question(text),
            "srcaddr" => draft.client(text),
            "transport" => draft.transport(text),
            "firewall_rule_action" => draft.handling(text),
            "answers.Rdata" => draft.answers.extend(text.parse().ok().map(|address| (address, 300))),
            _ => (),
        }
    })?;
    fault.map_or(Ok(()), Err)?;
    if draft.at.is_none() || draft.seen.client.is_none() {
        return Err("a query without time or asker");
    }
    Ok(if draft.seen.host.is_some() { Taken::Evidence } else { Taken::Nothing })
}

/// Fields of VPC flow records that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FlowField {
    Source,
    Target,
    PacketSource,
    PacketTarget,
    SourcePort,
    TargetPort,
    Protocol,
    Bytes,
    Start,
    End,
    Action,
    Status,
    Other,
}

/// The order of fields in VPC flow records: version 2's, or that of the header line.
#[derive(Clone, Debug)]
pub(super) struct FlowFields(Vec<FlowField>);

impl Default for FlowFields {
    fn default() -> Self {
        Self::of(
            "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status",
        )
    }
}

impl FlowFields {
    fn of(header: &str) -> Self {
        let field = |name: &str| match name {
            "srcaddr" => FlowField::Source,
            "dstaddr" => FlowField::Target,
            "pkt-srcaddr" => FlowField::PacketSource,
            "pkt-dstaddr" => FlowField::PacketTarget,
            "srcport" => FlowField::SourcePort,
            "dstport" => FlowField::TargetPort,
            "protocol" => FlowField::Protocol,
            "bytes" => FlowField::Bytes,
            "start" => FlowField::Start,
            "end" => FlowField::End,
            "action" => FlowField::Action,
            "log-status" => FlowField::Status,
            _ => FlowField::Other,
        };
        Self(header.split_ascii_whitespace().map(|name| field(&name.replace('_', "-"))).collect())
    }

    /// Takes in a header line, if it is one.
    pub(super) fn header(line: &str) -> Option<Self> {
        let words = line.split_ascii_whitespace();
        let known = words.filter(|word| {
            matches!(
                *word,
                "srcaddr"
                    | "dstaddr"
                    | "pkt-srcaddr"
                    | "pkt-dstaddr"
                    | "srcport"
                    | "dstport"
                    | "log-status"
                    | "account-id"
                    | "interface-id"
            )
        });
        (known.count() >= 3).then(|| Self::of(line))
    }

    /// Whether a line has as many words as there are fields.
    pub(super) fn fits(&self, line: &str) -> bool {
        line.split_ascii_whitespace().count() == self.0.len()
    }

    /// Reads a record. The side with the well-known port is the server; the record counts the bytes of one direction.
    pub(super) fn read(&self, line: &str, clock: &Clock, draft: &mut Draft) -> Result<Taken, Reason> {
        let mut record = FlowRecord::default();
        let mut words = line.split_ascii_whitespace();
        for field in &self.0 {
            record.take(*field, words.next().ok_or("fewer fields than the header has")?);
        }
        if words.next().is_some() {
            return Err("more fields than the header has");
        }
        record.close(clock, draft)
    }
}

/// Whether a line is a record of version 2 to 10 in the default order.
pub(super) fn claims_flow(line: &str) -> bool {
    let words: Vec<&str> = line.split_ascii_whitespace().take(15).collect();
    let [version, account, _, _, _, _, _, _, _, _, start, _, _, status] = *words.as_slice() else {
        return false;
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(version)
        && version.len() <= 2
        && (digits(account) || account == "unknown")
        && (digits(start) || start == "-")
        && matches!(status, "OK" | "NODATA" | "SKIPDATA")
}

#[derive(Default)]
struct FlowRecord<'a> {
    source: Option<&'a str>,
    target: Option<&'a str>,
    source_port: Option<u16>,
    target_port: Option<u16>,
    protocol: &'a str,
    bytes: &'a str,
    start: &'a str,
    end: &'a str,
    action: &'a str,
    status: &'a str,
}

impl<'a> FlowRecord<'a> {
    fn take(&mut self, field: FlowField, word: &'a str) {
        let given = (word != "-").then_some(word);
        match field {
            FlowField::Source => self.source = self.source.or(given),
            FlowField::Target => self.target = self.target.or(given),
            // Behind a NAT gateway the interface's own address hides who really talks.
            FlowField::PacketSource => self.source = given.or(self.source),
            FlowField::PacketTarget => self.target = given.or(self.target),
            FlowField::SourcePort => self.source_port = word.parse().ok(),
            FlowField::TargetPort => self.target_port = word.parse().ok(),
            FlowField::Protocol => self.protocol = word,
            FlowField::Bytes => self.bytes = word,
            FlowField::Start => self.start = word,
            FlowField::End => self.end = word,
            FlowField::Action => self.action = word,
            FlowField::Status => self.status = word,
            FlowField::Other => (),
        }
    }

    fn close(self, clock: &Clock, draft: &mut Draft) -> Result<Taken, Reason> {
        if matches!(self.status, "NODATA" | "SKIPDATA") {
            return Ok(Taken::Nothing);
        }
        if !self.start.is_empty() {
            draft.time(self.start, clock)?;
        } else if !self.end.is_empty() {
            draft.time(self.end, clock)?;
        }
        let address = |word: Option<&str>| {
            word.and_then(text::address).map(|(address, _)| address).ok_or("not an address")
        };
        let (source, target) = (address(self.source)?, address(self.target)?);
        draft.transport(self.protocol);
        let answering = matches!((self.source_port, self.target_port), (Some(from), Some(to)) if from < to && from < 10_000 && to >= 1_024);
        if answering {
            (draft.seen.client, draft.seen.server, draft.seen.port) =
                (Some(target), Some(source), self.source_port);
            draft.down(self.bytes);
        } else {
            (draft.seen.client, draft.seen.server, draft.seen.port) =
                (Some(source), Some(target), self.target_port);
            draft.up(self.bytes);
        }
        draft.seen.port = draft.seen.port.filter(|port| *port != 0);
        if let (Ok(start), Ok(end)) = (self.start.parse::<u64>(), self.end.parse::<u64>()) {
            draft.seen.duration_ms = end.checked_sub(start).and_then(|seconds| seconds.checked_mul(1_000));
        }
        draft.handling(self.action);
        Ok(Taken::Evidence)
    }
}

/// Whether an object is one of Cloudflare Gateway's.
pub(super) fn claims_cloudflare(keys: &[&str]) -> bool {
    let has = |name: &str| keys.contains(&name);
    has("QueryName")
        || has("HTTPHost")
        || (has("DestinationIP") && has("SourceIP"))
        || (has("OriginIP") && has("SessionStartTime"))
}

/// Reads a line of Gateway's DNS, HTTP or network logs, or of its network sessions.
pub(super) fn read_cloudflare(line: &str, clock: &Clock, draft: &mut Draft) -> Result<Taken, Reason> {
    let mut fault = None;
    let mut tcp = false;
    json::walk(line, &mut |path, value| {
        let Some(text) = value.text() else { return };
        match path {
            "Datetime" | "SessionStartTime" => fault = draft.time(text, clock).err().or(fault),
            // The address within the organisation says more than the one it shares.
            "SourceInternalIP" => draft.client(text),
            "SrcIP" | "SourceIP" | "ClientIP" if draft.seen.client.is_none() => draft.client(text),
            "DstIP" | "DestinationIP" | "OriginIP" => draft.server(text),
            "DstPort" | "DestinationPort" | "OriginPort" => draft.port(text),
            "Transport" | "Protocol" => draft.transport(text),
            "Email" => draft.user(text),
            "QueryName" => draft.question(text),
            "ResolvedIPs" => draft.answers.extend(text.parse().ok().map(|address| (address, 300))),
            "HTTPHost" => {
                tcp = true;
                draft.host(text, HostSource::HttpHost);
            }
            "URL" => cloudflare_url(text, draft),
            "SNI" => draft.host(text, HostSource::Sni),
            "HTTPMethod" => draft.method(text),
            "UserAgent" => draft.agent(text),
            "Action" | "ResolverDecision" => draft.handling(text),
            "ApplicationName" | "ApplicationNames" if draft.seen.vendor_application.is_none() => {
                draft.application(text)
            }
            "CategoryNames" | "QueryCategoryNames" | "MatchedCategoryNames"
                if draft.seen.vendor_category.is_none() =>
            {
                draft.category(text);
            }
            "BytesSent" => draft.up(text),
            "BytesReceived" => draft.down(text),
            _ => (),
        }
    })?;
    fault.map_or(Ok(()), Err)?;
    if draft.at.is_none() {
        return Err("no time");
    }
    if tcp && draft.seen.transport == Transport::Unknown {
        draft.seen.transport = Transport::Tcp;
    }
    let named = draft.seen.host.is_some() || draft.seen.server.is_some();
    Ok(if named { Taken::Evidence } else { Taken::Nothing })
}

fn cloudflare_url(text: &str, draft: &mut Draft) {
    let host = draft.seen.host.take().zip(draft.seen.host_from.take());
    draft.target(text, HostSource::Log);
    if let Some((host, from)) = host {
        (draft.seen.host, draft.seen.host_from) = (Some(host), Some(from));
    }
}
