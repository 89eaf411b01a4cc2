use std::io::{self, Read};

/// A decompressed body may not grow beyond this.
const MOST: u64 = 64 * 1024 * 1024;

/// Undoes `content_encoding`, a list of encodings in the order applied (RFC 9110 §8.4).
pub(crate) fn decode(content_encoding: &str, body: &[u8]) -> io::Result<Vec<u8>> {
    let mut body = body.to_vec();
    for name in content_encoding.rsplit(',').map(str::trim) {
        body = match name.to_ascii_lowercase().as_str() {
            "" | "identity" => body,
            "gzip" | "x-gzip" => bounded(flate2::read::MultiGzDecoder::new(&*body))?,
            "deflate" => bounded(flate2::read::ZlibDecoder::new(&*body))?,
            "br" => bounded(brotli::Decompressor::new(&*body, 8192))?,
            "zstd" => bounded(zstd::Decoder::new(&*body)?)?,
            _ => return Err(io::Error::new(io::ErrorKind::Unsupported, "unknown content encoding")),
        };
    }
    Ok(body)
}

fn bounded(reader: impl Read) -> io::Result<Vec<u8>> {
    let mut decoded = Vec::new();
    let length = reader.take(MOST + 1).read_to_end(&mut decoded)?;
    if length as u64 > MOST {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "decompresses to more than 64 MiB"));
    }
    Ok(decoded)
}
