//! Content codings of HTTP (RFC 9110 §8.4): gzip, brotli, zstd, deflate, and lists of them.

mod stream; // bodies that arrive in pieces

use std::io::{self, Write};

pub use stream::StreamDecoder;

/// Codings one after the other; more is an attack.
const MOST_CODINGS: usize = 4;

/// Why a body could not be decoded.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// It is larger than the limit when decoded.
    #[error("the decoded body is larger than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// It is not what the coding asks for, ends early, or goes on after its end.
    #[error("malformed {coding} data")]
    Malformed {
        /// The coding.
        coding: &'static str,
    },
    /// There is no such coding, or too many of them.
    #[error("unknown content coding `{name}`")]
    Unknown {
        /// What the header says.
        name: String,
    },
}

/// Decodes `body` as a `content-encoding` header asks for; at most `limit` bytes come out.
pub fn decode(content_encoding: &str, body: &[u8], limit: usize) -> Result<Vec<u8>, DecodeError> {
    let mut decoder = StreamDecoder::new(content_encoding, limit)?;
    let mut decoded = decoder.push(body)?;
    decoded.extend(decoder.finish()?);
    Ok(decoded)
}

/// Encodes `body` as a `content-encoding` header says.
pub fn encode(content_encoding: &str, body: &[u8]) -> Result<Vec<u8>, DecodeError> {
    let codings = codings(content_encoding)?;
    codings.into_iter().try_fold(body.to_vec(), |body, coding| {
        coding.encode(&body).map_err(|_| DecodeError::Malformed { coding: coding.as_str() })
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Gzip,
    Brotli,
    Zstd,
    Deflate,
}

/// The codings in the order they were applied.
fn codings(content_encoding: &str) -> Result<Vec<Coding>, DecodeError> {
    let unknown = |name: &str| DecodeError::Unknown { name: name.chars().take(64).collect() };
    let mut codings = Vec::new();
    for name in content_encoding.split(',').map(str::trim) {
        codings.push(match name.to_ascii_lowercase().as_str() {
            "" | "identity" => continue,
            "gzip" | "x-gzip" => Coding::Gzip,
            "br" => Coding::Brotli,
            "zstd" => Coding::Zstd,
            "deflate" => Coding::Deflate,
            _ => return Err(unknown(name)),
        });
    }
    if codings.len() > MOST_CODINGS { Err(unknown(content_encoding)) } else { Ok(codings) }
}

impl Coding {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
            Self::Deflate => "deflate",
        }
    }

    fn encode(self, body: &[u8]) -> io::Result<Vec<u8>> {
        let level = flate2::Compression::default();
        match self {
            Self::Gzip => {
                let mut encoder = flate2::write::GzEncoder::new(Vec::new(), level);
                encoder.write_all(body)?;
                encoder.finish()
            }
            Self::Deflate => {
                let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), level);
                encoder.write_all(body)?;
                encoder.finish()
            }
            Self::Zstd => zstd::stream::encode_all(body, zstd::DEFAULT_COMPRESSION_LEVEL),
            Self::Brotli => {
                let mut encoded = Vec::new();
                let parameters = brotli::enc::BrotliEncoderParams { quality: 5, ..Default::default() };
                brotli::BrotliCompress(&mut &*body, &mut encoded, &parameters)?;
                Ok(encoded)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{DecodeError, StreamDecoder, decode, encode};

    const CODINGS: [&str; 5] = ["gzip", "br", "zstd", "deflate", "identity, gzip, br"];

    fn sample() -> Vec<u8> {
        let words = (0..1000).map(|n: u32| format!("{} ", n.wrapping_mul(2_654_435_761)));
        words.collect::<String>().into_bytes()
    }

    #[test]
    fn every_coding_comes_back() {
        for coding in CODINGS {
            let body = sample();
            let encoded = encode(coding, &body).unwrap();
            assert!(encoded.len() < body.len());
            assert_eq!(decode(coding, &encoded, body.len()).unwrap(), body, "{coding}");
        }
        assert_eq!(decode("", b"as it is", 100).unwrap(), b"as it is");
        assert_eq!(decode("gzip", b"", 100).unwrap(), b"");
    }

    #[test]
    fn raw_deflate_and_several_members_are_read() {
        use std::io::Write;
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(b"hello hello hello").unwrap();
        assert_eq!(decode("deflate", &encoder.finish().unwrap(), 100).unwrap(), b"hello hello hello");
        let twice = [encode("gzip", b"one ").unwrap(), encode("gzip", b"two").unwrap()].concat();
        assert_eq!(decode("x-gzip", &twice, 100).unwrap(), b"one two");
    }

    #[test]
    fn a_bomb_is_refused() {
        for coding in ["gzip", "br", "zstd", "deflate"] {
            let bomb = encode(coding, &vec![0; 2 << 20]).unwrap();
            let error = decode(coding, &bomb, 1 << 16).unwrap_err();
            assert!(matches!(error, DecodeError::TooLarge { limit: 65_536 }), "{coding}: {error}");
        }
        let nested = encode("gzip, gzip", &vec![0; 2 << 20]).unwrap();
        assert!(matches!(decode("gzip, gzip", &nested, 1 << 16), Err(DecodeError::TooLarge { .. })));
    }

    #[test]
    fn cut_off_and_prolonged_bodies_are_refused() {
        for coding in ["gzip", "br", "zstd", "deflate"] {
            let encoded = encode(coding, &sample()).unwrap();
            for cut in [1, 2, 5, encoded.len() / 2, encoded.len() - 1] {
                let result = decode(coding, &encoded[..cut], 1 << 20);
                assert!(matches!(result, Err(DecodeError::Malformed { .. })), "{coding} cut at {cut}");
            }
            let prolonged = [encoded.as_slice(), b"garbage"].concat();
            let result = decode(coding, &prolonged, 1 << 20);
            assert!(matches!(result, Err(DecodeError::Malformed { .. })), "{coding} prolonged");
        }
    }

    #[test]
    fn unknown_codings_are_named() {
        let error = decode("compress", b"x", 10).unwrap_err();
        assert_eq!(error.to_string(), "unknown content coding `compress`");
        assert!(matches!(decode("gzip,gzip,gzip,gzip,gzip", b"x", 10), Err(DecodeError::Unknown { .. })));
    }

    #[test]
    fn a_flushed_stream_is_decoded_at_once() {
        use std::io::Write;
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        let mut decoder = StreamDecoder::new("gzip", 1000).unwrap();
        for event in ["data: one\n\n", "data: two\n\n"] {
            encoder.write_all(event.as_bytes()).unwrap();
            encoder.flush().unwrap();
            let chunk = std::mem::take(encoder.get_mut());
            assert_eq!(decoder.push(&chunk).unwrap(), event.as_bytes());
        }
    }

    proptest! {
        #[test]
        fn pieces_make_the_whole(cuts in prop::collection::vec(0usize..3000, 0..8), which in 0usize..5) {
            let (coding, body) = (CODINGS[which], sample());
            let encoded = encode(coding, &body).unwrap();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(encoded.len())).collect();
            cuts.sort_unstable();
            cuts.push(encoded.len());
            let mut decoder = StreamDecoder::new(coding, body.len()).unwrap();
            let (mut decoded, mut from) = (Vec::new(), 0);
            for cut in cuts {
                decoded.extend(decoder.push(&encoded[from..cut]).unwrap());
                from = cut;
            }
            decoded.extend(decoder.finish().unwrap());
            prop_assert_eq!(decoded, body);
        }

        #[test]
        fn garbage_never_panics(body in prop::collection::vec(any::<u8>(), 0..200), which in 0usize..5) {
            let _ = decode(CODINGS[which], &body, 1000);
        }
    }
}
