//! ArcSight's Common Event Format, with the habits of those who write it.
//!
//! The standard (<https://www.microfocus.com/documentation/arcsight/arcsight-smartconnectors/pdfdoc/common-event-format-v26/common-event-format-v26.pdf>)
//! counts `in` from source to destination, so up, and `out` down. PAN-OS follows it (`in=$bytes_sent`). Others mean the client's
//! own view, `in` down and `out` up: Fortinet (<https://docs.fortinet.com/document/fortigate/5.6.14/fortios-log-message-reference/419655/traffic-log-support-for-cef>),
//! Zscaler (`in=%d{respsize} out=%d{reqsize}`, <https://help.zscaler.com/zia/nss-feed-output-format-web-logs>), Forcepoint
//! (<https://help.forcepoint.com/websec/en-us/on-prem/85/siem/5EA353E4-BD6A-4DB1-9F1A-BB8AFA6A328E.html>), Netskope, and Palo Alto's
//! logging service, other than its firewalls
//! (<https://docs.paloaltonetworks.com/strata-logging-service/log-reference/network-logs/network-traffic-log/network-traffic-cef-fields>).
//! FortiGate writes `CEF: 0`, with a space.

use std::borrow::Cow;

use super::{
    draft::{Draft, NOT_A_TIME, Reason, Taken},
    text,
    time::{self, Clock},
};
use crate::{HostSource, Transport};

/// Who wrote the line, as far as that changes what its fields mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Vendor {
    PaloAlto,
    /// Palo Alto's cloud, which forwards what its firewalls and Prisma Access log.
    PaloAltoCloud,
    Fortinet,
    Zscaler,
    Forcepoint,
    Netskope,
    #[default]
    Other,
}

impl Vendor {
    pub(super) fn of(name: &str, product: &str) -> Self {
        let begins =
            |word: &str| name.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
        match () {
            () if begins("palo alto") && product == "LF" => Self::PaloAltoCloud,
            () if begins("palo alto") || begins("panw") => Self::PaloAlto,
            () if begins("fortinet") => Self::Fortinet,
            () if begins("zscaler") => Self::Zscaler,
            () if begins("forcepoint") || begins("websense") => Self::Forcepoint,
            () if begins("netskope") => Self::Netskope,
            () => Self::Other,
        }
    }

    /// Whether `in` and `out` are seen from the client.
    pub(super) fn counts_from_client(self) -> bool {
        match self {
            Self::PaloAltoCloud | Self::Fortinet | Self::Zscaler | Self::Forcepoint | Self::Netskope => true,
            Self::PaloAlto | Self::Other => false,
        }
    }

    /// Whether `cat` in LEEF is the category of what was visited, not of the event.
    pub(super) fn says_category(self) -> bool {
        matches!(self, Self::Forcepoint | Self::Other)
    }
}

/// Where a line of CEF begins: at once, or after what a relay has put before it.
pub(super) fn start(line: &str) -> Option<usize> {
    let mut near = line.len().min(512);
    while !line.is_char_boundary(near) {
        near -= 1;
    }
    let is_start = |at: &usize| {
        let begins =
            *at == 0 || line.as_bytes().get(at - 1).is_some_and(|before| b" :>\"\t".contains(before));
        let after = line.get(at + 4..).unwrap_or_default().trim_start_matches(' ');
        let bare = after.trim_start_matches(|digit: char| digit.is_ascii_digit());
        begins && bare.len() < after.len() && bare.starts_with(['|', '.'])
    };
    line.get(..near)?.match_indices("CEF:").map(|(at, _)| at).find(is_start)
}

/// Reads a line that begins with `CEF:`.
pub(super) fn read(line: &str, clock: &Clock, draft: &mut Draft) -> Result<Taken, Reason> {
    let mut rest = line;
    let mut header: [&str; 7] = [""; 7];
    for part in &mut header {
        (*part, rest) = split_header(rest).ok_or("a header of fewer than seven parts")?;
    }
    let [_, vendor, product, ..] = header;
    let vendor = Vendor::of(vendor, product);
    let mut record = Record { vendor, fortinet_time: None, custom: Custom::default() };
    let mut fault = None;
    extension(rest.trim_end(), &mut |key, value| {
        if let Err(reason) = record.take(key, value, clock, draft) {
            fault = Some(reason);
        }
    });
    fault.map_or(Ok(()), Err)?;
    record.close(clock, draft)
}

/// A part of the header, up to a bar that no backslash escapes.
fn split_header(text: &str) -> Option<(&str, &str)> {
    let mut escaped = false;
    let end = text.bytes().position(|byte| match byte {
        _ if escaped => {
            escaped = false;
            false
        }
        b'\\' => {
            escaped = true;
            false
        }
        byte => byte == b'|',
    })?;
    Some((text.get(..end)?, text.get(end + 1..)?))
}

