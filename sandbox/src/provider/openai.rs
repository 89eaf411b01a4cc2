//! OpenAI: chat completions, responses, files, models.
//!
//! Forms from the API reference (platform.openai.com/docs/api-reference) and the types of its SDKs.

mod chat;
mod files;
mod responses;

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Memory, Request, seconds};
use crate::{completion::count_tokens, reply::Reply};

const MODELS: [&str; 5] = ["gpt-5.5", "gpt-5.4-mini", "gpt-4o", "gpt-4o-mini", "text-embedding-3-small"];

pub(super) fn answer(request: &Request, memory: &Memory) -> Reply {
    let resource = ["/chat/completions", "/responses", "/files", "/models"]
        .into_iter()
        .find(|resource| request.path.ends_with(resource));
    match (&request.method, resource) {
        (&Method::POST, Some("/chat/completions")) => chat::answer(request, memory),
        (&Method::POST, Some("/responses")) => responses::answer(request, memory),
        (&Method::POST, Some("/files")) => files::add(request, memory),
        (&Method::GET, Some("/files")) => files::list(memory),
        (&Method::GET, Some("/models")) => Reply::ok(json!({ "object": "list", "data": MODELS.map(model) })),
        _ => match request.path.rsplit_once("/models/") {
            Some((_, id)) if request.method == Method::GET && MODELS.contains(&id) => Reply::ok(model(id)),
            _ => error(StatusCode::NOT_FOUND, &format!("Invalid URL ({})", request.name()), Value::Null),
        },
    }
}

fn model(id: &str) -> Value {
    json!({ "id": id, "object": "model", "created": 1_715_367_049, "owned_by": "sandbox" })
}

/// An error in the form every SDK of OpenAI's reads.
fn error(status: StatusCode, message: &str, parameter: Value) -> Reply {
    let error = json!({
        "message": message, "type": "invalid_request_error", "param": parameter, "code": null
    });
    Reply::Json(status, json!({ "error": error }))
}

fn refuse(message: &str, parameter: &str) -> Reply {
    error(StatusCode::BAD_REQUEST, message, json!(parameter))
}

/// The request's JSON body and the model it names.
fn read(request: &Request) -> Result<(Value, String), Reply> {
    let body = request.json().map_err(|message| error(StatusCode::BAD_REQUEST, &message, Value::Null))?;
    match body.get("model").and_then(Value::as_str) {
        Some(model) => {
            let model = model.to_owned();
            Ok((body, model))
        }
        None if request.path.contains("/deployments/") => Ok((body, "gpt-4o".to_owned())), // Azure: in the path
        None => Err(refuse("you must provide a model parameter", "model")),
    }
}

fn is_true(body: &Value, pointer: &str) -> bool {
    body.pointer(pointer).and_then(Value::as_bool).unwrap_or(false)
}

struct Usage {
    input: usize,
    output: usize,
}

impl Usage {
    fn of(prompt: &str, text: &str) -> Self {
        Self { input: count_tokens(prompt), output: count_tokens(text) }
    }
}

/// The answer's text: JSON where the request asks for JSON.
fn text(prompt: &str, format: Option<&Value>) -> String {
    let text = crate::completion::answer(prompt);
    match format.and_then(|format| format.get("type")).and_then(Value::as_str) {
        Some("json_object" | "json_schema") => json!({ "answer": text }).to_string(),
        _ => text,
    }
}
