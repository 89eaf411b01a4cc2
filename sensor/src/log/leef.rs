//! IBM's Log Event Extended Format, 1.0 and 2.0.
//!
//! <https://www.ibm.com/docs/en/dsm?topic=overview-leef-event-components>: `srcBytes` is the count from the source of the event, so up.
//! Version 2.0 names its delimiter, as a character or as `x5E`; 1.0 has tabs, but PAN-OS writes bars
//! (<https://docs.paloaltonetworks.com/resources/cef>), and some relays turn tabs into `#011`.

use super::{
    cef::Vendor,
    draft::{Draft, Reason, Taken},
    time::{self, Clock},
};
use crate::{HostSource, Transport};

/// Where a line of LEEF begins.
pub(super) fn start(line: &str) -> Option<usize> {
    let mut near = line.len().min(512);
    while !line.is_char_boundary(near) {
        near -= 1;
    }
    let near = line.get(..near)?;
    let at = near.find("LEEF:1.0|").or_else(|| near.find("LEEF:2.0|")).or_else(|| near.find("LEEF:1|"))?;
    Some(at)
}

/// Reads a line that begins with `LEEF:`.
pub(super) fn read(line: &str, clock: &Clock, draft: &mut Draft) -> Result<Taken, Reason> {
    const SHORT: Reason = "a header of too few parts";
    let (version, rest) = line.split_once('|').ok_or(SHORT)?;
    let (vendor, rest) = rest.split_once('|').ok_or(SHORT)?;
    let (_product, rest) = rest.split_once('|').ok_or(SHORT)?;
    let (_product_version, rest) = rest.split_once('|').ok_or(SHORT)?;
    let (_event, rest) = rest.split_once('|').ok_or(SHORT)?;
    let (delimiter, rest) = match version {
        "LEEF:2.0" => named_delimiter(rest),
        _ => (None, rest),
    };
    let delimiter = delimiter.unwrap_or_else(|| guessed_delimiter(rest));
    let vendor = Vendor::named(vendor);
    let mut time_format = None;
    let mut time_text = None;
    for pair in rest.split(delimiter.as_str()) {
        let Some((key, value)) = pair.split_once('=') else { continue };
        let (key, value) = (key.trim(), value.trim());
        match key {
            "devTimeFormat" => time_format = Some(value),
            "devTime" => time_text = Some(value),
            _ => take(key, value.trim_matches('"'), vendor, clock, draft)?,
        }
    }
    if let Some(text) = time_text {
        draft.at = Some(device_time(text, time_format, clock).ok_or("not a time")?);
    }
    let named = draft.seen.host.is_some() || draft.seen.server.is_some();
    Ok(if named { Taken::Evidence } else { Taken::Nothing })
}

/// `^|`, `x5E|`, `0x5E|`, or nothing before the bar, which means a tab.
fn named_delimiter(rest: &str) -> (Option<String>, &str) {
    let Some((word, after)) = rest.split_once('|') else { return (None, rest) };
    let digits =
        word.strip_prefix("0x").or_else(|| word.strip_prefix('x')).or_else(|| word.strip_prefix("\\x"));
    let by_number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).and_then(char::from_u32);
    match (word, by_number) {
        ("" | "\\t" | "tab", _) => (None, after),
        (_, Some(delimiter)) => (Some(delimiter.into()), after),
        (word, None) if word.chars().count() == 1 => (Some(word.into()), after),
        // No delimiter was named: the first bar belongs to a value or to a delimiter that nobody announced.
        _ => (None, rest),
    }
}

fn guessed_delimiter(rest: &str) -> String {
    let pairs = |delimiter: &str| rest.split(delimiter).filter(|pair| pair.contains('=')).count();
    let best = ["\t", "#011", "|", "^", "\\t"].into_iter().max_by_key(|delimiter| pairs(delimiter));
    match best {
        Some(delimiter) if pairs(delimiter) > 1 => delimiter.into(),
        _ => "\t".into(),
    }
}

/// The time in the format that the line itself declares, or in any known one. Formats differ in the order of day and month.
fn device_time(text: &str, format: Option<&str>, clock: &Clock) -> Option<model::Timestamp> {
    let day_first = format.is_some_and(|format| format.starts_with("dd/MM"));
    let month_first = format.is_some_and(|format| format.starts_with("MM/dd"));
    if (day_first || month_first)
        && let Some((date, rest)) = text.split_once(' ')
        && let [first, second, year] = *date.split('/').collect::<Vec<_>>().as_slice()
    {
        let (day, month) = if day_first { (first, second) } else { (second, first) };
        return time::instant(&format!("{year}-{month}-{day} {rest}"), clock);
    }
    time::instant(text, clock)
}

