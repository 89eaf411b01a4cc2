//! OpenAI chat completions, and the endpoints with a single `prompt` or `input`.
//!
//! <https://platform.openai.com/docs/api-reference/chat/create>. Services that call themselves OpenAI-compatible send
//! the same, with members of their own, which are read as texts of unknown origin.

use crate::{
    draft::{Draft, Speaker},
    json::Value,
    page::{Page, turns, whole},
    read::ReadError,
    reading::{FileInfo, Role},
    response::{Close, Hearing},
};

pub(crate) fn read(draft: &mut Draft, body: &[u8]) -> Result<(), ReadError> {
    whole(draft, body, read_root)
}

pub(crate) fn read_root(page: &mut Page<'_>, root: Value<'_>) {
    page.draft.model = root.get("model").name();
    page.draft.streaming = root.get("stream").is_true();
    for (message, speaker) in turns(root.get("messages"), |message| role(message.get("role"))) {
        content(page, message.get("content"), speaker);
        page.text(message.get("refusal"), speaker);
        for call in message.get("tool_calls").items() {
            page.text(call.get("function").get("arguments"), speaker);
            page.text(call.get("custom").get("input"), speaker);
        }
        page.text(message.get("function_call").get("arguments"), speaker);
        // Ollama.
        for image in message.get("images").items() {
            page.base64(image, speaker, FileInfo::default());
        }
    }
    // Completions, embeddings, moderations, images and speech.
    for name in ["prompt", "input", "suffix", "instructions"] {
        page.every_text(root.get(name), Speaker::HUMAN);
    }
    page.every_text(root.get("tools"), Speaker::SYSTEM);
    page.every_text(root.get("functions"), Speaker::SYSTEM);
    page.every_text(root.get("response_format"), Speaker::SYSTEM);
}

/// Roles of OpenAI's messages; other services use a few more words.
pub(super) fn role(value: Value<'_>) -> Role {
    match value.text().as_deref() {
        Some("user" | "human") => Role::Human,
        Some("system" | "developer") => Role::System,
        Some("assistant" | "model" | "chatbot") => Role::Assistant,
        Some("tool" | "function") => Role::Tool,
        _ => Role::Unknown,
    }
}

fn content(page: &mut Page<'_>, content: Value<'_>, speaker: Speaker) {
    page.text(content, speaker);
    for part in content.items() {
        page.text(part, speaker);
        for name in ["text", "refusal", "content"] {
            page.text(part.get(name), speaker);
        }
        let image = part.get("image_url");
        page.base64(image, speaker, FileInfo::default());
        page.base64(image.get("url"), speaker, FileInfo::default());
        let audio = part.get("input_audio");
        let media_type = audio.get("format").name().map(|format| format!("audio/{format}"));
        page.base64(audio.get("data"), speaker, FileInfo { name: None, media_type });
        let file = part.get("file");
        let name = file.get("filename").name();
        match file.get("file_data").is_present() {
            true => page.base64(file.get("file_data"), speaker, FileInfo { name, media_type: None }),
            false if file.is_present() => page.draft.reference(FileInfo { name, media_type: None }, speaker),
            false => {}
        }
    }
}

/// One event of a streamed answer.
pub(crate) fn hear(root: Value<'_>, hearing: &mut Hearing<'_>) {
    for choice in root.get("choices").items() {
        let index = choice.get("index").number().unwrap_or(0);
        let delta = choice.get("delta");
        for name in ["content", "refusal", "reasoning_content", "reasoning"] {
            hearing.append((name, index, 0), delta.get(name));
        }
        for call in delta.get("tool_calls").items() {
            let call_index = call.get("index").number().unwrap_or(0);
            let arguments = call.get("function").get("arguments");
            hearing.append_json(("arguments", index, call_index), arguments);
        }
        hearing.append_json(("arguments", index, 0), delta.get("function_call").get("arguments"));
        hearing.append(("text", index, 0), choice.get("text"));
        if choice.get("finish_reason").is_present() {
            hearing.close(Close::Group(index));
        }
    }
}
