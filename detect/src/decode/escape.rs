use std::str;

use super::rewrite::Edit;

/// The most digits of a code point in an escape.
const MOST_DIGITS: usize = 8;
/// Lines of quoted-printable text are broken softly from here on, and never later than [`SOFT_LAST`].
/// <https://www.rfc-editor.org/rfc/rfc2045#section-6.7>
const SOFT_FIRST: usize = 60;
const SOFT_LAST: usize = 76;

/// Entities that stand in for signs of identifiers. <https://html.spec.whatwg.org/multipage/named-characters.html>
const ENTITIES: [(&[u8], char); 24] = [
    (b"amp", '&'),
    (b"lt", '<'),
    (b"gt", '>'),
    (b"quot", '"'),
    (b"apos", '\''),
    (b"nbsp", ' '),
    (b"ensp", ' '),
    (b"emsp", ' '),
    (b"thinsp", ' '),
    (b"commat", '@'),
    (b"period", '.'),
    (b"comma", ','),
    (b"colon", ':'),
    (b"semi", ';'),
    (b"hyphen", '-'),
    (b"dash", '-'),
    (b"lowbar", '_'),
    (b"sol", '/'),
    (b"bsol", '\\'),
    (b"equals", '='),
    (b"plus", '+'),
    (b"num", '#'),
    (b"lpar", '('),
    (b"rpar", ')'),
];

/// `%40`. <https://www.rfc-editor.org/rfc/rfc3986#section-2.1>
pub(super) fn percent(text: &[u8], at: usize) -> Option<Edit> {
    let value = hex(text.get(at + 1..at + 3)?)?;
    Some(Edit::byte(at, at + 3, u8::try_from(value).ok()?))
}

/// `&#64;`, `&#x40;`, `&commat;`.
pub(super) fn entity(text: &[u8], at: usize) -> Option<Edit> {
    let rest = text.get(at + 1..)?;
    let length = rest.iter().take(MOST_DIGITS + 3).position(|byte| *byte == b';')?;
    let name = rest.get(..length)?;
    let character = match name {
        [b'#', b'x' | b'X', digits @ ..] => char::from_u32(hex(digits)?)?,
        [b'#', digits @ ..] => char::from_u32(str::from_utf8(digits).ok()?.parse().ok()?)?,
        name => ENTITIES.iter().find(|(known, _)| *known == name)?.1,
    };
    Some(Edit::to(at, at + length + 2, character))
}

/// `\u0040`, `\u{40}`, `\U00000040`, `\x40`; two halves of a surrogate pair are one character.
pub(super) fn backslash(text: &[u8], at: usize) -> Option<Edit> {
    let doubled = at.checked_sub(1).and_then(|before| text.get(before)) == Some(&b'\\');
    match text.get(at + 1)? {
        _ if doubled => None,
        b'x' => Some(Edit::byte(at, at + 4, u8::try_from(hex(text.get(at + 2..at + 4)?)?).ok()?)),
        b'U' => Some(Edit::to(at, at + 10, char::from_u32(hex(text.get(at + 2..at + 10)?)?)?)),
        b'u' if text.get(at + 2) == Some(&b'{') => {
            let rest = text.get(at + 3..)?;
            let length = rest.iter().take(MOST_DIGITS + 1).position(|byte| *byte == b'}')?;
            Some(Edit::to(at, at + length + 4, char::from_u32(hex(rest.get(..length)?)?)?))
        }
        b'u' => utf16(text, at),
        _ => None,
    }
}

fn utf16(text: &[u8], at: usize) -> Option<Edit> {
    let first = u16::try_from(hex(text.get(at + 2..at + 6)?)?).ok()?;
    if let Some(character) = char::from_u32(first.into()) {
        return Some(Edit::to(at, at + 6, character));
    }
    let second = text.get(at + 6..at + 12).filter(|next| next.starts_with(br"\u"))?.get(2..)?;
    let pair = [first, u16::try_from(hex(second)?).ok()?];
    let character = char::decode_utf16(pair).next()?.ok()?;
    Some(Edit::to(at, at + 12, character))
}

/// `=` at the end of a line of quoted-printable text, within a word.
pub(super) fn soft_break(text: &[u8], at: usize) -> Option<Edit> {
    let end = match text.get(at + 1..)? {
        [b'\r', b'\n', ..] => at + 3,
        [b'\n', ..] => at + 2,
        _ => return None,
    };
    let line = text.get(at.saturating_sub(SOFT_LAST)..at)?;
    let length = line.iter().rev().take_while(|byte| **byte != b'\n').count();
    let within = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_graphic());
    let holds = (SOFT_FIRST..SOFT_LAST).contains(&length) && within(line.last()) && within(text.get(end));
    holds.then(|| Edit::gone(at, end))
}

fn hex(digits: &[u8]) -> Option<u32> {
    let sensible =
        !digits.is_empty() && digits.len() <= MOST_DIGITS && digits.iter().all(u8::is_ascii_hexdigit);
    u32::from_str_radix(str::from_utf8(digits).ok().filter(|_| sensible)?, 16).ok()
}
