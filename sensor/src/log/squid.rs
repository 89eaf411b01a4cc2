//! Squid's access log: native, common, combined, and any `logformat` given as it stands in `squid.conf`.
//!
//! <https://www.squid-cache.org/Doc/config/logformat/>, <https://wiki.squid-cache.org/Features/LogFormat>. The size that Squid logs
//! by default (`%<st`) is what it sent to the client: down. Times are those at which a request ended.

use super::{
    draft::{Draft, Reason, Taken},
    text,
    time::Clock,
    words::Words,
};
use crate::{Handling, HostSource, Transport};

/// Whether a line looks like the native format: a time with a fraction, a duration, a client, `TCP_MISS/200`.
pub(super) fn claims_native(line: &str) -> bool {
    let mut words = line.split_ascii_whitespace();
    let time = words.next().and_then(|time| time.split_once('.'));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let timed = time.is_some_and(|(whole, part)| whole.len() >= 9 && digits(whole) && digits(part));
    let waited = words.next().is_some_and(|word| digits(word.trim_start_matches('-')));
    let code = words.nth(1).and_then(|code| code.split_once('/'));
    timed
        && waited
        && code
            .is_some_and(|(tag, status)| tag.starts_with(|c: char| c.is_ascii_uppercase()) && digits(status))
}

/// Reads a line of the native format.
pub(super) fn read_native(line: &str, clock: &Clock, draft: &mut Draft) -> Result<Taken, Reason> {
    let mut words = Words::new(line);
    let mut next = || words.next().ok_or("fewer fields than Squid writes");
    draft.time(next()?, clock)?;
    draft.millis(next()?);
    client(next()?, draft);
    result(next()?, draft);
    draft.down(next()?);
    draft.method(next()?);
    target(next()?, draft);
    draft.user(&decoded(next()?));
    peer(next()?, draft);
    next()?;
    finish(draft)
}

/// Whether a line looks like the common or the combined format: a fourth word `[10/Oct/2026:13:55:36 -0700]`.
pub(super) fn claims_common(line: &str) -> bool {
    let date = line.split_once(" [").map(|(_, after)| after.as_bytes());
    date.is_some_and(|date| {
        date.get(2) == Some(&b'/') && date.get(6) == Some(&b'/') && date.get(11) == Some(&b':')
    })
}

/// Reads a line of the common or the combined format, of Squid or of another proxy.
pub(super) fn read_common(line: &str, clock: &Clock, draft: &mut Draft) -> Result<Taken, Reason> {
    let mut words = Words::new(line);
    let mut next = || words.next().ok_or("fewer fields than the common log format has");
    client(next()?, draft);
    next()?;
    draft.user(&decoded(next()?));
    draft.time(next()?, clock)?;
    let request = next()?;
    let status = next()?;
    draft.down(next()?);
    let (method, rest) = request.split_once(' ').ok_or("no request line")?;
    draft.method(method);
    let url = rest.rsplit_once(" HTTP/").map_or(rest, |(url, _)| url);
    if url.starts_with('/') {
        // A web server's own log: nobody went anywhere else.
        return Ok(Taken::Nothing);
    }
    target(url, draft);
    let mut last = None;
    while let Some(word) = words.next() {
        if words.at_end() && !words.was_quoted() {
            last = Some(word);
        } else if words.count() == 9 {
            draft.agent(&word.replace("\\\"", "\""));
        }
    }
    if let Some(code) = last {
        result(code, draft);
    }
    denied(status, draft);
    finish(draft)
}

/// Who asked; Squid writes the name of a host where it was told to look it up.
pub(super) fn client(word: &str, draft: &mut Draft) {
    draft.client(word);
}

/// `TCP_DENIED/403`, `TCP_MISS:HIER_DIRECT`.
pub(super) fn result(word: &str, draft: &mut Draft) {
    let (tag, status) = word.split_once(['/', ':']).unwrap_or((word, ""));
    let denied = tag.contains("DENIED");
    draft.seen.handling = match (denied, status) {
        // The proxy asks who it is: neither let through nor stopped.
        (true, "407") => None,
        (true, _) => Some(Handling::Blocked),
        (false, _) if tag.starts_with("TCP_") || tag.starts_with("UDP_") => Some(Handling::Allowed),
        _ => draft.seen.handling,
    };
}

pub(super) fn denied(status: &str, draft: &mut Draft) {
    if status == "407" {
        draft.seen.handling = None;
    }
}

pub(super) fn target(word: &str, draft: &mut Draft) {
    draft.target(word, HostSource::Log);
}

/// `HIER_DIRECT/192.0.2.1`: where Squid went, unless through another proxy.
pub(super) fn peer(word: &str, draft: &mut Draft) {
    if let Some((hierarchy, address)) = word.split_once('/')
        && !hierarchy.contains("PARENT")
        && !hierarchy.contains("SIBLING")
        && let Some((address, _)) = text::address(address)
    {
        draft.seen.server = Some(address);
    }
}

pub(super) fn finish(draft: &mut Draft) -> Result<Taken, Reason> {
    draft.seen.transport = Transport::Tcp;
    let named = draft.seen.host.is_some() || draft.seen.server.is_some();
    Ok(if named { Taken::Evidence } else { Taken::Nothing })
}

/// Undoes `%20` in names of users.
pub(super) fn decoded(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend_from_slice(before.as_bytes());
        match after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(b'%');
                rest = after;
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}
