//! A value and the name it is given to, however the language writes that.

use crate::byte_set::ByteSet;

/// How far a name reaches from its keyword on either side.
const NAME: usize = 48;
/// Longest value that is read.
const VALUE: usize = 600;
/// Longest value before its name.
const BEHIND: usize = 100;
/// Most blanks around an operator.
const BLANKS: usize = 16;

static NAMES: ByteSet = ByteSet::new("A-Za-z0-9_.$-");
static AFTER_KEYWORD: ByteSet = ByteSet::new("A-Za-z0-9_.-");
static BLANK: ByteSet = ByteSet::new(" \t");
static GAP: ByteSet = ByteSet::new(" \t\r\n");
static ENDS_BARE: ByteSet = ByteSet::new(" \t\r\n\"'`<>,;");

/// How a value is joined to its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    /// `=`, `:=`, `?=`
    Assign,
    /// `:`
    Colon,
    /// `==`, `!=`, also with the value first
    Compare,
    /// `=>`, `->`
    Arrow,
    /// a further argument, as in `set("password", "x")`
    Comma,
    /// `setPassword("x")`
    Call,
    /// `<password>x</password>`
    Element,
    /// `--password x`
    Argument,
    /// `password "x"`, with nothing before it on its line
    Statement,
}

/// A value given to a name, as places in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Assignment {
    pub(crate) name: (usize, usize),
    /// Whether the name stands in quotes, as in JSON.
    pub(crate) named_in_quotes: bool,
    pub(crate) operator: Operator,
    pub(crate) value: (usize, usize),
    /// The quote around the value.
    pub(crate) quote: Option<u8>,
}

impl Assignment {
    /// Reads the assignment to the name around `keyword..keyword_end`.
    pub(crate) fn read(text: &[u8], keyword: usize, keyword_end: usize) -> Option<Self> {
        let left = NAMES.run_before(text.get(..keyword)?, NAME);
        let right = run(text, keyword_end, &AFTER_KEYWORD, NAME);
        let name = (keyword - left, keyword_end + right);
        ahead(text, name).or_else(|| behind(text, name))
    }
}

fn at(text: &[u8], index: usize) -> u8 {
    text.get(index).copied().unwrap_or(b'\n')
}

fn run(text: &[u8], from: usize, set: &ByteSet, limit: usize) -> usize {
    text.get(from..).unwrap_or_default().iter().take(limit).take_while(|byte| set.contains(**byte)).count()
}

fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}

/// The value that follows a name.
fn ahead(text: &[u8], name: (usize, usize)) -> Option<Assignment> {
    let mut here = name.1;
    if at(text, here) == b'\\' && is_quote(at(text, here + 1)) {
        here += 1;
    }
    let named_in_quotes = is_quote(at(text, here));
    here += usize::from(named_in_quotes);
    let opened = at(text, here);
    here += usize::from(matches!(opened, b']' | b')') || opened == b'[' && at(text, here + 1) == b']');
    here += usize::from(opened == b'[');
    let blanks = run(text, here, &BLANK, BLANKS);
    let (operator, length) = operator(text, here + blanks, named_in_quotes)
        .or_else(|| without_sign(text, name, blanks).map(|operator| (operator, 0)))?;
    here += blanks + length;
    here += run(text, here, if operator == Operator::Element { &GAP } else { &BLANK }, BLANKS);
    let (value, quote) = value(text, here, operator)?;
    Some(Assignment { name, named_in_quotes, operator, value, quote })
}

