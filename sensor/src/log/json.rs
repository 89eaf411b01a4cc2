//! JSON read without building anything: every scalar is given out with the dotted path that leads to it.
//!
//! `{"tls": {"sni": "a"}}` and `{"tls.sni": "a"}` come out alike. Elements of a list have the path of the list.

use std::borrow::Cow;

use memchr::memchr2;

/// Deepest nesting that is read.
const DEPTH: u32 = 32;

/// A scalar, or the end of an object within a list.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value<'a> {
    /// A string, unescaped.
    Text(Cow<'a, str>),
    /// A number as it stands.
    Number(&'a str),
    /// `true` or `false`.
    Truth(bool),
    /// `null`, or an empty list or object.
    Nothing,
    /// An object that is an element of a list has ended.
    End,
}

impl<'a> Value<'a> {
    /// Text or number as it stands.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Number(text) => Some(text),
            Self::Truth(_) | Self::Nothing | Self::End => None,
        }
    }
}

/// Why a text is no JSON.
pub(super) const MALFORMED: &str = "not well-formed JSON";

/// Gives each scalar of one JSON text with its path.
pub(super) fn walk<'a>(text: &'a str, each: &mut impl FnMut(&str, Value<'a>)) -> Result<(), &'static str> {
    let mut reader = Reader { text, at: 0, path: String::new() };
    reader.value(DEPTH, &mut |path, value| each(path, value)).ok_or(MALFORMED)?;
    reader.blank();
    if reader.at == text.len() { Ok(()) } else { Err(MALFORMED) }
}

/// The elements of the list that a text begins with, or of the list under one of `names` in the object it begins with.
pub(super) fn elements<'a>(text: &'a str, names: &[&str]) -> Option<Vec<&'a str>> {
    let mut reader = Reader { text, at: 0, path: String::new() };
    reader.blank();
    match reader.peek()? {
        b'[' => reader.list(),
        b'{' => reader.list_in_object(names),
        _ => None,
    }
}

/// The keys of the object that a text is, as far as it can be read.
pub(super) fn keys<'a>(text: &'a str, keys: &mut Vec<&'a str>) {
    keys.extend(members(text).into_iter().map(|(key, _)| key));
}

/// The members of the object that a text is, with their values as they stand, as far as it can be read.
pub(super) fn members(text: &str) -> Vec<(&str, &str)> {
    let mut reader = Reader { text, at: 0, path: String::new() };
    let mut members = Vec::with_capacity(32);
    reader.blank();
    if reader.peek() == Some(b'{') {
        reader.at += 1;
        while let Some(member) = reader.member() {
            members.push(member);
        }
    }
    members
}

