use flate2::read::ZlibDecoder;
use memchr::memmem;

use super::{
    archive::{Unpacked, unpack},
    budget::Meter,
    document::Trouble,
};

/// What one value takes in memory once it is read, in bytes, while in the file two may do.
const VALUE: usize = 128;
/// Memory the values of a file may take, beyond eight times its size.
const ALLOWED: usize = 56 << 20;
/// Filters of streams (ISO 32000-1, 7.4); a second one may hide what the first unpacks to.
const FILTERS: [&[u8]; 12] = [
    b"FlateDecode",
    b"Fl",
    b"LZWDecode",
    b"LZW",
    b"ASCIIHexDecode",
    b"AHx",
    b"ASCII85Decode",
    b"A85",
    b"RunLengthDecode",
    b"RL",
    b"BrotliDecode",
    b"Crypt",
];
/// Longest name that is looked at.
const LONGEST_NAME: usize = 64;
/// Longest dictionary that is looked at; what stands in a longer one cannot be looked into.
const LONGEST_DICTIONARY: usize = 8192;
/// What an object stream may unpack to if it cannot be looked into, and if it can.
const UNSEEN: usize = 128 << 10;
const SEEN: usize = 16 << 20;

/// Weighs a PDF before its objects are read, for they all are at once: gives the most that one of the streams they
/// stand in may unpack to, or tells that their values would take too much memory.
pub(super) fn limit(bytes: &[u8], meter: &mut Meter) -> Result<usize, Trouble> {
    let mut values = count(bytes);
    let mut limit = SEEN;
    let too_much =
        |values: usize| values.saturating_mul(VALUE) > ALLOWED.saturating_add(bytes.len().saturating_mul(8));
    for at in memchr::memchr_iter(b'/', bytes) {
        let rest = bytes.get(at + 1..).unwrap_or_default();
        let name = name(rest);
        if name != b"ObjStm" && name != b"XRef" {
            continue;
        }
        let near = rest.get(..LONGEST_DICTIONARY).unwrap_or(rest);
        let Some(stream) = memmem::find(near, b"stream") else {
            limit = UNSEEN;
            continue;
        };
        let before = at.saturating_sub(LONGEST_DICTIONARY);
        let start =
            before + bytes.get(before..at).and_then(|before| memmem::rfind(before, b"obj")).unwrap_or(0);
        let filters = filters(bytes.get(start..at + 1 + stream).unwrap_or_default());
        let data = rest.get(stream + b"stream".len()..).unwrap_or_default();
        let data = data.strip_prefix(b"\r").unwrap_or(data);
        let data = data.strip_prefix(b"\n").unwrap_or(data);
        match filters {
            0 => {}
            1 if data.first().is_some_and(|first| first & 0x0F == 8) => {
                let Unpacked { bytes: unpacked, trouble } = unpack(ZlibDecoder::new(data), meter);
                if let Some(over @ Trouble::OverBudget(_)) = trouble {
                    return Err(over);
                }
                values += if name == b"XRef" { unpacked.len() / 2 } else { count(&unpacked) };
            }
            _ => limit = UNSEEN,
        }
        if too_much(values) {
            break;
        }
    }
    if too_much(values) { Err(Trouble::OverBudget(super::Limit::Memory)) } else { Ok(limit) }
}

/// At most so many values stand in these bytes: one between every two ends.
fn count(bytes: &[u8]) -> usize {
    let ends = |byte: &u8| matches!(byte, 0 | 9 | 10 | 12 | 13 | 32 | b'/' | b'[' | b'(' | b'<');
    bytes
        .windows(2)
        .filter(|pair| matches!(pair, [first, second] if ends(first) && !second.is_ascii_whitespace()))
        .count()
}

/// A name, with the characters it writes as numbers.
fn name(bytes: &[u8]) -> Vec<u8> {
    let mut name = Vec::new();
    let mut rest = bytes.iter().take(LONGEST_NAME);
    while let Some(byte) = rest.next() {
        match byte {
            b'#' => {
                let mut digit = || rest.next().and_then(|digit| char::from(*digit).to_digit(16));
                let (high, low) = (digit().unwrap_or(0), digit().unwrap_or(0));
                name.push(u8::try_from(high * 16 + low).unwrap_or(0));
            }
            0 | 9 | 10 | 12 | 13 | 32 | b'/' | b'[' | b']' | b'(' | b')' | b'<' | b'>' | b'{' | b'}'
            | b'%' => break,
            byte => name.push(*byte),
        }
    }
    name
}

/// Number of filters named in a dictionary.
fn filters(dictionary: &[u8]) -> usize {
    let slashes = memchr::memchr_iter(b'/', dictionary);
    slashes
        .filter(|at| FILTERS.contains(&name(dictionary.get(at + 1..).unwrap_or_default()).as_slice()))
        .count()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::{SEEN, UNSEEN, limit};
    use crate::file::{Budget, Trouble, budget::Meter};

    fn check(dictionary: &str, values: usize, twice: bool, expected: Result<usize, ()>) {
        let packed = |bytes: &[u8]| {
            let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
            zlib.write_all(bytes).unwrap();
            zlib.finish().unwrap()
        };
        let mut data = packed("0 ".repeat(values).as_bytes());
        if twice {
            data = packed(&data);
        }
        let file =
            [b"%PDF-1.5\n1 0 obj <<", dictionary.as_bytes(), b">> stream\n", &data, b"\nendstream endobj"]
                .concat();
        let outcome = limit(&file, &mut Meter::new(&Budget::default(), file.len()));
        assert_eq!(
            outcome.map_err(|trouble| assert!(matches!(trouble, Trouble::OverBudget(_)))),
            expected,
            "{dictionary}"
        );
    }

    #[test]
    fn values_are_counted_before_they_are_read() {
        check("/Type /ObjStm /Filter /FlateDecode", 1000, false, Ok(SEEN));
        check("/Type /ObjStm /Filter /FlateDecode", 2_000_000, false, Err(()));
        check("/Filter /FlateDecode /Type /Obj#53tm", 2_000_000, false, Err(()));
        check("/Type /ObjStm /Filter [/FlateDecode /FlateDecode]", 2_000_000, true, Ok(UNSEEN));
        check("/Filter /FlateDecode", 2_000_000, false, Ok(SEEN));
    }
}