/// Gives the pairs of an extension. A key is a word before an unescaped `=`; a value ends before the next key.
pub(super) fn extension<'a>(text: &'a str, each: &mut impl FnMut(&'a str, Cow<'a, str>)) {
    let mut pending: Option<(&str, usize)> = None;
    let mut word = 0;
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b' ' => word = at + 1,
            b'=' => {
                let key = text.get(word..at).unwrap_or_default();
                if is_key(key) {
                    if let Some((key, from)) = pending {
                        each(key, unescaped(text.get(from..word).unwrap_or_default().trim()));
                    }
                    pending = Some((key, at + 1));
                    word = at + 1;
                }
            }
            _ => (),
        }
    }
    if let Some((key, from)) = pending {
        each(key, unescaped(text.get(from..).unwrap_or_default().trim()));
    }
}

fn is_key(word: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'[' | b']');
    word.starts_with(|first: char| first.is_ascii_alphabetic()) && word.len() <= 128 && word.bytes().all(fits)
}

fn unescaped(value: &str) -> Cow<'_, str> {
    if !value.contains('\\') {
        return Cow::Borrowed(value);
    }
    let mut text = String::with_capacity(value.len());
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        match (letter, letter == '\\') {
            (letter, false) => text.push(letter),
            (_, true) => match letters.next() {
                Some('n' | 'r') => text.push(' '),
                Some(letter @ ('=' | '|' | '\\')) => text.push(letter),
                Some(letter) => text.extend(['\\', letter]),
                None => text.push('\\'),
            },
        }
    }
    Cow::Owned(text)
}

/// The name of a custom field, its value, its label.
type Pair<'a> = (&'a str, Option<Cow<'a, str>>, Option<Cow<'a, str>>);

/// Custom fields, whose meaning is in a label that may come before or after the value.
#[derive(Default)]
struct Custom<'a> {
    pairs: Vec<Pair<'a>>,
}

impl<'a> Custom<'a> {
    fn put(&mut self, key: &'a str, value: Cow<'a, str>) -> bool {
        let custom = ["cs", "cn", "flexString", "flexNumber", "deviceCustomString", "deviceCustomNumber"];
        let Some(end) = custom.iter().find_map(|name| key.strip_prefix(name)) else { return false };
        let (number, label) = end.split_at_checked(1).unwrap_or((end, ""));
        if !number.bytes().all(|byte| byte.is_ascii_digit())
            || !(label.is_empty() || label.eq_ignore_ascii_case("label"))
        {
            return false;
        }
        let name = key.get(..key.len() - label.len()).unwrap_or(key);
        let at = self.pairs.iter().position(|(known, ..)| *known == name).unwrap_or_else(|| {
            self.pairs.push((name, None, None));
            self.pairs.len() - 1
        });
        if let Some((_, own, labelled)) = self.pairs.get_mut(at) {
            *if label.is_empty() { own } else { labelled } = Some(value);
        }
        true
    }
}

struct Record<'a> {
    vendor: Vendor,
    fortinet_time: Option<Cow<'a, str>>,
    custom: Custom<'a>,
}

impl<'a> Record<'a> {
    fn take(
        &mut self,
        key: &'a str,
        value: Cow<'a, str>,
        clock: &Clock,
        draft: &mut Draft,
    ) -> Result<(), Reason> {
        let from_client = self.vendor.counts_from_client();
        match key {
            "rt" | "deviceReceiptTime" => draft.at = Some(time::instant(&value, clock).ok_or(NOT_A_TIME)?),
            "start" | "startTime" | "end" | "endTime" if draft.at.is_none() => draft.time(&value, clock)?,
            "timestamp" if self.vendor == Vendor::Netskope => draft.time(&value, clock)?,
            "src" | "sourceAddress" | "c6a2" if draft.seen.client.is_none() => draft.client(&value),
            "sourceIPv6Address" => draft.client(&value),
            "dst" | "destinationAddress" | "c6a3" if draft.seen.server.is_none() => draft.server(&value),
            "dpt" | "destinationPort" => draft.port(&value),
            "proto" | "transportProtocol" => draft.transport(&value),
            "suser" | "sourceUserName" => draft.user(&value),
            "suid" | "sourceUserId" | "duser" | "login" | "loginID" if draft.seen.user.is_none() => {
                draft.user(&value)
            }
            "in" | "bytesIn" if from_client => draft.down(&value),
            "out" | "bytesOut" if from_client => draft.up(&value),
            "in" | "bytesIn" => draft.up(&value),
            "out" | "bytesOut" => draft.down(&value),
            "dhost" | "destinationHostName" => draft.host(&value, HostSource::Log),
            "destinationDnsDomain" | "FTNTFGTqname" | "queryName" if draft.seen.host.is_none() => {
                draft.question(&value)
            }
            "FTNTFGThostname" | "ad.hostname" | "FTNTFGTsni" | "sni" if draft.seen.host.is_none() => {
                draft.host(&value, HostSource::Log);
            }
            "request" | "requestUrl" | "url" => request(&value, draft),
            "requestMethod" => draft.method(&value),
            "requestClientApplication" if self.vendor == Vendor::Netskope => draft.application(&value),
            "requestClientApplication" => draft.agent(&value),
            "userAgent" | "useragent" => draft.agent(&value),
            "act" | "deviceAction" => draft.handling(&value),
            "FTNTFGTutmaction" => draft.handling(&value),
            "app" | "applicationProtocol"
                if matches!(self.vendor, Vendor::PaloAlto | Vendor::PaloAltoCloud) =>
            {
                draft.application(&value);
            }
            "app" | "applicationProtocol" if draft.seen.transport == Transport::Unknown => {
                draft.transport(&value)
            }
            "destinationServiceName" | "sourceServiceName" | "FTNTFGTapp" | "cloudAppName" => {
                draft.application(&value)
            }
            "requestContext" | "cat" if self.vendor == Vendor::Fortinet => (),
            "cat" | "deviceEventCategory" if draft.seen.vendor_category.is_none() => draft.category(&value),
            "FTNTFGTappcat" if draft.seen.vendor_category.is_none() => draft.category(&value),
            "FTNTFGTcatdesc" | "appcategory" | "urlCategory" | "urlcat" => draft.category(&value),
            "FTNTFGTeventtime" => self.fortinet_time = Some(value),
            "FTNTFGTduration" => draft.seconds(&value),
            _ => {
                self.custom.put(key, value);
            }
        }
        Ok(())
    }

