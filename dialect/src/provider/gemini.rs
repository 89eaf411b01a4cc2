//! Google `generateContent`, on the Gemini API and on Vertex AI.
//!
//! <https://ai.google.dev/api/generate-content>. The API takes both `inlineData` and `inline_data`.

use crate::{
    draft::{Draft, Speaker},
    json::{Kind, Value},
    page::{Page, turns, whole},
    read::ReadError,
    reading::{FileInfo, RequestHead, Role},
    response::{Close, Hearing},
};

pub(crate) fn read(draft: &mut Draft, head: &RequestHead<'_>, body: &[u8]) -> Result<(), ReadError> {
    let (model, verb) = model_and_verb(head.path);
    draft.streaming = verb.starts_with("stream");
    draft.model = model;
    whole(draft, body, read_root)
}

/// `/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse` names the model and whether it streams.
fn model_and_verb(path: &str) -> (Option<String>, &str) {
    let path = path.split('?').next().unwrap_or_default();
    let last = path.rsplit('/').next().unwrap_or_default();
    match last.split_once(':') {
        Some((model, verb)) => (Some(model.to_owned()), verb),
        None => (None, ""),
    }
}

pub(super) fn read_root(page: &mut Page<'_>, root: Value<'_>) {
    let model = root.get("model").name();
    page.draft.model = page.draft.model.take().or(model);
    content(page, root.first_of(&["systemInstruction", "system_instruction"]), Speaker::SYSTEM);
    page.text(root.get("contents"), Speaker::HUMAN);
    for (turn, speaker) in turns(root.get("contents"), role) {
        content(page, turn, speaker);
    }
    content(page, root.get("content"), Speaker::HUMAN); // embeddings
    for request in root.get("requests").items() {
        content(page, request.get("content"), Speaker::HUMAN);
    }
    // Token counts wrap the whole request.
    let wrapped = root.first_of(&["generateContentRequest", "generate_content_request"]);
    if wrapped.is_present() {
        read_root(page, wrapped);
    }
    page.every_text(root.get("tools"), Speaker::SYSTEM);
    page.skip(root.first_of(&["cachedContent", "cached_content"]));
}

/// A missing role is the user's.
fn role(turn: Value<'_>) -> Role {
    let answers_a_call = turn
        .get("parts")
        .items()
        .any(|part| part.first_of(&["functionResponse", "function_response"]).is_present());
    match turn.get("role").text().as_deref() {
        Some("model") => Role::Assistant,
        Some("function" | "tool") => Role::Tool,
        Some("system") => Role::System,
        _ if answers_a_call => Role::Tool,
        Some("user") | None => Role::Human,
        Some(_) => Role::Unknown,
    }
}

fn content(page: &mut Page<'_>, content: Value<'_>, speaker: Speaker) {
    page.text(content, speaker);
    let parts = content.get("parts");
    let single = (parts.kind() == Some(Kind::Object)).then_some(parts);
    for part in parts.items().chain(single) {
        page.text(part, speaker);
        page.text(part.get("text"), speaker);
        let inline = part.first_of(&["inlineData", "inline_data"]);
        let name = inline.first_of(&["displayName", "display_name"]).name();
        let media_type = inline.first_of(&["mimeType", "mime_type"]).name();
        page.base64(inline.get("data"), speaker, FileInfo { name, media_type });
        file_reference(page, part.first_of(&["fileData", "file_data"]), speaker);
        let response = part.first_of(&["functionResponse", "function_response"]).get("response");
        page.data(response, Speaker { role: Role::Tool, ..speaker });
        let call = part.first_of(&["functionCall", "function_call"]).get("args");
        page.data(call, Speaker { role: Role::Assistant, ..speaker });
        page.text(part.first_of(&["executableCode", "executable_code"]).get("code"), speaker);
        page.text(part.first_of(&["codeExecutionResult", "code_execution_result"]).get("output"), speaker);
    }
}

fn file_reference(page: &mut Page<'_>, file: Value<'_>, speaker: Speaker) {
    if file.is_present() {
        let name = file.first_of(&["displayName", "display_name", "fileUri", "file_uri"]).name();
        let media_type = file.first_of(&["mimeType", "mime_type"]).name();
        page.draft.reference(FileInfo { name, media_type }, speaker);
    }
}

/// One chunk of a streamed answer.
pub(crate) fn hear(root: Value<'_>, hearing: &mut Hearing<'_>) {
    for (at, candidate) in root.get("candidates").items().enumerate() {
        let index = candidate.get("index").number().unwrap_or(at as u64);
        for part in candidate.get("content").get("parts").items() {
            let channel = if part.get("thought").is_true() { "thought" } else { "text" };
            hearing.append((channel, index, 0), part.get("text"));
        }
        if candidate.get("finishReason").is_present() {
            hearing.close(Close::Group(index));
        }
    }
}
