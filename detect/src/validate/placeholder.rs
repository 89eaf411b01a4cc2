use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// Words and signs by which a value says that it only stands for a credential.
const SIGNS: &[&str] = &[
    "example",
    "sample",
    "placeholder",
    "your_",
    "your-",
    "yourkey",
    "yourapi",
    "yourtoken",
    "my_key",
    "my-key",
    "mykey",
    "changeme",
    "change_me",
    "change-me",
    "dummy",
    "insert",
    "replace",
    "redacted",
    "xxxx",
    "****",
    "....",
    "____",
    "<",
    "${",
    "{{",
    "$(",
    "%s",
    "%(",
    "0123456",
    "12345678",
    "abcdefg",
    "00000000",
    "aaaaaa",
    "notreal",
    "fake_",
    "fake-",
    "fakekey",
    "secret_here",
    "key_here",
];

/// Longest run of one character in a real credential.
const LONGEST_RUN: usize = 6;

static AUTOMATON: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(SIGNS).ok());

/// Whether a value only stands for a credential, as `<your-key>` and `sk-xxxx` do.
pub(crate) fn is_placeholder(value: &[u8]) -> bool {
    // Key files are long enough to hold any sign by chance.
    let head = value.get(..200).unwrap_or(value);
    AUTOMATON.as_ref().is_some_and(|signs| signs.is_match(head)) || repeats(head)
}

fn repeats(value: &[u8]) -> bool {
    value.chunk_by(|one, other| one == other).any(|run| run.len() > LONGEST_RUN && run.first() != Some(&b'-'))
}

#[cfg(test)]
mod tests {
    use super::is_placeholder;

    #[test]
    fn placeholders_are_told_from_keys() {
        for (value, placeholder) in [
            ("AKIAIOSFODNN7EXAMPLE", true),
            ("sk-xxxxxxxxxxxxxxxx", true),
            ("<your-key>", true),
            ("${API_KEY}", true),
            ("sk-1234567890abcdef", true),
            ("0000000000000000", true),
            ("q8ZkT3vLw0PfYb2R", false),
            ("-----BEGIN KEY", false),
        ] {
            assert_eq!(is_placeholder(value.as_bytes()), placeholder, "{value}");
        }
    }
}
