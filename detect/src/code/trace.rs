/// What a line is in a stack trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// What announces a trace: `Traceback (most recent call last):`.
    Header,
    /// A place in a program.
    Frame,
}

/// Most lines that may stand between two parts: arguments, a line of source.
const MOST_BETWEEN: usize = 2;
/// Most bytes of a message that belongs to a trace.
const LONGEST_MESSAGE: usize = 300;

/// The stack trace being read, if any.
#[derive(Default)]
pub(super) struct Trace {
    start: usize,
    end: usize,
    headers: usize,
    frames: usize,
    between: usize,
    /// The line before, which may be the message of a trace that begins without header.
    message: Option<usize>,
}

/// What becomes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It has nothing to do with a trace.
    Outside,
    /// It belongs to a trace.
    Inside,
    /// It ended a trace that lies there, to which it does not belong.
    Ended(usize, usize),
}

impl Trace {
    /// Takes the next line: `text` is the line without what surrounds it, from `start` to `end`.
    pub(super) fn step(&mut self, line: &[u8], start: usize, end: usize) -> Step {
        let text = line.trim_ascii();
        match Part::read(text) {
            Some(part) => {
                self.begin(start);
                self.headers += usize::from(part == Part::Header);
                self.frames += usize::from(part == Part::Frame);
                (self.end, self.between) = (end, 0);
                Step::Inside
            }
            None if self.is_open() => self.between(line, text, end),
            None => {
                self.message = names_failure(text).then_some(start);
                Step::Outside
            }
        }
    }

    /// Ends the text; where a trace lay that was still open.
    pub(super) fn finish(&mut self) -> Option<(usize, usize)> {
        let is_trace = self.frames > 1 || self.frames > 0 && self.headers > 0;
        let found = is_trace.then_some((self.start, self.end));
        *self = Self::default();
        found
    }

    fn is_open(&self) -> bool {
        self.headers + self.frames > 0
    }

    fn begin(&mut self, start: usize) {
        if !self.is_open() {
            self.start = self.message.take().unwrap_or(start);
        }
    }

    fn between(&mut self, line: &[u8], text: &[u8], end: usize) -> Step {
        self.between += 1;
        let indented = line.first().is_some_and(u8::is_ascii_whitespace);
        if self.frames > 0 && !indented && names_failure(text) {
            self.end = end;
            return Step::Inside;
        }
        let goes_on = indented || text.is_empty() || self.frames == 0 || text.ends_with(b")");
        if self.between <= MOST_BETWEEN && goes_on {
            return Step::Inside;
        }
        match self.finish() {
            Some((start, end)) => Step::Ended(start, end),
            None => Step::Outside,
        }
    }
}

/// Whether a line names an error with its message: `ValueError: bad job`.
fn names_failure(text: &[u8]) -> bool {
    let length = text.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"._$".contains(byte)).count();
    let (name, rest) = text.split_at(length);
    let is_name = matches!(rest.first(), None | Some(b':'));
    let fails =
        || [&b"Error"[..], b"Exception", b"panic", b"Failure"].iter().any(|ending| name.ends_with(ending));
    is_name && text.len() <= LONGEST_MESSAGE && fails()
}

impl Part {
    /// Reads a line without its indentation.
    fn read(text: &[u8]) -> Option<Self> {
        let first = *text.first()?;
        let frame = match first {
            b'a' => text.strip_prefix(b"at ").is_some_and(is_place),
            b'F' => text.starts_with(b"File \"") && has_number_after(text, b"\", line "),
            b'f' => text.starts_with(b"from ") && has_number_after(text, b".rb:"),
            b'#' => is_numbered(text),
            b'/' | b'C'..=b'Z' if ends_as_go(text) => true,
            _ => false,
        };
        let header = || match first {
            b'T' => text.starts_with(b"Traceback (most recent call last)"),
            b'E' => text.starts_with(b"Exception in thread \""),
            b'C' => text.starts_with(b"Caused by: "),
            b'g' => text.starts_with(b"goroutine ") && text.ends_with(b"]:"),
            b't' => text.starts_with(b"thread '") && memchr::memmem::find(text, b"panicked at").is_some(),
            b'U' => text.starts_with(b"Unhandled exception"),
            b'p' => text.starts_with(b"panic: "),
            b's' => text == b"stack backtrace:",
            _ => false,
        };
        if frame { Some(Self::Frame) } else { header().then_some(Self::Header) }
    }
}