    fn close(self, clock: &Clock, draft: &mut Draft) -> Result<Taken, Reason> {
        for (_, value, label) in &self.custom.pairs {
            if let (Some(value), Some(label)) = (value, label) {
                labelled(value, &label.to_ascii_lowercase(), draft);
            }
        }
        if let (None, Some(time)) = (draft.at, &self.fortinet_time) {
            draft.at = time::instant(time, clock);
        }
        let named = draft.seen.host.is_some() || draft.seen.server.is_some();
        Ok(if named { Taken::Evidence } else { Taken::Nothing })
    }
}

/// A request's URL; the host that another field names is surer.
fn request(value: &str, draft: &mut Draft) {
    if value.starts_with('/') {
        draft.path(value);
        return;
    }
    let Some(url) = text::present(value).and_then(text::url) else { return };
    if draft.seen.host.is_none() {
        draft.host(url.host, HostSource::Log);
    }
    draft.seen.port = draft.seen.port.or(url.port);
    if let Some(path) = url.path {
        draft.path(path);
    }
}

/// A custom field whose label says something that is wanted.
fn labelled(value: &str, label: &str, draft: &mut Draft) {
    match label {
        "url category" | "urlcat" | "category" | "url_category" | "urlcategory" => draft.category(value),
        "elapsed time in seconds" | "duration" | "elapsed time" => draft.seconds(value),
        "durationms" => draft.millis(value),
        "sni" | "server name indication" => draft.host(value, HostSource::Sni),
        "url" if draft.seen.host.is_none() => request(value, draft),
        "user agent" | "useragent" => draft.agent(value),
        "nwapp" | "application" => draft.application(value),
        "ja3" | "ja3hash" => draft.ja3(value),
        _ => (),
    }
}

#[cfg(test)]
mod tests {
    use super::{extension, start};

    fn check(text: &str, expected: &[(&str, &str)]) {
        let mut seen = Vec::new();
        extension(text, &mut |key, value| seen.push((key.to_owned(), value.into_owned())));
        let expected: Vec<_> =
            expected.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        assert_eq!(seen, expected, "{text}");
    }

    #[test]
    fn pairs_of_extensions() {
        check("a=1 b=two words c=", &[("a", "1"), ("b", "two words"), ("c", "")]);
        check(r"a=x\=y b=\\ c=d\|e", &[("a", "x=y"), ("b", "\\"), ("c", "d|e")]);
        check(
            "request=https://h/p?q=1&r=2 act=allow",
            &[("request", "https://h/p?q=1&r=2"), ("act", "allow")],
        );
        check(" a=1  b=2 ", &[("a", "1"), ("b", "2")]);
        check("no pairs", &[]);
    }

    #[test]
    fn where_it_begins() {
        for (line, expected) in [
            ("CEF:0|a|", Some(0)),
            ("Nov 22 12:00:00 fw CEF:0|a|", Some(19)),
            ("fw CEF: CEF:1|a|", Some(8)),
            ("Nov 22 12:00:00 FGT-A CEF: 0|a|", Some(22)),
            ("the CEF: is", None),
            ("NOT-CEF:0|a|", None),
        ] {
            assert_eq!(start(line), expected, "{line}");
        }
    }
}
