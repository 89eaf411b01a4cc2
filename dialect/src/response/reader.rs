use model::Sensitive;

use crate::{dialect::Dialect, json::Document, json::unescape, page::is_machine};

use super::{
    Shape,
    frames::{Frame, Frames},
    hearing::{Channel, Deed, Depth, Memory, hear},
    payload::Payload,
};

/// JSON documents longer than this are not read.
const LONGEST: usize = 8 << 20;

/// Reads the texts of an answer while it streams, for scanning.
///
/// It stands on the same machine as [`crate::Restorer`]. The answer is decompressed.
pub struct ResponseReader {
    dialect: Dialect,
    shape: Shape,
    frames: Frames,
    memory: Memory,
    /// A document, or the beginning of a character.
    kept: Vec<u8>,
    pushed: u64,
    unread: u64,
}

/// How the texts of an answer can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// Piece by piece, while it streams.
    Pieces,
    /// Element by element of a JSON document. One that is withheld from the first on can be answered as a whole.
    Elements,
    /// Only once all of it is there.
    Whole,
    /// Not at all: it is an image, sound or something else that is no text.
    Never,
}

/// Something an answer says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Pieces of one text have the same number; a text goes on where its last piece ended.
    pub stream: u64,
    /// The piece.
    pub text: Sensitive,
    /// Whether earlier pieces may have said it already.
    pub repeat: Repeat,
}

/// Whether a piece of an answer is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// It goes on with its text.
    New,
    /// It stands alone, or repeats a text as a whole.
    Whole,
}

impl ResponseReader {
    /// For an answer of this content type.
    pub fn new(dialect: Dialect, content_type: &str) -> Self {
        let shape = Shape::of(dialect, content_type);
        Self {
            dialect,
            shape,
            frames: Frames::new(shape),
            memory: Memory::default(),
            kept: Vec::new(),
            pushed: 0,
            unread: 0,
        }
    }

    /// How the answer's texts can be had.
    pub fn arrival(&self) -> Arrival {
        match self.shape {
            Shape::Bytes => Arrival::Never,
            Shape::Document => Arrival::Whole,
            Shape::Elements => Arrival::Elements,
            Shape::Events | Shape::Lines | Shape::Lengths | Shape::Text | Shape::Html => Arrival::Pieces,
        }
    }

    /// How many bytes from the answer's beginning end with a whole event, line or character: an answer cut off there can
    /// be ended properly, see [`crate::ending`].
    pub fn complete(&self) -> u64 {
        self.pushed - (self.kept.len() + self.frames.unfinished()) as u64
    }

    /// What `chunk` adds.
    pub fn push(&mut self, chunk: &[u8]) -> Vec<Said> {
        self.pushed += chunk.len() as u64;
        match self.shape {
            Shape::Bytes => {
                self.unread += chunk.len() as u64;
                Vec::new()
            }
            Shape::Text | Shape::Html => self.text(chunk),
            Shape::Document => {
                self.keep(chunk);
                Vec::new()
            }
            Shape::Events | Shape::Lines | Shape::Elements | Shape::Lengths => self.frames(chunk),
        }
    }

    /// What is still to be said when the answer has ended.
    pub fn finish(&mut self) -> Vec<Said> {
        let kept = std::mem::take(&mut self.kept);
        match self.shape {
            Shape::Bytes => Vec::new(),
            Shape::Document => self.document(&kept),
            Shape::Text | Shape::Html => {
                let text = String::from_utf8_lossy(&kept).into_owned();
                Said::new(("text", 0, 0), text).into_iter().collect()
            }
            Shape::Events | Shape::Lines | Shape::Elements | Shape::Lengths => {
                let rest = self.frames.rest();
                self.frame(&rest)
            }
        }
    }

    /// Bytes that could not be read.
    pub fn unread(&self) -> u64 {
        self.unread
    }

