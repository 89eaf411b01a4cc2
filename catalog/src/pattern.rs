use std::{fmt, str::FromStr};

/// The form of a request path: `/v1/models/{model}:generateContent`.
///
/// `{name}` stands for one or more characters within a segment, at most once in it; `{name...}` as the last segment
/// stands for one or more whole segments. A trailing slash does not matter, everything else is compared byte by byte.
#[derive(Clone, PartialEq, Eq)]
pub struct PathPattern {
    text: Box<str>,
    segments: Vec<Segment>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Literal(Box<str>),
    Hole { before: Box<str>, after: Box<str> },
    Rest,
}

/// A path pattern that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is not a path pattern: {expected}")]
pub struct InvalidPattern {
    /// What was given.
    pub given: String,
    /// What would be accepted.
    pub expected: &'static str,
}

impl PathPattern {
    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether `path`, with or without a query, has this form.
    pub fn matches(&self, path: &str) -> bool {
        let path = path.split(['?', '#']).next().unwrap_or(path);
        let Some(path) = path.strip_prefix('/') else { return false };
        let mut given = path.strip_suffix('/').unwrap_or(path).split('/');
        for segment in &self.segments {
            let Some(text) = given.next() else { return false };
            match segment {
                Segment::Literal(literal) if **literal == *text => {}
                Segment::Hole { before, after } if fills(text, before, after) => {}
                Segment::Rest => return !text.is_empty(),
                _ => return false,
            }
        }
        given.next().is_none()
    }

    /// How much of the pattern is literal: what comes first when several patterns match.
    pub(crate) fn specificity(&self) -> usize {
        self.segments.iter().map(Segment::literal_bytes).sum::<usize>() * 16 + self.segments.len()
    }
}

fn fills(text: &str, before: &str, after: &str) -> bool {
    text.len() > before.len() + after.len() && text.starts_with(before) && text.ends_with(after)
}

impl Segment {
    fn literal_bytes(&self) -> usize {
        match self {
            Self::Literal(text) => text.len(),
            Self::Hole { before, after } => before.len() + after.len(),
            Self::Rest => 0,
        }
    }

    fn read(text: &str, last: bool) -> Result<Self, &'static str> {
        let Some((before, rest)) = text.split_once('{') else {
            return if text.contains('}') { Err("`}` without `{`") } else { Ok(Self::Literal(text.into())) };
        };
        let (name, after) = rest.split_once('}').ok_or("`{` without `}`")?;
        if after.contains(['{', '}']) {
            return Err("one `{x}` a segment at most");
        }
        match name.strip_suffix("...") {
            Some(_) if !last || !before.is_empty() || !after.is_empty() => {
                Err("`{x...}` is the whole of the last segment")
            }
            Some(_) => Ok(Self::Rest),
            None => Ok(Self::Hole { before: before.into(), after: after.into() }),
        }
    }
}

impl FromStr for PathPattern {
    type Err = InvalidPattern;

    fn from_str(given: &str) -> Result<Self, InvalidPattern> {
        let invalid = |expected| InvalidPattern { given: given.to_owned(), expected };
        let path = given.strip_prefix('/').ok_or(invalid("begin with `/`"))?;
        if path.contains(['?', '#', ' ']) {
            return Err(invalid("leave out query, fragment and spaces"));
        }
        let path = path.strip_suffix('/').unwrap_or(path);
        let count = path.split('/').count();
        let segments = path.split('/').enumerate().map(|(at, text)| Segment::read(text, at + 1 == count));
        let segments = segments.collect::<Result<_, _>>().map_err(invalid)?;
        Ok(Self { text: given.into(), segments })
    }
}

impl fmt::Debug for PathPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for PathPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::PathPattern;

    #[test]
    fn matching() {
        for (pattern, path, expected) in [
            ("/v1/chat/completions", "/v1/chat/completions", true),
            ("/v1/chat/completions", "/v1/chat/completions?stream=1", true),
            ("/v1/chat/completions", "/v1/chat/completions/", true),
            ("/v1/chat/completions", "/v1/chat", false),
            ("/v1/chat/completions", "/v1/chat/completions/x", false),
            ("/v1/chat/completions", "v1/chat/completions", false),
            ("/{v}/models/{m}:generateContent", "/v1beta/models/gemini-pro:generateContent", true),
            ("/{v}/models/{m}:generateContent", "/v1beta/models/:generateContent", false),
            ("/a/{rest...}", "/a/b/c", true),
            ("/a/{rest...}", "/a", false),
            ("/", "/", true),
            ("/", "/x", false),
        ] {
            assert_eq!(pattern.parse::<PathPattern>().unwrap().matches(path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn malformed_patterns_say_what_is_wrong() {
        for (pattern, expected) in [
            ("v1", "begin with `/`"),
            ("/a?b", "leave out query, fragment and spaces"),
            ("/{a", "`{` without `}`"),
            ("/a}", "`}` without `{`"),
            ("/{a}{b}", "one `{x}` a segment at most"),
            ("/{a...}/b", "`{x...}` is the whole of the last segment"),
        ] {
            assert_eq!(pattern.parse::<PathPattern>().unwrap_err().expected, expected, "{pattern}");
        }
    }
}
