use memchr::{memchr, memchr2, memchr3};

use super::Shape;

/// Frames longer than this are passed on unread, so that a peer cannot make us keep what it never ends.
const LONGEST: usize = 8 << 20;

/// Cuts an answer into frames: events, lines, elements. All frames together, in order, are all bytes.
pub(super) struct Frames {
    shape: Shape,
    buffer: Vec<u8>,
    /// Where in the buffer the current frame begins.
    start: usize,
    /// Bytes of the buffer looked at so far.
    seen: usize,
    state: State,
    /// Whether the frame being received was already too long to keep.
    overlong: bool,
}

/// What one cut yields.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// A complete frame.
    Whole(Vec<u8>),
    /// A piece of a frame that is too long to keep.
    Unread(Vec<u8>),
}

/// Where in a frame the last byte seen was.
#[derive(Default)]
struct State {
    /// Where the line began (events).
    line: usize,
    /// Objects and arrays that are open (elements).
    depth: usize,
    /// Whether the outermost of them is an array (elements).
    in_array: bool,
    /// Within a string, and whether its last byte was a backslash (elements).
    string: Option<Escaped>,
    /// UTF-16 units still to come (lengths).
    units: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Escaped {
    No,
    Yes,
}

impl Frames {
    pub(super) fn new(shape: Shape) -> Self {
        Self { shape, buffer: Vec::new(), start: 0, seen: 0, state: State::default(), overlong: false }
    }

    /// Adds a chunk.
    pub(super) fn push(&mut self, chunk: &[u8]) {
        self.buffer.drain(..self.start);
        self.seen -= self.start;
        self.state.line = self.state.line.saturating_sub(self.start);
        self.start = 0;
        self.buffer.extend_from_slice(chunk);
    }

    /// The next frame, if it is there.
    pub(super) fn next(&mut self) -> Option<Frame> {
        let end = match self.shape {
            Shape::Events => self.event_end(),
            Shape::Lines => self.line_end(),
            Shape::Elements => self.element_end(),
            Shape::Lengths => self.counted_end(),
            Shape::Document | Shape::Text | Shape::Html | Shape::Bytes => None,
        };
        match end {
            Some(end) => {
                let frame = self.take(end);
                let unread = std::mem::take(&mut self.overlong);
                Some(if unread { Frame::Unread(frame) } else { Frame::Whole(frame) })
            }
            None if self.overlong || self.buffer.len() - self.start > LONGEST => {
                self.overlong = true;
                (self.seen > self.start).then(|| Frame::Unread(self.take(self.seen)))
            }
            None => None,
        }
    }

    /// Bytes of the frame being received.
    pub(super) fn unfinished(&self) -> usize {
        self.buffer.len() - self.start
    }

    /// What is left when the answer ends.
    pub(super) fn rest(&mut self) -> Vec<u8> {
        let rest = self.take(self.buffer.len());
        self.seen = self.start;
        rest
    }

    fn take(&mut self, end: usize) -> Vec<u8> {
        let frame = self.buffer.get(self.start..end).unwrap_or_default().to_vec();
        self.start = end;
        frame
    }

    fn unseen(&self) -> &[u8] {
        self.buffer.get(self.seen..).unwrap_or_default()
    }

    /// After an empty line. A carriage return at the end waits: a line feed may belong to it.
    fn event_end(&mut self) -> Option<usize> {
        while let Some(run) = memchr2(b'\n', b'\r', self.unseen()) {
            let at = self.seen + run;
            let length = match (self.buffer.get(at), self.buffer.get(at + 1)) {
                (Some(b'\r'), None) => {
                    self.seen = at;
                    return None;
                }
                (Some(b'\r'), Some(b'\n')) => 2,
                _ => 1,
            };
            let empty = at == self.state.line;
            self.seen = at + length;
            self.state.line = self.seen;
            if empty {
                return Some(self.seen);
            }
        }
        self.seen = self.buffer.len();
        None
    }

    fn line_end(&mut self) -> Option<usize> {
        let run = memchr(b'\n', self.unseen());
        self.seen = run.map_or(self.buffer.len(), |run| self.seen + run + 1);
        run.map(|_| self.seen)
    }

    /// After an object in the outermost array, or after the outermost value.
    fn element_end(&mut self) -> Option<usize> {
        while let Some(byte) = self.buffer.get(self.seen).copied() {
            self.seen += 1;
            match self.state.string {
                Some(Escaped::Yes) => self.state.string = Some(Escaped::No),
                Some(Escaped::No) => match byte {
                    b'\\' => self.state.string = Some(Escaped::Yes),
                    b'"' => self.state.string = None,
                    _ => {
                        let run = memchr2(b'\\', b'"', self.unseen()).unwrap_or(self.unseen().len());
                        self.seen += run;
                    }
                },
                None => match byte {
                    b'"' => self.state.string = Some(Escaped::No),
                    b'{' | b'[' => {
                        self.state.in_array =
                            if self.state.depth == 0 { byte == b'[' } else { self.state.in_array };
                        self.state.depth += 1;
                    }
                    b'}' | b']' => {
                        self.state.depth = self.state.depth.saturating_sub(1);
                        let element = self.state.in_array && self.state.depth == 1 && byte == b'}';
                        if self.state.depth == 0 || element {
                            return Some(self.seen);
                        }
                    }
                    _ => {
                        let rest = self.unseen();
                        let open = memchr3(b'"', b'{', b'[', rest).unwrap_or(rest.len());
                        let before = rest.get(..open).unwrap_or_default();
                        self.seen += memchr2(b'}', b']', before).unwrap_or(open);
                    }
                },
            }
        }
        None
    }

