//! Every other tool: takes JSON, a form or text, and answers with JSON that quotes what it found.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::Request;
use crate::{completion, reply::Reply};

pub(super) fn answer(request: &Request) -> Reply {
    if request.method == Method::GET {
        return Reply::Text(StatusCode::OK, "This is the sandbox playing an AI tool.\n");
    }
    let text = match serde_json::from_slice(&request.body) {
        Ok(value) => longest_text(&value).to_owned(),
        Err(_) => String::from_utf8_lossy(&request.body).into_owned(),
    };
    Reply::ok(json!({ "id": "sandbox", "status": "completed", "answer": completion::answer(&text) }))
}

/// The longest string in `value`: most likely the prompt.
fn longest_text(value: &Value) -> &str {
    match value {
        Value::String(text) => text,
        Value::Array(items) => items.iter().map(longest_text).max_by_key(|text| text.len()).unwrap_or(""),
        Value::Object(fields) => {
            fields.values().map(longest_text).max_by_key(|text| text.len()).unwrap_or("")
        }
        _ => "",
    }
}
