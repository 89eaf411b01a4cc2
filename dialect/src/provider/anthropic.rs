//! Anthropic messages. <https://docs.anthropic.com/en/api/messages>

use crate::{
    draft::{Draft, Speaker},
    json::Value,
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
    page.draft.conversation = session(root);
    page.skip(root.get("metadata").get("user_id"));
    content(page, root.get("system"), Speaker::SYSTEM);
    for (message, speaker) in turns(root.get("messages"), role) {
        content(page, message.get("content"), speaker);
    }
    page.text(root.get("prompt"), Speaker::HUMAN); // the older completions
    page.every_text(root.get("tools"), Speaker::SYSTEM);
}

/// A turn in which tools answer is sent in the name of the user, but nobody typed it.
fn role(message: Value<'_>) -> Role {
    let mut blocks = message.get("content").items().peekable();
    let only_results = blocks.peek().is_some() && blocks.all(|block| is_result(block));
    if only_results { Role::Tool } else { openai_chat::role(message.get("role")) }
}

fn is_result(block: Value<'_>) -> bool {
    block.get("type").text().is_some_and(|kind| kind.ends_with("tool_result"))
}

/// Claude Code names its session at the end of the user id: `user_…_account__session_<uuid>`.
fn session(root: Value<'_>) -> Option<String> {
    let user = root.get("metadata").get("user_id").text()?;
    user.rsplit_once("_session_").map(|(_, session)| session.to_owned())
}

fn content(page: &mut Page<'_>, content: Value<'_>, speaker: Speaker) {
    page.text(content, speaker);
    for block in content.items() {
        let speaker = if is_result(block) { Speaker { role: Role::Tool, ..speaker } } else { speaker };
        read_block(page, block, speaker);
    }
}

fn read_block(page: &mut Page<'_>, block: Value<'_>, speaker: Speaker) {
    for name in ["text", "thinking", "title", "context"] {
        page.text(block.get(name), speaker);
    }
    if block.get("type").is("redacted_thinking") {
        page.skip(block.get("data"));
    }
    page.data(block.get("input"), speaker); // what a tool was called with
    source(page, block, speaker);
    if let Some(inner) = Some(block.get("content")).filter(|inner| inner.is_present()) {
        page.text(inner, speaker);
        for block in inner.items() {
            page.text(block.get("text"), speaker);
            source(page, block, speaker);
            page.every_text(block, speaker);
        }
    }
}

/// Images and documents: base64, plain text, blocks, an address or a file uploaded before.
fn source(page: &mut Page<'_>, block: Value<'_>, speaker: Speaker) {
    let source = block.get("source");
    let name = block.get("title").name();
    let file = FileInfo { name, media_type: source.get("media_type").name() };
    match source.get("type").text().as_deref() {
        Some("base64") => page.base64(source.get("data"), speaker, file),
        Some("text") => page.document(source.get("data"), speaker, Some(file)),
        Some("content") => {
            page.document(source.get("content"), speaker, Some(file.clone()));
            for block in source.get("content").items() {
                page.document(block.get("text"), speaker, Some(file.clone()));
                self::source(page, block, speaker);
            }
        }
        Some("file") => page.draft.reference(file, speaker),
        _ => page.text(source.get("url"), speaker),
    }
}

/// One event of a streamed answer. Thinking is signed: the client must send it back as the model wrote it, so it is
/// left alone.
pub(crate) fn hear(root: Value<'_>, hearing: &mut Hearing<'_>) {
    let index = root.get("index").number().unwrap_or(0);
    match root.get("type").text().as_deref() {
        Some("content_block_delta") => {
            let delta = root.get("delta");
            hearing.append(("text", index, 0), delta.get("text"));
            hearing.append_json(("input", index, 0), delta.get("partial_json"));
            hearing.leave(delta.get("thinking"));
            hearing.leave(delta.get("signature"));
        }
        Some("content_block_start") => {
            hearing.append(("text", index, 0), root.get("content_block").get("text"))
        }
        Some("content_block_stop") => hearing.close(Close::Group(index)),
        Some("completion") => hearing.append(("completion", 0, 0), root.get("completion")),
        Some("message_stop" | "error") => hearing.close(Close::All),
        _ => {}
    }
}