    /// `<digits>` and as many UTF-16 units; what comes before the digits is a frame of its own.
    fn counted_end(&mut self) -> Option<usize> {
        if self.state.units.is_none() {
            let digits = self.unseen().iter().take_while(|byte| byte.is_ascii_digit()).count();
            let after = self.seen + digits;
            let next = self.buffer.get(after)?;
            if digits == 0 || *next != b'\n' {
                // The guard against script inclusion, or white space.
                let run = memchr(b'\n', self.unseen())?;
                self.seen += run + 1;
                return Some(self.seen);
            }
            let length = std::str::from_utf8(self.buffer.get(self.seen..after)?).ok()?.parse().ok()?;
            self.state.units = Some(length);
            self.seen = after;
        }
        let missing = self.state.units?;
        let (bytes, units) = measure(self.unseen(), missing);
        self.seen += bytes;
        self.state.units = Some(missing - units).filter(|missing| *missing > 0);
        self.state.units.is_none().then_some(self.seen)
    }
}

/// Bytes and UTF-16 units of the whole characters at the beginning of `bytes`, at most `most` units.
fn measure(bytes: &[u8], most: usize) -> (usize, usize) {
    let (mut taken, mut units) = (0, 0);
    while let Some(first) = bytes.get(taken) {
        let (length, own) = match first {
            0xf0.. => (4, 2),
            0xe0.. => (3, 1),
            0xc0.. => (2, 1),
            _ => (1, 1),
        };
        if units + own > most || taken + length > bytes.len() {
            break;
        }
        (taken, units) = (taken + length, units + own);
    }
    (taken, units)
}

#[cfg(test)]
mod tests {
    use super::{Frame, Frames, Shape};

    /// The frames of `text`, checked to be the same however the text is cut in two.
    fn check(shape: Shape, text: &str, expected: &[&str]) {
        for cut in 0..=text.len() {
            let mut frames = Frames::new(shape);
            let mut got = Vec::new();
            for piece in [&text.as_bytes()[..cut], &text.as_bytes()[cut..]] {
                frames.push(piece);
                while let Some(Frame::Whole(frame)) = frames.next() {
                    got.push(String::from_utf8(frame).unwrap());
                }
            }
            let rest = frames.rest();
            if !rest.is_empty() {
                got.push(format!("rest {}", String::from_utf8(rest).unwrap()));
            }
            assert_eq!(got, expected, "cut at {cut}");
        }
    }

    #[test]
    fn events_end_after_an_empty_line() {
        check(
            Shape::Events,
            "data: a\n\n\ndata: b\ndata: c\n\nda",
            &["data: a\n\n", "\n", "data: b\ndata: c\n\n", "rest da"],
        );
        check(Shape::Events, "a\r\n\r\nb\r\n\r\nc", &["a\r\n\r\n", "b\r\n\r\n", "rest c"]);
        check(Shape::Events, "a\r\rb\r\r.", &["a\r\r", "b\r\r", "rest ."]);
    }

    #[test]
    fn elements_end_with_their_object() {
        let text = "[{\"a\": \"}\\\"{\"}\n,\r\n{\"b\":[{}]}\n]\n";
        check(Shape::Elements, text, &["[{\"a\": \"}\\\"{\"}", "\n,\r\n{\"b\":[{}]}", "\n]", "rest \n"]);
        check(Shape::Elements, "{\"a\":{}} ", &["{\"a\":{}}", "rest  "]);
    }

    #[test]
    fn lines_and_lengths() {
        check(Shape::Lines, "{}\r\n[]\nx", &["{}\r\n", "[]\n", "rest x"]);
        check(Shape::Lengths, ")]}'\n\n6\n[\"é\"]4\n[]\n", &[")]}'\n", "\n", "6\n[\"é\"]", "4\n[]\n"]);
    }

    #[test]
    fn what_never_ends_is_passed_on() {
        let mut frames = Frames::new(Shape::Lines);
        let long = vec![b'x'; super::LONGEST + 1];
        frames.push(&long);
        assert_eq!(frames.next(), Some(Frame::Unread(long)));
        assert_eq!(frames.next(), None);
        frames.push(b"y\nz\n");
        assert_eq!(frames.next(), Some(Frame::Unread(b"y\n".to_vec())));
        assert_eq!(frames.next(), Some(Frame::Whole(b"z\n".to_vec())));
    }
}
