//! Each provider's wire format, as its public documentation and SDKs have it.

mod anthropic;
mod chatgpt;
mod generic;
mod google;
mod openai;

use std::{
    collections::VecDeque,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use bytes::Bytes;
use http::{HeaderMap, Method};
use serde_json::Value;

use crate::{
    hosts::{self, Part},
    reply::Reply,
};

/// A request with its body read and decoded.
pub(crate) struct Request {
    pub(crate) host: String,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Request {
    /// A header's value; empty if it is not there.
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    fn json(&self) -> Result<Value, String> {
        serde_json::from_slice(&self.body)
            .map_err(|error| format!("We could not parse the JSON body of your request: {error}"))
    }

    /// Method and path, as messages name a request.
    fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// What providers remember between requests.
#[derive(Default)]
pub(crate) struct Memory {
    count: AtomicU64,
    files: Mutex<VecDeque<Value>>,
}

impl Memory {
    /// A new id: `prefix` and a number.
    fn id(&self, prefix: &str) -> String {
        format!("{prefix}{:024x}", self.count.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// A new id in the form of a UUID.
    fn uuid(&self) -> String {
        format!("00000000-0000-4000-8000-{:012x}", self.count.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

/// The provider's answer.
pub(crate) fn answer(request: &Request, memory: &Memory) -> Reply {
    match hosts::part(&request.host, &request.path) {
        Part::OpenAi => openai::answer(request, memory),
        Part::Anthropic => anthropic::answer(request, memory),
        Part::Google => google::answer(request, memory),
        Part::ChatGpt => chatgpt::answer(request, memory),
        Part::Generic => generic::answer(request),
    }
}

/// Seconds since 1970.
fn seconds() -> u64 {
    crate::received::now() / 1000
}

/// The text of a message's content: a string, or parts with a `text`.
fn text_of(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            let texts: Vec<_> = parts.iter().filter_map(|part| part.get("text")?.as_str()).collect();
            texts.join("\n")
        }
        _ => String::new(),
    }
}

/// The content of the last message of `role`.
fn last_of<'a>(messages: &'a [Value], role: &str) -> Option<&'a Value> {
    messages.iter().rev().find(|message| message.get("role").and_then(Value::as_str) == Some(role))
}

/// The object `base` with the fields of the object `more` put in.
fn with(mut base: Value, more: Value) -> Value {
    if let (Value::Object(base), Value::Object(more)) = (&mut base, more) {
        base.extend(more);
    }
    base
}

#[cfg(test)]
mod tests;
