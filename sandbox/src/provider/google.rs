//! Google: `generateContent` of the Gemini API and of Vertex AI.
//!
//! Forms from the REST reference (ai.google.dev/api/generate-content). Streams are server-sent events with `alt=sse`,
//! else one JSON array written element by element.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Memory, Request, with};
use crate::{
    completion::{self, count_tokens, tokens},
    reply::Reply,
};

pub(super) fn answer(request: &Request, memory: &Memory) -> Reply {
    let Some((model, task)) = target(&request.path).filter(|_| request.method == Method::POST) else {
        return error(StatusCode::NOT_FOUND, "NOT_FOUND", "Requested entity was not found.");
    };
    let prompt = match prompt(request) {
        Ok(prompt) => prompt,
        Err(message) => return error(StatusCode::BAD_REQUEST, "INVALID_ARGUMENT", &message),
    };
    let answer = Answer { id: memory.id(""), model, text: completion::answer(&prompt), prompt: &prompt };
    match task {
        "generateContent" => Reply::ok(answer.piece(&answer.text, Piece::Last)),
        "streamGenerateContent" if is_sse(&request.query) => Reply::Stream {
            media_type: "text/event-stream",
            chunks: answer.pieces().iter().map(|piece| format!("data: {piece}\r\n\r\n")).collect(),
        },
        "streamGenerateContent" => {
            Reply::Stream { media_type: "application/json; charset=UTF-8", chunks: array(&answer.pieces()) }
        }
        "countTokens" => Reply::ok(json!({ "totalTokens": count_tokens(&prompt) })),
        _ => error(StatusCode::NOT_FOUND, "NOT_FOUND", "Method not found."),
    }
}

/// Model and task of `/v1beta/models/{model}:{task}`.
fn target(path: &str) -> Option<(&str, &str)> {
    path.rsplit_once("/models/")?.1.split_once(':')
}

fn is_sse(query: &str) -> bool {
    query.split('&').any(|parameter| parameter == "alt=sse")
}

/// The text of the last turn that is the user's.
fn prompt(request: &Request) -> Result<String, String> {
    let body = request.json().map_err(|_| "Invalid JSON payload received.".to_owned())?;
    let contents = match body.get("contents") {
        Some(Value::Array(contents)) if !contents.is_empty() => contents,
        _ => return Err("* GenerateContentRequest.contents: contents is not specified".to_owned()),
    };
    let user = |turn: &&Value| turn.get("role").and_then(Value::as_str).is_none_or(|role| role == "user");
    let parts = contents.iter().rev().find(user).and_then(|turn| turn.get("parts"));
    Ok(parts.map(super::text_of).unwrap_or_default())
}

/// An error in the form every SDK of Google's reads.
fn error(status: StatusCode, name: &str, message: &str) -> Reply {
    let error = json!({ "code": status.as_u16(), "message": message, "status": name });
    Reply::Json(status, json!({ "error": error }))
}

struct Answer<'a> {
    id: String,
    model: &'a str,
    prompt: &'a str,
    text: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Piece {
    Early,
    Last,
}

impl Answer<'_> {
    /// Google's pieces are longer than tokens: three at a time.
    fn pieces(&self) -> Vec<Value> {
        let tokens = tokens(&self.text);
        let count = tokens.len().div_ceil(3);
        let pieces = tokens.chunks(3).enumerate();
        pieces
            .map(|(at, tokens)| {
                let place = if at + 1 == count { Piece::Last } else { Piece::Early };
                self.piece(&tokens.concat(), place)
            })
            .collect()
    }

    fn piece(&self, text: &str, place: Piece) -> Value {
        let (input, output) = (count_tokens(self.prompt), count_tokens(&self.text));
        let finish = match place {
            Piece::Early => json!({}),
            Piece::Last => json!({ "finishReason": "STOP" }),
        };
        let content = json!({ "content": { "parts": [{ "text": text }], "role": "model" }, "index": 0 });
        let candidate = with(content, finish);
        json!({
            "candidates": [candidate],
            "usageMetadata": {
                "promptTokenCount": input, "candidatesTokenCount": output,
                "totalTokenCount": input + output,
            },
            "modelVersion": self.model, "responseId": self.id,
        })
    }
}

/// The chunks of a JSON array that is written element by element.
fn array(pieces: &[Value]) -> Vec<String> {
    let first = |at: usize| if at == 0 { "[" } else { ",\r\n" };
    let mut chunks: Vec<_> =
        pieces.iter().enumerate().map(|(at, piece)| format!("{}{piece:#}", first(at))).collect();
    chunks.push("\n]\n".to_owned());
    chunks
}
