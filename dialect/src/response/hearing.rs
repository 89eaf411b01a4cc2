use std::ops::Range;

use crate::{
    dialect::Dialect,
    json::{Document, Value},
    page::is_machine,
    provider::{anthropic, chatgpt_web, gemini, openai_chat, openai_responses},
};

/// A text that grows from event to event: what it is, in which answer, in which part of it.
pub(crate) type Channel = (&'static str, u64, u64);

/// What an event does, in order.
#[derive(Debug)]
pub(super) enum Deed {
    /// Adds the string at `span` to a text.
    Append { channel: Channel, span: Range<usize>, depth: Depth },
    /// Says the string at `span` as a whole.
    Whole { span: Range<usize>, depth: Depth, machine: bool },
    /// Ends texts.
    Close(Close),
}

/// What a string holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    /// Text.
    Text,
    /// JSON once more, such as the arguments of a function.
    Json,
}

/// Which texts end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Close {
    /// All of them.
    All,
    /// All of one answer.
    Group(u64),
    /// One.
    One(Channel),
}

impl Close {
    pub(super) fn covers(self, channel: &Channel) -> bool {
        match self {
            Self::All => true,
            Self::Group(group) => channel.1 == group,
            Self::One(one) => one == *channel,
        }
    }
}

/// What a dialect remembers between events.
#[derive(Default)]
pub(super) struct Memory {
    /// Path and operation of the last patch (chatgpt.com).
    patch: (String, String),
}

/// An event while a dialect says what it does.
pub(crate) struct Hearing<'m> {
    memory: &'m mut Memory,
    deeds: Vec<Deed>,
    claimed: Vec<bool>,
}

/// Members that hold JSON in a string.
const JSON_WITHIN: &[&str] = &["arguments", "partial_json"];
/// Members that services sign or encrypt, and that clients must send back as they came.
const SEALED: &[&str] =
    &["thinking", "signature", "thoughtSignature", "thought_signature", "encrypted_content", "data"];

/// Members of answers that are words for programs.
const WORDS_FOR_PROGRAMS: &[&str] = &[
    "finish_reason",
    "finishReason",
    "stop_reason",
    "status",
    "modelVersion",
    "responseId",
    "item_id",
    "response_id",
    "obfuscation",
    "system_fingerprint",
    "message_type",
    "created_at",
    "name",
];

/// Whether the member `name` must be left as it is.
pub(super) fn is_sealed(name: &str) -> bool {
    SEALED.contains(&name)
}

/// Whether the member `name` holds JSON in a string.
pub(super) fn depth_of(name: Option<&str>) -> Depth {
    if name.is_some_and(|name| JSON_WITHIN.contains(&name)) { Depth::Json } else { Depth::Text }
}

/// What the event `document` does.
pub(super) fn hear(dialect: Dialect, document: &Document<'_>, memory: &mut Memory) -> Vec<Deed> {
    let mut hearing = Hearing { memory, deeds: Vec::new(), claimed: vec![false; document.len()] };
    let root = document.root();
    match dialect {
        Dialect::OpenaiChat => openai_chat::hear(root, &mut hearing),
        Dialect::OpenaiResponses | Dialect::OpenaiFiles => openai_responses::hear(root, &mut hearing),
        Dialect::Anthropic | Dialect::ClaudeWeb => anthropic::hear(root, &mut hearing),
        Dialect::Gemini => gemini::hear(root, &mut hearing),
        Dialect::ChatgptWeb => chatgpt_web::hear(root, &mut hearing),
        Dialect::GeminiWeb => hearing.wholes_within(document),
        Dialect::Json | Dialect::Form | Dialect::Multipart | Dialect::Text => hearing.any(document),
    }
    hearing.rest(document)
}

impl Hearing<'_> {
    /// The string `value` goes on with the text `channel`.
    pub(crate) fn append(&mut self, channel: Channel, value: Value<'_>) {
        self.push_append(channel, value, Depth::Text);
    }

    /// The string `value` goes on with the JSON text `channel`.
    pub(crate) fn append_json(&mut self, channel: Channel, value: Value<'_>) {
        self.push_append(channel, value, Depth::Json);
    }

    fn push_append(&mut self, channel: Channel, value: Value<'_>, depth: Depth) {
        if let Some(span) = self.claim(value) {
            self.deeds.push(Deed::Append { channel, span, depth });
        }
    }

    /// The string `value` must stay as it is.
    pub(crate) fn leave(&mut self, value: Value<'_>) {
        self.claim(value);
    }

    /// Texts end with this event, after what it appended so far.
    pub(crate) fn close(&mut self, which: Close) {
        self.deeds.push(Deed::Close(which));
    }

    /// Path and operation of a patch, which stand for the following patches too unless these say otherwise.
    pub(crate) fn patching(&mut self, path: Option<&str>, operation: Option<&str>) -> (String, String) {
        let (last_path, last_operation) = &mut self.memory.patch;
        if let Some(path) = path {
            path.clone_into(last_path);
        }
        if let Some(operation) = operation {
            operation.clone_into(last_operation);
        }
        self.memory.patch.clone()
    }

    fn claim(&mut self, value: Value<'_>) -> Option<Range<usize>> {
        value.text()?;
        let claimed = self.claimed.get_mut(value.index()?)?;
        (!std::mem::replace(claimed, true)).then(|| value.span()).flatten()
    }

    /// Any service's event: every string may go on with the string at the same place in the event before.
    fn any(&mut self, document: &Document<'_>) {
        for (place, value) in document.strings() {
            let sealed = place.name.as_deref().is_some_and(is_sealed);
            let depth = depth_of(place.name.as_deref());
            if !sealed {
                self.push_append(("path", place.path, 0), value, depth);
            }
        }
        if document.root().get("done").is_true() {
            self.close(Close::All);
        }
    }

    /// Strings that are JSON documents of their own.
    fn wholes_within(&mut self, document: &Document<'_>) {
        for (_, value) in document.strings() {
            let is_json = value.raw().is_some_and(|raw| raw.starts_with(['[', '{']));
            if let Some(span) = is_json.then(|| self.claim(value)).flatten() {
                self.deeds.push(Deed::Whole { span, depth: Depth::Json, machine: false });
            }
        }
    }

    fn rest(mut self, document: &Document<'_>) -> Vec<Deed> {
        for (place, value) in document.strings() {
            let name = place.name.as_deref();
            if name.is_some_and(is_sealed) {
                continue;
            }
            let machine = name.is_some_and(|name| is_machine(name) || WORDS_FOR_PROGRAMS.contains(&name));
            if let Some(span) = self.claim(value) {
                self.deeds.push(Deed::Whole { span, depth: depth_of(name), machine });
            }
        }
        self.deeds
    }
}
