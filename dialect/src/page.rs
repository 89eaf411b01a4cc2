use std::borrow::Cow;

use crate::{
    codec::{Codec, peek_base64},
    draft::{Draft, Speaker, text_codec},
    json::{Document, Value},
    layers::LayerId,
    read::ReadError,
    reading::{FileInfo, Role},
};

/// A JSON document while a dialect reads it: what the dialect claims gets a speaker, the rest is claimed at the end, so no
/// string is overlooked.
pub(crate) struct Page<'d> {
    pub(crate) draft: &'d mut Draft,
    layer: Option<LayerId>,
    claimed: Vec<bool>,
}

/// Members whose values are made by programs, mean nothing to people, and must not change: identifiers, enumerations,
/// signatures and ciphertexts that the service checks.
const MACHINE: &[&str] = &[
    "type",
    "role",
    "model",
    "id",
    "object",
    "mime_type",
    "mimeType",
    "media_type",
    "format",
    "signature",
    "thoughtSignature",
    "thought_signature",
    "encrypted_content",
    "redacted_thinking",
    "call_id",
    "tool_call_id",
    "tool_use_id",
    "file_id",
    "container_id",
    "parent_message_id",
    "conversation_id",
    "message_id",
    "parent_message_uuid",
    "uuid",
    "service_tier",
    "prompt_cache_key",
    "safety_identifier",
    "tool_choice",
    "reasoning_effort",
    "effort",
    "asset_pointer",
    "timezone",
    "locale",
    "content_type",
    "required",
];

/// Whether the member `name` holds what only programs read.
pub(crate) fn is_machine(name: &str) -> bool {
    MACHINE.contains(&name)
}

/// Reads the whole of `body` as one JSON value.
pub(crate) fn whole(
    draft: &mut Draft,
    body: &[u8],
    read: impl FnOnce(&mut Page<'_>, Value<'_>),
) -> Result<(), ReadError> {
    let text = utf8(body)?;
    let document = Document::parse(text)?;
    Page::open(draft, None, &document).read(&document, |page| read(page, document.root()));
    Ok(())
}

pub(crate) fn utf8(body: &[u8]) -> Result<&str, ReadError> {
    std::str::from_utf8(body).map_err(|error| ReadError::not_utf8(error.valid_up_to()))
}

impl<'d> Page<'d> {
    /// A page for `document`, which is what `layer` says, or the body if there is none.
    pub(crate) fn open(draft: &'d mut Draft, layer: Option<LayerId>, document: &Document<'_>) -> Self {
        Self { draft, layer, claimed: vec![false; document.len()] }
    }

    /// Lets `claim` take what the dialect knows, then takes the rest for nobody's.
    pub(crate) fn read(mut self, document: &Document<'_>, claim: impl FnOnce(&mut Self)) {
        claim(&mut self);
        for (place, value) in document.strings() {
            if place.name.is_none_or(|name| !is_machine(&name)) {
                self.text(value, Speaker::UNKNOWN);
            }
        }
    }

    /// Claims `value` without reading it.
    pub(crate) fn skip(&mut self, value: Value<'_>) {
        let first = value.index();
        for index in value.strings().filter_map(|(_, string)| string.index()).chain(first) {
            self.claim(index);
        }
    }

    fn claim(&mut self, index: usize) -> bool {
        self.claimed.get_mut(index).is_some_and(|claimed| !std::mem::replace(claimed, true))
    }

