use std::ops::Range;

use memchr::memchr2;

use super::string::{Escape, escape_at};

/// Containers within containers; deeper input is refused. Real requests stay below 20.
const MAX_DEPTH: usize = 96;
/// Values in one document. A megabyte of `[0,0,0,…` would otherwise need a hundred of nodes.
const MAX_VALUES: usize = 1 << 20;

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Object,
    Array,
    /// The name of an object's member; its value is the next node.
    Key,
    String,
    /// A number, `true`, `false` or `null`; the text tells them apart.
    Scalar,
}

/// One value on the tape.
#[derive(Clone, Copy)]
pub(super) struct Node {
    pub(super) kind: Kind,
    /// Where it begins; for strings, after the quote.
    pub(super) start: u32,
    /// Where it ends; for strings, before the quote.
    pub(super) end: u32,
    /// The node after this one and everything in it.
    pub(super) after: u32,
}

/// Why text is not JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed {
    /// Offset of the first byte that does not fit.
    pub(crate) at: usize,
    /// What is wrong there.
    pub(crate) problem: &'static str,
}

/// Parsed text: a flat tape of nodes in document order, containers before their members.
pub(crate) struct Document<'a> {
    pub(super) text: &'a str,
    pub(super) nodes: Vec<Node>,
}

impl<'a> Document<'a> {
    /// Parses one value with nothing but white space around it.
    pub(crate) fn parse(text: &'a str) -> Result<Self, Malformed> {
        let mut parser = Parser::new(text);
        parser.space();
        parser.value(0)?;
        parser.space();
        match parser.peek() {
            None => Ok(parser.document()),
            Some(_) => Err(parser.wrong("text after the end of the value")),
        }
    }

    /// Parses any number of values one after the other, as in NDJSON.
    pub(crate) fn parse_sequence(text: &'a str) -> Result<Self, Malformed> {
        let mut parser = Parser::new(text);
        parser.space();
        while parser.peek().is_some() {
            parser.value(0)?;
            parser.space();
        }
        Ok(parser.document())
    }

