//! Any multipart form (RFC 7578): OpenAI's file uploads and transcriptions, Claude's uploads, and others.

use std::ops::Range;

use memchr::memmem;

use crate::{
    codec::Codec,
    draft::{Draft, Speaker},
    read::ReadError,
    reading::{FileInfo, RequestHead},
};

use super::{form::json_text, json};

pub(crate) fn read(draft: &mut Draft, head: &RequestHead<'_>, body: &[u8]) -> Result<(), ReadError> {
    let content_type = head.content_type.unwrap_or_default();
    let boundary = parameter(content_type, "boundary").filter(|boundary| !boundary.is_empty());
    let boundary = boundary.ok_or(ReadError::multipart(0, "the content type names no boundary"))?;
    for field in fields(body, boundary.as_bytes())? {
        read_field(draft, body, &field);
    }
    Ok(())
}

/// One part of the form.
struct Field {
    name: Option<String>,
    file: Option<FileInfo>,
    is_base64: bool,
    content: Range<usize>,
}

fn fields(body: &[u8], boundary: &[u8]) -> Result<Vec<Field>, ReadError> {
    let wrong = ReadError::multipart;
    let delimiter = [b"--", boundary].concat();
    let finder = memmem::Finder::new(&delimiter);
    let mut found = Vec::new();
    let mut at = finder.find(body).ok_or(wrong(0, "the boundary does not occur"))? + delimiter.len();
    while !rest(body, at).starts_with(b"--") {
        at += line_end(rest(body, at)).ok_or(wrong(at, "expected a line end after the boundary"))?;
        let headers = header_length(rest(body, at)).ok_or(wrong(at, "the headers of a part do not end"))?;
        let start = at + headers;
        let end = content_length(rest(body, start), &finder)
            .ok_or(wrong(body.len(), "the body ends before the closing boundary"))?;
        let header = String::from_utf8_lossy(body.get(at..start).unwrap_or_default());
        found.push(field(&header, start..start + end));
        at = start + end;
        at += line_end(rest(body, at)).unwrap_or(0) + delimiter.len();
    }
    Ok(found)
}

fn rest(body: &[u8], at: usize) -> &[u8] {
    body.get(at..).unwrap_or_default()
}

/// Length of the line end that `rest` begins with.
fn line_end(rest: &[u8]) -> Option<usize> {
    match rest {
        [b'\r', b'\n', ..] => Some(2),
        [b'\n', ..] => Some(1),
        _ => None,
    }
}

/// Length of headers and the empty line after them.
fn header_length(rest: &[u8]) -> Option<usize> {
    if let Some(empty) = line_end(rest) {
        return Some(empty);
    }
    let crlf = memmem::find(rest, b"\r\n\r\n").map(|at| at + 4);
    let lf = memmem::find(rest, b"\n\n").map(|at| at + 2);
    crlf.into_iter().chain(lf).min()
}

/// Length of the content up to the line end before the next delimiter.
fn content_length(rest: &[u8], delimiter: &memmem::Finder<'_>) -> Option<usize> {
    if rest.starts_with(delimiter.needle()) {
        return Some(0);
    }
    delimiter.find_iter(rest).find_map(|at| {
        let content = rest.get(..at)?;
        let content = content.strip_suffix(b"\n")?;
        Some(content.strip_suffix(b"\r").unwrap_or(content).len())
    })
}

fn field(header: &str, content: Range<usize>) -> Field {
    let (mut name, mut file_name, mut media_type, mut is_base64) = (None, None, None, false);
    for (header, value) in header.lines().filter_map(|line| line.split_once(':')) {
        match header.trim().to_ascii_lowercase().as_str() {
            "content-disposition" => {
                name = parameter(value, "name");
                file_name = parameter(value, "filename*").and_then(extended).or(parameter(value, "filename"));
            }
            "content-type" => media_type = Some(crate::dialect::media_type(value)),
            "content-transfer-encoding" => is_base64 = value.trim().eq_ignore_ascii_case("base64"),
            _ => {}
        }
    }
    let is_text_field =
        file_name.is_none() && media_type.as_deref().is_none_or(|name| name.starts_with("text/plain"));
    let file = (!is_text_field).then_some(FileInfo { name: file_name, media_type });
    Field { name, file, is_base64, content }
}

