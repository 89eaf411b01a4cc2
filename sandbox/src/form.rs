/// One part of a multipart body.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Part<'a> {
    pub(crate) name: String,
    pub(crate) file: Option<String>,
    pub(crate) content: &'a [u8],
}

/// The parts of a `multipart/form-data` body (RFC 7578), or `None` where it is malformed.
pub(crate) fn parts<'a>(content_type: &str, body: &'a [u8]) -> Option<Vec<Part<'a>>> {
    let boundary = parameter(content_type.strip_prefix("multipart/form-data")?, "boundary")?;
    let delimiter = format!("--{boundary}");
    let mut rest = body.get(find(body, delimiter.as_bytes())? + delimiter.len()..)?;
    let between = format!("\r\n{delimiter}");
    let mut parts = Vec::new();
    while let Some(content) = rest.strip_prefix(b"\r\n") {
        let end = find(content, between.as_bytes())?;
        parts.push(part(content.get(..end)?)?);
        rest = content.get(end + between.len()..)?;
    }
    rest.starts_with(b"--").then_some(parts)
}

fn part(raw: &[u8]) -> Option<Part<'_>> {
    let end = find(raw, b"\r\n\r\n")?;
    let head = std::str::from_utf8(raw.get(..end)?).ok()?;
    let disposition = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-disposition").then(|| value.trim())
    })?;
    let parameters = disposition.strip_prefix("form-data")?;
    Some(Part {
        name: parameter(parameters, "name")?,
        file: parameter(parameters, "filename"),
        content: raw.get(end + 4..)?,
    })
}

/// The value of `name` in `; a=b; c="d"`.
fn parameter(text: &str, name: &str) -> Option<String> {
    text.split(';').find_map(|parameter| {
        let (key, value) = parameter.split_once('=')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"').to_owned())
    })
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::{Part, parts};

    #[test]
    fn fields_and_files() {
        let body = b"--x\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nassistants\r\n--x\r\n\
            content-disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\n\
            one\r\ntwo\r\n--x--\r\n";
        let expected = [
            Part { name: "purpose".into(), file: None, content: b"assistants" },
            Part { name: "file".into(), file: Some("a.txt".into()), content: b"one\r\ntwo" },
        ];
        assert_eq!(parts("multipart/form-data; boundary=x", body).unwrap(), expected);
    }

    #[test]
    fn malformed_bodies_are_refused() {
        for (content_type, body) in [
            ("application/json", &b"--x--"[..]),
            ("multipart/form-data", b"--x--"),
            ("multipart/form-data; boundary=x", b""),
            ("multipart/form-data; boundary=x", b"--x\r\nno headers"),
        ] {
            assert_eq!(parts(content_type, body), None, "{content_type}");
        }
    }
}
