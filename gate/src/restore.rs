use bytes::Bytes;
use engine::{DecodeError, Restore, Restorer, StreamDecoder};
use http::{
    HeaderMap,
    header::{ACCEPT_RANGES, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG},
};

use crate::header::strip_digests;

/// Bytes that a compressed answer may grow to. Answers stream, so this bounds time, not memory.
const LONGEST: usize = 1024 * 1024 * 1024;

/// Turns the placeholders in one answer back, decompressing it first if the upstream compressed it all the same.
pub(crate) struct Restoration {
    decoder: Option<StreamDecoder>,
    restorer: Restorer,
}

impl Restoration {
    /// For an answer with these headers, which are changed to fit what the client will get.
    pub(crate) fn begin(restore: &Restore, headers: &mut HeaderMap) -> Result<Self, DecodeError> {
        let decoder = match text(headers, CONTENT_ENCODING) {
            "" => None,
            coding if coding.eq_ignore_ascii_case("identity") => None,
            coding => Some(StreamDecoder::new(coding, LONGEST)?),
        };
        let restorer = restore.restorer(text(headers, CONTENT_TYPE));
        for name in [CONTENT_ENCODING, CONTENT_LENGTH, ETAG, ACCEPT_RANGES] {
            headers.remove(name);
        }
        strip_digests(headers);
        Ok(Self { decoder, restorer })
    }

    /// What can be passed on after `chunk` came in.
    pub(crate) fn push(&mut self, chunk: &[u8]) -> Result<Bytes, DecodeError> {
        match &mut self.decoder {
            None => Ok(self.restorer.push(chunk).into()),
            Some(decoder) => Ok(self.restorer.push(&decoder.push(chunk)?).into()),
        }
    }

    /// What is left when the answer has ended.
    pub(crate) fn finish(&mut self) -> Result<Bytes, DecodeError> {
        let mut rest = match self.decoder.take() {
            None => Vec::new(),
            Some(decoder) => self.restorer.push(&decoder.finish()?),
        };
        rest.extend(self.restorer.finish());
        Ok(rest.into())
    }

    /// Placeholders turned back so far.
    pub(crate) fn restored(&self) -> u32 {
        self.restorer.restored()
    }
}

fn text(headers: &HeaderMap, name: http::HeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().trim()
}
