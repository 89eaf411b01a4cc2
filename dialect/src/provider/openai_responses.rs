//! OpenAI responses. <https://platform.openai.com/docs/api-reference/responses/create>

use crate::{
    draft::{Draft, Speaker},
    json::{Kind, Value},
    page::{Page, turns, whole},
    read::ReadError,
    reading::{FileInfo, Role},
    response::{Close, Hearing},
};

use super::openai_chat;

pub(crate) fn read(draft: &mut Draft, body: &[u8]) -> Result<(), ReadError> {
    whole(draft, body, read_root)
}

fn read_root(page: &mut Page<'_>, root: Value<'_>) {
    page.draft.model = root.get("model").name();
    page.draft.streaming = root.get("stream").is_true();
    let conversation = root.get("conversation");
    page.draft.conversation = [conversation.get("id"), conversation, root.get("previous_response_id")]
        .into_iter()
        .find_map(Value::name);
    page.skip(conversation);
    page.skip(root.get("previous_response_id"));
    page.text(root.get("instructions"), Speaker::SYSTEM);
    page.text(root.get("input"), Speaker::HUMAN);
    for (item, speaker) in turns(root.get("input"), role) {
        read_item(page, item, speaker);
    }
    page.skip(root.get("prompt").get("id"));
    page.every_text(root.get("prompt").get("variables"), Speaker::HUMAN);
    page.every_text(root.get("tools"), Speaker::SYSTEM);
    page.every_text(root.get("text"), Speaker::SYSTEM);
}

/// Who an item of the input comes from: messages say so, calls and their outputs by their type.
fn role(item: Value<'_>) -> Role {
    let kind = item.get("type").text().unwrap_or_default();
    if item.get("role").is_present() {
        openai_chat::role(item.get("role"))
    } else if kind.ends_with("_output") || kind.ends_with("_response") {
        Role::Tool
    } else if kind.ends_with("_call") || kind == "reasoning" {
        Role::Assistant
    } else {
        Role::Unknown
    }
}

fn read_item(page: &mut Page<'_>, item: Value<'_>, speaker: Speaker) {
    for name in ["content", "output", "summary", "result"] {
        content(page, item.get(name), speaker);
    }
    for name in ["arguments", "input", "code", "output"] {
        page.text(item.get(name), speaker);
    }
    page.data(item.get("action"), speaker);
    page.every_text(item.get("results"), speaker);
}

fn content(page: &mut Page<'_>, content: Value<'_>, speaker: Speaker) {
    page.text(content, speaker);
    let parts = content.items().chain((content.kind() == Some(Kind::Object)).then_some(content));
    for part in parts {
        page.text(part.get("text"), speaker);
        page.text(part.get("refusal"), speaker);
        page.base64(part.get("image_url"), speaker, FileInfo::default());
        let audio = part.get("input_audio");
        page.base64(audio.get("data"), speaker, FileInfo::default());
        let name = part.get("filename").name();
        let file = FileInfo { name, media_type: None };
        if part.get("file_data").is_present() {
            page.base64(part.get("file_data"), speaker, file);
        } else if part.get("type").is("input_file") {
            page.draft.reference(file, speaker);
        }
    }
}

/// One event of a streamed answer. Events that end something repeat the whole of it; these need no state.
pub(crate) fn hear(root: Value<'_>, hearing: &mut Hearing<'_>) {
    let index = |name: &str| root.get(name).number().unwrap_or(0);
    let (item, part) = (index("output_index"), index("content_index"));
    let kind = root.get("type").text().unwrap_or_default();
    if let Some(name) = kind.strip_suffix(".delta") {
        let channel = (channel_name(name), item, part);
        match name.ends_with("arguments") {
            true => hearing.append_json(channel, root.get("delta")),
            false => hearing.append(channel, root.get("delta")),
        }
    } else if kind == "response.output_item.done" {
        hearing.close(Close::Group(item));
    } else if let Some(name) = kind.strip_suffix(".done") {
        let name = channel_name(name);
        hearing.close(Close::One((name, item, part)));
    } else if matches!(kind.as_ref(), "response.completed" | "response.failed" | "response.incomplete") {
        hearing.close(Close::All);
    }
}

fn channel_name(event: &str) -> &'static str {
    match event {
        "response.output_text" => "text",
        "response.refusal" => "refusal",
        "response.reasoning_text" => "reasoning",
        "response.reasoning_summary_text" => "summary",
        "response.function_call_arguments" => "arguments",
        "response.mcp_call_arguments" => "mcp_arguments",
        "response.custom_tool_call_input" => "input",
        "response.code_interpreter_call_code" => "code",
        _ => "other",
    }
}
