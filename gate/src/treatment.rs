use bytes::Bytes;
use engine::{Arrival, Awaited, DecodeError, Heard, Listening, Restore, Restorer, StreamDecoder, Withheld};
use http::{
    HeaderMap, StatusCode,
    header::{ACCEPT_RANGES, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG},
    response::Parts,
};

use crate::{ear::Ear, gate::now, header::strip_digests};

/// Bytes that a compressed answer may grow to. Answers stream, so this bounds time, not memory.
const LONGEST: usize = 1024 * 1024 * 1024;

/// What an answer is to go through before the client gets it.
#[derive(Default)]
pub(crate) struct Prescription {
    /// Placeholders are turned back.
    pub(crate) restore: Option<Restore>,
    /// The policy has a say in it.
    pub(crate) awaited: Option<Box<Awaited>>,
}

/// An answer on its way through the gate: decompressed if the tool compressed it all the same, heard, placeholders
/// turned back.
pub(crate) struct Treatment {
    decoder: Option<StreamDecoder>,
    ear: Option<Ear>,
    restorer: Option<Restorer>,
    restored: u32,
}

/// What comes out of a treatment.
pub(crate) enum Treated {
    /// What can go on to the client; perhaps nothing yet.
    On(Bytes),
    /// The policy ends the answer here; what was cleared before may still go on.
    Withheld(Bytes, Box<Withheld>),
}

/// Why an answer cannot be treated.
pub(crate) enum Untreatable {
    /// It cannot be decompressed.
    Coding(DecodeError),
    /// No content could make it pass.
    Withheld(Box<Withheld>),
}

impl Prescription {
    /// Whether answers go on as they come.
    pub(crate) fn is_none(&self) -> bool {
        self.restore.is_none() && self.awaited.is_none()
    }

    /// Begins the treatment of an answer with this head, whose headers are changed to fit what the client will get.
    pub(crate) fn begin(self, parts: &mut Parts) -> Result<Treatment, Untreatable> {
        let content_type = text(&parts.headers, CONTENT_TYPE).to_owned();
        let awaited = self.awaited.filter(|_| has_content(parts.status));
        let listening = awaited.map(|awaited| awaited.begin(&content_type, now())).transpose();
        let listening: Option<Listening> = listening.map_err(Untreatable::Withheld)?;
        let decoder = match text(&parts.headers, CONTENT_ENCODING) {
            "" => None,
            coding if coding.eq_ignore_ascii_case("identity") => None,
            coding => Some(StreamDecoder::new(coding, LONGEST).map_err(Untreatable::Coding)?),
        };
        let restorer = self.restore.map(|restore| restore.restorer(&content_type));
        let whole = listening.as_ref().is_some_and(|listening| listening.arrival() == Arrival::Whole);
        if decoder.is_some() || restorer.is_some() || (listening.is_some() && !whole) {
            for name in [CONTENT_ENCODING, CONTENT_LENGTH, ETAG, ACCEPT_RANGES] {
                parts.headers.remove(name);
            }
            strip_digests(&mut parts.headers);
        }
        Ok(Treatment { decoder, ear: listening.map(Ear::new), restorer, restored: 0 })
    }
}

fn has_content(status: StatusCode) -> bool {
    status.is_success() && status != StatusCode::NO_CONTENT
}

impl Treatment {
    /// What listens to the answer, for whoever follows its exchange to the end.
    pub(crate) fn ear(&self) -> Option<Ear> {
        self.ear.clone()
    }

    /// Whether the head waits for the first part of the answer that was heard and may pass.
    pub(crate) fn holds_head(&self) -> bool {
        let arrival = self.ear.as_ref().map(Ear::arrival);
        matches!(arrival, Some(Arrival::Whole | Arrival::Elements))
    }

    /// What can be passed on after `chunk` came in.
    pub(crate) fn push(&mut self, chunk: Bytes) -> Result<Treated, DecodeError> {
        let decoded = match &mut self.decoder {
            None => chunk,
            Some(decoder) => decoder.push(&chunk)?.into(),
        };
        let heard = self.ear.as_ref().map(|ear| ear.hear(&decoded));
        Ok(self.restored(heard.unwrap_or(Heard::Pass(decoded))))
    }

    /// What is left when the answer has ended.
    pub(crate) fn finish(&mut self) -> Result<Treated, DecodeError> {
        let decoded: Bytes = match self.decoder.take() {
            None => Bytes::new(),
            Some(decoder) => decoder.finish()?.into(),
        };
        let treated = match self.ear.clone() {
            None => Heard::Pass(decoded),
            Some(ear) => match ear.hear(&decoded) {
                Heard::Pass(first) => match ear.end() {
                    Heard::Pass(rest) => Heard::Pass([first, rest].concat().into()),
                    withheld => withheld,
                },
                withheld => withheld,
            },
        };
        Ok(match self.restored(treated) {
            Treated::On(bytes) => Treated::On([bytes, self.rest()].concat().into()),
            withheld => withheld,
        })
    }

    /// Placeholders turned back so far.
    pub(crate) fn placeholders_restored(&self) -> u32 {
        self.restored
    }

    fn restored(&mut self, heard: Heard) -> Treated {
        match heard {
            Heard::Pass(bytes) => Treated::On(match &mut self.restorer {
                None => bytes,
                Some(restorer) => restorer.push(&bytes).into(),
            }),
            Heard::Withhold(withheld) => Treated::Withheld(self.rest(), withheld),
        }
    }

    /// What the restorer still holds.
    fn rest(&mut self) -> Bytes {
        let Some(restorer) = &mut self.restorer else { return Bytes::new() };
        let rest = restorer.finish();
        self.restored = restorer.restored();
        rest.into()
    }
}

fn text(headers: &HeaderMap, name: http::HeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().trim()
}
