//! Zeek's conn, dns, ssl, http and quic logs, as tab-separated values and as JSON.
//!
//! Fields: <https://docs.zeek.org/en/master/logs/index.html>. `orig_bytes` is what the originator sent, so up; in http.log
//! `request_body_len` is up. The header lines of the tab-separated form are described under `Log::ascii` in
//! <https://docs.zeek.org/en/master/frameworks/logging.html>.

mod field; // which log, which field

use std::borrow::Cow;

use self::field::{Field, Kind};
use super::{
    draft::{self, Draft, Reason, Taken},
    json, text,
    time::{self, Clock},
};
use crate::{HostSource, Transport};

/// Columns of a tab-separated log, as its header names them.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns {
    separator: u8,
    list: u8,
    unset: Box<str>,
    empty: Box<str>,
    kind: Option<Kind>,
    fields: Vec<Field>,
}

impl Columns {
    pub(super) fn is_known(&self) -> bool {
        !self.fields.is_empty()
    }

    /// Takes in a line of the header.
    pub(super) fn header(&mut self, line: &str) -> Result<Taken, Reason> {
        if let Some(separator) = line.strip_prefix("#separator ") {
            let separator = match separator.strip_prefix("\\x") {
                Some(digits) => u8::from_str_radix(digits, 16).map_err(|_| "not a separator")?,
                None => *separator.as_bytes().first().ok_or("not a separator")?,
            };
            *self =
                Self { separator, list: b',', unset: "-".into(), empty: "(empty)".into(), ..Self::default() };
            return Ok(Taken::Nothing);
        }
        if self.separator == 0 {
            *self = Self {
                separator: b'\t',
                list: b',',
                unset: "-".into(),
                empty: "(empty)".into(),
                ..Self::default()
            };
        }
        let mut parts = line.split(char::from(self.separator));
        match (parts.next(), &mut parts) {
            (Some("#set_separator"), parts) => {
                self.list = parts.next().and_then(|text| text.bytes().next()).unwrap_or(b',');
            }
            (Some("#unset_field"), parts) => self.unset = parts.next().unwrap_or("-").into(),
            (Some("#empty_field"), parts) => self.empty = parts.next().unwrap_or("(empty)").into(),
            (Some("#path"), parts) => self.kind = parts.next().map(Kind::of_path),
            (Some("#fields"), parts) => self.fields = parts.take(512).map(Field::named).collect(),
            _ => (),
        }
        Ok(Taken::Nothing)
    }

    /// Reads a line of values.
    pub(super) fn read(&self, line: &str, clock: &Clock, draft: &mut Draft) -> Result<Taken, Reason> {
        let kind = self.kind.or_else(|| self.fields.iter().filter_map(|field| Kind::of_field(*field)).max());
        let kind = kind.unwrap_or(Kind::Other);
        let mut record = Record::default();
        let escapes = memchr::memchr(b'\\', line.as_bytes()).is_some();
        let (mut values, mut fields) = (split(line, self.separator), self.fields.iter());
        loop {
            match (values.next(), fields.next()) {
                (Some(value), Some(field)) => {
                    let given = *field != Field::Other
                        && !value.is_empty()
                        && *value != *self.unset
                        && *value != *self.empty;
                    if given {
                        let list = matches!(field, Field::Answers | Field::Lives);
                        let value = if escapes && !list { unescaped(value) } else { Cow::Borrowed(value) };
                        self.value(kind, *field, &value, &mut record, clock, draft)?;
                    }
                }
                (None, None) => break,
                _ => return Err("not as many values as the header has fields"),
            }
        }
        record.close(kind, draft)
    }

    fn value(
        &self,
        kind: Kind,
        field: Field,
        value: &str,
        record: &mut Record,
        clock: &Clock,
        draft: &mut Draft,
    ) -> Result<(), Reason> {
        if matches!(field, Field::Answers | Field::Lives) {
            for element in value.split(char::from(self.list)) {
                record.take(kind, field, element, clock, draft)?;
            }
            return Ok(());
        }
        record.take(kind, field, value, clock, draft)
    }
}

/// Values between separators. Most are short: looked at byte by byte before anything clever is set up.
fn split(line: &str, separator: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let text = rest?;
        let near = text.bytes().take(16).position(|byte| byte == separator);
        let far = || memchr::memchr(separator, text.as_bytes().get(16..)?).map(|at| at + 16);
        let (value, after) = match near.or_else(far) {
            Some(at) => (text.get(..at)?, text.get(at + 1..)),
            None => (text, None),
        };
        rest = after;
        Some(value)
    })
}

