//! The page gemini.google.com: `StreamGenerate` and `batchexecute`.
//!
//! Not documented by its maker; as seen in traffic and public clients (2025). The body is a form whose field `f.req` is
//! JSON; in it, strings are JSON again:
//!
//! ```text
//! f.req=[null,"[[\"the prompt\",0,null,…],[\"en\"],[\"c_…\",\"r_…\",\"rc_…\",…],\"!token\",…]"]&at=…
//! ```

use crate::{
    codec::Codec,
    draft::{Draft, Speaker},
    json::{Document, Kind, Malformed, Value},
    page::Page,
    read::ReadError,
    reading::FileInfo,
};

use super::form::{Field, fields, value};

pub(crate) fn read(draft: &mut Draft, body: &[u8]) -> Result<(), ReadError> {
    draft.streaming = true;
    for field in fields(body) {
        match field.name.as_str() {
            "f.req" => request(draft, body, &field)?,
            "at" => {} // the session's token against forged requests
            _ => value(draft, body, &field),
        }
    }
    Ok(())
}

fn request(draft: &mut Draft, body: &[u8], field: &Field) -> Result<(), ReadError> {
    let raw = body.get(field.value.clone()).unwrap_or_default();
    let said = Codec::Percent.decode(raw).unwrap_or_default();
    let text = std::str::from_utf8(&said).map_err(|_| ReadError::not_utf8(field.value.start))?;
    let document = Document::parse(text)
        .map_err(|malformed| ReadError::from(Malformed { at: field.value.start, ..malformed }))?;
    let layer = draft.layer(None, field.value.clone(), Codec::Percent);
    Page::open(draft, Some(layer), &document).read(&document, |page| {
        for (_, string) in document.strings() {
            if string.raw().is_some_and(|raw| raw.trim_start().starts_with(['[', '{'])) {
                page.nested(string, Speaker::UNKNOWN, read_prompt);
            }
        }
    });
    Ok(())
}

fn read_prompt(page: &mut Page<'_>, root: Value<'_>) {
    let message = root.at(0);
    page.text(message.at(0), Speaker::HUMAN);
    for upload in message.at(3).items() {
        if let Some(name) = upload.at(1).name() {
            page.skip(upload.at(0));
            page.draft.reference(FileInfo { name: Some(name), media_type: None }, Speaker::HUMAN);
        }
    }
    let conversation = root.at(2);
    if conversation.at(0).text().is_some_and(|id| id.starts_with("c_")) {
        page.draft.conversation = conversation.at(0).name();
    }
    page.skip(conversation);
    if root.at(1).at(0).raw().is_some_and(|language| language.len() <= 5) {
        page.skip(root.at(1));
    }
    // What the page proves itself with: `!` and some kilobytes of base64, then a hash.
    for token in [root.at(3), root.at(4)] {
        if token.kind() == Some(Kind::String) && token.raw().is_some_and(is_token) {
            page.skip(token);
        }
    }
}

fn is_token(raw: &str) -> bool {
    raw.len() >= 32 && !raw.contains(char::is_whitespace)
}
