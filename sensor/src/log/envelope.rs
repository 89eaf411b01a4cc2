//! What syslog wraps around a line: RFC 3164 as it is found in the wild, RFC 5424, octet counts of RFC 6587.

use model::Timestamp;

use super::time::{Clock, calendar, named};

/// A line without what syslog put before it.
#[derive(Debug, PartialEq)]
pub(super) struct Envelope<'a> {
    /// The time syslog gave, if it could be read.
    pub at: Option<Timestamp>,
    /// The program that wrote the line, as `dnsmasq`.
    pub tag: Option<&'a str>,
    /// The line as it was written.
    pub message: &'a str,
    /// All that follows the time, should there be no sender before the line.
    pub unsent: &'a str,
}

/// Takes off the envelope; `None` where there is none.
pub(super) fn open<'a>(line: &'a str, clock: &Clock) -> Option<Envelope<'a>> {
    let line = uncounted(line);
    let (has_priority, rest) = match priority(line) {
        Some(rest) => (true, rest),
        None => (false, line),
    };
    if has_priority && let Some(envelope) = structured(rest, clock) {
        return Some(envelope);
    }
    let (at, rest) = match stamp(rest, clock) {
        Some((at, rest)) => (Some(at), rest),
        // A priority, and a device that adds nothing more or only its name.
        None if has_priority => (None, rest),
        None => return None,
    };
    let unsent = rest.trim_start();
    let (tag, message) = sender(unsent, at.is_some());
    Some(Envelope { at, tag, message, unsent })
}

/// Without the octet count that TCP may bring: `123 <134>…`.
pub(super) fn uncounted(line: &str) -> &str {
    let digits = line.bytes().take(8).take_while(u8::is_ascii_digit).count();
    match line.get(digits..).and_then(|rest| rest.strip_prefix(' ')) {
        Some(rest) if digits > 0 && rest.starts_with('<') => rest,
        _ => line,
    }
}

fn priority(line: &str) -> Option<&str> {
    let (number, rest) = line.strip_prefix('<')?.split_once('>')?;
    let fits = (1..=3).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    fits.then_some(rest)
}

/// `1 TIME HOST APP PROCESS ID STRUCTURED-DATA MESSAGE` (RFC 5424, section 6).
fn structured<'a>(rest: &'a str, clock: &Clock) -> Option<Envelope<'a>> {
    let rest = rest.strip_prefix("1 ")?;
    let (time, rest) = rest.split_once(' ')?;
    let at = match time {
        "-" => None,
        time => Some(calendar(time, clock)?.0),
    };
    let (_host, rest) = rest.split_once(' ')?;
    let (app, rest) = rest.split_once(' ')?;
    let (_process, rest) = rest.split_once(' ')?;
    let (_id, rest) = rest.split_once(' ')?;
    let message = after_elements(rest)?.trim_start_matches(' ').trim_start_matches('\u{feff}');
    Some(Envelope { at, tag: (app != "-").then_some(app), message, unsent: message })
}

/// What follows the structured data: `-`, or elements in brackets whose values may hold brackets in quotes.
fn after_elements(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix('-') {
        return Some(rest);
    }
    let (mut quoted, mut escaped, mut open) = (false, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match (byte, quoted) {
            (_, true) if escaped => escaped = false,
            (b'\\', true) => escaped = true,
            (b'"', _) => quoted = !quoted,
            (b'[', false) => open = true,
            (b']', false) => open = false,
            (b' ', false) if !open => return text.get(at..),
            (_, false) if !open => return None,
            _ => (),
        }
    }
    (!quoted && !open).then_some("")
}

/// The time at the start, in the forms that syslog daemons write.
fn stamp<'a>(text: &'a str, clock: &Clock) -> Option<(Timestamp, &'a str)> {
    let text = text.trim_start_matches(['*', ' ']);
    let read = match text.as_bytes().first()? {
        b'0'..=b'9' => calendar(text, clock).or_else(|| named(text, clock)),
        _ => named(text, clock),
    };
    let (at, rest) = read?;
    (rest.is_empty() || rest.starts_with([' ', ':'])).then(|| (at, rest.trim_start_matches(':')))
}

/// Takes `host tag[1]: message`, `tag[1]: message` or `host message` apart.
fn sender(text: &str, has_host: bool) -> (Option<&str>, &str) {
    if let Some((tag, message)) = tag(text) {
        return (Some(tag), message);
    }
    let Some((host, rest)) = text.split_once(' ') else { return (None, text) };
    let named = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_:%".contains(&byte));
    if !named {
        return (None, text);
    }
    match tag(rest.trim_start()) {
        Some((tag, message)) => (Some(tag), message),
        None if has_host => (None, rest.trim_start()),
        None => (None, text),
    }
}

/// `name:`, `name[1]:`, and what follows.
fn tag(text: &str) -> Option<(&str, &str)> {
    let (word, message) = text.split_once(' ').unwrap_or((text, ""));
    let word = word.strip_suffix(':')?;
    let name =
        word.split_once('[').filter(|(_, process)| process.ends_with(']')).map_or(word, |(name, _)| name);
    let fits = !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._/()-".contains(&byte));
    fits.then(|| (name, message.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::open;
    use crate::log::time::Clock;

    fn check(line: &str, expected: Option<(&str, &str, &str)>) {
        let clock = Clock { reference: "2026-11-23T04:00:00Z".parse().ok(), offset_minutes: 0 };
        let envelope = open(line, &clock);
        let seen = envelope.as_ref().map(|envelope| {
            let at = envelope.at.map_or_else(String::new, |at| at.to_string());
            (at, envelope.tag.unwrap_or(""), envelope.message)
        });
        let seen = seen.as_ref().map(|(at, tag, message)| (&**at, *tag, *message));
        assert_eq!(seen, expected, "{line}");
    }

    #[test]
    fn envelopes() {
        let noon = "2026-11-22T12:00:00.000Z";
        for (line, tag) in [
            ("<134>Nov 22 12:00:00 router dnsmasq[7]: query", "dnsmasq"),
            ("Nov 22 12:00:00 router dnsmasq[7]: query", "dnsmasq"),
            ("Nov 22 12:00:00 dnsmasq[7]: query", "dnsmasq"),
            ("<30>Nov 22 12:00:00 2001:db8::1 dnsmasq: query", "dnsmasq"),
            ("2026-11-22T12:00:00+00:00 router dnsmasq[7]: query", "dnsmasq"),
            ("2026-11-22T13:00:00.000000+01:00 router query", ""),
            ("<134>1 2026-11-22T12:00:00Z router dnsmasq 7 - - query", "dnsmasq"),
            (
                "<134>1 2026-11-22T12:00:00Z router dnsmasq 7 ID47 [a@1 x=\"]\\\"\"][b@2] \u{feff}query",
                "dnsmasq",
            ),
            ("57 <134>Nov 22 12:00:00 router dnsmasq[7]: query", "dnsmasq"),
            ("<13>Nov 22 2026 12:00:00 zrouter query", ""),
            ("<13>Nov 22 12:00:00 2026 router query", ""),
        ] {
            check(line, Some((noon, tag, "query")));
        }
        check("<189>date=2026-11-22 time=12:00:00", Some(("", "", "date=2026-11-22 time=12:00:00")));
        check("<14>CEF:0|a|b", Some(("", "", "CEF:0|a|b")));
    }

    #[test]
    fn no_envelope() {
        for line in ["{\"a\":1}", "query[A] a from b", "<x>", "", "1795000000.123 1 192.0.2.1 TCP_MISS/200"] {
            check(line, None);
        }
    }
}
