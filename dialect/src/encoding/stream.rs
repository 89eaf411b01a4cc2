use std::io::{self, Write};

use zstd::stream::raw::Operation;

use super::{Coding, DecodeError, codings};

/// Decodes a body that arrives in pieces.
pub struct StreamDecoder {
    /// The coding applied last comes first.
    stages: Vec<(Coding, Stage)>,
    limit: usize,
    room: usize,
}

/// One coding being undone. Every stage writes what it decodes into a vector that [`StreamDecoder::push`] empties.
enum Stage {
    /// Nothing has arrived yet.
    Waiting,
    Gzip(Box<flate2::write::MultiGzDecoder<Bounded>>),
    Brotli(Box<brotli::DecompressorWriter<Bounded>>),
    Zstd(Box<Unzstd>),
    Deflate(Box<Inflate>),
}

impl StreamDecoder {
    /// Undoes what a `content-encoding` header names; at most `limit` bytes come out.
    pub fn new(content_encoding: &str, limit: usize) -> Result<Self, DecodeError> {
        let codings = codings(content_encoding)?;
        let stages = codings.into_iter().rev().map(|coding| (coding, Stage::Waiting)).collect();
        Ok(Self { stages, limit, room: limit })
    }

    /// What can be decoded after `chunk` came in.
    pub fn push(&mut self, chunk: &[u8]) -> Result<Vec<u8>, DecodeError> {
        let mut bytes = chunk.to_vec();
        for (coding, stage) in &mut self.stages {
            bytes = stage
                .push(*coding, &bytes, self.limit)
                .map_err(|error| failed(*coding, &error, self.limit))?;
        }
        self.room = self.room.checked_sub(bytes.len()).ok_or(DecodeError::TooLarge { limit: self.limit })?;
        Ok(bytes)
    }

    /// What is left when the body has ended; an error if it ended too early. A body without any bytes is whole.
    pub fn finish(mut self) -> Result<Vec<u8>, DecodeError> {
        let mut bytes = Vec::new();
        for (coding, mut stage) in std::mem::take(&mut self.stages) {
            let finish = |stage: &mut Stage| {
                let mut decoded = stage.push(coding, &bytes, self.limit)?;
                decoded.extend(stage.finish()?);
                Ok(decoded)
            };
            bytes = finish(&mut stage).map_err(|error| failed(coding, &error, self.limit))?;
        }
        if bytes.len() > self.room { Err(DecodeError::TooLarge { limit: self.limit }) } else { Ok(bytes) }
    }
}

impl std::fmt::Debug for StreamDecoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let codings: Vec<Coding> = self.stages.iter().map(|(coding, _)| *coding).collect();
        f.debug_struct("StreamDecoder").field("codings", &codings).field("limit", &self.limit).finish()
    }
}

fn failed(coding: Coding, error: &io::Error, limit: usize) -> DecodeError {
    match error.kind() {
        io::ErrorKind::FileTooLarge => DecodeError::TooLarge { limit },
        _ => DecodeError::Malformed { coding: coding.as_str() },
    }
}

impl Stage {
    fn open(coding: Coding, first: &[u8], limit: usize) -> io::Result<Self> {
        let sink = Bounded { bytes: Vec::new(), room: limit };
        Ok(match coding {
            Coding::Gzip => Self::Gzip(Box::new(flate2::write::MultiGzDecoder::new(sink))),
            Coding::Brotli => Self::Brotli(Box::new(brotli::DecompressorWriter::new(sink, 32 * 1024))),
            Coding::Zstd => Self::Zstd(Box::new(Unzstd::new(sink)?)),
            Coding::Deflate => Self::Deflate(Box::new(Inflate::new(first, sink))),
        })
    }

    fn push(&mut self, coding: Coding, chunk: &[u8], limit: usize) -> io::Result<Vec<u8>> {
        if chunk.is_empty() {
            return Ok(Vec::new());
        }
        if matches!(self, Self::Waiting) {
            *self = Self::open(coding, chunk, limit)?;
        }
        match self {
            Self::Waiting => Ok(Vec::new()),
            Self::Gzip(decoder) => {
                decoder.write_all(chunk)?;
                decoder.flush()?;
                Ok(decoder.get_mut().take())
            }
            Self::Brotli(decoder) => {
                decoder.write_all(chunk)?;
                Ok(decoder.get_mut().take())
            }
            Self::Zstd(decoder) => {
                decoder.push(chunk)?;
                Ok(decoder.sink.take())
            }
            Self::Deflate(inflate) => {
                inflate.push(chunk)?;
                Ok(inflate.sink.take())
            }
        }
    }

