//! The page chatgpt.com: `/backend-api/f/conversation`, `/backend-anon/f/conversation` and what goes with them.
//!
//! Not documented by its maker; as seen in traffic and public clients (2025). The answer is a stream of patches to a
//! message (delta encoding `v1`) or, in the older form, of whole messages that grow.

use crate::{
    draft::{Draft, Speaker},
    json::{Kind, Value},
    page::{Page, turns, whole},
    read::ReadError,
    reading::FileInfo,
    response::{Close, Hearing},
};

use super::openai_chat;

pub(crate) fn read(draft: &mut Draft, body: &[u8]) -> Result<(), ReadError> {
    whole(draft, body, read_root)
}

fn read_root(page: &mut Page<'_>, root: Value<'_>) {
    page.draft.model = root.get("model").name();
    page.draft.conversation = root.get("conversation_id").name();
    page.draft.streaming = root.get("messages").is_present();
    for (message, speaker) in
        turns(root.get("messages"), |message| openai_chat::role(message.get("author").get("role")))
    {
        read_message(page, message, speaker);
    }
    // Sent while the person is still typing.
    read_content(page, root.get("partial_query").get("content"), Speaker::HUMAN);
    for name in ["input_text", "query", "text", "prompt"] {
        page.text(root.get(name), Speaker::HUMAN);
    }
    for name in
        ["client_contextual_info", "conversation_mode", "action", "paragen_cot_summary_display_override"]
    {
        page.skip(root.get(name));
    }
    // The announcement of an upload; the file itself goes to a storage host.
    if root.get("file_name").is_present() {
        page.draft
            .reference(FileInfo { name: root.get("file_name").name(), media_type: None }, Speaker::HUMAN);
    }
}

fn read_message(page: &mut Page<'_>, message: Value<'_>, speaker: Speaker) {
    read_content(page, message.get("content"), speaker);
    for attachment in message.get("metadata").get("attachments").items() {
        let name = attachment.get("name").name();
        let media_type = attachment.first_of(&["mime_type", "mimeType"]).name();
        page.draft.reference(FileInfo { name, media_type }, speaker);
    }
}

fn read_content(page: &mut Page<'_>, content: Value<'_>, speaker: Speaker) {
    page.text(content, speaker);
    page.text(content.get("text"), speaker);
    for part in content.get("parts").items() {
        page.text(part, speaker);
        page.text(part.get("text"), speaker);
    }
}

/// One event of a streamed answer. A patch says what it does only where that differs from the one before.
pub(crate) fn hear(root: Value<'_>, hearing: &mut Hearing<'_>) {
    let patch = root.get("v");
    let whole_message =
        [root.get("message"), patch.get("message")].into_iter().find(|value| value.is_present());
    if let Some(message) = whole_message {
        hearing.close(Close::All);
        if patch.is_present() {
            hearing.patching(Some("/message/content/parts/0"), Some("add"));
            begin(message, hearing);
        }
        return;
    }
    apply(root, hearing);
    if root.get("type").is("message_stream_complete") {
        hearing.close(Close::All);
    }
}

/// A message to which later patches will append: it may already hold the beginning of a placeholder.
fn begin(message: Value<'_>, hearing: &mut Hearing<'_>) {
    for (at, part) in message.get("content").get("parts").items().enumerate() {
        hearing.append(("part", at as u64, 0), part);
    }
}

fn apply(patch: Value<'_>, hearing: &mut Hearing<'_>) {
    let (path, operation) = (patch.get("p").text(), patch.get("o").text());
    hearing.leave(patch.get("p"));
    hearing.leave(patch.get("o"));
    let (path, operation) = hearing.patching(path.as_deref(), operation.as_deref());
    let value = patch.get("v");
    match operation.as_str() {
        "append" if value.kind() == Some(Kind::String) => hearing.append(channel(&path), value),
        "patch" => value.items().for_each(|patch| apply(patch, hearing)),
        "replace" | "add" if path.ends_with("/status") => hearing.close(Close::All),
        "replace" | "add" if value.kind() == Some(Kind::String) => {
            hearing.close(Close::One(channel(&path)));
        }
        _ => {}
    }
}

fn channel(path: &str) -> (&'static str, u64, u64) {
    match path.rsplit_once('/') {
        Some((_, last)) => last.parse().map_or(("text", hash(path), 0), |part| ("part", part, 0)),
        None => ("text", hash(path), 0),
    }
}

fn hash(path: &str) -> u64 {
    path.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}
