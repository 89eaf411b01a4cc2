use std::io::{ErrorKind, Read, Result};

/// Bytes on their way in: as many at a time as there are, so that a pipe is read as it fills.
pub(crate) struct Source<R> {
    input: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
}

const BUFFER: usize = 1 << 18;

impl<R: Read> Source<R> {
    pub(crate) fn new(input: R) -> Self {
        Self { input, buffer: vec![0; BUFFER], start: 0, end: 0 }
    }

    /// The next `length` bytes, left where they are; `None` if the input ends before.
    pub(crate) fn peek(&mut self, length: usize) -> Result<Option<&[u8]>> {
        while self.end - self.start < length {
            if self.fill(length)? == 0 {
                return Ok(None);
            }
        }
        Ok(self.buffer.get(self.start..self.start + length))
    }

    /// The next `length` bytes.
    pub(crate) fn take(&mut self, length: usize) -> Result<Option<&[u8]>> {
        if self.peek(length)?.is_none() {
            return Ok(None);
        }
        self.start += length;
        Ok(self.buffer.get(self.start - length..self.start))
    }

    /// Steps over `length` bytes, or to the end if that comes before; says how many.
    pub(crate) fn skip(&mut self, length: usize) -> Result<usize> {
        let mut left = length;
        loop {
            let step = left.min(self.end - self.start);
            self.start += step;
            left -= step;
            if left == 0 || self.fill(1)? == 0 {
                return Ok(length - left);
            }
        }
    }

    /// Whether the input has ended and everything was taken.
    pub(crate) fn is_at_end(&mut self) -> Result<bool> {
        Ok(self.peek(1)?.is_none())
    }

    /// Reads once, with room for `length` bytes from the start on.
    fn fill(&mut self, length: usize) -> Result<usize> {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        } else if self.buffer.len() - self.start < length || self.end == self.buffer.len() {
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        if self.buffer.len() < length {
            self.buffer.resize(length, 0);
        }
        let room = self.buffer.get_mut(self.end..).unwrap_or_default();
        loop {
            match self.input.read(room) {
                Ok(read) => {
                    self.end += read;
                    return Ok(read);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}
