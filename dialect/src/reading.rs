use model::{Activity, Sensitive};

use crate::layers::{LayerId, Layers};

/// What dialects look at beside the body.
#[derive(Clone, Copy, Debug)]
pub struct RequestHead<'a> {
    /// Path and query.
    pub path: &'a str,
    /// The `content-type` header.
    pub content_type: Option<&'a str>,
}

/// What a request says.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Every text and file of the body, in its order. Nothing a person, a program or a file put there is left out, so an
    /// edit can reach all of it.
    pub parts: Vec<Part>,
    /// The model asked for.
    pub model: Option<String>,
    /// The tool's conversation or thread.
    pub conversation: Option<String>,
    /// Whether the client asked for the answer as a stream of events.
    pub streaming: bool,
    /// [`Activity::Upload`] if the body carries a file, else [`Activity::Prompt`].
    pub activity: Activity,
    pub(crate) layers: Layers,
    pub(crate) body_length: usize,
}

impl Reading {
    /// Names of the files the request carries or refers to.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| part.file.as_ref()?.name.as_deref())
    }

    /// The bytes of part `number`, out of the body that was read: a file as the person attached it.
    pub fn bytes(&self, body: &[u8], number: usize) -> Option<Vec<u8>> {
        let layer = self.parts.get(number)?.layer?;
        self.layers.bytes(body, layer)
    }

    /// Bytes that are no text, such as images.
    pub fn opaque_bytes(&self) -> u64 {
        self.parts.iter().filter_map(|part| part.opaque).map(|opaque| opaque.bytes).sum()
    }
}

/// One text or file of a request.
#[derive(Clone, Debug)]
pub struct Part {
    /// Who says it.
    pub role: Role,
    /// Whether it came with the person's latest turn; what earlier turns said is sent again and again.
    pub newest: bool,
    /// The file it is, if it is one.
    pub file: Option<FileInfo>,
    /// What it says; empty if it is opaque or only refers to a file kept elsewhere.
    pub text: Sensitive,
    /// Set if it is no text; [`Reading::bytes`] has its bytes.
    pub opaque: Option<Opaque>,
    pub(crate) layer: Option<LayerId>,
}

/// Who says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The person.
    Human,
    /// Whoever built the application: system prompts, descriptions of functions.
    System,
    /// The model, in an earlier turn.
    Assistant,
    /// A function or program the model called.
    Tool,
    /// Nobody the dialect knows: a text where it expects none.
    Unknown,
}

/// A file's particulars as the client states them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct FileInfo {
    /// Its name.
    pub name: Option<String>,
    /// Its media type.
    pub media_type: Option<String>,
}

impl std::fmt::Debug for FileInfo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = self.name.as_ref().map(|name| Sensitive::new(name.as_str()));
        f.debug_struct("FileInfo").field("name", &name).field("media_type", &self.media_type).finish()
    }
}

/// Content that could not be read as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opaque {
    /// Its size, decoded; an estimate within 3 bytes for base64.
    pub bytes: u64,
}
