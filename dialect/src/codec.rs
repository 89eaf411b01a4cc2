use std::borrow::Cow;

use base64::{
    Engine,
    alphabet::{STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use memchr::memchr;

use crate::{
    json::{escape, escape_at, unescape},
    splice::{Splice, apply},
};

/// One layer of encoding between the bytes of a body and a text in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Codec {
    /// Text; bytes that are not UTF-8 read as U+FFFD and stay as they are unless an edit covers them.
    Utf8,
    /// Text in UTF-16, as Windows programs save it.
    Utf16(Endian),
    /// The inside of a JSON string (RFC 8259 §7).
    JsonString,
    /// A value of a URL-encoded form (WHATWG URL §5).
    Percent,
    /// Base64, standard or URL-safe, padded or not (RFC 4648).
    Base64,
}

/// Order of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endian {
    Little,
    Big,
}

/// How far one step through encoded bytes goes on both sides.
struct Step {
    raw: usize,
    decoded: usize,
    /// Whether the step is a run in which every byte stands for itself.
    run: bool,
}

impl Codec {
    /// What `encoded` says; `None` if it is not in this encoding.
    pub(crate) fn decode(self, encoded: &[u8]) -> Option<Cow<'_, [u8]>> {
        match self {
            Self::Utf8 => Some(bytes_of(String::from_utf8_lossy(encoded))),
            Self::Utf16(endian) => Some(Cow::Owned(decode_utf16(encoded, endian).into_bytes())),
            Self::JsonString => Some(bytes_of(unescape(std::str::from_utf8(encoded).ok()?))),
            Self::Percent => Some(decode_percent(encoded)),
            Self::Base64 => decode_base64(encoded).map(Cow::Owned),
        }
    }

    /// Turns splices of what `encoded` says into splices of `encoded` that change as little as possible. They are sorted
    /// and do not overlap.
    pub(crate) fn lower(self, encoded: &[u8], splices: Vec<Splice>) -> Vec<Splice> {
        if self == Self::Base64 {
            return lower_base64(encoded, &splices).into_iter().collect();
        }
        let mut walk = Walk { codec: self, encoded, raw: 0, decoded: 0 };
        splices
            .into_iter()
            .map(|Splice { range, with }| {
                let (start, end) = (walk.to(range.start), walk.to(range.end));
                Splice { range: start..end, with: self.encode(with) }
            })
            .collect()
    }

    fn encode(self, text: Vec<u8>) -> Vec<u8> {
        match self {
            Self::Utf8 | Self::Base64 => text,
            Self::Utf16(endian) => encode_utf16(&String::from_utf8_lossy(&text), endian),
            Self::JsonString => escape(&String::from_utf8_lossy(&text)).into_bytes(),
            Self::Percent => encode_percent(&text),
        }
    }

    /// The step at the beginning of `rest`, which is not empty.
    fn step(self, rest: &[u8]) -> Step {
        let run = |length: usize| Step { raw: length, decoded: length, run: true };
        match self {
            Self::JsonString => match memchr(b'\\', rest) {
                Some(0) => escape_at(rest).map_or(run(1), |escape| Step {
                    raw: escape.raw,
                    decoded: escape.stands_for.len_utf8(),
                    run: false,
                }),
                found => run(found.unwrap_or(rest.len())),
            },
            Self::Percent => match memchr(b'%', rest) {
                Some(0) if percent_at(rest).is_some() => Step { raw: 3, decoded: 1, run: false },
                Some(0) => run(1),
                found => run(found.unwrap_or(rest.len())),
            },
            Self::Utf8 => {
                let chunk = rest.utf8_chunks().next();
                match chunk.map(|chunk| (chunk.valid().len(), chunk.invalid().len())) {
                    Some((0, invalid)) if invalid > 0 => Step { raw: invalid, decoded: 3, run: false },
                    Some((valid, _)) if valid > 0 => run(valid),
                    _ => run(rest.len()),
                }
            }
            Self::Utf16(endian) => {
                let (raw, c) = utf16_at(rest, endian);
                Step { raw, decoded: c.len_utf8(), run: false }
            }
            Self::Base64 => run(rest.len()),
        }
    }
}

/// A walk through encoded bytes that knows how much they say up to here.
struct Walk<'a> {
    codec: Codec,
    encoded: &'a [u8],
    raw: usize,
    decoded: usize,
}

impl Walk<'_> {
    /// Goes on to where `decoded` bytes have been said.
    fn to(&mut self, decoded: usize) -> usize {
        while self.decoded < decoded {
            let rest = self.encoded.get(self.raw..).unwrap_or_default();
            if rest.is_empty() {
                break;
            }
            let step = self.codec.step(rest);
            let missing = decoded - self.decoded;
            let (raw, said) = if step.run {
                (step.raw.min(missing), step.raw.min(missing))
            } else {
                (step.raw, step.decoded)
            };
            self.raw += raw;
            self.decoded += said;
        }
        self.raw
    }
}

fn bytes_of(text: Cow<'_, str>) -> Cow<'_, [u8]> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    }
}

fn percent_at(rest: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = rest else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()
}

fn decode_percent(encoded: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr2(b'%', b'+', encoded).is_none() {
        return Cow::Borrowed(encoded);
    }
    let mut said = Vec::with_capacity(encoded.len());
    let mut rest = encoded;
    while let Some((first, after)) = rest.split_first() {
        let (byte, taken) = match (first, percent_at(rest)) {
            (_, Some(byte)) => (byte, 3),
            (b'+', _) => (b' ', 1),
            (first, _) => (*first, 1),
        };
        said.push(byte);
        rest = if taken == 1 { after } else { rest.get(taken..).unwrap_or_default() };
    }
    Cow::Owned(said)
}

