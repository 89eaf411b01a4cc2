//! Any URL-encoded form (WHATWG URL §5.1).

use std::ops::Range;

use crate::{
    codec::Codec,
    draft::{Draft, Speaker},
    json::Document,
    read::ReadError,
};

use super::json;

pub(crate) fn read(draft: &mut Draft, body: &[u8]) -> Result<(), ReadError> {
    for field in fields(body) {
        value(draft, body, &field);
    }
    Ok(())
}

/// A field of a form.
pub(super) struct Field {
    pub(super) name: String,
    /// Where its value is in the body.
    pub(super) value: Range<usize>,
}

pub(super) fn fields(body: &[u8]) -> impl Iterator<Item = Field> {
    let mut at = 0;
    body.split(|byte| *byte == b'&').map(move |field| {
        let start = at;
        at += field.len() + 1;
        let name_length = field.iter().position(|byte| *byte == b'=');
        let name = decoded(field.get(..name_length.unwrap_or(0)).unwrap_or_default());
        // A field without a name is all value: plain text sent as a form.
        let value = start + name_length.map_or(0, |length| length + 1)..start + field.len();
        Field { name, value }
    })
}

fn decoded(raw: &[u8]) -> String {
    let said = Codec::Percent.decode(raw).unwrap_or_default();
    String::from_utf8_lossy(&said).into_owned()
}

/// Reads one value: JSON as JSON, anything else as text.
pub(super) fn value(draft: &mut Draft, body: &[u8], field: &Field) {
    let raw = body.get(field.value.clone()).unwrap_or_default();
    let said = Codec::Percent.decode(raw).unwrap_or_default();
    if said.is_empty() {
        return;
    }
    let layer = draft.layer(None, field.value.clone(), Codec::Percent);
    if let Some(document) = json_text(&said) {
        json::read_document(draft, Some(layer), &document);
        return;
    }
    match std::str::from_utf8(&said) {
        Ok(text) => draft.text(layer, text.to_owned(), Speaker::HUMAN, None),
        Err(_) => draft.content(Some(layer), 0..said.len(), &said, Speaker::HUMAN, None),
    }
}

/// `said` as JSON, if it is an object or an array.
pub(super) fn json_text(said: &[u8]) -> Option<Document<'_>> {
    let first = said.iter().find(|byte| !byte.is_ascii_whitespace())?;
    let text = matches!(first, b'{' | b'[').then(|| std::str::from_utf8(said).ok())??;
    Document::parse(text).ok()
}
