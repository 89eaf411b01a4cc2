//! Common schemas: OCSF and the Elastic Common Schema, in which Vector, Fluent Bit, Logstash and the like can give anything else.
//!
//! - OCSF (<https://schema.ocsf.io/>): Network Activity 4001, HTTP Activity 4002, DNS Activity 4003. `traffic.bytes_in` is from the
//!   destination to the source, so down.
//! - ECS (<https://www.elastic.co/guide/en/ecs/current/ecs-field-reference.html>): `source.bytes` is from source to destination, so up.
//!   Fields come nested, with dots in their names, or both.

use std::net::IpAddr;

use super::{
    draft::{Draft, Reason, Taken},
    json::{self, Value},
    text,
    time::Clock,
};
use crate::{Handling, HostSource, Transport};

/// Whether an object is OCSF.
pub(super) fn claims_ocsf(keys: &[&str]) -> bool {
    let has = |name: &str| keys.contains(&name);
    has("class_uid") || (has("class_name") && (has("category_uid") || has("metadata")))
}

#[derive(Default)]
struct Ocsf {
    class: Option<u32>,
    class_name: Box<str>,
    server: Option<IpAddr>,
    in_answer: Option<IpAddr>,
    life: Option<u32>,
    user: Option<Box<str>>,
}

/// Reads an event of OCSF.
pub(super) fn read_ocsf(line: &str, clock: &Clock, draft: &mut Draft) -> Result<Taken, Reason> {
    let mut event = Ocsf::default();
    let mut fault = None;
    json::walk(line, &mut |path, value| {
        if let Err(reason) = event.take(path, &value, clock, draft) {
            fault = Some(reason);
        }
    })?;
    fault.map_or(Ok(()), Err)?;
    event.close(draft)
}

impl Ocsf {
    fn take(
        &mut self,
        path: &str,
        value: &Value<'_>,
        clock: &Clock,
        draft: &mut Draft,
    ) -> Result<(), Reason> {
        if *value == Value::End {
            if path == "answers" {
                let life = self.life.take().unwrap_or(300);
                draft.answers.extend(self.in_answer.take().map(|address| (address, life)));
            }
            return Ok(());
        }
        let Some(text) = value.text() else { return Ok(()) };
        match path {
            "class_uid" => self.class = text.parse().ok(),
            "class_name" => self.class_name = text.into(),
            "time" => draft.time(text, clock)?,
            "time_dt" | "start_time" | "start_time_dt" if draft.at.is_none() => draft.time(text, clock)?,
            "src_endpoint.ip" => draft.client(text),
            "device.ip" if draft.seen.client.is_none() => draft.client(text),
            "dst_endpoint.ip" => self.server = text::address(text).map(|(address, _)| address),
            "dst_endpoint.port" => draft.port(text),
            "dst_endpoint.hostname" | "dst_endpoint.domain" | "dst_endpoint.name"
                if draft.seen.host.is_none() =>
            {
                draft.host(text, HostSource::Log);
            }
            "connection_info.protocol_name" | "connection_info.protocol_num" => draft.transport(text),
            "traffic.bytes_in" => draft.down(text),
            "traffic.bytes_out" => draft.up(text),
            "duration" => draft.millis(text),
            "tls.sni" => draft.host(text, HostSource::Sni),
            "tls.alpn" if draft.seen.alpn.is_none() => draft.alpn(text),
            "tls.ja3_hash.value" | "tls.ja3_hash" => draft.ja3(text),
            "ja4_fingerprint_list.value" if draft.seen.ja4.is_none() => draft.ja4(text),
            "tls.certificate.subject" => {
                if let Some(name) = text::common_name(text) {
                    draft.certificate(name);
                }
            }
            "tls.certificate.sans.name" => draft.certificate(text),
            "http_request.url.hostname" | "url.hostname" => draft.host(text, HostSource::HttpHost),
            "http_request.url.port" if draft.seen.port.is_none() => draft.port(text),
            "http_request.url.path" | "url.path" => draft.path(text),
            "http_request.url.url_string" | "http_request.url.text" | "url.url_string" | "url.text" => {
                url(text, draft)
            }
            "http_request.http_method" => draft.method(text),
            "http_request.user_agent" => draft.agent(text),
            "http_request.length" if draft.seen.bytes_up.is_none() => draft.up(text),
            "http_response.length" if draft.seen.bytes_down.is_none() => draft.down(text),
            "http_request.url.categories" | "url.categories" if draft.seen.vendor_category.is_none() => {
                draft.category(text)
            }
            "query.hostname" => draft.question(text),
            "answers.rdata" => self.in_answer = text.parse().ok(),
            "answers.ttl" => self.life = text.parse().ok(),
            "actor.user.email_addr" | "src_endpoint.owner.email_addr" => self.user = Some(text.into()),
            "actor.user.name" | "src_endpoint.owner.name" | "user.name" | "actor.user.uid"
                if self.user.is_none() =>
            {
                self.user = Some(text.into());
            }
            "app_name" | "dst_endpoint.svc_name" => draft.application(text),
            "action_id" | "disposition_id" => {
                draft.seen.handling = match text {
                    "1" => Some(Handling::Allowed),
                    "2" => Some(Handling::Blocked),
                    _ => draft.seen.handling,
                };
            }
            "action" | "disposition" if draft.seen.handling.is_none() => draft.handling(text),
            _ => (),
        }
        Ok(())
    }

