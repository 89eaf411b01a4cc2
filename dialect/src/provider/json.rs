//! Any JSON, also several values one after the other (NDJSON).
//!
//! Shapes that several services share are read as what they are; otherwise the well-known names of members tell what the
//! person wrote, and where none is there, all of it may be theirs.

use crate::{
    draft::{Draft, Speaker},
    json::{Document, Value},
    layers::LayerId,
    page::{Page, utf8},
    read::ReadError,
};

use super::{gemini, openai_chat};

/// Members that hold the person's words at many services (Perplexity `query_str`, Grok `message`, DeepSeek `prompt`, …).
const WORDS: &[&str] = &[
    "prompt",
    "query",
    "query_str",
    "message",
    "text",
    "input",
    "inputs",
    "question",
    "q",
    "content",
    "user_input",
    "userMessage",
    "user_message",
    "instruction",
    "body",
    "code",
];

pub(crate) fn read(draft: &mut Draft, body: &[u8]) -> Result<(), ReadError> {
    let document = Document::parse_sequence(utf8(body)?)?;
    read_document(draft, None, &document);
    Ok(())
}

pub(super) fn read_document(draft: &mut Draft, layer: Option<LayerId>, document: &Document<'_>) {
    Page::open(draft, layer, document).read(document, |page| {
        document.roots().for_each(|root| read_root(page, root));
    });
}

fn read_root(page: &mut Page<'_>, root: Value<'_>) {
    let has_role = |message: Value<'_>| message.get("role").is_present();
    if root.get("messages").items().any(has_role) {
        openai_chat::read_root(page, root);
        return;
    }
    if root.get("contents").items().any(|turn| turn.get("parts").is_present()) {
        gemini::read_root(page, root);
        return;
    }
    page.draft.model =
        page.draft.model.take().or(root.first_of(&["model", "model_name", "modelName"]).name());
    let conversation = root.first_of(&["conversation_id", "conversationId", "chat_session_id", "thread_id"]);
    page.draft.conversation = page.draft.conversation.take().or(conversation.name());
    page.draft.streaming |= root.get("stream").is_true();
    words(page, root);
}

/// Claims what well-known members hold, at any depth.
fn words(page: &mut Page<'_>, value: Value<'_>) {
    for (name, member) in value.members() {
        if WORDS.contains(&name.as_ref()) {
            page.text(member, Speaker::HUMAN);
            member.items().for_each(|item| page.text(item, Speaker::HUMAN));
        }
        words(page, member);
    }
    value.items().for_each(|item| words(page, item));
}