/// What follows `at ` in Java, Node, .NET and Rust.
fn is_place(place: &[u8]) -> bool {
    let Some(rest) = place.strip_suffix(b")") else {
        return has_number_after(place, b":line ") || ends_as_position(place);
    };
    let Some(open) = memchr::memrchr(b'(', rest) else { return false };
    let (name, inside) = rest.split_at(open);
    let inside = inside.get(1..).unwrap_or_default();
    let known = [&b"Native Method"[..], b"Unknown Source", b"<anonymous>", b"native"];
    let in_file = known.contains(&inside) || ends_with_number(inside) && inside.contains(&b':');
    let dots = name.iter().filter(|byte| **byte == b'.').count();
    in_file
        || dots > 1
            && !name.contains(&b' ')
            && name.last().is_some_and(|byte| byte.is_ascii_alphanumeric() || b"]>".contains(byte))
}

/// `path:12:5`, after Node and Rust.
fn ends_as_position(text: &[u8]) -> bool {
    let mut parts = text.rsplit(|byte| *byte == b':');
    let mut number =
        || parts.next().is_some_and(|part| !part.is_empty() && part.iter().all(u8::is_ascii_digit));
    number() && number() && !text.contains(&b' ')
}

/// `/srv/main.go:8 +0x1d`, as Go prints places.
fn ends_as_go(text: &[u8]) -> bool {
    let place = text.split(|byte| *byte == b' ').next().unwrap_or_default();
    ends_with_number(place) && has_number_after(place, b".go:")
}

/// `#0 /srv/index.php(12): run()` of PHP, `#0  main () at main.c:12` of debuggers.
fn is_numbered(text: &[u8]) -> bool {
    let digits = text.iter().skip(1).take_while(|byte| byte.is_ascii_digit()).count();
    let rest = text.get(1 + digits..).unwrap_or_default();
    let debugger = || memchr::memmem::find(rest, b") at ").is_some() && ends_with_number(rest);
    (1..4).contains(&digits) && rest.starts_with(b" ") && (has_number_after(rest, b".php(") || debugger())
}

fn has_number_after(text: &[u8], mark: &[u8]) -> bool {
    let behind = memchr::memmem::find(text, mark).and_then(|at| text.get(at + mark.len()));
    behind.is_some_and(u8::is_ascii_digit)
}

fn ends_with_number(text: &[u8]) -> bool {
    text.last().is_some_and(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::Part;

    #[test]
    fn parts_of_traces() {
        for (line, part) in [
            ("at com.example.Pool.get(Pool.java:41)", Some(Part::Frame)),
            ("at load (/srv/app/load.js:3:14)", Some(Part::Frame)),
            ("at node:internal/main/run:12:5", Some(Part::Frame)),
            ("at Shop.Cart.Total(Int32 id) in C:\\src\\Cart.cs:line 41", Some(Part::Frame)),
            ("File \"/srv/app.py\", line 7, in main", Some(Part::Frame)),
            ("/srv/app/main.go:8 +0x1d", Some(Part::Frame)),
            ("#0 /srv/index.php(12): run()", Some(Part::Frame)),
            ("#1  0x0000 in main () at main.c:12", Some(Part::Frame)),
            ("from /srv/app.rb:12:in `run'", Some(Part::Frame)),
            ("Traceback (most recent call last):", Some(Part::Header)),
            ("goroutine 1 [running]:", Some(Part::Header)),
            ("at the office (see Bob)", None),
            ("at noon, 12:30", None),
            ("File \"notes\" is lost", None),
            ("#1 on the list", None),
        ] {
            assert_eq!(Part::read(line.as_bytes()), part, "{line}");
        }
    }
}
