//! Query logs of resolvers: dnsmasq, BIND, unbound and the debug log of Windows' DNS server.
//!
//! - dnsmasq (`log-queries`, also `extra`): <https://thekelleys.org.uk/dnsmasq/docs/dnsmasq-man.html>
//! - BIND (category `queries`): <https://bind9.readthedocs.io/en/latest/reference.html#query-log>
//! - unbound (`log-queries`, `log-replies`): <https://unbound.docs.nlnetlabs.nl/en/latest/manpages/unbound.conf.html>
//! - Windows: the key in the head of its dns.log
//!
//! The client is who asked.

use std::{collections::VecDeque, net::IpAddr};

use super::{
    draft::{Draft, Reason, Taken},
    text,
    time::Clock,
};
use crate::Transport;

/// Questions of dnsmasq that an answer may still be about; it logs them in lines of their own.
#[derive(Debug, Default)]
pub(super) struct Asked {
    recent: VecDeque<(Box<str>, IpAddr)>,
    /// Who asked for what the last alias stands for.
    alias: Option<(Box<str>, IpAddr)>,
}

impl Asked {
    const KEPT: usize = 64;

    fn ask(&mut self, host: &str, client: IpAddr) {
        if self.recent.len() == Self::KEPT {
            self.recent.pop_front();
        }
        self.recent.push_back((host.into(), client));
    }

    fn who(&self, host: &str) -> Option<(Box<str>, IpAddr)> {
        self.recent.iter().rev().find(|(asked, _)| **asked == *host).cloned()
    }
}

/// Whether a line, without its envelope, is one of dnsmasq's.
pub(super) fn claims_dnsmasq(line: &str, tag: Option<&str>) -> bool {
    tag.is_some_and(|tag| tag.starts_with("dnsmasq") || tag == "pihole-FTL")
        || without_serial(line).starts_with("query[")
}

/// Without what `log-queries=extra` puts before each line: a number, and the client with its port.
fn without_serial(line: &str) -> &str {
    let Some((serial, rest)) = line.split_once(' ') else { return line };
    let Some((client, rest)) = rest.split_once(' ') else { return line };
    let extra =
        !serial.is_empty() && serial.bytes().all(|byte| byte.is_ascii_digit()) && client.contains('/');
    if extra { rest } else { line }
}

/// Reads a line of dnsmasq. An answer becomes no evidence, but is given as addresses of what was asked.
pub(super) fn read_dnsmasq(line: &str, asked: &mut Asked, draft: &mut Draft) -> Result<Taken, Reason> {
    let line = without_serial(line.trim());
    if let Some(rest) = line.strip_prefix("query[") {
        let (_, rest) = rest.split_once("] ").ok_or("a question without a name")?;
        let (name, client) = rest.split_once(" from ").ok_or("a question without an asker")?;
        let (client, _) = text::address(client).ok_or("not an address")?;
        draft.seen.client = Some(client);
        draft.question(name);
        draft.seen.transport = Transport::Udp;
        let Some(host) = &draft.seen.host else { return Ok(Taken::Nothing) };
        asked.ask(host, client);
        return Ok(Taken::Evidence);
    }
    let Some((head, value)) = line.rsplit_once(" is ") else { return Ok(Taken::Nothing) };
    let name = head.rsplit_once(' ').map_or(head, |(_, name)| name);
    let Some(name) = text::host(name) else { return Ok(Taken::Nothing) };
    let question = asked.who(&name);
    if value == "<CNAME>" {
        asked.alias = question.or(asked.alias.take());
    } else if let (Ok(address), Some((host, client))) =
        (value.parse(), question.or_else(|| asked.alias.clone()))
    {
        draft.seen.client = Some(client);
        draft.question(&host);
        draft.answers.push((address, 300));
    }
    Ok(Taken::Nothing)
}

/// Whether a line is one of BIND's query log.
pub(super) fn claims_bind(line: &str) -> bool {
    line.split_once("client ").is_some_and(|(_, rest)| rest.contains(": query: ") || rest.contains(": rpz "))
}

/// Reads a line of BIND's query log, old and new.
pub(super) fn read_bind(line: &str, clock: &Clock, draft: &mut Draft) -> Result<Taken, Reason> {
    let (head, rest) = line.split_once("client ").ok_or("no client")?;
    bind_time(head, clock, draft);
    let rest = match rest.strip_prefix('@') {
        Some(rest) => rest.split_once(' ').ok_or("no client")?.1,
        None => rest,
    };
    let (client, rest) = rest.split_once('#').ok_or("no client")?;
    let (client, _) = text::address(client).ok_or("not an address")?;
    draft.seen.client = Some(client);
    if let Some((_, rule)) = rest.split_once(": rpz ") {
        return read_rpz(rule, draft);
    }
    let (_, query) = rest.split_once("query: ").ok_or("no question")?;
    let mut words = query.split_ascii_whitespace();
    let (name, class, kind) = (words.next(), words.next(), words.next());
    if kind.is_none() || !matches!(class, Some("IN" | "CH" | "HS" | "ANY" | "NONE")) {
        return Err("a question without class or type");
    }
    draft.question(name.unwrap_or_default());
    let flags = words.next().unwrap_or_default();
    draft.seen.transport = if flags.contains('T') { Transport::Tcp } else { Transport::Udp };
    if let Some((server, _)) = words.next().and_then(|word| text::address(word.trim_matches(['(', ')']))) {
        draft.seen.server = Some(server);
        draft.seen.port = Some(53);
    }
    Ok(named(draft))
}