    fn keep(&mut self, chunk: &[u8]) {
        if self.kept.len() + chunk.len() > LONGEST || self.unread > 0 {
            self.unread += (self.kept.len() + chunk.len()) as u64;
            self.kept.clear();
        } else {
            self.kept.extend_from_slice(chunk);
        }
    }

    fn text(&mut self, chunk: &[u8]) -> Vec<Said> {
        self.kept.extend_from_slice(chunk);
        let complete = match std::str::from_utf8(&self.kept) {
            // A character that is not complete yet.
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            _ => self.kept.len(),
        };
        let rest = self.kept.split_off(complete);
        let text = String::from_utf8_lossy(&std::mem::replace(&mut self.kept, rest)).into_owned();
        Said::new(("text", 0, 0), text).into_iter().collect()
    }

    fn document(&mut self, kept: &[u8]) -> Vec<Said> {
        let document = std::str::from_utf8(kept).ok().and_then(|text| Document::parse(text).ok());
        let Some(document) = document else {
            self.unread += kept.len() as u64;
            return Vec::new();
        };
        let strings = document.strings().filter(|(place, _)| !place.name.as_deref().is_some_and(is_machine));
        strings
            .filter_map(|(place, value)| Said::new(("path", place.path, 0), value.text()?.into_owned()))
            .collect()
    }

    fn frames(&mut self, chunk: &[u8]) -> Vec<Said> {
        self.frames.push(chunk);
        let mut said = Vec::new();
        while let Some(frame) = self.frames.next() {
            match frame {
                Frame::Whole(frame) => said.extend(self.frame(&frame)),
                Frame::Unread(bytes) => self.unread += bytes.len() as u64,
            }
        }
        said
    }

    fn frame(&mut self, frame: &[u8]) -> Vec<Said> {
        let Some(payload) = Payload::of(self.shape, frame) else { return Vec::new() };
        let Ok(document) = Document::parse(&payload.text) else {
            let is_text = self.shape == Shape::Events && payload.text != "[DONE]";
            let text = is_text.then(|| payload.text.into_owned());
            return text.and_then(|text| Said::new(("data", 0, 0), text)).into_iter().collect();
        };
        let deeds = hear(self.dialect, &document, &mut self.memory);
        deeds.into_iter().flat_map(|deed| heard(deed, &payload.text)).collect()
    }
}

fn heard(deed: Deed, payload: &str) -> Vec<Said> {
    let text = |span| payload.get(span).map(|raw| unescape(raw).into_owned());
    match deed {
        Deed::Append { channel, span, .. } => {
            text(span).and_then(|text| Said::new(channel, text)).into_iter().collect()
        }
        Deed::Whole { span, depth, machine: false } => {
            text(span).map_or_else(Vec::new, |text| whole(text, depth))
        }
        Deed::Whole { .. } | Deed::Close(_) => Vec::new(),
    }
}

/// A string that stands alone; where it is JSON once more, the strings in it.
fn whole(text: String, depth: Depth) -> Vec<Said> {
    let alone = |text| Said { repeat: Repeat::Whole, ..Said::of(("whole", 0, 0), text) };
    match (depth, Document::parse(&text)) {
        (Depth::Json, Ok(document)) => {
            document.strings().filter_map(|(_, value)| value.name()).map(alone).collect()
        }
        _ if text.is_empty() => Vec::new(),
        _ => vec![alone(text)],
    }
}

impl Said {
    fn new(channel: Channel, text: String) -> Option<Self> {
        (!text.is_empty()).then(|| Self::of(channel, text))
    }

    fn of((kind, group, part): Channel, text: String) -> Self {
        let mix = |sum: u64, next: u64| (sum ^ next).wrapping_mul(0x0100_0000_01b3);
        let stream = kind.bytes().map(u64::from).chain([group, part]).fold(0xcbf2_9ce4_8422_2325, mix);
        Self { stream, text: Sensitive::new(text), repeat: Repeat::New }
    }
}
