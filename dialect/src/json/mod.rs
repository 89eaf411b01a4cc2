//! JSON as spans: where each value sits in the text, decoded only when asked (RFC 8259).
//!
//! Never builds a tree of owned values, and never changes bytes: rewriting needs to know where every string was.

mod parse; // text -> spans
mod string; // escapes, there and back
mod value; // a cursor over the spans

pub(crate) use parse::{Document, Kind, Malformed};
pub(crate) use string::{escape, escape_at, unescape};
pub(crate) use value::Value;
