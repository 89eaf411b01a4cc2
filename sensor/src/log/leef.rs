//! IBM's Log Event Extended Format, 1.0 and 2.0.
//!
//! <https://www.ibm.com/docs/en/dsm?topic=overview-leef-event-components>: `srcBytes` is the count from the source of the event, so up.
//! Version 2.0 names its delimiter, as a character or as `x5E`; 1.0 has tabs, but PAN-OS writes bars
//! (<https://docs.paloaltonetworks.com/resources/cef>), and some relays turn tabs into `#011` or into spaces. Keys are read in any case:
//! the same vendor writes `Action` and `action`, `BytesIn` and `bytesIn`.

use super::{
    cef::{self, Vendor},
    draft::{Draft, NOT_A_TIME, Reason, Taken},
    text,
    time::{self, Clock},
};
use crate::{HostSource, Transport};

/// Where a line of LEEF begins.
pub(super) fn start(line: &str) -> Option<usize> {
    let mut near = line.len().min(512);
    while !line.is_char_boundary(near) {
        near -= 1;
    }
    let is_start = |at: &usize| {
        let after = line.get(at + 5..).unwrap_or_default().trim_start_matches(' ');
        let bare = after.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
        bare.len() < after.len() && bare.starts_with('|')
    };
    line.get(..near)?.match_indices("LEEF:").map(|(at, _)| at).find(is_start)
}

/// Reads a line that begins with `LEEF:`.
pub(super) fn read(line: &str, clock: &Clock, draft: &mut Draft) -> Result<Taken, Reason> {
    const SHORT: Reason = "a header of too few parts";
    let (version, rest) = line.split_once('|').ok_or(SHORT)?;
    let (vendor, rest) = rest.split_once('|').ok_or(SHORT)?;
    let (product, rest) = rest.split_once('|').ok_or(SHORT)?;
    let (_product_version, rest) = rest.split_once('|').ok_or(SHORT)?;
    let (_event, rest) = rest.split_once('|').ok_or(SHORT)?;
    let (delimiter, rest) = match version.trim_start_matches("LEEF:").trim_start().starts_with('2') {
        true => named_delimiter(rest),
        false => (None, rest),
    };
    let mut record = Record { vendor: Vendor::of(vendor, product), ..Record::default() };
    let mut fault = None;
    pairs(rest, delimiter.as_deref(), &mut |key, value| {
        if let Err(reason) = record.take(&key.to_ascii_lowercase(), value, clock, draft) {
            fault = Some(reason);
        }
    });
    fault.map_or(Ok(()), Err)?;
    if let Some(text) = record.time.filter(|text| !text.contains('$')) {
        draft.at = Some(device_time(&text, record.time_format.as_deref(), clock).ok_or(NOT_A_TIME)?);
    }
    let named = draft.seen.host.is_some() || draft.seen.server.is_some();
    Ok(if named { Taken::Evidence } else { Taken::Nothing })
}

/// Gives the pairs between delimiters. Where relays made spaces of them, a value ends before the next key, as in CEF.
fn pairs(rest: &str, delimiter: Option<&str>, each: &mut impl FnMut(&str, &str)) {
    let delimiter =
        delimiter.filter(|delimiter| rest.contains(delimiter)).or_else(|| guessed_delimiter(rest));
    match delimiter {
        Some(delimiter) if delimiter != " " => {
            for (key, value) in rest.split(delimiter).filter_map(|pair| pair.split_once('=')) {
                each(key.trim(), value.trim().trim_matches('"'));
            }
        }
        _ => cef::extension(rest, &mut |key, value| each(key, value.trim_matches('"'))),
    }
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

/// The delimiter that parts the most pairs; `None` where no usual one parts any.
fn guessed_delimiter(rest: &str) -> Option<&'static str> {
    let pairs = |delimiter: &str| rest.split(delimiter).filter(|pair| pair.contains('=')).count();
    let best = ["\t", "#011", "|", "^", "\\t"].into_iter().rev().max_by_key(|delimiter| pairs(delimiter))?;
    (pairs(best) > 1).then_some(best)
}

