//! Suricata's EVE: tls, http, dns (versions 1, 2 and 3), quic, flow and alert events.
//!
//! Fields: <https://docs.suricata.io/en/latest/output/eve/eve-json-format.html>. `bytes_toserver` is up. Events that lead to no
//! host (stats, fileinfo, anomaly, …) are passed over.

use std::{borrow::Cow, net::IpAddr};

use super::{
    draft::{self, Draft, Reason, Taken},
    json::{self, Value},
    text,
    time::Clock,
};
use crate::{HostSource, Transport};

/// Whether an object has the marks of EVE.
pub(super) fn claims(keys: &[&str]) -> bool {
    keys.contains(&"event_type") && (keys.contains(&"timestamp") || keys.contains(&"flow_id"))
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Event {
    Tls,
    Http,
    Dns,
    Quic,
    Flow,
    Alert,
    #[default]
    Other,
}

#[derive(Default)]
struct Record<'a> {
    event: Event,
    source: Option<IpAddr>,
    source_port: Option<u16>,
    target: Option<IpAddr>,
    target_port: Option<u16>,
    answer: bool,
    to_client: bool,
    sni: Option<Cow<'a, str>>,
    http_host: Option<Cow<'a, str>>,
    http_port: Option<Cow<'a, str>>,
    quic_sni: Option<Cow<'a, str>>,
    name: Option<Cow<'a, str>>,
    url: Option<Cow<'a, str>>,
    life: Option<u32>,
    addresses: Vec<IpAddr>,
}

/// Reads an event.
pub(super) fn read(line: &str, clock: &Clock, draft: &mut Draft) -> Result<Taken, Reason> {
    let mut record = Record::default();
    let mut fault = None;
    json::walk(line, &mut |path, value| {
        if let Err(reason) = record.take(path, value, clock, draft) {
            fault = Some(reason);
        }
    })?;
    fault.map_or(Ok(()), Err)?;
    record.close(draft)
}

impl<'a> Record<'a> {
    fn take(&mut self, path: &str, value: Value<'a>, clock: &Clock, draft: &mut Draft) -> Result<(), Reason> {
        match value {
            Value::Text(text) => self.text(path, text, clock, draft),
            Value::Number(number) => {
                self.number(path, number, draft);
                Ok(())
            }
            Value::Truth(_) | Value::Nothing | Value::End => Ok(()),
        }
    }

    fn number(&mut self, path: &str, number: &str, draft: &mut Draft) {
        match path {
            "flow_id" => draft.flow = Some(draft::flow(number)),
            "src_port" => self.source_port = number.parse().ok(),
            "dest_port" => self.target_port = number.parse().ok(),
            "flow.bytes_toserver" => draft.up(number),
            "flow.bytes_toclient" => draft.down(number),
            "flow.age" => draft.seconds(number),
            "http.length" if self.event == Event::Http => draft.down(number),
            "dns.answers.ttl" | "dns.ttl" => {
                let life = number.parse().ok();
                self.life = self.life.min(life).or(life);
            }
            _ => (),
        }
    }

    fn text(
        &mut self,
        path: &str,
        text: Cow<'a, str>,
        clock: &Clock,
        draft: &mut Draft,
    ) -> Result<(), Reason> {
        match path {
            "timestamp" => draft.time(&text, clock)?,
            "event_type" => {
                self.event = match &*text {
                    "tls" => Event::Tls,
                    "http" => Event::Http,
                    "dns" => Event::Dns,
                    "quic" => Event::Quic,
                    "flow" => Event::Flow,
                    "alert" => Event::Alert,
                    _ => Event::Other,
                };
            }
            "src_ip" => self.source = address(&text)?,
            "dest_ip" => self.target = address(&text)?,
            "proto" => draft.transport(&text),
            "direction" => self.to_client = text == "to_client",
            "tls.sni" => self.sni = Some(text),
            "tls.subject" => {
                if let Some(name) = text::common_name(&text) {
                    draft.certificate(name);
                }
            }
            "tls.subjectaltname" => draft.certificate(&text),
            "tls.client_alpns" | "tls.alpn_ts" if draft.seen.alpn.is_none() => draft.alpn(&text),
            "tls.ja3.hash" | "quic.ja3.hash" => draft.ja3(&text),
            "tls.ja4" | "quic.ja4" | "tls.ja4.hash" => draft.ja4(&text),
            "quic.sni" => self.quic_sni = Some(text),
            "quic.ua" => draft.agent(&text),
            "http.hostname" => self.http_host = Some(text),
            "http.http_port" => self.http_port = Some(text),
            "http.url" => self.url = Some(text),
            "http.http_method" => draft.method(&text),
            "http.http_user_agent" => draft.agent(&text),
            "alert.action" => draft.handling(&text),
            "dns.type" => self.answer = matches!(&*text, "answer" | "response"),
            "dns.rrname" | "dns.queries.rrname" | "dns.query.rrname" if self.name.is_none() => {
                self.name = Some(text)
            }
            "dns.rdata" | "dns.answers.rdata" | "dns.grouped.A" | "dns.grouped.AAAA" => {
                self.addresses.extend(text.parse::<IpAddr>());
            }
            _ => (),
        }
        Ok(())
    }

    fn close(self, draft: &mut Draft) -> Result<Taken, Reason> {
        if self.event == Event::Other {
            return Ok(Taken::Nothing);
        }
        if draft.at.is_none() || self.source.is_none() {
            return Err("an event without time or source");
        }
        // Answers are logged with the addresses of their packet: from the resolver to who asked.
        let from_port = |port: Option<u16>| matches!(port, Some(53 | 853 | 5353));
        let reversed = match self.event {
            Event::Dns => self.answer && from_port(self.source_port) && !from_port(self.target_port),
            Event::Alert => self.to_client,
            _ => false,
        };
        let ((client, _), (server, port)) = match reversed {
            false => ((self.source, self.source_port), (self.target, self.target_port)),
            true => ((self.target, self.target_port), (self.source, self.source_port)),
        };
        draft.seen.client = client;
        draft.seen.server = server;
        draft.seen.port = port.filter(|port| *port != 0);
        if let Some(name) = &self.name {
            draft.question(name);
            let life = self.life.unwrap_or(300);
            draft.answers.extend(self.addresses.iter().map(|address| (*address, life)));
            draft.flow = None;
        }
        if let Some(url) = &self.url {
            draft.target(url, HostSource::HttpHost);
        }
        if let Some(port) = self.http_port {
            draft.port(&port);
        }
        for (name, from) in [
            (&self.http_host, HostSource::HttpHost),
            (&self.quic_sni, HostSource::QuicSni),
            (&self.sni, HostSource::Sni),
        ] {
            if let Some(name) = name {
                draft.host(name, from);
            }
        }
        if self.event == Event::Quic {
            draft.seen.transport = Transport::Udp;
        }
        let nothing = self.event == Event::Dns && draft.seen.host.is_none();
        Ok(if nothing { Taken::Nothing } else { Taken::Evidence })
    }
}

fn address(value: &str) -> Result<Option<IpAddr>, Reason> {
    if value.is_empty() {
        return Ok(None);
    }
    text::address(value).map(|(address, _)| Some(address)).ok_or("not an address")
}