    fn close(self, draft: &mut Draft) -> Result<Taken, Reason> {
        let dns = self.class == Some(4003) || &*self.class_name == "DNS Activity";
        let wanted = dns
            || matches!(self.class, Some(4001 | 4002))
            || matches!(&*self.class_name, "Network Activity" | "HTTP Activity");
        if !wanted {
            return Ok(Taken::Nothing);
        }
        if draft.at.is_none() {
            return Err("no time");
        }
        draft.seen.server = self.server.or(draft.seen.server);
        draft.seen.user = self.user.or(draft.seen.user.take());
        if draft.seen.transport == Transport::Unknown && draft.seen.method.is_some() {
            draft.seen.transport = Transport::Tcp;
        }
        Ok(evidence(draft))
    }
}

/// Whether an object is ECS, or near enough to it.
pub(super) fn claims_ecs(keys: &[&str]) -> bool {
    let begins = |name: &str| {
        keys.iter()
            .any(|key| *key == name || key.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')))
    };
    let sides = begins("source") || begins("client");
    sides
        && (begins("destination")
            || begins("server")
            || begins("url")
            || begins("dns")
            || begins("tls")
            || begins("http"))
}

#[derive(Default)]
struct Ecs {
    client: Option<Box<str>>,
    server: Option<Box<str>>,
    url: Option<Box<str>>,
    domain: Option<Box<str>>,
    question: Option<Box<str>>,
    sni: Option<Box<str>>,
    user: Option<Box<str>>,
    email: Option<Box<str>>,
    resolved: Vec<IpAddr>,
    life: Option<u32>,
}

/// Reads an event of ECS.
pub(super) fn read_ecs(line: &str, clock: &Clock, draft: &mut Draft) -> Result<Taken, Reason> {
    let mut event = Ecs::default();
    let mut fault = None;
    json::walk(line, &mut |path, value| {
        let Some(text) = value.text() else { return };
        // Some shippers put the event one level down, or number instead of name.
        if let Err(reason) = event.take(path, text, clock, draft) {
            fault = Some(reason);
        }
    })?;
    fault.map_or(Ok(()), Err)?;
    event.close(draft)
}

impl Ecs {
    fn take(&mut self, path: &str, text: &str, clock: &Clock, draft: &mut Draft) -> Result<(), Reason> {
        let keep = |place: &mut Option<Box<str>>| {
            if let (None, Some(text)) = (&place, text::present(text)) {
                *place = Some(text.into());
            }
        };
        match path {
            "@timestamp" => draft.time(text, clock)?,
            "event.start" | "timestamp" | "date" | "time" | "ts" if draft.at.is_none() => {
                draft.time(text, clock)?
            }
            "source.ip" | "client.ip" | "source.address" | "client.address" => keep(&mut self.client),
            "destination.ip" | "server.ip" => keep(&mut self.server),
            "destination.address" | "server.address" => draft.server(text),
            "destination.port" | "server.port" => draft.port(text),
            "destination.domain" | "server.domain" | "destination.registered_domain" => {
                keep(&mut self.domain)
            }
            "network.transport" | "network.iana_number" => draft.transport(text),
            "source.bytes" | "client.bytes" => draft.up(text),
            "destination.bytes" | "server.bytes" => draft.down(text),
            "http.request.bytes" | "http.request.body.bytes" if draft.seen.bytes_up.is_none() => {
                draft.up(text)
            }
            "http.response.bytes" | "http.response.body.bytes" if draft.seen.bytes_down.is_none() => {
                draft.down(text)
            }
            "event.duration" => {
                draft.seen.duration_ms = text.parse::<u64>().ok().map(|nanos| nanos / 1_000_000)
            }
            "url.full" | "url.original" | "url" => keep(&mut self.url),
            "url.domain" => draft.host(text, HostSource::HttpHost),
            "url.port" if draft.seen.port.is_none() => draft.port(text),
            "url.path" => draft.path(text),
            "http.request.method" => draft.method(text),
            "user_agent.original" | "user_agent" => draft.agent(text),
            "tls.client.server_name" => keep(&mut self.sni),
            "tls.client.ja3" => draft.ja3(text),
            "tls.client.ja4" => draft.ja4(text),
            "tls.next_protocol" => draft.alpn(text),
            "tls.server.subject" => {
                if let Some(name) = text::common_name(text) {
                    draft.certificate(name);
                }
            }
            "tls.server.x509.alternative_names" | "tls.server.x509.subject.common_name" => {
                draft.certificate(text)
            }
            "dns.question.name" => keep(&mut self.question),
            "dns.resolved_ip" => self.resolved.extend(text.parse::<IpAddr>()),
            "dns.answers.ttl" => self.life = text.parse().ok().min(self.life).or_else(|| text.parse().ok()),
            "user.email" | "source.user.email" | "client.user.email" => keep(&mut self.email),
            "user.name" | "source.user.name" | "client.user.name" => keep(&mut self.user),
            "event.action" | "event.type" if draft.seen.handling != Some(Handling::Blocked) => {
                draft.handling(text)
            }
            "rule.category" | "url.category" if draft.seen.vendor_category.is_none() => draft.category(text),
            "network.application" => draft.application(text),
            _ => (),
        }
        Ok(())
    }

    fn close(self, draft: &mut Draft) -> Result<Taken, Reason> {
        if draft.at.is_none() {
            return Err("no time");
        }
        if let Some(client) = self.client {
            draft.client(&client);
        }
        if let Some(server) = self.server {
            draft.server(&server);
        }
        draft.seen.user = self.email.or(self.user).or(draft.seen.user.take());
        if let Some(target) = self.url {
            url(&target, draft);
        }
        if let (None, Some(domain)) = (&draft.seen.host, self.domain) {
            draft.host(&domain, HostSource::Log);
        }
        if let Some(name) = self.sni {
            draft.host(&name, HostSource::Sni);
        }
        if let Some(question) = self.question {
            draft.question(&question);
            let life = self.life.unwrap_or(300);
            draft.answers.extend(self.resolved.into_iter().map(|address| (address, life)));
        }
        Ok(evidence(draft))
    }
}

/// A URL beside fields that name its parts: only what they left open.
fn url(value: &str, draft: &mut Draft) {
    let Some(url) = text::url(value) else {
        draft.path(value);
        return;
    };
    if draft.seen.host.is_none() {
        draft.host(url.host, HostSource::HttpHost);
    }
    draft.seen.port = draft.seen.port.or(url.port);
    if let (None, Some(path)) = (&draft.seen.path, url.path) {
        draft.path(path);
    }
}

fn evidence(draft: &Draft) -> Taken {
    let named = draft.seen.host.is_some() || draft.seen.server.is_some();
    if named && draft.seen.client.is_some() { Taken::Evidence } else { Taken::Nothing }
}