/// The time in the format that the line itself declares, or in any known one. Formats differ in the order of day and month.
fn device_time(text: &str, format: Option<&str>, clock: &Clock) -> Option<model::Timestamp> {
    let order: Vec<char> =
        format.unwrap_or_default().chars().filter(|letter| "dM".contains(*letter)).collect();
    let day_first =
        order.starts_with(&['d', 'd', 'M', 'M']) && !order.starts_with(&['d', 'd', 'M', 'M', 'M']);
    let month_first = order.starts_with(&['M', 'M', 'd', 'd']);
    if (day_first || month_first)
        && let Some((date, rest)) = text.split_once([' ', 'T'])
        && let [first, second, year] = *date.split(['/', '-', '.']).collect::<Vec<_>>().as_slice()
    {
        let (day, month) = if day_first { (first, second) } else { (second, first) };
        return time::instant(&format!("{year}-{month}-{day} {rest}"), clock);
    }
    time::instant(text, clock)
}

#[derive(Default)]
struct Record {
    vendor: Vendor,
    time: Option<String>,
    time_format: Option<String>,
}

impl Record {
    fn take(&mut self, key: &str, value: &str, clock: &Clock, draft: &mut Draft) -> Result<(), Reason> {
        let vendor = self.vendor;
        match key {
            "devtimeformat" => self.time_format = Some(value.into()),
            "devtime" => self.time = text::present(value).map(Into::into),
            "src" | "identsrc" if draft.seen.client.is_none() => draft.client(value),
            "dst" => draft.server(value),
            "dstport" => draft.port(value),
            "proto" => draft.transport(value),
            "usrname" | "username" | "identityname" | "accountname" | "sourceuser" | "suser"
                if draft.seen.user.is_none() =>
            {
                draft.user(value);
            }
            "srcbytes" | "bytessent" | "bytesout" => draft.up(value),
            "dstbytes" | "bytesreceived" | "bytesin" => draft.down(value),
            "out" if vendor.counts_from_client() => draft.up(value),
            "in" if vendor.counts_from_client() => draft.down(value),
            "url" | "request" | "miscellaneous" => draft.target(value, HostSource::Log),
            "dhost" | "dsthost" | "dsthostname" | "hostname" | "urlhost" | "domainname"
                if draft.seen.host.is_none() =>
            {
                draft.host(value, HostSource::Log);
            }
            "queryname" | "dnsquery" | "qname" => draft.question(value),
            "useragent" | "requestclientapplication" => draft.agent(value),
            "method" | "reqmethod" | "requestmethod" | "httpmethod" => draft.method(value),
            "action" | "act" | "policy_action" | "disposition" => draft.handling(value),
            "urlcategory" | "urlcat" | "categoryname" | "webcategory" => draft.category(value),
            "cat" if vendor.says_category() && draft.seen.vendor_category.is_none() => draft.category(value),
            "application" | "appname" | "app" | "cloudappname" if vendor != Vendor::Forcepoint => {
                draft.application(value);
            }
            "appproto" | "protocol" if draft.seen.transport == Transport::Unknown => draft.transport(value),
            "elapsedtime" | "sessionduration" | "duration" => draft.seconds(value),
            "timestamp" | "timegenerated" | "generatetime" | "receivetime" if draft.at.is_none() => {
                draft.time(value, clock)?
            }
            _ => (),
        }
        Ok(())
    }
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
            "LEEF:1.0|V|P|1|E|src=192.0.2.1 dstPort=443 url=https://claude.ai/ usrName=ann b srcBytes=10 dstBytes=20",
            "LEEF:2.0|V|P|1|E| |src=192.0.2.1 dstPort=443 url=https://claude.ai/ usrName=ann b SrcBytes=10 DstBytes=20",
            "LEEF:2.0|V|P|1|E||src=192.0.2.1 dstPort=443 url=https://claude.ai/ SourceUser=ann b BytesOut=10 BytesIn=20",
            "LEEF: 2|V|P|1|E|^|src=192.0.2.1^dstPort=443^url=https://claude.ai/^usrName=ann b^srcBytes=10^dstBytes=20^devTime=$time",
        ] {
            check(line, expected);
        }
    }
}
