use std::borrow::Cow;

use memchr::memchr;

/// One escape sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Escape {
    /// Bytes it takes, the backslash included; 12 for a surrogate pair.
    pub(crate) raw: usize,
    /// What it stands for. A surrogate without its other half stands for U+FFFD.
    pub(crate) stands_for: char,
}

/// The escape sequence at the beginning of `raw`, which starts with a backslash.
pub(crate) fn escape_at(raw: &[u8]) -> Option<Escape> {
    let stands_for = match raw.get(1)? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return unicode_escape(raw),
        _ => return None,
    };
    Some(Escape { raw: 2, stands_for })
}

fn unicode_escape(raw: &[u8]) -> Option<Escape> {
    let first = code_unit(raw)?;
    let second = raw.get(6..).and_then(code_unit);
    if let (0xd800..=0xdbff, Some(low @ 0xdc00..=0xdfff)) = (first, second) {
        let code = 0x10000 + ((first - 0xd800) << 10) + (low - 0xdc00);
        return Some(Escape { raw: 12, stands_for: char::from_u32(code)? });
    }
    Some(Escape { raw: 6, stands_for: char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER) })
}

/// The four hexadecimal digits of `\uXXXX`.
fn code_unit(raw: &[u8]) -> Option<u32> {
    let digits = raw.strip_prefix(b"\\u")?.get(..4)?;
    digits.iter().try_fold(0, |sum, digit| Some(sum * 16 + char::from(*digit).to_digit(16)?))
}

/// What the inside of a JSON string says. Backslashes that begin no escape stand for themselves.
pub(crate) fn unescape(raw: &str) -> Cow<'_, str> {
    let Some(first) = memchr(b'\\', raw.as_bytes()) else {
        return Cow::Borrowed(raw);
    };
    let (mut text, mut rest) = raw.split_at_checked(first).map_or((String::new(), raw), |(before, rest)| {
        let mut text = String::with_capacity(raw.len());
        text.push_str(before);
        (text, rest)
    });
    while !rest.is_empty() {
        let (taken, said) = match escape_at(rest.as_bytes()) {
            Some(escape) if rest.starts_with('\\') => (escape.raw, escape.stands_for),
            _ => (1, '\\'),
        };
        text.push(said);
        rest = rest.get(taken..).unwrap_or_default();
        let run = memchr(b'\\', rest.as_bytes()).unwrap_or(rest.len());
        text.push_str(rest.get(..run).unwrap_or_default());
        rest = rest.get(run..).unwrap_or_default();
    }
    Cow::Owned(text)
}

/// `text` as the inside of a JSON string: only what must be escaped is.
pub(crate) fn escape(text: &str) -> String {
    let mut raw = String::with_capacity(text.len() + 2);
    for c in text.chars() {
        match c {
            '"' => raw.push_str("\\\""),
            '\\' => raw.push_str("\\\\"),
            '\n' => raw.push_str("\\n"),
            '\r' => raw.push_str("\\r"),
            '\t' => raw.push_str("\\t"),
            c if c < ' ' => raw.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => raw.push(c),
        }
    }
    raw
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{escape, unescape};

    #[test]
    fn escapes_are_read() {
        for (raw, text) in [
            ("plain", "plain"),
            (r#"a\"b\\c\/d\n"#, "a\"b\\c/d\n"),
            (r"\u0041\u00e9\u0000", "Aé\0"),
            (r"\ud83d\ude00!", "😀!"),
            (r"\ud83dx", "\u{fffd}x"),
            (r"\ude00\ud83d", "\u{fffd}\u{fffd}"),
            (r"\ud83d\u0041", "\u{fffd}A"),
        ] {
            assert_eq!(unescape(raw), text, "{raw}");
        }
    }

    proptest! {
        #[test]
        fn escaping_is_undone_by_unescaping(text in any::<String>()) {
            let raw = escape(&text);
            prop_assert_eq!(unescape(&raw), text.as_str());
            prop_assert_eq!(serde_json::from_str::<String>(&format!("\"{raw}\"")).unwrap(), text);
        }
    }
}
