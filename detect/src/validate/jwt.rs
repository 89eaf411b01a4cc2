use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

/// Whether the first segment decodes to a header that names an algorithm (RFC 7519 §5, RFC 7515 §4.1.1).
pub(super) fn has_header(token: &[u8]) -> bool {
    let header = token.split(|byte| *byte == b'.').next().unwrap_or_default();
    let Ok(json) = URL_SAFE_NO_PAD.decode(header) else { return false };
    json.starts_with(b"{") && memchr::memmem::find(&json, b"\"alg\"").is_some()
}

#[cfg(test)]
mod tests {
    use super::has_header;

    #[test]
    fn the_header_names_an_algorithm() {
        assert!(has_header(b"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"));
        assert!(!has_header(b"eyJub3BlIjoxfQ.eyJzdWIiOiIxIn0.c2ln"));
        assert!(!has_header(b"eyJhbGciOi*.x.y"));
    }
}