/// The parameter `name` of a header, as in `form-data; name="file"; filename="a \"b\".txt"`.
pub(crate) fn parameter(header: &str, name: &str) -> Option<String> {
    let mut rest = header.split_once(';')?.1;
    loop {
        let (key, after) = rest.split_once('=')?;
        let (value, after) = match after.trim_start().strip_prefix('"') {
            Some(quoted) => quoted_value(quoted),
            None => {
                let end = after.find(';').unwrap_or(after.len());
                (after.get(..end)?.trim().to_owned(), after.get(end..)?)
            }
        };
        if key.trim_matches([' ', ';', '\t']).eq_ignore_ascii_case(name) {
            return Some(value);
        }
        rest = after;
    }
}

fn quoted_value(quoted: &str) -> (String, &str) {
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (value, quoted.get(at + 1..).unwrap_or_default()),
            '\\' => value.extend(chars.next().map(|(_, escaped)| escaped)),
            c => value.push(c),
        }
    }
    (value, "")
}

/// `UTF-8''na%C3%AFve.txt` (RFC 8187).
fn extended(value: String) -> Option<String> {
    let encoded = value.splitn(3, '\'').nth(2)?.replace('+', "%2B");
    let said = Codec::Percent.decode(encoded.as_bytes())?.into_owned();
    String::from_utf8(said).ok()
}

/// Fields that set parameters; everything else without a file name may be the person's words.
const SETTINGS: &[&str] = &[
    "purpose",
    "model",
    "response_format",
    "language",
    "temperature",
    "size",
    "quality",
    "n",
    "expires_after",
];

fn read_field(draft: &mut Draft, body: &[u8], field: &Field) {
    let raw = body.get(field.content.clone()).unwrap_or_default();
    let name = field.name.as_deref().unwrap_or_default();
    if name == "model" && field.file.is_none() {
        draft.model = String::from_utf8(raw.to_vec()).ok();
    }
    draft.streaming |= name == "stream" && raw == b"true";
    let is_file = field.file.is_some();
    let speaker = if SETTINGS.contains(&name) && !is_file { Speaker::SYSTEM } else { Speaker::HUMAN };
    if raw.is_empty() && !is_file {
        return;
    }
    if let Some(bytes) = field.is_base64.then(|| Codec::Base64.decode(raw)).flatten() {
        let layer = draft.layer(None, field.content.clone(), Codec::Base64);
        draft.content(Some(layer), 0..bytes.len(), &bytes, speaker, field.file.clone());
    } else if let Some(document) = json_text(raw).filter(|_| !is_file) {
        let layer = draft.layer(None, field.content.clone(), Codec::Utf8);
        json::read_document(draft, Some(layer), &document);
    } else {
        draft.content(None, field.content.clone(), raw, speaker, field.file.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::parameter;

    #[test]
    fn parameters_are_found() {
        for (header, name, expected) in [
            (r#" form-data; name="file"; filename="a \"b\"; c.txt""#, "filename", Some("a \"b\"; c.txt")),
            (r#" form-data; name="file"; filename="x""#, "name", Some("file")),
            ("multipart/form-data; charset=utf-8;boundary=abc", "boundary", Some("abc")),
            ("multipart/form-data; Boundary=\"a b\"", "boundary", Some("a b")),
            ("multipart/form-data", "boundary", None),
            ("multipart/form-data; boundary", "boundary", None),
        ] {
            assert_eq!(parameter(header, name).as_deref(), expected, "{header}");
        }
    }
}