    fn finish(&mut self) -> io::Result<Vec<u8>> {
        match self {
            Self::Waiting => Ok(Vec::new()),
            Self::Gzip(decoder) => {
                decoder.try_finish()?;
                Ok(decoder.get_mut().take())
            }
            Self::Brotli(decoder) => {
                decoder.close()?;
                Ok(decoder.get_mut().take())
            }
            Self::Zstd(decoder) => decoder.finish(),
            Self::Deflate(inflate) => inflate.finish(),
        }
    }
}

/// Largest window that decoders of HTTP content must support (RFC 9659): 8 MiB.
const WINDOW: u32 = 23;

/// Decoded bytes, up to a limit.
struct Bounded {
    bytes: Vec<u8>,
    room: usize,
}

impl Bounded {
    fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.room = self.room.checked_sub(bytes.len()).ok_or(io::ErrorKind::FileTooLarge)?;
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Zstandard frames one after the other (RFC 8878).
struct Unzstd {
    state: zstd::stream::raw::Decoder<'static>,
    sink: Bounded,
    /// Whether the last byte ended a frame.
    ended: bool,
}

impl Unzstd {
    fn new(sink: Bounded) -> io::Result<Self> {
        let mut state = zstd::stream::raw::Decoder::new()?;
        state.set_parameter(zstd::stream::raw::DParameter::WindowLogMax(WINDOW))?;
        Ok(Self { state, sink, ended: false })
    }

    fn push(&mut self, chunk: &[u8]) -> io::Result<()> {
        let mut buffer = vec![0; 32 * 1024];
        let mut taken = 0;
        loop {
            let status = self.state.run_on_buffers(chunk.get(taken..).unwrap_or_default(), &mut buffer)?;
            taken += status.bytes_read;
            self.sink.write_all(buffer.get(..status.bytes_written).unwrap_or_default())?;
            if status.bytes_read > 0 || status.bytes_written > 0 {
                self.ended = status.remaining == 0;
            }
            if status.bytes_read == 0 && status.bytes_written == 0 && taken < chunk.len() {
                return Err(io::ErrorKind::InvalidData.into());
            }
            // A full buffer means that more may be waiting inside.
            if taken == chunk.len() && status.bytes_written < buffer.len() {
                return Ok(());
            }
        }
    }

    fn finish(&mut self) -> io::Result<Vec<u8>> {
        if self.ended { Ok(self.sink.take()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }
}

/// `deflate` is zlib's format by the standard, and raw deflate by some senders.
struct Inflate {
    state: flate2::Decompress,
    sink: Bounded,
    ended: bool,
}

impl Inflate {
    fn new(first: &[u8], sink: Bounded) -> Self {
        // RFC 1950 §2.2: method 8, and the first two bytes are a multiple of 31.
        let zlib = match first {
            [method, flags, ..] => method & 0x0f == 8 && u16::from_be_bytes([*method, *flags]) % 31 == 0,
            [method] => *method == 0x78,
            [] => true,
        };
        Self { state: flate2::Decompress::new(zlib), sink, ended: false }
    }

    fn push(&mut self, mut chunk: &[u8]) -> io::Result<()> {
        let mut buffer = vec![0; 32 * 1024];
        loop {
            if self.ended {
                return if chunk.is_empty() { Ok(()) } else { Err(io::ErrorKind::InvalidData.into()) };
            }
            let (before_in, before_out) = (self.state.total_in(), self.state.total_out());
            let status = self.state.decompress(chunk, &mut buffer, flate2::FlushDecompress::None);
            let status = status.map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
            let taken = usize::try_from(self.state.total_in() - before_in).unwrap_or(chunk.len());
            let said = usize::try_from(self.state.total_out() - before_out).unwrap_or(0);
            self.sink.write_all(buffer.get(..said).unwrap_or_default())?;
            chunk = chunk.get(taken..).unwrap_or_default();
            self.ended = status == flate2::Status::StreamEnd;
            if !self.ended && taken == 0 && said == 0 {
                return Ok(());
            }
        }
    }

    fn finish(&mut self) -> io::Result<Vec<u8>> {
        if self.ended { Ok(self.sink.take()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }
}
