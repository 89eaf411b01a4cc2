use super::{
    budget::Text,
    reader::{Reader, inside},
};

/// Elements that end a line.
const BLOCKS: [&str; 30] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "br",
    "dd",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "ol",
    "option",
    "p",
    "pre",
    "section",
    "tr",
    "ul",
];
/// Attributes that hold text people read, or addresses.
const TOLD: [&str; 7] = ["alt", "title", "placeholder", "value", "content", "href", "src"];
/// What hides text from people.
const HIDES: [&str; 7] = [
    "display:none",
    "display: none",
    "visibility:hidden",
    "visibility: hidden",
    "font-size:0",
    "font-size: 0",
    "opacity:0",
];
/// Longest attribute that is text; longer ones are data.
const LONGEST_ATTRIBUTE: usize = 2000;
const LONGEST_ENTITY: usize = 32;

/// Reads a web page: its text line by line, hidden text and comments included, cells joined by tabs.
///
/// Where its markup hides something, the markup is a part too, so that hidden instructions are found as such.
pub(super) fn read(reader: &mut Reader, page: &str, path: &str) {
    let mut text = Text::new(&reader.meter);
    strip(page, &mut text);
    reader.finish(path, text);
    if HIDES.iter().any(|style| page.contains(style)) {
        reader.part(&inside(path, "markup"), page.to_owned());
    }
}

/// The text of markup, in one pass.
pub(super) fn strip(page: &str, text: &mut Text) {
    let mut rest = page;
    let mut preformatted = 0_usize;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        write(before, preformatted > 0, text);
        rest = if let Some(comment) = tag.strip_prefix("<!--") {
            let end = comment.find("-->").unwrap_or(comment.len());
            text.push(" ");
            write(comment.get(..end).unwrap_or_default(), false, text);
            text.push(" ");
            comment.get(end + 3..).unwrap_or_default()
        } else if tag.get(1..).is_some_and(|after| {
            after.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'))
        }) {
            let end = tag_end(tag);
            let inner = tag.get(1..end).unwrap_or_default().trim_end_matches('>');
            let name = element(inner, text, &mut preformatted);
            let after = tag.get(end..).unwrap_or_default();
            skip_raw(after, name.as_str(), text)
        } else {
            text.push("<");
            tag.get(1..).unwrap_or_default()
        };
    }
    write(rest, preformatted > 0, text);
}

/// One past the `>` of a tag; a `>` in quotes does not end it.
fn tag_end(tag: &str) -> usize {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate().skip(1) {
        match (quote, byte) {
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), close) if open == close => quote = None,
            // A quote that never ends would swallow the page.
            (Some(_), b'<') if at > LONGEST_ATTRIBUTE => return at,
            _ => {}
        }
    }
    tag.len()
}

/// What a tag adds to the text; gives the element's name, `/` before it where it ends.
fn element(inner: &str, text: &mut Text, preformatted: &mut usize) -> String {
    let name: String =
        inner.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '/').take(16).collect();
    let name = name.to_ascii_lowercase();
    let bare = name.trim_matches('/');
    match bare {
        "td" | "th" if name.starts_with('/') => text.end_cell(),
        "pre" if name.starts_with('/') => *preformatted = preformatted.saturating_sub(1),
        "pre" => *preformatted += 1,
        _ => {}
    }
    if BLOCKS.contains(&bare) || matches!(bare, "table" | "title" | "body" | "head") {
        text.end_line();
    }
    for told in TOLD {
        if let Some(value) = attribute(inner, told)
            && value.len() < LONGEST_ATTRIBUTE
            && !value.starts_with("data:")
        {
            text.push(" ");
            write(value, false, text);
            text.push(" ");
        }
    }
    name
}

/// The value of an attribute.
fn attribute<'a>(inner: &'a str, name: &str) -> Option<&'a str> {
    let head = inner.get(..4 * LONGEST_ATTRIBUTE).unwrap_or(inner);
    let at = head.match_indices(name).map(|(at, _)| at).find(|at| {
        let before = at.checked_sub(1).and_then(|before| head.as_bytes().get(before));
        before.is_some_and(u8::is_ascii_whitespace)
            && head.get(at + name.len()..).is_some_and(|rest| rest.trim_start().starts_with('='))
    })?;
    let value = inner.get(at + name.len()..)?.trim_start().strip_prefix('=')?.trim_start();
    match value.chars().next()? {
        quote @ ('"' | '\'') => value.get(1..)?.split(quote).next(),
        _ => value.split_ascii_whitespace().next(),
    }
}

/// Goes past scripts and styles; scripts are kept, they may hold secrets.
fn skip_raw<'a>(after: &'a str, name: &str, text: &mut Text) -> &'a str {
    if name != "script" && name != "style" {
        return after;
    }
    let close = after.match_indices("</").map(|(at, _)| at).find(|at| {
        after.get(at + 2..at + 2 + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name))
    });
    let (raw, rest) = after.split_at(close.unwrap_or(after.len()));
    if name == "script" {
        text.end_line();
        text.push(raw);
        text.end_line();
    }
    rest
}

/// Writes text between tags: white space is one space, entities are what they stand for.
fn write(piece: &str, preformatted: bool, text: &mut Text) {
    let mut rest = piece;
    while let Some(at) = rest.find(['&', '\n', '\r', '\t', ' ']) {
        let (before, from) = rest.split_at(at);
        text.push(before);
        if let Some(reference) = from.strip_prefix('&') {
            let known = reference
                .get(..LONGEST_ENTITY)
                .unwrap_or(reference)
                .find(';')
                .and_then(|end| entity(reference.get(..end)?).map(|shown| (shown, end)));
            match known {
                Some((shown, end)) => {
                    text.push(&shown);
                    rest = reference.get(end + 1..).unwrap_or_default();
                }
                None => {
                    text.push("&");
                    rest = reference;
                }
            }
        } else {
            let white = from.len() - from.trim_start_matches(['\n', '\r', '\t', ' ']).len();
            let (space, after) = from.split_at(white);
            match preformatted {
                true => text.push(space),
                false
                    if text.len() > 0
                        && !text.ends_with('\n')
                        && !text.ends_with(' ')
                        && !text.ends_with('\t') =>
                {
                    text.push(" ")
                }
                false => {}
            }
            rest = after;
        }
    }
    text.push(rest);
}

/// What an entity stands for, for example `eacute` or `#233`.
fn entity(name: &str) -> Option<String> {
    let Some(number) = name.strip_prefix('#') else {
        return quick_xml::escape::resolve_html5_entity(name).map(str::to_owned);
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    char::from_u32(code).filter(|c| *c != '\0').map(String::from)
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            Budget,
            budget::{Meter, Text},
        },
        strip,
    };

    fn check(page: &str, expected: &str) {
        let mut text = Text::new(&Meter::new(&Budget::default(), page.len()));
        strip(page, &mut text);
        assert_eq!(text.into_string().trim(), expected);
    }

    #[test]
    fn text_without_tags() {
        for (page, text) in [
            ("<p>One &amp; two</p><p>three</p>", "One & two\nthree"),
            ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>", "a\tb\nc\td"),
            ("a<b>c</b>d", "acd"),
            ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
            ("<a href=\"mailto:jo@example.com\">Jo</a>", "mailto:jo@example.com Jo"),
            ("<style>p{}</style>x<!-- note -->", "x note"),
            ("<script>key = 1</script>", "key = 1"),
            ("&eacute;&#233;&#xe9;&nothing;&", "ééé&nothing;&"),
            ("<img alt=\"a > b\">", "a > b"),
            ("<p title='", ""),
        ] {
            check(page, text);
        }
    }
}
