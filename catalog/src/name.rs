//! Host names as clients write them.

/// A host without port, brackets and trailing dot: `Chat.Example.:443` gives `Chat.Example`.
pub(crate) fn bare(host: &str) -> &str {
    let host = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest), // [::1]:443, RFC 3986 §3.2.2
        None => match host.split_once(':') {
            Some((name, port)) if !port.contains(':') => name,
            _ => host, // no port, or a bare IPv6 address
        },
    };
    host.strip_suffix('.').unwrap_or(host)
}

/// Whether `host` is `name` or lies below it, comparing whole labels and ignoring case.
pub(crate) fn is_below(host: &str, name: &str) -> bool {
    let (host, name) = (host.as_bytes(), name.as_bytes());
    let Some(start) = host.len().checked_sub(name.len()) else { return false };
    let boundary = start == 0 || host.get(start - 1) == Some(&b'.');
    boundary && host.get(start..).is_some_and(|tail| tail.eq_ignore_ascii_case(name))
}

/// What is wrong with `name` as a catalogued host name, if something is.
pub(crate) fn fault(name: &str) -> Option<&'static str> {
    let label_fault = |label: &str| {
        label.is_empty()
            || label.len() > 63
            || label.matches('*').count() > 1
            || !label
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'*'))
    };
    if name.parse::<std::net::IpAddr>().is_ok() {
        return None;
    }
    if name.contains("://") || name.contains('/') {
        return Some("leave out scheme and path");
    }
    if name.contains(':') {
        return Some("leave out the port");
    }
    if name.len() > 253 || name.split('.').any(label_fault) {
        return Some("use lower-case labels joined by dots, at most one `*` in a label");
    }
    if name.rsplit('.').next().is_some_and(|last| last.contains('*')) {
        return Some("the last label cannot be a wildcard");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{bare, is_below};

    #[test]
    fn ports_brackets_and_trailing_dots_go() {
        for (given, expected) in [
            ("chatgpt.com", "chatgpt.com"),
            ("chatgpt.com:443", "chatgpt.com"),
            ("chatgpt.com.", "chatgpt.com"),
            ("chatgpt.com.:8443", "chatgpt.com"),
            ("[::1]:443", "::1"),
            ("::1", "::1"),
            ("", ""),
        ] {
            assert_eq!(bare(given), expected, "{given}");
        }
    }

    #[test]
    fn whole_labels_only() {
        for (host, name, expected) in [
            ("openai.com", "openai.com", true),
            ("API.OpenAI.com", "openai.com", true),
            ("evil-openai.com", "openai.com", false),
            ("openai.com.evil.net", "openai.com", false),
            ("com", "openai.com", false),
        ] {
            assert_eq!(is_below(host, name), expected, "{host} {name}");
        }
    }
}
