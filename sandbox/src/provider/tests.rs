use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde_json::{Value, json};

use super::{Memory, Request, answer};
use crate::{completion, reply::Reply};

const PROMPT: &str = "Summarise: SSN [US_SSN_4F2A] of [PERSON_1A2B].";

fn ask(address: &str, body: &Value) -> Reply {
    let (host, path) = address.split_at(address.find('/').unwrap());
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut headers = HeaderMap::new();
    headers.insert("anthropic-version", HeaderValue::from_static("2023-06-01"));
    let request = Request {
        host: host.to_owned(),
        method: Method::POST,
        path: path.to_owned(),
        query: query.to_owned(),
        headers,
        body: body.to_string().into(),
    };
    answer(&request, &Memory::default())
}

/// The answer's text is at `pointer`.
#[track_caller]
fn check_whole(address: &str, body: &Value, pointer: &str) {
    let Reply::Json(status, value) = ask(address, body) else { panic!("{address} streams") };
    assert_eq!(status, StatusCode::OK, "{value}");
    assert_eq!(
        value.pointer(pointer).and_then(Value::as_str),
        Some(&*completion::answer(PROMPT)),
        "{value:#}"
    );
}

/// The texts at `pointer` of all events make up the answer.
#[track_caller]
fn check_streamed(address: &str, body: &Value, pointer: &str) {
    let Reply::Stream { chunks, .. } = ask(address, body) else { panic!("{address} does not stream") };
    let whole = chunks.concat().replace("\r\n", "\n");
    let events =
        whole.split("\n\n").filter_map(|event| event.lines().find_map(|line| line.strip_prefix("data: ")));
    let values =
        events.filter(|data| *data != "[DONE]").map(|data| serde_json::from_str::<Value>(data).unwrap());
    let text: String =
        values.filter_map(|value| value.pointer(pointer)?.as_str().map(str::to_owned)).collect();
    assert_eq!(text, completion::answer(PROMPT), "{whole}");
}

#[test]
fn every_wire_carries_the_answer() {
    let messages = json!([
        { "role": "system", "content": "Be brief." },
        { "role": "user", "content": [{ "type": "text", "text": PROMPT }] },
    ]);
    let contents = json!({ "contents": [{ "role": "user", "parts": [{ "text": PROMPT }] }] });
    let page = json!({ "messages": [{ "content": { "content_type": "text", "parts": [PROMPT] } }] });
    let chat =
        |stream: bool| json!({ "model": "m", "max_tokens": 9, "messages": messages, "stream": stream });
    let responses = |stream: bool| json!({ "model": "m", "input": PROMPT, "stream": stream });
    let gemini = "generativelanguage.googleapis.com/v1beta/models/m";
    check_whole("api.openai.com/v1/chat/completions", &chat(false), "/choices/0/message/content");
    check_streamed("api.openai.com/v1/chat/completions", &chat(true), "/choices/0/delta/content");
    check_whole("api.openai.com/v1/responses", &responses(false), "/output/0/content/0/text");
    check_streamed("api.openai.com/v1/responses", &responses(true), "/delta");
    check_whole("api.anthropic.com/v1/messages", &chat(false), "/content/0/text");
    check_streamed("api.anthropic.com/v1/messages", &chat(true), "/delta/text");
    check_whole(&format!("{gemini}:generateContent"), &contents, "/candidates/0/content/parts/0/text");
    let sse = format!("{gemini}:streamGenerateContent?alt=sse");
    check_streamed(&sse, &contents, "/candidates/0/content/parts/0/text");
    check_whole("www.perplexity.ai/rest/sse/perplexity_ask", &json!({ "query_str": PROMPT }), "/answer");
    let Reply::Stream { chunks, .. } = ask("chatgpt.com/backend-api/f/conversation", &page) else { panic!() };
    assert!(chunks[0].starts_with("event: delta_encoding\ndata: \"v1\"\n\n"), "{}", chunks[0]);
    check_streamed("chatgpt.com/backend-api/f/conversation", &page, "/v");
}

#[test]
fn without_sse_google_streams_one_json_array() {
    let contents = json!({ "contents": [{ "parts": [{ "text": PROMPT }] }] });
    let reply = ask("generativelanguage.googleapis.com/v1beta/models/m:streamGenerateContent", &contents);
    let Reply::Stream { chunks, .. } = reply else { panic!() };
    let pieces: Vec<Value> = serde_json::from_str(&chunks.concat()).unwrap();
    let text =
        pieces.iter().map(|piece| piece["candidates"][0]["content"]["parts"][0]["text"].as_str().unwrap());
    assert_eq!(text.collect::<String>(), completion::answer(PROMPT));
    assert_eq!(pieces.last().unwrap()["candidates"][0]["finishReason"], "STOP");
}

#[track_caller]
fn check_refused(address: &str, body: &Value, status: StatusCode, pointer: &str, expected: &str) {
    let Reply::Json(got, value) = ask(address, body) else { panic!("{address} streams") };
    assert_eq!(got, status, "{value}");
    assert_eq!(value.pointer(pointer).and_then(Value::as_str), Some(expected), "{value}");
}

#[test]
fn malformed_requests_get_the_providers_own_errors() {
    let (empty, bad) = (json!({}), StatusCode::BAD_REQUEST);
    check_refused("api.openai.com/v1/chat/completions", &empty, bad, "/error/param", "model");
    check_refused("api.openai.com/v1/responses", &json!({ "model": "m" }), bad, "/error/param", "input");
    check_refused("api.openai.com/v1/files", &empty, bad, "/error/type", "invalid_request_error");
    let missing = StatusCode::NOT_FOUND;
    check_refused("api.openai.com/v1/x", &empty, missing, "/error/message", "Invalid URL (POST /v1/x)");
    check_refused("api.anthropic.com/v1/messages", &empty, bad, "/error/message", "model: Field required");
    check_refused("api.anthropic.com/v1/x", &empty, missing, "/error/type", "not_found_error");
    let gemini = "generativelanguage.googleapis.com/v1beta/models/m:generateContent";
    check_refused(gemini, &empty, bad, "/error/status", "INVALID_ARGUMENT");
    let page = "chatgpt.com/backend-api/f/conversation";
    check_refused(page, &empty, StatusCode::UNPROCESSABLE_ENTITY, "/detail", "Field required: messages");
}
