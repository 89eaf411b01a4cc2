//! Lines of words between spaces, some of them in quotes or brackets.

/// The words of a line: runs of other than spaces, `"…"` with escaped quotes, `[…]`.
pub(super) struct Words<'a> {
    rest: &'a str,
    count: usize,
    quoted: bool,
}

impl<'a> Words<'a> {
    pub(super) fn new(line: &'a str) -> Self {
        Self { rest: line.trim(), count: 0, quoted: false }
    }

    /// The next word, without its quotes or brackets.
    pub(super) fn next(&mut self) -> Option<&'a str> {
        let text = self.rest.trim_start();
        let first = text.as_bytes().first()?;
        self.count += 1;
        self.quoted = *first == b'"';
        let (word, rest) = match first {
            b'"' => {
                let inner = text.get(1..)?;
                let end = end_of_quote(inner)?;
                (inner.get(..end)?, inner.get(end + 1..)?)
            }
            b'[' if !is_address(text) => text.get(1..)?.split_once(']')?,
            _ => {
                let end = text.find([' ', '\t']).unwrap_or(text.len());
                text.split_at_checked(end)?
            }
        };
        self.rest = rest;
        Some(word)
    }

    /// Whether the last word was the last of the line.
    pub(super) fn at_end(&self) -> bool {
        self.rest.trim_start().is_empty()
    }

    /// Whether the last word stood in quotes.
    pub(super) fn was_quoted(&self) -> bool {
        self.quoted
    }

    /// How many words there were so far.
    pub(super) fn count(&self) -> usize {
        self.count
    }
}

/// Whether a bracket is that of `[2001:db8::1]:443`.
fn is_address(text: &str) -> bool {
    text.split_once(']').is_some_and(|(inside, after)| !inside.contains(' ') && after.starts_with(':'))
}

fn end_of_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| match byte {
        _ if escaped => {
            escaped = false;
            false
        }
        b'\\' => {
            escaped = true;
            false
        }
        byte => byte == b'"',
    })
}

/// Fields between commas; quotes around a field may hold commas, and doubled quotes (RFC 4180). Spaces before a quote are dropped.
pub(super) fn comma_separated(line: &str) -> Vec<std::borrow::Cow<'_, str>> {
    let mut fields = Vec::with_capacity(64);
    let mut rest = line;
    loop {
        let trimmed = rest.trim_start_matches(' ');
        let (field, after) = match trimmed.strip_prefix('"') {
            Some(inner) => quoted_field(inner),
            None => match rest.split_once(',') {
                Some((field, after)) => (field.into(), Some(after)),
                None => (rest.into(), None),
            },
        };
        fields.push(field);
        match after {
            Some(after) => rest = after,
            None => return fields,
        }
    }
}

fn quoted_field(inner: &str) -> (std::borrow::Cow<'_, str>, Option<&str>) {
    let mut from = 0;
    let mut doubled = false;
    loop {
        let Some(at) = inner.get(from..).and_then(|rest| rest.find('"')).map(|at| at + from) else {
            return (inner.into(), None);
        };
        let after = inner.get(at + 1..).unwrap_or_default();
        if after.starts_with('"') {
            doubled = true;
            from = at + 2;
            continue;
        }
        let field = inner.get(..at).unwrap_or_default();
        let field = if doubled { field.replace("\"\"", "\"").into() } else { field.into() };
        return (field, after.split_once(',').map(|(_, after)| after));
    }
}

#[cfg(test)]
mod tests {
    use super::{Words, comma_separated};

    #[test]
    fn words_in_quotes_and_brackets() {
        let mut words = Words::new(r#" a  [b c] "d \" e" - "" [::1]:5"#);
        let mut seen = Vec::new();
        while let Some(word) = words.next() {
            seen.push(word);
        }
        assert_eq!(seen, ["a", "b c", r#"d \" e"#, "-", "", "[::1]:5"]);
        assert_eq!(Words::new("\"never ends").next(), None);
    }

    #[test]
    fn fields_between_commas() {
        for (line, expected) in [
            (r#"a,"b,c",,"d ""e""""#, vec!["a", "b,c", "", "d \"e\""]),
            (r#""a", "b" ,c"#, vec!["a", "b", "c"]),
            ("", vec![""]),
            ("a,", vec!["a", ""]),
            (r#"a,"b"#, vec!["a", "b"]),
        ] {
            assert_eq!(comma_separated(line), expected, "{line}");
        }
    }
}
