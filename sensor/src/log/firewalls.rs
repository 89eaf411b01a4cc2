//! Firewalls' own formats: FortiGate's pairs and PAN-OS's values between commas.
//!
//! - FortiOS: <https://docs.fortinet.com/document/fortigate/7.4.0/fortios-log-message-reference>; `sentbyte` is what the source sent.
//! - PAN-OS: <https://docs.paloaltonetworks.com/pan-os/11-0/pan-os-admin/monitoring/use-syslog-for-monitoring/syslog-field-descriptions/traffic-log-fields>
//!   and `…/threat-log-fields`; later versions only add fields at the end.

use std::borrow::Cow;

use super::{
    draft::{Draft, Reason, Taken},
    time::{self, Clock},
    words::comma_separated,
};
use crate::HostSource;

/// Whether a line is one of FortiGate's.
pub(super) fn claims_fortigate(line: &str) -> bool {
    let marks = ["logid=", "log_id=", "devid=", "device_id=", "logver=", "eventtime="];
    let begins = [
        "date=",
        "time=",
        "timestamp=",
        "logver=",
        "devname=",
        "devid=",
        "itime=",
        "eventtime=",
        "type=",
        "id=",
        "logid=",
        "tz=",
    ];
    begins.iter().any(|mark| line.starts_with(mark))
        && line.contains("type=")
        && (marks.iter().any(|mark| line.contains(mark)) || line.contains("srcip="))
}

/// Gives the pairs `key=value key="va lue"`.
pub(super) fn pairs<'a>(line: &'a str, each: &mut impl FnMut(&'a str, Cow<'a, str>)) -> Result<(), Reason> {
    let mut rest = line.trim();
    while let Some((key, after)) = rest.split_once('=') {
        let key = key.rsplit([' ', ',']).next().unwrap_or(key);
        let (value, left) = match after.strip_prefix('"') {
            Some(inner) => {
                let mut escaped = false;
                let end = inner.bytes().position(|byte| match byte {
                    _ if escaped => {
                        escaped = false;
                        false
                    }
                    b'\\' => {
                        escaped = true;
                        false
                    }
                    byte => byte == b'"',
                });
                let (value, left) =
                    inner.split_at_checked(end.ok_or("a quote that does not end")?).unwrap_or_default();
                let value = if value.contains('\\') {
                    value.replace("\\\"", "\"").replace("\\\\", "\\").into()
                } else {
                    value.into()
                };
                (value, left.get(1..).unwrap_or_default())
            }
            None => {
                let end = after.find([' ', ',']).unwrap_or(after.len());
                let (value, left) = after.split_at_checked(end).unwrap_or_default();
                (Cow::Borrowed(value), left)
            }
        };
        each(key, value);
        rest = left.trim_start_matches([' ', ',']);
    }
    Ok(())
}

/// Reads a traffic, webfilter, app-ctrl, dns or ssl line of FortiGate.
pub(super) fn read_fortigate(line: &str, clock: &Clock, draft: &mut Draft) -> Result<Taken, Reason> {
    let (mut kind, mut date, mut clock_time, mut zone, mut event) = Default::default();
    let (mut host, mut url, mut name, mut action) = (None, None, None, None);
    pairs(line, &mut |key, value: Cow<'_, str>| match key {
        "type" => kind = value,
        "date" => date = value,
        "time" => clock_time = value,
        "tz" => zone = value,
        "eventtime" => event = value,
        // Before FortiOS 5 fields had other names: `src`, `dst_port`, `sent`.
        "srcip" | "src" => draft.client(&value),
        "dstip" | "dst" => draft.server(&value),
        "dstport" | "dst_port" => draft.port(&value),
        "proto" => draft.transport(&value),
        "user" => draft.user(&value),
        "unauthuser" if draft.seen.user.is_none() => draft.user(&value),
        "sentbyte" | "sent" => draft.up(&value),
        "rcvdbyte" | "rcvd" => draft.down(&value),
        "duration" => draft.seconds(&value),
        "hostname" | "sni" | "qname" => host = Some((value, key == "qname", key == "sni")),
        "url" => url = Some(value),
        "dstname" => name = Some(value),
        "httpmethod" => draft.method(&value),
        "agent" => draft.agent(&value),
        "app" => draft.application(&value),
        "catdesc" => draft.category(&value),
        "appcat" if draft.seen.vendor_category.is_none() && value != "unscanned" => draft.category(&value),
        "action" => action = Some(value),
        "utmaction" => draft.handling(&value),
        _ => (),
    })?;
    let (kind, date): (Cow<'_, str>, Cow<'_, str>) = (kind, date);
    draft.at = moment(&event, &date, &clock_time, &zone, clock)?;
    if kind == "event" || draft.seen.client.is_none() {
        return Ok(Taken::Nothing);
    }
    if let (None, Some(action)) = (draft.seen.handling, action) {
        draft.handling(&action);
    }
    if let Some(url) = url {
        draft.target(&url, HostSource::Log);
    }
    match host {
        Some((host, true, _)) => draft.question(&host),
        Some((host, _, true)) => draft.host(&host, HostSource::Sni),
        Some((host, ..)) => draft.host(&host, HostSource::Log),
        None => (),
    }
    if let (None, Some(name)) = (&draft.seen.host, name) {
        draft.host(&name, HostSource::Log);
    }
    Ok(Taken::Evidence)
}