/// Undoes `\x09` and the like.
fn unescaped(value: &str) -> Cow<'_, str> {
    if !value.contains('\\') {
        return Cow::Borrowed(value);
    }
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, after)) = rest.split_once('\\') {
        bytes.extend_from_slice(before.as_bytes());
        let byte = after.strip_prefix('x').and_then(|digits| u8::from_str_radix(digits.get(..2)?, 16).ok());
        match byte {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(3..).unwrap_or_default();
            }
            None => {
                bytes.push(b'\\');
                rest = after.strip_prefix('\\').unwrap_or(after);
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

/// Reads an object of the JSON form.
pub(super) fn read_json(line: &str, clock: &Clock, draft: &mut Draft) -> Result<Taken, Reason> {
    let (mut kind, mut guess) = (None, None);
    let mut record = Record::default();
    let mut fault = None;
    json::walk(line, &mut |path, value| {
        let field = match path {
            "id_orig_h" => Field::Client,
            "id_resp_h" => Field::Server,
            "id_resp_p" => Field::Port,
            "@timestamp" if draft.at.is_none() => Field::Time,
            path => Field::named(path),
        };
        if field == Field::Other {
            return;
        }
        guess = guess.max(Kind::of_field(field));
        let Some(text) = value.text() else { return };
        if field == Field::Path {
            kind = Some(Kind::of_path(text));
        } else if let Err(reason) = record.take_any(field, text, clock, draft) {
            fault = Some(reason);
        }
    })?;
    fault.map_or(Ok(()), Err)?;
    record.close(kind.or(guess).unwrap_or(Kind::Other), draft)
}

/// Whether an object has the marks of Zeek's JSON.
pub(super) fn claims_json(keys: &[&str]) -> bool {
    let has = |name: &str| keys.contains(&name);
    has("id.orig_h")
        || has("id_orig_h")
        || (has("_path") && has("ts"))
        || (has("ts") && has("uid") && has("id"))
}

/// What is kept of a line until its end.
#[derive(Default)]
struct Record {
    has_client: bool,
    answers: Vec<Option<std::net::IpAddr>>,
    lives: Vec<u32>,
}

impl Record {
    fn take(
        &mut self,
        kind: Kind,
        field: Field,
        value: &str,
        clock: &Clock,
        draft: &mut Draft,
    ) -> Result<(), Reason> {
        if kind == Kind::Other { Ok(()) } else { self.take_any(field, value, clock, draft) }
    }

    fn take_any(
        &mut self,
        field: Field,
        value: &str,
        clock: &Clock,
        draft: &mut Draft,
    ) -> Result<(), Reason> {
        match field {
            Field::Time => match time::epoch(value) {
                Some(at) => draft.at = Some(at),
                None => draft.time(value, clock)?,
            },
            Field::Uid => draft.flow = Some(draft::flow(value)),
            Field::Client => {
                draft.client(value);
                self.has_client = true;
            }
            Field::Server => draft.server(value),
            Field::Port => draft.port(value),
            Field::Proto => draft.transport(value),
            Field::Duration => draft.seconds(value),
            Field::OrigBytes | Field::RequestLength => draft.up(value),
            Field::RespBytes | Field::ResponseLength => draft.down(value),
            Field::Query => draft.question(value),
            Field::Answers => self.answers.push(value.parse().ok()),
            Field::Lives => self.lives.push(lifetime(value)),
            Field::ServerName => draft.host(value, HostSource::Sni),
            Field::Alpn => draft.alpn(value),
            Field::ClientProtocol => draft.alpn(value),
            Field::Ja3 => draft.ja3(value),
            Field::Ja4 => draft.ja4(value),
            Field::Subject => {
                if let Some(name) = text::common_name(value) {
                    draft.certificate(name);
                }
            }
            Field::Host => draft.host(value, HostSource::HttpHost),
            Field::Uri => {
                if value.starts_with('/') || draft.seen.host.is_some() && !value.contains("://") {
                    draft.path(value);
                } else {
                    draft.target(value, HostSource::HttpHost);
                }
            }
            Field::Method => draft.method(value),
            Field::Agent => draft.agent(value),
            Field::User => draft.user(value),
            Field::Service
            | Field::ConnState
            | Field::Established
            | Field::InitialNumber
            | Field::Path
            | Field::Other => (),
        }
        Ok(())
    }

    fn close(self, kind: Kind, draft: &mut Draft) -> Result<Taken, Reason> {
        if kind == Kind::Other {
            return Ok(Taken::Nothing);
        }
        if draft.at.is_none() || !self.has_client {
            return Err("a Zeek log without time or originator");
        }
        match kind {
            Kind::Quic => {
                draft.seen.transport = Transport::Udp;
                draft.seen.host_from = draft.seen.host_from.map(|_| HostSource::QuicSni);
            }
            Kind::Ssl | Kind::Http if draft.seen.transport == Transport::Unknown => {
                draft.seen.transport = Transport::Tcp;
            }
            // A question without a name says nothing of a host.
            Kind::Dns if draft.seen.host.is_none() => return Ok(Taken::Nothing),
            _ => (),
        }
        let lives = self.lives.into_iter().chain(std::iter::repeat(300));
        let answers = self.answers.into_iter().zip(lives);
        draft.answers.extend(answers.filter_map(|(address, life)| Some((address?, life))));
        if kind == Kind::Dns {
            draft.flow = None;
        }
        Ok(Taken::Evidence)
    }
}

/// Seconds of a time to live; a fraction is dropped.
fn lifetime(value: &str) -> u32 {
    value.split('.').next().and_then(|whole| whole.parse().ok()).unwrap_or(300)
}
