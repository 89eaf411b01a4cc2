use super::{LONGEST, lines::Splitter};

/// Takes messages of syslog out of a stream: octet counts (RFC 6587, section 3.4.1) or line ends, told apart at each message.
///
/// A message begins with a count only if digits, a space and `<` begin it: lines of many logs begin with digits.
#[derive(Debug, Default)]
pub struct Frames {
    state: State,
    head: Vec<u8>,
    lines: Splitter,
}

#[derive(Debug, Default)]
enum State {
    /// At the start of a message, of which `head` holds the first bytes.
    #[default]
    Start,
    /// Within a counted message, of which so many bytes are to come; `head` holds those that came and are kept.
    Counted(usize),
    /// Within a message that ends with its line.
    Line,
}

impl Frames {
    /// Gives the messages that end in these bytes.
    pub fn push(&mut self, mut bytes: &[u8], each: &mut dyn FnMut(&[u8])) {
        while !bytes.is_empty() {
            bytes = match self.state {
                State::Start => self.start(bytes),
                State::Counted(left) => self.counted(left, bytes, each),
                State::Line => self.line(bytes, each),
            };
        }
    }

    /// Gives what is left when the stream ends.
    pub fn end(&mut self, each: &mut dyn FnMut(&[u8])) {
        if !self.head.is_empty() {
            each(&self.head);
            self.head.clear();
        }
        self.lines.end(each);
        self.state = State::Start;
    }

    /// Looks at the first bytes until it is clear how the message is framed.
    fn start<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        let Some((byte, rest)) = bytes.split_first() else { return bytes };
        if self.head.is_empty() && matches!(byte, b'\n' | b'\r' | b'\0') {
            return rest;
        }
        let digits = self.head.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let spaced = self.head.len() > digits;
        let may_count = match byte {
            b'0'..=b'9' => !spaced && digits < 7,
            b' ' => !spaced && digits > 0,
            b'<' if spaced => {
                let count = std::str::from_utf8(self.head.get(..digits).unwrap_or_default());
                let count = count.ok().and_then(|count| count.parse().ok()).unwrap_or(0);
                self.head.clear();
                self.state = State::Counted(count);
                return bytes;
            }
            _ => false,
        };
        if may_count {
            self.head.push(*byte);
            return rest;
        }
        self.state = State::Line;
        let head = std::mem::take(&mut self.head);
        self.lines.push(&head, &mut |_| ());
        bytes
    }

    fn counted<'b>(&mut self, left: usize, bytes: &'b [u8], each: &mut dyn FnMut(&[u8])) -> &'b [u8] {
        let (now, rest) = bytes.split_at_checked(left).unwrap_or((bytes, &[]));
        let room = (LONGEST + 1).saturating_sub(self.head.len());
        self.head.extend_from_slice(now.get(..room.min(now.len())).unwrap_or_default());
        self.state = State::Counted(left - now.len());
        if left == now.len() {
            each(self.head.strip_suffix(b"\n").unwrap_or(&self.head));
            self.head.clear();
            self.state = State::Start;
        }
        rest
    }

    fn line<'b>(&mut self, bytes: &'b [u8], each: &mut dyn FnMut(&[u8])) -> &'b [u8] {
        let end = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\0'));
        let (line, rest) = bytes.split_at_checked(end.unwrap_or(bytes.len())).unwrap_or((bytes, &[]));
        self.lines.push(line, &mut |_| ());
        if end.is_some() {
            self.lines.end(each);
            self.state = State::Start;
        }
        rest
    }
}

#[cfg(test)]
mod tests {
    use super::Frames;

    fn check(stream: &str, expected: &[&str]) {
        for size in 1..=stream.len().max(1) {
            let mut frames = Frames::default();
            let mut seen = Vec::new();
            let mut each = |message: &[u8]| seen.push(String::from_utf8_lossy(message).into_owned());
            for piece in stream.as_bytes().chunks(size) {
                frames.push(piece, &mut each);
            }
            frames.end(&mut each);
            assert_eq!(seen, expected, "{stream} in pieces of {size}");
        }
    }

    #[test]
    fn counted_and_lined() {
        check("<1>a\n<2>b\n", &["<1>a", "<2>b"]);
        check("5 <1>ab7 <2>a\nbc", &["<1>ab", "<2>a\nbc"]);
        check("5 <1>ab\n<2>line\n4 <3>c", &["<1>ab", "<2>line", "<3>c"]);
        check("1795000000.1 5 <a>\nx", &["1795000000.1 5 <a>", "x"]);
        check("12 apples\n7", &["12 apples", "7"]);
        check("<1>a\0<2>b\0", &["<1>a", "<2>b"]);
        check("9 <1>cut", &["<1>cut"]);
        check("0 <1>a\n", &["", "<1>a"]);
        check("{\"a\":1}\n\n", &["{\"a\":1}"]);
    }
}
