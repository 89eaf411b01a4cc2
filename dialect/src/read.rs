use crate::{
    dialect::{Dialect, media_type},
    draft::Draft,
    json::Malformed,
    provider::{
        anthropic, chatgpt_web, claude_web, file, form, gemini, gemini_web, json, multipart, openai_chat,
        openai_responses,
    },
    reading::{Reading, RequestHead},
};

/// Why a body could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{fault} at byte {at}")]
pub struct ReadError {
    /// Offset in the (decompressed) body of the first byte that does not fit.
    pub at: usize,
    /// What is wrong there.
    pub fault: ReadFault,
}

/// What can be wrong with a body.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadFault {
    /// It is not the JSON it should be (RFC 8259).
    #[error("malformed JSON: {0}")]
    Json(&'static str),
    /// It is not the multipart form it should be (RFC 7578).
    #[error("malformed multipart form: {0}")]
    Multipart(&'static str),
    /// JSON must be UTF-8 (RFC 8259 §8.1).
    #[error("invalid UTF-8")]
    NotUtf8,
}

impl ReadError {
    pub(crate) fn not_utf8(at: usize) -> Self {
        Self { at, fault: ReadFault::NotUtf8 }
    }

    pub(crate) fn multipart(at: usize, problem: &'static str) -> Self {
        Self { at, fault: ReadFault::Multipart(problem) }
    }
}

impl From<Malformed> for ReadError {
    fn from(Malformed { at, problem }: Malformed) -> Self {
        Self { at, fault: ReadFault::Json(problem) }
    }
}

/// Reads `body`, which is no longer compressed.
///
/// An empty body says nothing and is no error. In JSON, bytes that are not UTF-8 are an error; in files and plain text
/// they read as U+FFFD. Numbers, names of members and what the dialect knows to be an identifier are not read.
pub fn read(dialect: Dialect, head: &RequestHead<'_>, body: &[u8]) -> Result<Reading, ReadError> {
    let mut draft = Draft::default();
    if !body.is_empty() {
        match container(dialect, head, body) {
            Container::Json => read_json(dialect, head, &mut draft, body)?,
            Container::Form if dialect == Dialect::GeminiWeb => gemini_web::read(&mut draft, body)?,
            Container::Form => form::read(&mut draft, body)?,
            Container::Multipart => multipart::read(&mut draft, head, body)?,
            Container::File => file::read(&mut draft, head, body),
        }
    }
    Ok(draft.finish(body))
}

fn read_json(
    dialect: Dialect,
    head: &RequestHead<'_>,
    draft: &mut Draft,
    body: &[u8],
) -> Result<(), ReadError> {
    match dialect {
        Dialect::OpenaiChat => openai_chat::read(draft, body),
        Dialect::OpenaiResponses => openai_responses::read(draft, body),
        Dialect::Anthropic => anthropic::read(draft, body),
        Dialect::Gemini => gemini::read(draft, head, body),
        Dialect::ChatgptWeb => chatgpt_web::read(draft, body),
        Dialect::ClaudeWeb => claude_web::read(draft, head, body),
        Dialect::OpenaiFiles
        | Dialect::GeminiWeb
        | Dialect::Json
        | Dialect::Form
        | Dialect::Multipart
        | Dialect::Text => json::read(draft, body),
    }
}

/// What a body is on the outside.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Container {
    Json,
    Form,
    Multipart,
    File,
}

/// What the body is on the outside. Clients lie without meaning to: `fetch` sends JSON as `text/plain`, and `curl -d` as
/// a form, so the first byte counts more than the header.
fn container(dialect: Dialect, head: &RequestHead<'_>, body: &[u8]) -> Container {
    let media_type = media_type(head.content_type.unwrap_or_default());
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    let looks_like_json = matches!(first, Some(b'{' | b'['));
    if media_type.starts_with("multipart/") {
        return Container::Multipart;
    }
    match dialect {
        Dialect::Text if media_type.contains("json") => Container::Json,
        Dialect::Text if looks_like_json && is_json(body) => Container::Json,
        Dialect::Text => Container::File,
        Dialect::Multipart => Container::Multipart,
        Dialect::OpenaiFiles if !looks_like_json => Container::File,
        Dialect::Form | Dialect::GeminiWeb if !looks_like_json => Container::Form,
        _ if looks_like_json || media_type.is_empty() || media_type.contains("json") => Container::Json,
        _ if media_type.ends_with("x-www-form-urlencoded") => Container::Form,
        // Uploads of files to the same hosts.
        Dialect::Anthropic | Dialect::Gemini | Dialect::ChatgptWeb | Dialect::ClaudeWeb => Container::File,
        _ => Container::Json,
    }
}

fn is_json(body: &[u8]) -> bool {
    std::str::from_utf8(body).is_ok_and(|text| crate::json::Document::parse_sequence(text).is_ok())
}