fn encode_percent(text: &[u8]) -> Vec<u8> {
    let mut encoded = Vec::with_capacity(text.len() * 3);
    for byte in text {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'*' | b'-' | b'.' | b'_' => encoded.push(*byte),
            b' ' => encoded.push(b'+'),
            _ => encoded.extend_from_slice(format!("%{byte:02X}").as_bytes()),
        }
    }
    encoded
}

fn utf16_at(rest: &[u8], endian: Endian) -> (usize, char) {
    let unit = |at: usize| {
        let pair: [u8; 2] = rest.get(at..at + 2)?.try_into().ok()?;
        Some(match endian {
            Endian::Little => u16::from_le_bytes(pair),
            Endian::Big => u16::from_be_bytes(pair),
        })
    };
    let units = [unit(0), unit(2)].into_iter().map_while(|unit| unit);
    match char::decode_utf16(units).next() {
        Some(Ok(c)) => (c.len_utf16() * 2, c),
        _ => (rest.len().min(2), char::REPLACEMENT_CHARACTER),
    }
}

fn decode_utf16(encoded: &[u8], endian: Endian) -> String {
    let mut text = String::with_capacity(encoded.len() / 2);
    let mut rest = encoded;
    while !rest.is_empty() {
        let (raw, c) = utf16_at(rest, endian);
        text.push(c);
        rest = rest.get(raw..).unwrap_or_default();
    }
    text
}

fn encode_utf16(text: &str, endian: Endian) -> Vec<u8> {
    let bytes = |unit: u16| match endian {
        Endian::Little => unit.to_le_bytes(),
        Endian::Big => unit.to_be_bytes(),
    };
    text.encode_utf16().flat_map(bytes).collect()
}

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);

fn base64_engine(encoded: &[u8]) -> GeneralPurpose {
    let url_safe = memchr::memchr2(b'-', b'_', encoded).is_some();
    let padded = encoded.len().is_multiple_of(4);
    GeneralPurpose::new(if url_safe { &URL_SAFE } else { &STANDARD }, LENIENT.with_encode_padding(padded))
}

/// Line breaks are allowed, as in MIME.
fn decode_base64(encoded: &[u8]) -> Option<Vec<u8>> {
    if memchr::memchr2(b'\n', b'\r', encoded).is_none() {
        return base64_engine(encoded).decode(encoded).ok();
    }
    let unfolded: Vec<u8> = encoded.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    base64_engine(&unfolded).decode(&unfolded).ok()
}

/// The first bytes of what a long base64 text says, enough to tell what it is.
pub(crate) fn peek_base64(encoded: &[u8]) -> Option<Vec<u8>> {
    const PEEK: usize = 4096;
    let Some(beginning) = encoded.get(..PEEK) else { return decode_base64(encoded) };
    let mut unfolded: Vec<u8> =
        beginning.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    unfolded.truncate(unfolded.len() / 4 * 4);
    decode_base64(&unfolded)
}

/// Every byte after an edit may move by a fraction of a group of three, so the rest is encoded anew from the group in
/// which the first edit begins.
fn lower_base64(encoded: &[u8], splices: &[Splice]) -> Option<Splice> {
    let first = splices.iter().map(|splice| splice.range.start).min()?;
    let said = apply(&decode_base64(encoded)?, splices);
    let folded = memchr::memchr2(b'\n', b'\r', encoded).is_some();
    let group = if folded { 0 } else { first / 3 };
    let with = base64_engine(encoded).encode(said.get(group * 3..)?).into_bytes();
    Some(Splice { range: group * 4..encoded.len(), with })
}

#[cfg(test)]
mod tests {
    use super::{Codec, Endian};
    use crate::splice::{Splice, apply};

    /// Replaces `find` in what `encoded` says by `with`, and compares the encoded result.
    fn check(codec: Codec, encoded: &[u8], find: &str, with: &str, expected: &[u8]) {
        let said = String::from_utf8(codec.decode(encoded).unwrap().into_owned()).unwrap();
        let start = said.find(find).unwrap();
        let splice = Splice { range: start..start + find.len(), with: with.into() };
        let got = apply(encoded, &codec.lower(encoded, vec![splice]));
        assert_eq!(got, expected, "{:?}", String::from_utf8_lossy(&got));
    }

    #[test]
    fn only_the_edited_bytes_change() {
        check(Codec::JsonString, br"\u0041 \ud83d\ude00 x \/", "x", "\"", br#"\u0041 \ud83d\ude00 \" \/"#);
        check(Codec::JsonString, br"\u0041 \ud83d\ude00 x", "😀", "[E]", br"\u0041 [E] x");
        check(Codec::JsonString, br"a\u0000b", "\0", "[N]", br"a[N]b");
        check(Codec::Percent, b"a+b%20c%C3%A9", "é", "[É] ", b"a+b%20c%5B%C3%89%5D+");
        check(Codec::Percent, b"100%+%zz%2", "100% ", "", b"%zz%2");
        check(Codec::Utf8, b"\xff\xfe a b", "a", "c", b"\xff\xfe c b");
        check(Codec::Utf8, b"x\xffy", "\u{fffd}", "?", b"x?y");
        check(Codec::Utf16(Endian::Little), b"a\0\x3d\xd8\x00\xdeb\0", "😀b", "é", b"a\0\xe9\0");
        check(Codec::Base64, b"YWJjZGVmZ2g=", "e", "E!", b"YWJjZEUhZmdo");
        check(Codec::Base64, b"YWJjZGVmZ2g", "h", "", b"YWJjZGVmZw");
        check(Codec::Base64, b"YWJj\nZGVm", "d", "D", b"YWJjRGVm");
    }

    #[test]
    fn what_is_not_base64_is_refused() {
        assert_eq!(Codec::Base64.decode(b"not base64!"), None);
    }
}
