use super::{Accepted, Found};

/// Last labels that are file types or package tags, not top-level domains.
const NOT_DOMAINS: &[&[u8]] = &[
    b"png",
    b"jpg",
    b"jpeg",
    b"gif",
    b"svg",
    b"webp",
    b"css",
    b"js",
    b"jsx",
    b"ts",
    b"tsx",
    b"json",
    b"html",
    b"htm",
    b"xml",
    b"yaml",
    b"yml",
    b"toml",
    b"txt",
    b"pdf",
    b"csv",
    b"local",
    b"localhost",
    b"invalid",
];
/// Longest local part (RFC 5321 §4.5.3.1.1).
const LONGEST_LOCAL: usize = 64;

/// Accepts an address that could be a person's mailbox: no retina image, package version, remote or URL's user.
pub(super) fn judge(found: Found<'_>) -> Option<Accepted> {
    let marks = found.bytes().iter().take_while(|byte| b"'.%+-_".contains(byte)).count();
    let found = Found { start: found.start + marks, ..found };
    let bytes = found.bytes();
    let at = memchr::memchr(b'@', bytes)?;
    let (local, domain) = (bytes.get(..at)?, bytes.get(at + 1..)?);
    let last = domain.rsplit(|byte| *byte == b'.').next()?;
    let local_holds = !local.is_empty()
        && local.len() <= LONGEST_LOCAL
        && local.iter().any(u8::is_ascii_alphanumeric)
        && !local.ends_with(b".");
    let domain_holds = !NOT_DOMAINS.iter().any(|name| last.eq_ignore_ascii_case(name))
        && !domain.split(|byte| *byte == b'.').any(|label| label.starts_with(b"-") || label.ends_with(b"-"));
    let remote = local == b"git" && found.after().first().is_some_and(|byte| matches!(byte, b':' | b'/'));
    let users_password = found.before().ends_with(b":") && is_url(found.before());
    (local_holds && domain_holds && !remote && !users_password).then(|| found.as_expected())
}

/// Whether the word that ends here has a scheme, as in `https://user:`.
fn is_url(before: &[u8]) -> bool {
    let tail = before.get(before.len().saturating_sub(80)..).unwrap_or_default();
    let word = tail.rsplit(u8::is_ascii_whitespace).next().unwrap_or_default();
    memchr::memmem::find(word, b"://").is_some()
}

#[cfg(test)]
mod tests {
    use super::{Found, judge};

    #[test]
    fn mailboxes_only() {
        for (text, address, holds) in [
            ("jo@example.com", "jo@example.com", true),
            ("icon@2x.png", "icon@2x.png", false),
            ("git@github.com:a/b", "git@github.com", false),
            ("https://ann:pw@host.com/", "pw@host.com", false),
            ("'a@b.com'", "'a@b.com", true),
            ("a@-b.com", "a@-b.com", false),
        ] {
            let start = text.find(address).unwrap();
            let found = Found { text: text.as_bytes(), start, end: start + address.len() };
            assert_eq!(judge(found).is_some(), holds, "{text}");
        }
    }
}
