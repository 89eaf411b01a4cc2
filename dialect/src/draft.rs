use std::ops::Range;

use model::{Activity, Sensitive};

use crate::{
    codec::{Codec, Endian},
    layers::{LayerId, Layers},
    reading::{FileInfo, Opaque, Part, Reading, Role},
};

/// Who says something, and whether in the latest turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Speaker {
    pub(crate) role: Role,
    pub(crate) newest: bool,
}

impl Speaker {
    /// The person, now.
    pub(crate) const HUMAN: Self = Self { role: Role::Human, newest: true };
    /// Whoever built the application.
    pub(crate) const SYSTEM: Self = Self { role: Role::System, newest: false };
    /// Nobody the dialect knows.
    pub(crate) const UNKNOWN: Self = Self { role: Role::Unknown, newest: false };
}

/// A reading in the making.
#[derive(Default)]
pub(crate) struct Draft {
    layers: Layers,
    parts: Vec<Part>,
    pub(crate) model: Option<String>,
    pub(crate) conversation: Option<String>,
    pub(crate) streaming: bool,
}

impl Draft {
    /// Adds what `span` of `within` says in `codec`.
    pub(crate) fn layer(&mut self, within: Option<LayerId>, span: Range<usize>, codec: Codec) -> LayerId {
        self.layers.add(within, span, codec)
    }

    /// Adds `text`, which is what `layer` says.
    pub(crate) fn text(&mut self, layer: LayerId, text: String, speaker: Speaker, file: Option<FileInfo>) {
        let text = Sensitive::new(text);
        let Speaker { role, newest } = speaker;
        self.parts.push(Part { role, newest, file, text, opaque: None, layer: Some(layer) });
    }

    /// Adds content that cannot be read.
    pub(crate) fn opaque(&mut self, layer: LayerId, bytes: usize, speaker: Speaker, file: Option<FileInfo>) {
        let opaque = Some(Opaque { bytes: bytes as u64 });
        let Speaker { role, newest } = speaker;
        let layer = Some(layer);
        self.parts.push(Part { role, newest, file, text: Sensitive::default(), opaque, layer });
    }

    /// Adds a file that is kept elsewhere.
    pub(crate) fn reference(&mut self, file: FileInfo, speaker: Speaker) {
        let Speaker { role, newest } = speaker;
        let (text, file) = (Sensitive::default(), Some(file));
        self.parts.push(Part { role, newest, file, text, opaque: None, layer: None });
    }

    /// Adds the content of a file: `bytes` are `span` of what `within` says.
    pub(crate) fn content(
        &mut self,
        within: Option<LayerId>,
        span: Range<usize>,
        bytes: &[u8],
        speaker: Speaker,
        file: Option<FileInfo>,
    ) {
        let codec = text_codec(bytes);
        let layer = self.layer(within, span, codec.unwrap_or(Codec::Utf8));
        match codec.and_then(|codec| codec.decode(bytes)) {
            Some(said) => {
                self.text(layer, String::from_utf8_lossy(&said).into_owned(), speaker, file);
            }
            None => self.opaque(layer, bytes.len(), speaker, file),
        }
    }

    /// Whether the person's own words were found.
    pub(crate) fn has_human(&self) -> bool {
        self.parts.iter().any(|part| part.role == Role::Human)
    }

    /// The reading of `body`. Where the dialect found no person's words, every text in an unexpected place may be theirs.
    pub(crate) fn finish(mut self, body: &[u8]) -> Reading {
        if !self.has_human() {
            for part in self.parts.iter_mut().filter(|part| part.role == Role::Unknown) {
                (part.role, part.newest) = (Role::Human, true);
            }
        }
        let carries_file =
            |part: &Part| part.opaque.is_some() || (part.file.is_some() && part.layer.is_some());
        let activity = if self.parts.iter().any(carries_file) { Activity::Upload } else { Activity::Prompt };
        let layers = self.layers;
        self.parts.sort_by_cached_key(|part| part.layer.map(|layer| layers.position(layer)));
        Reading {
            parts: self.parts,
            model: self.model,
            conversation: self.conversation,
            streaming: self.streaming,
            activity,
            layers,
            body_length: body.len(),
        }
    }
}

/// How to read `bytes` as text; `None` if they are no text. Media types are not asked: they are the sender's claim.
pub(crate) fn text_codec(bytes: &[u8]) -> Option<Codec> {
    match bytes {
        [0xff, 0xfe, ..] if bytes.len().is_multiple_of(2) => return Some(Codec::Utf16(Endian::Little)),
        [0xfe, 0xff, ..] if bytes.len().is_multiple_of(2) => return Some(Codec::Utf16(Endian::Big)),
        [b'%', b'P', b'D', b'F', b'-', ..] => return None,
        _ => {}
    }
    let sample = bytes.get(..8192).unwrap_or(bytes);
    let odd = sample.iter().filter(|byte| matches!(byte, 0..=8 | 14..=26 | 28..=31)).count();
    let invalid = || sample.utf8_chunks().filter(|chunk| !chunk.invalid().is_empty()).count();
    // Text in an 8-bit character set has some bytes that are not UTF-8; compressed data has them everywhere.
    (odd == 0 && invalid() <= sample.len() / 8 + 1).then_some(Codec::Utf8)
}

#[cfg(test)]
mod tests {
    use super::text_codec;

    #[test]
    fn text_is_told_from_binary() {
        for (bytes, is_text) in [
            (&b"name;ssn\nJ\xf6rg;536-90-4399\n"[..], true),
            ("naïve ✓".as_bytes(), true),
            (b"", true),
            (b"\xff\xfea\0b\0", true),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", false),
            (b"PK\x03\x04\x14\0", false),
            (b"%PDF-1.7\n1 0 obj", false),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", false),
        ] {
            assert_eq!(text_codec(bytes).is_some(), is_text, "{bytes:?}");
        }
    }
}