/// The operator at `here` and its length.
fn operator(text: &[u8], here: usize, named_in_quotes: bool) -> Option<(Operator, usize)> {
    let rest = text.get(here..)?;
    let starts = |signs: &str| rest.starts_with(signs.as_bytes());
    for (signs, operator) in [
        ("===", Operator::Compare),
        ("!==", Operator::Compare),
        ("::=", Operator::Assign),
        (":::=", Operator::Assign),
        ("==", Operator::Compare),
        ("!=", Operator::Compare),
        ("=>", Operator::Arrow),
        ("->", Operator::Arrow),
        (":=", Operator::Assign),
        ("?=", Operator::Assign),
        ("+=", Operator::Assign),
        (".=", Operator::Assign),
        ("||", Operator::Assign),
        ("=", Operator::Assign),
        (">", Operator::Element),
    ] {
        if starts(signs) {
            return Some((operator, signs.len()));
        }
    }
    if named_in_quotes && starts("value=") {
        return Some((Operator::Comma, "value=".len()));
    }
    if starts(":") {
        return Some(typed(rest).map_or((Operator::Colon, 1), |length| (Operator::Assign, length)));
    }
    if let Some(length) = declared(rest) {
        return Some((Operator::Assign, length));
    }
    if starts("(") && is_quote(at(text, here + 1)) {
        return Some((Operator::Call, 1));
    }
    (starts(",") && named_in_quotes).then_some((Operator::Comma, 1))
}

/// The length of `string =`, where a language names the type behind the name.
fn declared(rest: &[u8]) -> Option<usize> {
    let kind = rest
        .iter()
        .take(24)
        .take_while(|byte| byte.is_ascii_alphanumeric() || b"[]*.".contains(byte))
        .count();
    let blanks = run(rest, kind, &BLANK, 4);
    let ends =
        rest.get(kind + blanks) == Some(&b'=') && !matches!(rest.get(kind + blanks + 1), Some(b'=' | b'>'));
    (kind > 1 && ends).then_some(kind + blanks + 1)
}

/// The length of `: Type =`, where a language names the type before the value.
fn typed(rest: &[u8]) -> Option<usize> {
    let is_type = |byte: &&u8| byte.is_ascii_alphanumeric() || b"&*?<>_ '.:[]".contains(byte);
    let length = rest.iter().take(40).take_while(is_type).count();
    let ends = rest.get(length) == Some(&b'=') && rest.get(length + 1) != Some(&b'=');
    let blank = rest.get(1..length)?.iter().any(u8::is_ascii_alphabetic);
    (ends && blank).then_some(length + 1)
}

/// What joins a value to a name that only blanks part it from.
fn without_sign(text: &[u8], name: (usize, usize), blanks: usize) -> Option<Operator> {
    let before = text.get(..name.0)?;
    let first = before.len() - BLANK.run_before(before, 200);
    match at(text, name.0) {
        _ if blanks == 0 => None,
        b'-' => Some(Operator::Argument),
        _ if first > 0 && at(text, first - 1) != b'\n' => None,
        _ => matches!(at(text, name.1 + blanks), b'"' | b'\'').then_some(Operator::Statement),
    }
}

/// The value that begins at `here`, without its quotes. `@'…'` is a text of one line in no language.
fn value(text: &[u8], here: usize, operator: Operator) -> Option<((usize, usize), Option<u8>)> {
    let mut here = here;
    for opening in
        ["String::from(", "new String(", "SecureString(", "string(", "b", "u", "r", "f", "@", "L", "\\"]
    {
        let rest = text.get(here..)?;
        let opens =
            rest.strip_prefix(opening.as_bytes()).and_then(<[u8]>::first).is_some_and(|byte| is_quote(*byte));
        if opens {
            here += opening.len();
            if opening == "@" && at(text, here) == b'\'' {
                return None;
            }
            break;
        }
    }
    let quote = Some(at(text, here)).filter(|byte| is_quote(*byte));
    let start = here + usize::from(quote.is_some());
    let length = match quote {
        Some(quote) => quoted(text.get(start..)?, quote)?,
        None => bare(text.get(start..)?, operator),
    };
    (length > 0).then_some(((start, start + length), quote))
}

