use std::io::Read;

use super::{Batch, Origin, decompressed, each_line};
use crate::log;

/// Most that a body may come to when it is unpacked, in bytes.
const LARGEST: u64 = 64 << 20;

/// Why a body was not taken.
#[derive(Debug, thiserror::Error)]
pub enum PushError {
    /// Packed, but not well.
    #[error("cannot unpack the body; send it plain, or as gzip or Zstandard")]
    Packed(#[source] std::io::Error),
    /// Too large.
    #[error("the body is more than 64 MiB unpacked; send it in parts")]
    Large,
}

/// The lines of a request's body: plain, gzip or Zstandard; lines, or one list of JSON.
///
/// # Errors
/// [`PushError`]; nothing of the body was taken then.
pub fn push(body: &[u8]) -> Result<Batch, PushError> {
    let mut text = Vec::new();
    let unpacked = decompressed(body).map_err(PushError::Packed)?;
    unpacked.take(LARGEST + 1).read_to_end(&mut text).map_err(PushError::Packed)?;
    if text.len() as u64 > LARGEST {
        return Err(PushError::Large);
    }
    let lines = match log::elements(&text) {
        Some(elements) => elements.into_iter().map(|element| element.as_bytes().to_vec()).collect(),
        None => {
            let mut lines = Vec::new();
            // Reading from memory does not fail.
            let _ = each_line(&text[..], &mut |line| lines.push(line.to_vec()));
            lines
        }
    };
    Ok(Batch { origin: Origin::Push, preamble: Vec::new(), lines, position: None })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::{PushError, push};

    #[test]
    fn bodies() {
        for (body, expected) in [
            ("a\nb", vec!["a", "b"]),
            ("[{\"a\":1},\n {\"b\":[2]}]", vec!["{\"a\":1}", "{\"b\":[2]}"]),
            ("[1795000000] unbound", vec!["[1795000000] unbound"]),
            ("", vec![]),
        ] {
            let lines = push(body.as_bytes()).unwrap().lines;
            assert_eq!(lines.iter().map(|line| String::from_utf8_lossy(line)).collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn bodies_that_are_not_taken() {
        let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        for _ in 0..65 {
            bomb.write_all(&vec![0; 1 << 20]).unwrap();
        }
        assert!(matches!(push(&bomb.finish().unwrap()), Err(PushError::Large)));
        assert!(matches!(push(b"\x1f\x8b\x08nonsense"), Err(PushError::Packed(_))));
    }
}
