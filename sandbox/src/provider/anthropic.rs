//! Anthropic: messages.
//!
//! Forms from the API reference (docs.anthropic.com/en/api/messages, .../streaming) and the types of its SDKs.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Memory, Request, last_of, text_of, with};
use crate::{
    completion::{self, count_tokens, tokens},
    reply::{Reply, named_event},
};

pub(super) fn answer(request: &Request, memory: &Memory) -> Reply {
    match (&request.method, request.path.as_str()) {
        (&Method::POST, "/v1/messages") => messages(request, memory),
        (&Method::POST, "/v1/messages/count_tokens") => count(request, memory),
        (&Method::GET, "/v1/models") => Reply::ok(json!({
            "data": [{
                "type": "model", "id": "claude-sonnet-5-5", "display_name": "Claude Sonnet 5.5",
                "created_at": "2026-09-29T00:00:00Z",
            }],
            "first_id": "claude-sonnet-5-5", "last_id": "claude-sonnet-5-5", "has_more": false,
        })),
        _ => error(memory, StatusCode::NOT_FOUND, "not_found_error", "Not found"),
    }
}

/// An error in the form every SDK of Anthropic's reads.
fn error(memory: &Memory, status: StatusCode, kind: &str, message: &str) -> Reply {
    let error = json!({ "type": kind, "message": message });
    Reply::Json(status, json!({ "type": "error", "error": error, "request_id": memory.id("req_") }))
}

struct Ask {
    model: String,
    prompt: String,
    streaming: bool,
}

/// What the request asks; `Err` says what is wrong with it.
fn read(request: &Request, required: &[&str]) -> Result<Ask, String> {
    if request.header("anthropic-version").is_empty() {
        return Err("anthropic-version: header is required".to_owned());
    }
    let body = request.json()?;
    for name in required {
        if body.get(name).is_none() {
            return Err(format!("{name}: Field required"));
        }
    }
    let messages =
        body.get("messages").and_then(Value::as_array).ok_or("messages: Input should be a valid list")?;
    if messages.is_empty() {
        return Err("messages: at least one message is required".to_owned());
    }
    let content = last_of(messages, "user").and_then(|message| message.get("content"));
    Ok(Ask {
        model: body.get("model").and_then(Value::as_str).unwrap_or_default().to_owned(),
        prompt: content.map(text_of).unwrap_or_default(),
        streaming: body.get("stream").and_then(Value::as_bool).unwrap_or(false),
    })
}

fn messages(request: &Request, memory: &Memory) -> Reply {
    let ask = match read(request, &["model", "max_tokens", "messages"]) {
        Ok(ask) => ask,
        Err(message) => return error(memory, StatusCode::BAD_REQUEST, "invalid_request_error", &message),
    };
    let (id, text) = (memory.id("msg_"), completion::answer(&ask.prompt));
    if ask.streaming {
        return stream(&id, &ask, &text);
    }
    let content = json!([{ "type": "text", "text": text, "citations": null }]);
    let usage = usage(&ask, count_tokens(&text));
    let rest = json!({ "content": content, "stop_reason": "end_turn", "usage": usage });
    Reply::ok(with(envelope(&id, &ask), rest))
}

fn count(request: &Request, memory: &Memory) -> Reply {
    match read(request, &["model", "messages"]) {
        Ok(ask) => Reply::ok(json!({ "input_tokens": count_tokens(&ask.prompt) })),
        Err(message) => error(memory, StatusCode::BAD_REQUEST, "invalid_request_error", &message),
    }
}

fn envelope(id: &str, ask: &Ask) -> Value {
    json!({
        "id": id, "type": "message", "role": "assistant", "model": ask.model, "content": [],
        "stop_reason": null, "stop_sequence": null, "usage": usage(ask, 1),
    })
}

fn usage(ask: &Ask, output: usize) -> Value {
    json!({
        "input_tokens": count_tokens(&ask.prompt), "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0, "output_tokens": output, "service_tier": "standard",
    })
}

fn stream(id: &str, ask: &Ask, text: &str) -> Reply {
    let mut chunks = Vec::new();
    let mut push = |name: &str, event: Value| {
        chunks.push(named_event(name, &with(json!({ "type": name }), event)));
    };
    push("message_start", json!({ "message": envelope(id, ask) }));
    push("content_block_start", json!({ "index": 0, "content_block": { "type": "text", "text": "" } }));
    push("ping", json!({}));
    for token in tokens(text) {
        push("content_block_delta", json!({ "index": 0, "delta": { "type": "text_delta", "text": token } }));
    }
    push("content_block_stop", json!({ "index": 0 }));
    let delta = json!({ "stop_reason": "end_turn", "stop_sequence": null });
    push("message_delta", json!({ "delta": delta, "usage": { "output_tokens": count_tokens(text) } }));
    push("message_stop", json!({}));
    Reply::Stream { media_type: "text/event-stream; charset=utf-8", chunks }
}