/// The text of a value that is a string.
pub(super) fn text_of(value: &str) -> Option<Cow<'_, str>> {
    Reader { text: value, at: 0, path: String::new() }.string()
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    path: String,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blank(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        self.blank();
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn value(&mut self, depth: u32, each: &mut impl FnMut(&str, Value<'a>)) -> Option<()> {
        self.blank();
        let value = match self.peek()? {
            b'{' => return self.object(depth.checked_sub(1)?, each),
            b'[' => return self.array(depth.checked_sub(1)?, each),
            b'"' => Value::Text(self.string()?),
            b't' => self.word("true", Value::Truth(true))?,
            b'f' => self.word("false", Value::Truth(false))?,
            b'n' => self.word("null", Value::Nothing)?,
            _ => Value::Number(self.number()?),
        };
        each(&self.path, value);
        Some(())
    }

    fn object(&mut self, depth: u32, each: &mut impl FnMut(&str, Value<'a>)) -> Option<()> {
        self.at += 1;
        self.blank();
        if self.peek()? == b'}' {
            self.at += 1;
            each(&self.path, Value::Nothing);
            return Some(());
        }
        loop {
            self.blank();
            let before = self.path.len();
            let key = self.string()?;
            if before > 0 {
                self.path.push('.');
            }
            self.path.push_str(&key);
            self.take(b':')?;
            self.value(depth, each)?;
            self.path.truncate(before);
            self.blank();
            match self.peek()? {
                b',' => self.at += 1,
                b'}' => break,
                _ => return None,
            }
        }
        self.at += 1;
        Some(())
    }

    fn array(&mut self, depth: u32, each: &mut impl FnMut(&str, Value<'a>)) -> Option<()> {
        self.at += 1;
        self.blank();
        if self.peek()? == b']' {
            self.at += 1;
            each(&self.path, Value::Nothing);
            return Some(());
        }
        loop {
            self.blank();
            let object = self.peek()? == b'{';
            self.value(depth, each)?;
            if object {
                each(&self.path, Value::End);
            }
            self.blank();
            match self.peek()? {
                b',' => self.at += 1,
                b']' => break,
                _ => return None,
            }
        }
        self.at += 1;
        Some(())
    }

    fn word(&mut self, word: &str, value: Value<'a>) -> Option<Value<'a>> {
        self.text.get(self.at..)?.starts_with(word).then(|| {
            self.at += word.len();
            value
        })
    }

    fn number(&mut self) -> Option<&'a str> {
        let rest = self.text.get(self.at..)?;
        let fits = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E');
        let length = rest.as_bytes().iter().take_while(|byte| fits(byte)).count();
        let number = rest.get(..length).filter(|number| number.bytes().any(|byte| byte.is_ascii_digit()))?;
        self.at += length;
        Some(number)
    }

    /// A string, borrowed unless something in it is escaped.
    fn string(&mut self) -> Option<Cow<'a, str>> {
        if self.peek()? != b'"' {
            return None;
        }
        let rest = self.text.get(self.at + 1..)?;
        let stop = position_of_end(rest.as_bytes())?;
        if rest.as_bytes().get(stop) == Some(&b'"') {
            self.at += stop + 2;
            return rest.get(..stop).map(Cow::Borrowed);
        }
        let (text, length) = unescaped(rest)?;
        self.at += length + 2;
        Some(Cow::Owned(text))
    }

    /// Passes over a value without looking into it; gives its text.
    fn skip(&mut self) -> Option<&'a str> {
        self.blank();
        let from = self.at;
        let path = std::mem::take(&mut self.path);
        self.value(DEPTH, &mut |_, _| ())?;
        self.path = path;
        self.text.get(from..self.at)
    }

    /// A key and its value, and the comma after them.
    fn member(&mut self) -> Option<(&'a str, &'a str)> {
        self.blank();
        let from = self.at;
        let key = self.string()?;
        let written = match key {
            Cow::Borrowed(key) => key,
            Cow::Owned(_) => self.text.get(from + 1..self.at - 1)?,
        };
        self.take(b':')?;
        let value = self.skip()?;
        self.blank();
        if self.peek() == Some(b',') {
            self.at += 1;
        }
        Some((written, value))
    }

    fn list(&mut self) -> Option<Vec<&'a str>> {
        self.at += 1;
        let mut elements = Vec::new();
        self.blank();
        if self.peek()? == b']' {
            return Some(elements);
        }
        loop {
            elements.push(self.skip()?);
            self.blank();
            match self.peek()? {
                b',' => self.at += 1,
                b']' => return Some(elements),
                _ => return None,
            }
        }
    }

    fn list_in_object(&mut self, names: &[&str]) -> Option<Vec<&'a str>> {
        self.at += 1;
        loop {
            self.blank();
            let key = self.string()?;
            self.take(b':')?;
            self.blank();
            if names.contains(&&*key) && self.peek()? == b'[' {
                return self.list();
            }
            self.skip()?;
            self.blank();
            if self.peek()? != b',' {
                return None;
            }
            self.at += 1;
        }
    }
}

/// Where the string ends or the first escape is. Most strings are short: looked at byte by byte before anything clever is set up.
fn position_of_end(bytes: &[u8]) -> Option<usize> {
    let near = bytes.iter().take(16).position(|byte| matches!(byte, b'"' | b'\\'));
    near.or_else(|| memchr2(b'"', b'\\', bytes.get(16..)?).map(|at| at + 16))
}

