//! The page claude.ai: `/api/organizations/{id}/chat_conversations/{id}/completion` and what goes with it.
//!
//! Not documented by its maker; as seen in public clients (2025). Answers are the API's events.

use crate::{
    draft::{Draft, Speaker},
    json::Value,
    page::{Page, whole},
    read::ReadError,
    reading::{FileInfo, RequestHead},
};

pub(crate) fn read(draft: &mut Draft, head: &RequestHead<'_>, body: &[u8]) -> Result<(), ReadError> {
    draft.conversation = conversation(head.path);
    let path = head.path.split('?').next().unwrap_or_default();
    draft.streaming = ["/completion", "/retry_completion"].iter().any(|end| path.ends_with(end));
    whole(draft, body, read_root)
}

fn conversation(path: &str) -> Option<String> {
    let (_, rest) = path.split_once("/chat_conversations/")?;
    rest.split(['/', '?']).next().filter(|id| !id.is_empty()).map(str::to_owned)
}

fn read_root(page: &mut Page<'_>, root: Value<'_>) {
    page.draft.model = root.get("model").name();
    for name in ["prompt", "message_content", "text"] {
        page.text(root.get(name), Speaker::HUMAN);
    }
    for attachment in root.get("attachments").items() {
        let name = attachment.get("file_name").name();
        let media_type = attachment.get("file_type").name();
        let file = FileInfo { name, media_type };
        page.skip(attachment.get("file_type"));
        page.document(attachment.get("extracted_content"), Speaker::HUMAN, Some(file));
    }
    // Files uploaded before are named by their ids only.
    page.skip(root.get("files"));
    page.every_text(root.get("personalized_styles"), Speaker::SYSTEM);
    page.every_text(root.get("tools"), Speaker::SYSTEM);
    page.skip(root.get("rendering_mode"));
}
