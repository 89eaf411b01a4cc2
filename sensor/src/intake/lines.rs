use std::io::{self, BufRead, BufReader, Read};

/// Longest line that is kept, in bytes; of a longer one only so much and one more is given, which no reader takes.
pub const LONGEST: usize = 1 << 20;

/// What a stream holds, taken out of gzip or Zstandard if its first bytes say that it is packed.
///
/// # Errors
/// What reading the first bytes gives.
pub fn decompressed<'r>(input: impl Read + Send + 'r) -> io::Result<Box<dyn BufRead + Send + 'r>> {
    let mut input = BufReader::with_capacity(1 << 16, input);
    Ok(match input.fill_buf()? {
        [0x1f, 0x8b, ..] => {
            Box::new(BufReader::with_capacity(1 << 16, flate2::bufread::MultiGzDecoder::new(input)))
        }
        [0x28, 0xb5, 0x2f, 0xfd, ..] => {
            Box::new(BufReader::with_capacity(1 << 16, zstd::Decoder::with_buffer(input)?))
        }
        _ => Box::new(input),
    })
}

/// Gives each line without its end, also a last one that has none.
///
/// # Errors
/// What reading gives; the lines before were given.
pub fn each_line(mut input: impl BufRead, each: &mut dyn FnMut(&[u8])) -> io::Result<()> {
    let mut splitter = Splitter::default();
    loop {
        let chunk = input.fill_buf()?;
        if chunk.is_empty() {
            splitter.end(each);
            return Ok(());
        }
        let length = chunk.len();
        splitter.push(chunk, each);
        input.consume(length);
    }
}

/// Cuts bytes that come in pieces into lines.
#[derive(Debug, Default)]
pub(super) struct Splitter {
    begun: Vec<u8>,
    /// Bytes of the line that was begun, also those not kept.
    length: u64,
}

impl Splitter {
    /// Gives the lines that end in these bytes.
    pub(super) fn push(&mut self, bytes: &[u8], each: &mut dyn FnMut(&[u8])) {
        let mut from = 0;
        for end in memchr::memchr_iter(b'\n', bytes) {
            let line = bytes.get(from..end).unwrap_or_default();
            from = end + 1;
            if self.length == 0 && line.len() <= LONGEST {
                each(line);
            } else {
                self.keep(line);
                each(&self.begun);
                self.clear();
            }
        }
        self.keep(bytes.get(from..).unwrap_or_default());
    }

    /// Gives what was begun and not ended.
    pub(super) fn end(&mut self, each: &mut dyn FnMut(&[u8])) {
        if self.length > 0 {
            each(&self.begun);
        }
        self.clear();
    }

    /// Bytes of the line that was begun and has not ended.
    pub(super) fn unfinished(&self) -> u64 {
        self.length
    }

    pub(super) fn clear(&mut self) {
        self.begun.clear();
        self.length = 0;
    }

    fn keep(&mut self, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        let room = (LONGEST + 1).saturating_sub(self.begun.len());
        self.begun.extend_from_slice(bytes.get(..room.min(bytes.len())).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::{LONGEST, decompressed, each_line};

    fn check(input: &[u8], expected: &[&str]) {
        let mut seen = Vec::new();
        each_line(decompressed(input).unwrap(), &mut |line| {
            seen.push(String::from_utf8_lossy(line).into_owned())
        })
        .unwrap();
        assert_eq!(seen, expected);
    }

    #[test]
    fn lines_plain_and_packed() {
        let text = b"a\n\nb\r\nc";
        let lines = ["a", "", "b\r", "c"];
        check(text, &lines);
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(text).unwrap();
        check(&gzip.finish().unwrap(), &lines);
        check(&zstd::encode_all(&text[..], 1).unwrap(), &lines);
        check(b"", &[]);
    }

    #[test]
    fn a_line_without_end_is_bounded() {
        let long = vec![b'a'; 3 * LONGEST];
        let mut lengths = Vec::new();
        each_line(&[&long[..], b"\nb\n"].concat()[..], &mut |line| lengths.push(line.len())).unwrap();
        assert_eq!(lengths, [LONGEST + 1, 1]);
    }

    #[test]
    fn a_packed_file_that_is_cut_gives_what_it_had() {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
        gzip.write_all(&b"line\n".repeat(50_000)).unwrap();
        let packed = gzip.finish().unwrap();
        let mut lines = 0;
        let cut = &packed[..packed.len() / 2];
        assert!(each_line(decompressed(cut).unwrap(), &mut |_| lines += 1).is_err());
        assert!(lines > 1_000, "{lines}");
    }
}