/// The string up to its closing quote, and how many bytes it takes as written.
fn unescaped(rest: &str) -> Option<(String, usize)> {
    let mut text = String::with_capacity(64);
    let mut from = 0;
    loop {
        let piece = rest.get(from..)?;
        let stop = memchr2(b'"', b'\\', piece.as_bytes())?;
        text.push_str(piece.get(..stop)?);
        if piece.as_bytes().get(stop) == Some(&b'"') {
            return Some((text, from + stop));
        }
        let (letter, used) = escape(piece.get(stop + 1..)?)?;
        text.push(letter);
        from += stop + 1 + used;
    }
}

/// What stands after a backslash, and how many bytes it takes.
fn escape(rest: &str) -> Option<(char, usize)> {
    let letter = match rest.as_bytes().first()? {
        b'n' => '\n',
        b't' => '\t',
        b'r' => '\r',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'u' => return unicode(rest.get(1..)?),
        _ => return None,
    };
    Some((letter, 1))
}

fn unicode(rest: &str) -> Option<(char, usize)> {
    let unit = |text: &str, at: usize| {
        let digits =
            text.get(at..at + 4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        u16::from_str_radix(digits, 16).ok()
    };
    let first = unit(rest, 0)?;
    let second = rest.get(4..6).filter(|mark| *mark == "\\u").and_then(|_| unit(rest, 6));
    match (char::from_u32(first.into()), second) {
        (Some(letter), _) => Some((letter, 5)),
        (None, Some(second)) => match char::decode_utf16([first, second]).next()? {
            Ok(letter) => Some((letter, 11)),
            Err(_) => Some((char::REPLACEMENT_CHARACTER, 5)),
        },
        (None, None) => Some((char::REPLACEMENT_CHARACTER, 5)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Value, elements, walk};

    fn check(text: &str, expected: &str) {
        let mut seen = Vec::new();
        let read = walk(text, &mut |path, value| {
            seen.push(match value {
                Value::Text(text) => format!("{path}={text}"),
                Value::Number(number) => format!("{path}:{number}"),
                Value::Truth(truth) => format!("{path}?{truth}"),
                Value::Nothing => format!("{path}-"),
                Value::End => format!("{path}."),
            });
        });
        let seen = if read.is_ok() { seen.join(" ") } else { "malformed".to_owned() };
        assert_eq!(seen, expected, "{text}");
    }

    #[test]
    fn paths_of_scalars() {
        check(r#"{"a":{"b":"x","c":[1,2]},"d.e":true}"#, "a.b=x a.c:1 a.c:2 d.e?true");
        check(r#"{ "a" : [ {"b": null}, {"b": -1.5e3} ] , "c" : {} }"#, "a.b- a. a.b:-1.5e3 a. c-");
        check(r#"{"a":"\u00fc\n\"\ud83d\ude00\\"}"#, "a=ü\n\"😀\\");
    }

    #[test]
    fn malformed() {
        for text in [
            "",
            "{",
            r#"{"a"}"#,
            r#"{"a":1"#,
            r#"{"a":"x}"#,
            r#"{"a":1}x"#,
            r#"{"a":tru}"#,
            r#"{"a":"\q"}"#,
            r#"{"a":[1,]}"#,
        ] {
            check(text, "malformed");
        }
        check(&"[".repeat(100_000), "malformed");
    }

    #[test]
    fn lists_and_wrapped_lists() {
        assert_eq!(elements(r#"[{"a":1}, {"b":2}]"#, &[]), Some(vec![r#"{"a":1}"#, r#"{"b":2}"#]));
        assert_eq!(elements(r#"{"x":{"y":[]},"Records":[{"a":1}]}"#, &["Records"]), Some(vec![r#"{"a":1}"#]));
        assert_eq!(elements(r#"{"a":1}"#, &["Records"]), None);
    }
}
