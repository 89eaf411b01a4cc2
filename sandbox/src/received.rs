use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http::{HeaderMap, Method, Version};
use serde::Serialize;

/// Bodies are kept up to this many bytes each.
const KEPT: usize = 64 * 1024;

/// A request that reached a provider.
#[derive(Clone, Debug, Serialize)]
pub struct Received {
    /// Counts up from 1.
    pub number: u64,
    /// When it arrived, in milliseconds since 1970.
    pub at: u64,
    /// The provider's host name.
    pub host: String,
    /// Request method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// `HTTP/1.1` or `HTTP/2.0`.
    pub version: String,
    /// Headers, in the order received; the value of `authorization` and of keys is left out.
    pub headers: Vec<(String, String)>,
    /// Bytes of the body as received.
    pub bytes: usize,
    /// The body after removing content encodings, up to 64 KiB; text as it is, anything else in Base64.
    pub body: String,
    /// How `body` is written.
    pub body_form: BodyForm,
}

/// How a kept body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BodyForm {
    /// As it was.
    Text,
    /// In Base64, because it was not UTF-8.
    Base64,
}

/// The latest requests, newest last.
pub(crate) struct Log {
    entries: Mutex<(u64, VecDeque<Received>)>,
    capacity: usize,
}

/// The parts of a request that the log keeps.
pub(crate) struct Arrival<'a> {
    pub(crate) host: &'a str,
    pub(crate) method: &'a Method,
    pub(crate) path: &'a str,
    pub(crate) version: Version,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) bytes: usize,
    pub(crate) body: &'a Bytes,
}

impl Log {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { entries: Mutex::new((0, VecDeque::new())), capacity }
    }

    pub(crate) fn push(&self, arrival: &Arrival<'_>) {
        let (body, body_form) = keep(arrival.body);
        let mut guard = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, entries) = &mut *guard;
        *count += 1;
        entries.push_back(Received {
            number: *count,
            at: now(),
            host: arrival.host.to_owned(),
            method: arrival.method.to_string(),
            path: arrival.path.to_owned(),
            version: format!("{:?}", arrival.version),
            headers: arrival.headers.iter().map(header).collect(),
            bytes: arrival.bytes,
            body,
            body_form,
        });
        while entries.len() > self.capacity {
            entries.pop_front();
        }
    }

    pub(crate) fn all(&self) -> Vec<Received> {
        let guard = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        guard.1.iter().cloned().collect()
    }

    pub(crate) fn clear(&self) {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).1.clear();
    }
}

pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

fn keep(body: &Bytes) -> (String, BodyForm) {
    let kept = body.get(..KEPT).unwrap_or(body);
    match std::str::from_utf8(kept) {
        Ok(text) => (text.to_owned(), BodyForm::Text),
        // Cut within a character: the rest is text.
        Err(error) if error.error_len().is_none() && kept.len() < body.len() => (
            String::from_utf8_lossy(kept.get(..error.valid_up_to()).unwrap_or_default()).into_owned(),
            BodyForm::Text,
        ),
        Err(_) => (BASE64_STANDARD.encode(kept), BodyForm::Base64),
    }
}

fn header((name, value): (&http::HeaderName, &http::HeaderValue)) -> (String, String) {
    let secret =
        matches!(name.as_str(), "authorization" | "x-api-key" | "x-goog-api-key" | "api-key" | "cookie");
    let value =
        if secret { "present".to_owned() } else { String::from_utf8_lossy(value.as_bytes()).into_owned() };
    (name.as_str().to_owned(), value)
}
