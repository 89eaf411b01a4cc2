//! Answers: cut into frames, heard as texts that grow, read or put back in order.
//!
//! [`Restorer`] and [`ResponseReader`] stand on the same machine: `frames` cuts the stream into events, lines or
//! elements whatever the chunks are, `hearing` asks the dialect what an event adds to which text.

mod ending; // how a withheld answer ends
mod events; // placeholders in an answer that comes as events
mod frames; // chunks -> events, lines, elements
mod hearing; // what one event says
mod payload; // the data of one event, and where it is in it
mod placeholders; // what to look for
mod reader; // answers as texts
mod restore; // placeholders -> originals
mod strings; // placeholders in a JSON document or plain text that arrives in pieces

use crate::dialect::{Dialect, media_type};

pub use ending::{Begun, ending};
pub(crate) use hearing::{Close, Hearing};
pub use reader::{Arrival, Repeat, ResponseReader, Said};
pub use restore::Restorer;

/// How an answer is put together on the outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// Server-sent events (WHATWG HTML §9.2).
    Events,
    /// A JSON value per line.
    Lines,
    /// A JSON array whose elements arrive one by one.
    Elements,
    /// Google's length-prefixed JSON, as its web pages use it.
    Lengths,
    /// One JSON document.
    Document,
    /// Text for people.
    Text,
    /// A page for browsers.
    Html,
    /// Images, sound and everything else.
    Bytes,
}

impl Shape {
    fn of(dialect: Dialect, content_type: &str) -> Self {
        match media_type(content_type).as_str() {
            "text/event-stream" => Self::Events,
            "application/x-ndjson"
            | "application/ndjson"
            | "application/jsonl"
            | "application/stream+json" => Self::Lines,
            _ if dialect == Dialect::GeminiWeb => Self::Lengths,
            // Without `alt=sse`, Google streams the elements of an array.
            name if name.ends_with("json") && dialect == Dialect::Gemini => Self::Elements,
            name if name.ends_with("json") => Self::Document,
            "text/html" | "application/xhtml+xml" => Self::Html,
            name if name.starts_with("text/") => Self::Text,
            _ => Self::Bytes,
        }
    }
}