/// The length of a value up to its closing quote.
fn quoted(rest: &[u8], quote: u8) -> Option<usize> {
    let mut escaped = false;
    for (byte, at) in rest.iter().zip(0..VALUE) {
        match *byte {
            b'\r' | b'\n' => return None,
            byte if byte == quote => return Some(at - usize::from(escaped)),
            byte => escaped = byte == b'\\',
        }
    }
    None
}

/// The length of a value without quotes.
fn bare(rest: &[u8], operator: Operator) -> usize {
    let ends = |byte: &&u8| {
        !ENDS_BARE.contains(**byte)
            || operator == Operator::Element && **byte != b'<' && !byte.is_ascii_whitespace()
    };
    let length = rest.iter().take(VALUE).take_while(ends).count();
    let value = rest.get(..length).unwrap_or_default();
    let closing = value.iter().rev().take_while(|byte| b")]\\".contains(byte)).count();
    let opened = value.iter().any(|byte| b"([".contains(byte));
    length - if opened { 0 } else { closing }
}

/// The value before a comparison with the name.
fn behind(text: &[u8], name: (usize, usize)) -> Option<Assignment> {
    let before = text.get(..name.0)?;
    let before = before.get(..before.len() - BLANK.run_before(before, BLANKS))?;
    let before = ["===", "!==", "==", "!="].iter().find_map(|signs| before.strip_suffix(signs.as_bytes()))?;
    let before = before.get(..before.len() - BLANK.run_before(before, BLANKS))?;
    let (quote, before) = before.split_last()?;
    let length =
        before.iter().rev().take(BEHIND).take_while(|byte| *byte != quote && **byte != b'\n').count();
    let start = before.len() - length;
    let opened = start > 0 && at(text, start - 1) == *quote;
    (is_quote(*quote) && opened && length > 0).then_some(Assignment {
        name,
        named_in_quotes: false,
        operator: Operator::Compare,
        value: (start, before.len()),
        quote: Some(*quote),
    })
}

#[cfg(test)]
mod tests {
    use super::{Assignment, Operator};

    #[test]
    fn values_in_many_languages() {
        for (text, expected) in [
            ("password = \"a b\"", Some((Operator::Assign, "a b"))),
            ("\"db_password\": 'x1'", Some((Operator::Colon, "x1"))),
            ("DB_PASSWORD=x1 # here", Some((Operator::Assign, "x1"))),
            ("if ('x1' === password)", Some((Operator::Compare, "x1"))),
            ("$c['password'] = `x1`;", Some((Operator::Assign, "x1"))),
            ("let password: &str = \"x1\";", Some((Operator::Assign, "x1"))),
            ("set(\"password\", \"x1\")", Some((Operator::Comma, "x1"))),
            ("setPassword(\"x1\")", Some((Operator::Call, "x1"))),
            ("<password>x1</password>", Some((Operator::Element, "x1"))),
            ("<add key=\"Password\" value=\"x1\" />", Some((Operator::Comma, "x1"))),
            ("tool --password x1 -v", Some((Operator::Argument, "x1"))),
            ("{\\\"password\\\": \\\"x1\\\"}", Some((Operator::Colon, "x1"))),
            ("password => b'x1'", Some((Operator::Arrow, "x1"))),
            ("var password string = \"x1\"", Some((Operator::Assign, "x1"))),
            ("auth {\n  password \"x1\"\n}", Some((Operator::Statement, "x1"))),
            ("say password \"x1\"", None),
            ("the password for it", None),
            ("password = ''", None),
            ("password = @\"x1\";", Some((Operator::Assign, "x1"))),
            ("password = @'x1';", None),
        ] {
            let keyword = text.to_lowercase().find("password").unwrap();
            let found = Assignment::read(text.as_bytes(), keyword, keyword + 8);
            let shown = found.map(|found| (found.operator, &text[found.value.0..found.value.1]));
            assert_eq!(shown, expected, "{text}");
        }
    }
}