    /// How many nodes there are.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    nodes: Vec<Node>,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Self {
        let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Self { text, at, nodes: Vec::with_capacity(64) }
    }

    fn document(self) -> Document<'a> {
        Document { text: self.text, nodes: self.nodes }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn wrong(&self, problem: &'static str) -> Malformed {
        Malformed { at: self.at, problem }
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn value(&mut self, depth: usize) -> Result<(), Malformed> {
        match self.peek() {
            Some(b'"') => self.string(Kind::String),
            Some(b'{') => self.container(depth, Kind::Object),
            Some(b'[') => self.container(depth, Kind::Array),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.literal("true"),
            Some(b'f') => self.literal("false"),
            Some(b'n') => self.literal("null"),
            Some(_) => Err(self.wrong("not the beginning of a value")),
            None => Err(self.wrong("the text ends where a value is due")),
        }
    }

    fn container(&mut self, depth: usize, kind: Kind) -> Result<(), Malformed> {
        if depth >= MAX_DEPTH {
            return Err(self.wrong("nested too deeply"));
        }
        let close = if kind == Kind::Object { b'}' } else { b']' };
        let node = self.open(kind)?;
        self.at += 1;
        self.space();
        if self.peek() == Some(close) {
            return self.close(node);
        }
        loop {
            if kind == Kind::Object {
                self.member_name()?;
            }
            self.value(depth + 1)?;
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(byte) if byte == close => return self.close(node),
                Some(_) => return Err(self.wrong("expected a comma or the end of the object or array")),
                None => return Err(self.wrong("the text ends inside an object or array")),
            }
            self.space();
        }
    }

    fn member_name(&mut self) -> Result<(), Malformed> {
        if self.peek() != Some(b'"') {
            return Err(self.wrong("expected the name of a member"));
        }
        self.string(Kind::Key)?;
        self.space();
        if self.peek() != Some(b':') {
            return Err(self.wrong("expected a colon after the name of a member"));
        }
        self.at += 1;
        self.space();
        Ok(())
    }

    fn open(&mut self, kind: Kind) -> Result<usize, Malformed> {
        if self.nodes.len() >= MAX_VALUES {
            return Err(self.wrong("too many values"));
        }
        let start = narrow(self.at).ok_or(self.wrong("too large"))?;
        let index = self.nodes.len();
        self.nodes.push(Node { kind, start, end: start, after: narrow(index).unwrap_or(u32::MAX) + 1 });
        Ok(index)
    }

    fn close(&mut self, node: usize) -> Result<(), Malformed> {
        self.at += 1;
        self.end(node, self.at)
    }

    fn end(&mut self, node: usize, end: usize) -> Result<(), Malformed> {
        let end = narrow(end).ok_or(self.wrong("too large"))?;
        let after = narrow(self.nodes.len()).ok_or(self.wrong("too many values"))?;
        if let Some(node) = self.nodes.get_mut(node) {
            node.end = end;
            node.after = after;
        }
        Ok(())
    }

    fn string(&mut self, kind: Kind) -> Result<(), Malformed> {
        self.at += 1;
        let node = self.open(kind)?;
        loop {
            let rest = self.rest();
            let Some(run) = memchr2(b'"', b'\\', rest) else {
                self.at = self.text.len();
                return Err(self.wrong("the text ends inside a string"));
            };
            self.at += run;
            if rest.get(run) == Some(&b'"') {
                let end = self.at;
                self.at += 1;
                return self.end(node, end);
            }
            match escape_at(self.rest()) {
                Some(Escape { raw, .. }) => self.at += raw,
                None => return Err(self.wrong("not an escape sequence")),
            }
        }
    }

    fn number(&mut self) -> Result<(), Malformed> {
        let node = self.open(Kind::Scalar)?;
        let digits =
            self.rest().iter().take_while(|b| matches!(b, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
        let end = self.at + digits.count();
        let well_formed = self.text.get(self.at..end).is_some_and(|number| {
            number.ends_with(|c: char| c.is_ascii_digit()) && number.parse::<f64>().is_ok()
        });
        if !well_formed {
            return Err(self.wrong("not a number"));
        }
        self.at = end;
        self.end(node, end)
    }

    fn literal(&mut self, word: &'static str) -> Result<(), Malformed> {
        if !self.rest().starts_with(word.as_bytes()) {
            return Err(self.wrong("not the beginning of a value"));
        }
        let node = self.open(Kind::Scalar)?;
        self.at += word.len();
        self.end(node, self.at)
    }
}

impl Node {
    pub(super) fn span(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

fn narrow(offset: usize) -> Option<u32> {
    u32::try_from(offset).ok().filter(|offset| *offset < u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::Document;

    fn check(text: &str, expected: Result<usize, (usize, &str)>) {
        let got = Document::parse(text).map(|doc| doc.len()).map_err(|e| (e.at, e.problem));
        assert_eq!(got, expected, "{text}");
    }

    #[test]
    fn values_are_counted_and_mistakes_placed() {
        check(r#"{"a":[1,-2.5e3,true,null],"b":"x"}"#, Ok(9));
        check("\u{feff} [] ", Ok(1));
        check(r#""\ud83d\ude00\u0000\/""#, Ok(1));
        check("", Err((0, "the text ends where a value is due")));
        check(r#"{"a" 1}"#, Err((5, "expected a colon after the name of a member")));
        check(r#"["a\q"]"#, Err((3, "not an escape sequence")));
        check(r#"["a\u12g4"]"#, Err((3, "not an escape sequence")));
        check(r#"["a"#, Err((3, "the text ends inside a string")));
        check("[1 2]", Err((3, "expected a comma or the end of the object or array")));
        check("[1,]", Err((3, "not the beginning of a value")));
        check("{} x", Err((3, "text after the end of the value")));
        check("[1e]", Err((1, "not a number")));
        check("nul", Err((0, "not the beginning of a value")));
    }

    #[test]
    fn depth_is_bounded() {
        assert!(Document::parse(&("[".repeat(96) + &"]".repeat(96))).is_ok());
        assert_eq!(Document::parse(&"[".repeat(100_000)).err().map(|e| e.at), Some(96));
    }
}