fn take(key: &str, value: &str, vendor: Vendor, clock: &Clock, draft: &mut Draft) -> Result<(), Reason> {
    match key {
        "src" | "identSrc" if draft.seen.client.is_none() => draft.client(value),
        "dst" => draft.server(value),
        "dstPort" => draft.port(value),
        "proto" => draft.transport(value),
        "usrName" | "userName" | "identityName" | "accountName" if draft.seen.user.is_none() => {
            draft.user(value)
        }
        "srcBytes" | "bytesSent" | "bytesOut" => draft.up(value),
        "dstBytes" | "bytesReceived" | "bytesIn" => draft.down(value),
        "out" if vendor == Vendor::Fortinet => draft.up(value),
        "in" if vendor == Vendor::Fortinet => draft.down(value),
        "url" | "URL" | "request" | "Miscellaneous" | "miscellaneous" => {
            if value.starts_with('/') {
                draft.path(value);
            } else {
                draft.url(value, HostSource::Log);
            }
        }
        "dhost" | "dstHost" | "dstHostName" | "hostname" | "urlHost" | "domainName"
            if draft.seen.host.is_none() =>
        {
            draft.host(value, HostSource::Log);
        }
        "queryName" | "dnsQuery" | "qname" => draft.question(value),
        "userAgent" | "useragent" | "UserAgent" | "requestClientApplication" => draft.agent(value),
        "method" | "reqMethod" | "reqmethod" | "requestMethod" | "httpMethod" => draft.method(value),
        "action" | "act" | "policy_action" | "disposition" => draft.handling(value),
        "URLCategory" | "urlCategory" | "urlcategory" | "urlcat" | "categoryName" | "webCategory" => {
            draft.category(value)
        }
        "cat"
            if matches!(vendor, Vendor::Forcepoint | Vendor::Other)
                && draft.seen.vendor_category.is_none() =>
        {
            draft.category(value);
        }
        "Application" | "application" | "appName" | "appname" | "app" | "cloudAppName"
            if vendor != Vendor::Forcepoint =>
        {
            draft.application(value);
        }
        "appproto" | "protocol" if draft.seen.transport == Transport::Unknown => draft.transport(value),
        "ElapsedTime" | "elapsedTime" | "duration" => draft.seconds(value),
        "timestamp" | "TimeGenerated" | "timeGenerated" | "GenerateTime" if draft.at.is_none() => {
            draft.time(value, clock)?
        }
        _ => (),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::log::{draft::Draft, time::Clock};

    fn check(line: &str, expected: &str) {
        let mut draft = Draft::new();
        read(line, &Clock::default(), &mut draft).unwrap();
        let seen = &draft.seen;
        let numbers = (seen.port, seen.bytes_up, seen.bytes_down);
        let text = format!(
            "{:?} {} {:?} {numbers:?}",
            seen.client,
            seen.host.as_deref().unwrap_or("-"),
            seen.user.as_deref()
        );
        assert_eq!(text, expected, "{line}");
    }

    #[test]
    fn delimiters() {
        let expected = r#"Some(192.0.2.1) claude.ai Some("ann b") (Some(443), Some(10), Some(20))"#;
        for line in [
            "LEEF:1.0|V|P|1|E|src=192.0.2.1\tdstPort=443\turl=https://claude.ai/a|b\tusrName=ann b\tsrcBytes=10\tdstBytes=20",
            "LEEF:1.0|V|P|1|E|src=192.0.2.1#011dstPort=443#011url=https://claude.ai/#011usrName=ann b#011srcBytes=10#011dstBytes=20",
            "LEEF:1.0|Palo Alto Networks|P|1|E|src=192.0.2.1|dstPort=443|Miscellaneous=\"claude.ai/\"|usrName=ann b|srcBytes=10|dstBytes=20",
            "LEEF:2.0|V|P|1|E|^|src=192.0.2.1^dstPort=443^url=https://claude.ai/^usrName=ann b^srcBytes=10^dstBytes=20",
            "LEEF:2.0|V|P|1|E|x7C|src=192.0.2.1|dstPort=443|url=https://claude.ai/|usrName=ann b|srcBytes=10|dstBytes=20",
            "LEEF:2.0|V|P|1|E|0x09|src=192.0.2.1\tdstPort=443\turl=https://claude.ai/\tusrName=ann b\tsrcBytes=10\tdstBytes=20",
            "LEEF:2.0|V|P|1|E||src=192.0.2.1\tdstPort=443\turl=https://claude.ai/\tusrName=ann b\tsrcBytes=10\tdstBytes=20",
            "LEEF:2.0|V|P|1|E|src=192.0.2.1\tdstPort=443\turl=https://claude.ai/\tusrName=ann b\tsrcBytes=10\tdstBytes=20",
        ] {
            check(line, expected);
        }
    }
}