    /// The layer and text of the string `value`, the first time it is asked for.
    fn take<'a>(&mut self, value: Value<'a>) -> Option<(LayerId, Cow<'a, str>)> {
        let text = value.text()?;
        let (index, span) = (value.index()?, value.span()?);
        self.claim(index).then(|| (self.draft.layer(self.layer, span, Codec::JsonString), text))
    }

    /// Reads the string `value`; anything else is left alone.
    pub(crate) fn text(&mut self, value: Value<'_>, speaker: Speaker) {
        self.document(value, speaker, None);
    }

    /// Reads the string `value` as the text of a file.
    pub(crate) fn document(&mut self, value: Value<'_>, speaker: Speaker, file: Option<FileInfo>) {
        if let Some((layer, text)) = self.take(value).filter(|(_, text)| !text.is_empty()) {
            self.draft.text(layer, text.into_owned(), speaker, file);
        }
    }

    /// Reads every string in `value`, however deep, except what only programs read.
    pub(crate) fn every_text(&mut self, value: Value<'_>, speaker: Speaker) {
        for (place, string) in value.strings() {
            if place.name.is_none_or(|name| !is_machine(&name)) {
                self.text(string, speaker);
            }
        }
    }

    /// Reads every string in `value`, however deep: data whose members nobody here knows.
    pub(crate) fn data(&mut self, value: Value<'_>, speaker: Speaker) {
        for (_, string) in value.strings() {
            self.text(string, speaker);
        }
    }

    /// Reads the string `value` as a file in base64, either bare or as a `data:` URL (RFC 2397). What is neither, such as
    /// the address of an image, is text.
    pub(crate) fn base64(&mut self, value: Value<'_>, speaker: Speaker, file: FileInfo) {
        let Some((layer, text)) = self.take(value) else { return };
        let header = text.strip_prefix("data:").and_then(|rest| rest.split_once(','));
        let (prefix, url_type) = match header {
            Some((header, _)) => ("data:".len() + header.len() + 1, header.strip_suffix(";base64")),
            None if text.contains("://") => (text.len(), None),
            None => (0, Some("")),
        };
        let media_type = url_type.filter(|media_type| !media_type.is_empty()).map(str::to_owned);
        let file = FileInfo { media_type: file.media_type.or(media_type), ..file };
        let encoded = text.get(prefix..).unwrap_or_default().as_bytes();
        let Some(beginning) = url_type.and_then(|_| peek_base64(encoded)) else {
            return self.draft.text(layer, text.into_owned(), speaker, None);
        };
        let inner = self.draft.layer(Some(layer), prefix..text.len(), Codec::Base64);
        let said = text_codec(&beginning).and_then(|_| Codec::Base64.decode(encoded));
        match said {
            Some(bytes) => self.draft.content(Some(inner), 0..bytes.len(), &bytes, speaker, Some(file)),
            None => self.draft.opaque(inner, encoded.len() / 4 * 3, speaker, Some(file)),
        }
    }

    /// Reads the string `value` as a JSON document of its own; if it is none, as text.
    pub(crate) fn nested(
        &mut self,
        value: Value<'_>,
        speaker: Speaker,
        read: impl FnOnce(&mut Page<'_>, Value<'_>),
    ) {
        let Some((layer, text)) = self.take(value) else { return };
        match Document::parse(&text) {
            Ok(document) => {
                Page::open(self.draft, Some(layer), &document)
                    .read(&document, |page| read(page, document.root()));
            }
            Err(_) => self.draft.text(layer, text.into_owned(), speaker, None),
        }
    }
}

/// The turns of a conversation with the speaker of each. Those after the last answer of the model are the newest.
pub(crate) fn turns<'a>(
    messages: Value<'a>,
    role_of: impl Fn(Value<'a>) -> Role,
) -> impl Iterator<Item = (Value<'a>, Speaker)> {
    let turns: Vec<_> = messages.items().map(|message| (message, role_of(message))).collect();
    let is_answer = |(_, role): &(_, Role)| *role == Role::Assistant;
    // The last message may be the beginning of an answer for the model to go on from.
    let asked = turns.len() - turns.iter().rev().take_while(|turn| is_answer(turn)).count();
    let answered = turns.iter().take(asked).rposition(is_answer);
    turns.into_iter().enumerate().map(move |(at, (message, role))| {
        let after_answer = at < asked && answered.is_none_or(|answered| at > answered);
        let newest = after_answer && matches!(role, Role::Human | Role::Tool);
        (message, Speaker { role, newest })
    })
}