/// The time of the event; `date` and `time` are local, `tz` says where.
fn moment(
    event: &str,
    date: &str,
    clock_time: &str,
    zone: &str,
    clock: &Clock,
) -> Result<Option<model::Timestamp>, Reason> {
    const BAD: Reason = "not a time";
    if !event.is_empty() {
        return time::epoch(event).map(Some).ok_or(BAD);
    }
    if date.is_empty() {
        return Ok(None);
    }
    let zone = zone.trim_start_matches("UTC");
    time::instant(&format!("{date}T{clock_time}{zone}"), clock).map(Some).ok_or(BAD)
}

/// Whether a line is one of PAN-OS's: the fourth value says what kind.
pub(super) fn claims_panos(line: &str) -> bool {
    let mut values = line.splitn(5, ',');
    let counter = values.next().is_some_and(|value| value.bytes().all(|byte| byte.is_ascii_digit()));
    let kinds = [
        "TRAFFIC",
        "THREAT",
        "URL",
        "SYSTEM",
        "CONFIG",
        "DECRYPTION",
        "GLOBALPROTECT",
        "USERID",
        "AUTHENTICATION",
        "HIPMATCH",
        "HIP-MATCH",
        "CORRELATION",
        "IPTAG",
        "TUNNEL",
        "SCTP",
        "GTP",
    ];
    counter && values.nth(2).is_some_and(|kind| kinds.contains(&kind.trim_matches('"')))
}

/// Reads a traffic or URL line of PAN-OS.
pub(super) fn read_panos(line: &str, clock: &Clock, draft: &mut Draft) -> Result<Taken, Reason> {
    let values = comma_separated(line);
    let value = |at: usize| values.get(at).map_or("", |value| value.trim());
    let (kind, subtype) = (value(3), value(4));
    if !matches!(kind, "TRAFFIC" | "THREAT" | "URL") {
        return Ok(Taken::Nothing);
    }
    let least = if kind == "TRAFFIC" { 39 } else { 36 };
    if values.len() < least {
        return Err("fewer values than PAN-OS writes");
    }
    let generated = if value(6).is_empty() { value(1) } else { value(6) };
    draft.time(generated, clock)?;
    draft.seen.client = Some(super::text::address(value(7)).ok_or("not an address")?.0);
    draft.server(value(8));
    draft.user(value(12));
    draft.application(value(14));
    draft.port(value(25));
    draft.transport(value(29));
    draft.handling(value(30));
    if kind == "TRAFFIC" {
        draft.up(value(32));
        draft.down(value(33));
        draft.seconds(value(36));
        draft.category(value(37));
        return Ok(Taken::Evidence);
    }
    draft.category(value(33));
    if subtype == "url" || kind == "URL" {
        draft.target(value(31), HostSource::Log);
        draft.agent(value(46));
        draft.method(value(63));
    }
    Ok(Taken::Evidence)
}
