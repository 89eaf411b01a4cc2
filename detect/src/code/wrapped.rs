//! Code that stands inside another form: lines of a diff, strings of a notebook.

use std::borrow::Cow;

use super::language::{Languages, Tag};

/// The form in which lines stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Form {
    #[default]
    Bare,
    /// In a unified diff, of a file whose name says so much.
    Diff(Tag),
    /// In a Jupyter notebook, outside and inside the source of a code cell.
    Notebook,
    Cell(Source),
}

/// Where in a code cell of a notebook a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Before,
    Inside,
}

/// Whether a line is part of a unified diff whose hunks have begun.
pub(super) fn is_of_diff(line: &[u8]) -> bool {
    let extended = [
        &b"diff "[..],
        b"index ",
        b"new file",
        b"deleted file",
        b"similarity",
        b"rename ",
        b"old mode",
        b"new mode",
        b"Index: ",
        b"===",
    ];
    matches!(line.first(), None | Some(b' ' | b'+' | b'-' | b'@' | b'\\'))
        || extended.iter().any(|start| line.starts_with(start))
}

/// What the name in a line `+++ b/src/main.rs` says.
pub(super) fn named_in_diff(languages: &Languages, line: &[u8]) -> Option<Tag> {
    let name = line.strip_prefix(b"+++ ")?.split(|byte| *byte == b'\t').next()?.trim_ascii();
    let name = std::str::from_utf8(name).ok()?;
    (!name.is_empty()).then(|| languages.of_file(name))
}

/// The line of source in a line of a diff; nothing in its headers.
pub(super) fn in_diff(line: &[u8]) -> Option<&[u8]> {
    let header = [&b"+++ "[..], b"--- ", b"@@"].iter().any(|start| line.starts_with(start));
    let (first, rest) = line.split_first()?;
    (!header && matches!(first, b' ' | b'+' | b'-')).then_some(rest)
}

impl Form {
    /// What a line of a notebook leads to, and the source in it.
    pub(super) fn in_notebook(self, line: &[u8]) -> (Self, Option<Cow<'_, [u8]>>) {
        let text = line.trim_ascii();
        if let Some(kind) = value(text, b"\"cell_type\":") {
            let is_code = kind.starts_with(b"\"code\"");
            return (if is_code { Self::Cell(Source::Before) } else { Self::Notebook }, None);
        }
        match self {
            _ if text.starts_with(b"\"nbformat\"") => (Self::Bare, None),
            Self::Cell(Source::Before) if value(text, b"\"source\":").is_some_and(|rest| rest == b"[") => {
                (Self::Cell(Source::Inside), None)
            }
            Self::Cell(Source::Inside) if text.starts_with(b"]") => (Self::Cell(Source::Before), None),
            Self::Cell(Source::Inside) => (self, string(text)),
            _ => (self, None),
        }
    }

    /// Whether a line begins a cell of a notebook.
    pub(super) fn begins_notebook(line: &[u8]) -> bool {
        value(line.trim_ascii(), b"\"cell_type\":").is_some()
    }
}

/// What follows the key.
fn value<'a>(text: &'a [u8], key: &[u8]) -> Option<&'a [u8]> {
    text.strip_prefix(key).map(<[u8]>::trim_ascii_start)
}

/// The content of a JSON string that is a line of source.
fn string(text: &[u8]) -> Option<Cow<'_, [u8]>> {
    let text = text.strip_suffix(b",").unwrap_or(text);
    let inside = text.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    let inside = inside.strip_suffix(b"\\n").unwrap_or(inside);
    if !inside.contains(&b'\\') {
        return Some(Cow::Borrowed(inside));
    }
    let (mut plain, mut escaped) = (Vec::with_capacity(inside.len()), false);
    for byte in inside {
        match (escaped, byte) {
            (false, b'\\') => {}
            (true, b't') => plain.push(b'\t'),
            (true, b'n') => plain.push(b' '),
            (_, byte) => plain.push(*byte),
        }
        escaped = !escaped && *byte == b'\\';
    }
    Some(Cow::Owned(plain))
}

#[cfg(test)]
mod tests {
    use super::{Form, Source, in_diff, is_of_diff};

    #[test]
    fn lines_of_a_notebook() {
        let inside = Form::Cell(Source::Inside);
        let (form, source) = inside.in_notebook(br#"    "print(\"a\\n\")\n","#);
        assert_eq!((form, source.as_deref()), (inside, Some(&b"print(\"a\\n\")"[..])));
        assert_eq!(Form::Cell(Source::Before).in_notebook(b"   \"source\": ["), (inside, None));
        assert_eq!(inside.in_notebook(b"   ]"), (Form::Cell(Source::Before), None));
        assert!(Form::begins_notebook(b"  \"cell_type\": \"code\","));
    }

    #[test]
    fn lines_of_a_diff() {
        assert_eq!(in_diff(b"+let a = 1;"), Some(&b"let a = 1;"[..]));
        assert_eq!(in_diff(b"@@ -1,3 +1,4 @@"), None);
        assert!(is_of_diff(b" context") && !is_of_diff(b"Thanks!"));
    }
}
