//! chatgpt.com: a chat page and the interface it talks to.
//!
//! The interface is not documented by its maker; its form is as in traffic and public clients (2025): a stream that names
//! its encoding (`v1`), adds a message, appends to its text, and patches its status. A patch leaves out path and
//! operation where they are those of the one before.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Memory, Request, seconds};
use crate::{
    completion::{self, tokens},
    reply::{Reply, event, named_event},
};

const PAGE: &str = include_str!("../../data/chat.html");

pub(super) fn answer(request: &Request, memory: &Memory) -> Reply {
    let path = request.path.strip_prefix("/backend-api").or(request.path.strip_prefix("/backend-anon"));
    match (&request.method, path, request.path.as_str()) {
        (&Method::GET, None, "/") => Reply::Html(PAGE),
        (&Method::GET, None, "/api/auth/session") => Reply::ok(json!({})),
        (&Method::POST, Some("/f/conversation" | "/conversation"), _) => conversation(request, memory),
        (&Method::POST, Some("/files"), _) => Reply::ok(json!({
            "status": "success", "file_id": memory.id("file_"),
            "upload_url": format!("https://files.oaiusercontent.com/{}", memory.id("file_")),
        })),
        (&Method::POST, Some("/sentinel/chat-requirements"), _) => {
            Reply::ok(json!({ "persona": "chatgpt-noauth", "token": memory.id("sandbox_") }))
        }
        (&Method::POST, None, path) if path.starts_with("/api/auth/signin/") => {
            Reply::ok(json!({ "url": "https://chatgpt.com/" }))
        }
        (_, None, _) if request.method == Method::GET => Reply::Text(StatusCode::NOT_FOUND, "Not Found"),
        _ => detail(StatusCode::NOT_FOUND, "Not Found"),
    }
}

fn detail(status: StatusCode, message: &str) -> Reply {
    Reply::Json(status, json!({ "detail": message }))
}

fn conversation(request: &Request, memory: &Memory) -> Reply {
    let Ok(body) = request.json() else {
        return detail(StatusCode::UNPROCESSABLE_ENTITY, "The body of the request is not valid JSON.");
    };
    let messages = body.get("messages").and_then(Value::as_array);
    let Some(message) = messages.and_then(|messages| messages.last()) else {
        return detail(StatusCode::UNPROCESSABLE_ENTITY, "Field required: messages");
    };
    let parts = message.pointer("/content/parts").and_then(Value::as_array);
    let texts: Vec<_> = parts.into_iter().flatten().filter_map(Value::as_str).collect();
    let given = body.get("conversation_id").and_then(Value::as_str).map(str::to_owned);
    let conversation = given.unwrap_or_else(|| memory.uuid());
    let model = body.get("model").and_then(Value::as_str).unwrap_or("auto");
    let text = completion::answer(&texts.join("\n"));
    let chunks = stream(&conversation, &memory.uuid(), model, &text);
    Reply::Stream { media_type: "text/event-stream; charset=utf-8", chunks }
}

fn stream(conversation: &str, message: &str, model: &str, text: &str) -> Vec<String> {
    let added = json!({
        "p": "", "o": "add", "c": 0,
        "v": {
            "message": {
                "id": message, "author": { "role": "assistant", "name": null, "metadata": {} },
                "create_time": seconds(), "update_time": null,
                "content": { "content_type": "text", "parts": [""] },
                "status": "in_progress", "end_turn": null, "weight": 1.0,
                "metadata": { "model_slug": model }, "recipient": "all", "channel": "final",
            },
            "conversation_id": conversation, "error": null,
        },
    });
    let mut chunks = vec![named_event("delta_encoding", &json!("v1")), named_event("delta", &added)];
    for (at, token) in tokens(text).into_iter().enumerate() {
        let patch = match at {
            0 => json!({ "p": "/message/content/parts/0", "o": "append", "v": token }),
            _ => json!({ "v": token }),
        };
        chunks.push(named_event("delta", &patch));
    }
    let finished = json!([
        { "p": "/message/status", "o": "replace", "v": "finished_successfully" },
        { "p": "/message/end_turn", "o": "replace", "v": true },
        { "p": "/message/metadata", "o": "append", "v": { "is_complete": true } },
    ]);
    chunks.push(named_event("delta", &json!({ "p": "", "o": "patch", "v": finished })));
    chunks.push(event(&json!({ "type": "message_stream_complete", "conversation_id": conversation })));
    chunks.push("data: [DONE]\n\n".to_owned());
    chunks
}