/// `QNAME NXDOMAIN rewrite chat.example/A/IN via chat.example.rpz`: the resolver's policy stopped it.
fn read_rpz(rule: &str, draft: &mut Draft) -> Result<Taken, Reason> {
    let (action, target) = rule.split_once(" rewrite ").ok_or("a policy line without a name")?;
    let name = target.split([' ', '/']).next().unwrap_or_default();
    draft.question(name);
    if !action.contains("PASSTHRU") && !action.contains("DISABLED") {
        draft.blocked();
    }
    Ok(named(draft))
}

/// BIND's own time, when a file is read that it wrote itself: `01-Feb-2026 10:20:30.123 queries: info: `.
fn bind_time(head: &str, clock: &Clock, draft: &mut Draft) {
    let time = match head.match_indices(' ').nth(1) {
        Some((end, _)) => head.get(..end).unwrap_or(head),
        None => head,
    };
    let alone = head.split(' ').next().unwrap_or_default();
    let read = [time, alone].into_iter().find_map(|text| super::time::instant(text, clock));
    draft.at = read.or(draft.at);
}

/// Whether a line is one of unbound's.
pub(super) fn claims_unbound(line: &str, tag: Option<&str>) -> bool {
    let head = line.split(": ").next().unwrap_or_default();
    tag == Some("unbound") || head.contains("unbound[")
}

/// Reads a question or a reply of unbound, or what a local zone of it stopped.
pub(super) fn read_unbound(line: &str, clock: &Clock, draft: &mut Draft) -> Result<Taken, Reason> {
    let Some((head, rest)) = line.split_once("info: ").or_else(|| line.split_once("query: ")) else {
        return Ok(Taken::Nothing);
    };
    if let Some(seconds) =
        head.strip_prefix('[').and_then(|head| head.split_once(']')).map(|(seconds, _)| seconds)
        && !seconds.contains(':')
    {
        draft.time(seconds, clock)?;
    } else if let Some((time, _)) = head.split_once(" unbound[") {
        draft.at = super::time::instant(time, clock).or(draft.at);
    }
    let rest = rest.strip_prefix("query: ").or_else(|| rest.strip_prefix("reply: ")).unwrap_or(rest);
    let words: Vec<&str> = rest.split_ascii_whitespace().take(8).collect();
    let (client, name) = match *words.as_slice() {
        // Of a local zone: `example.com. always_nxdomain 192.0.2.1@53001 example.com. A IN`.
        [_, action, client, name, _, "IN" | "CH" | "HS"] if text::address(client).is_some() => {
            if action != "transparent" && action != "typetransparent" && action != "inform" {
                draft.blocked();
            }
            (client, name)
        }
        [client, name, _, "IN" | "CH" | "HS", ..] if text::address(client).is_some() => (client, name),
        [client, ..] if text::address(client).is_some() => return Err("a question without class or type"),
        _ => return Ok(Taken::Nothing),
    };
    draft.client(client);
    draft.question(name);
    draft.seen.transport = Transport::Udp;
    Ok(named(draft))
}

/// Whether a line is a packet of Windows' debug log.
pub(super) fn claims_windows(line: &str) -> bool {
    line.contains(" PACKET ") && (line.contains(" UDP ") || line.contains(" TCP ")) && line.contains('[')
}

/// Reads a packet of Windows' debug log: questions that came in and answers that went out, both of which name who asked.
pub(super) fn read_windows(line: &str, clock: &Clock, draft: &mut Draft) -> Result<Taken, Reason> {
    let (head, packet) = line.split_once(" PACKET ").ok_or("no packet")?;
    let (time, _thread) = head.trim_end().rsplit_once(' ').ok_or("no time")?;
    draft.time(time, clock)?;
    let (before, after) = packet.split_once('[').ok_or("no flags")?;
    let (_, name) = after.split_once(']').ok_or("no question")?;
    let mut words = before.split_ascii_whitespace().skip_while(|word| !matches!(*word, "UDP" | "TCP"));
    draft.transport(words.next().unwrap_or_default());
    let (direction, client) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let answer = words.skip(1).any(|word| word == "R");
    draft.seen.client = Some(text::address(client).ok_or("not an address")?.0);
    let for_client = matches!((direction, answer), ("Rcv", false) | ("Snd", true));
    let (_kind, labels) = name.trim().split_once(' ').ok_or("a question without a name")?;
    let host = labels_to_host(labels.trim()).ok_or("not a name in Windows' form")?;
    draft.question(&host);
    Ok(if for_client { named(draft) } else { Taken::Nothing })
}

/// `(7)chatgpt(3)com(0)` as `chatgpt.com`; some tools write the dots themselves.
fn labels_to_host(labels: &str) -> Option<String> {
    if !labels.starts_with('(') {
        return text::host(labels).map(std::borrow::Cow::into_owned);
    }
    let mut host = String::with_capacity(labels.len());
    let mut rest = labels;
    loop {
        let (length, after) = rest.strip_prefix('(')?.split_once(')')?;
        let length: usize = length.parse().ok()?;
        if length == 0 {
            return Some(host);
        }
        let (label, after) = after.split_at_checked(length)?;
        if !host.is_empty() {
            host.push('.');
        }
        host.push_str(label);
        rest = after;
    }
}

fn named(draft: &Draft) -> Taken {
    if draft.seen.host.is_some() { Taken::Evidence } else { Taken::Nothing }
}
