use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use memchr::memmem::find;

use super::{Accepted, Found, assigned::is_reserved_host};

/// Registered claims of which most tokens carry one (RFC 7519 §4.1).
const CLAIMS: [&[u8]; 7] =
    [b"\"iss\"", b"\"sub\"", b"\"aud\"", b"\"exp\"", b"\"nbf\"", b"\"iat\"", b"\"jti\""];

/// Fewer letters of a host that is cut tell nothing.
const CUT: usize = 4;

/// Decodes a token: its header must name an algorithm (RFC 7515 §4.1.1); claims make it sure, a token that is not signed
/// (`"alg": "none"`, RFC 7519 §6) opens nothing, nor does one that a host for documents and tests is said to have issued.
pub(super) fn judge(found: Found<'_>) -> Option<Accepted> {
    let mut parts = found.bytes().split(|byte| *byte == b'.');
    let header = URL_SAFE_NO_PAD.decode(parts.next()?).ok().filter(|json| json.starts_with(b"{"))?;
    let sealed = find(&header, b"\"enc\"").is_some();
    if find(&header, b"\"alg\"").is_none() || find(&header, b"\"none\"").is_some() {
        return None;
    }
    let claims = decoded(parts.next()?);
    if claims.as_deref().and_then(issuer).is_some_and(is_reserved_host) {
        return None;
    }
    let known = claims.is_some_and(|claims| CLAIMS.iter().any(|claim| find(&claims, claim).is_some()));
    Some(found.accepted(if known || sealed { 0.98 } else { 0.9 }))
}

/// What follows the scheme of the address that has issued a token (RFC 7519 §4.1.1).
fn issuer(claims: &[u8]) -> Option<&[u8]> {
    let rest = claims.get(find(claims, b"\"iss\"")? + 5..)?;
    let value = rest.trim_ascii_start().strip_prefix(b":")?.trim_ascii_start().strip_prefix(b"\"")?;
    let host = value.strip_prefix(b"https://").or(value.strip_prefix(b"http://"))?;
    // A token that goes on in the next line of a string may be cut within the host.
    let cut = host.len() >= CUT && b"example.com".starts_with(host);
    Some(if cut { b"example.com" } else { host })
}

/// The JSON object of a part; its last characters may be cut off.
fn decoded(part: &[u8]) -> Option<Vec<u8>> {
    let whole = part.get(..part.len() - part.len() % 4).unwrap_or(part);
    let json = URL_SAFE_NO_PAD.decode(part).or_else(|_| URL_SAFE_NO_PAD.decode(whole)).ok()?;
    json.starts_with(b"{").then_some(json)
}

#[cfg(test)]
mod tests {
    use super::{Found, judge};

    #[test]
    fn header_and_claims_are_read() {
        for (token, sure) in [
            ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", Some(0.98)),
            ("eyJhbGciOiJIUzI1NiJ9.eyJuYW1lIjoiYSJ9.c2ln", Some(0.9)),
            ("eyJub3BlIjoxfQ.eyJzdWIiOiIxIn0.c2ln", None),
            ("eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.", None),
            ("eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUuY29tIn0.c2ln", None),
            ("eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkLmNvcnAuaW8ifQ.c2ln", Some(0.98)),
            ("eyJhbGciOi*.x.y", None),
        ] {
            let found = judge(Found { text: token.as_bytes(), start: 0, end: token.len() });
            assert_eq!(found.and_then(|found| found.confidence), sure, "{token}");
        }
    }
}
