use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{
        CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HOST, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE,
        TRANSFER_ENCODING, UPGRADE,
    },
};

const KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");
const PROXY_CONNECTION: HeaderName = HeaderName::from_static("proxy-connection");
const HTTP2_SETTINGS: HeaderName = HeaderName::from_static("http2-settings");

/// Fields that are about one connection, not the message (RFC 9110 §7.6.1), and the proxy's own (§11.7).
const HOP_BY_HOP: [HeaderName; 9] = [
    CONNECTION,
    KEEP_ALIVE,
    PROXY_CONNECTION,
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    TE,
    TRANSFER_ENCODING,
    UPGRADE,
    HTTP2_SETTINGS,
];

/// Digests of a body that is about to change (RFC 9530, RFC 3230, RFC 1864).
const DIGESTS: [HeaderName; 4] = [
    HeaderName::from_static("content-digest"),
    HeaderName::from_static("repr-digest"),
    HeaderName::from_static("digest"),
    HeaderName::from_static("content-md5"),
];

/// Removes what must not go beyond this connection, including what `Connection` names.
pub(crate) fn strip_hop_by_hop(headers: &mut HeaderMap) {
    if headers.contains_key(CONNECTION) {
        for name in named_by_connection(headers) {
            headers.remove(name);
        }
    }
    for name in &HOP_BY_HOP {
        headers.remove(name);
    }
}

/// The fields that `Connection` declares hop-by-hop. What frames or routes the message cannot be declared away.
fn named_by_connection(headers: &HeaderMap) -> Vec<HeaderName> {
    let lists = headers.get_all(CONNECTION).into_iter().filter_map(|value| value.to_str().ok());
    lists
        .flat_map(|list| list.split(','))
        .filter_map(|name| name.trim().parse::<HeaderName>().ok())
        .filter(|name| ![HOST, CONTENT_LENGTH, CONTENT_TYPE, http::header::CONTENT_ENCODING].contains(name))
        .collect()
}

/// Whether `TE` announces that trailers are understood, which HTTP/2 passes on (RFC 9113 §8.2.2).
pub(crate) fn accepts_trailers(headers: &HeaderMap) -> bool {
    headers
        .get_all(TE)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .any(|list| list.split(',').any(|coding| coding.trim().eq_ignore_ascii_case("trailers")))
}

/// Removes digests of a body that was changed.
pub(crate) fn strip_digests(headers: &mut HeaderMap) {
    for name in &DIGESTS {
        headers.remove(name);
    }
}

/// Joins `Cookie` fields, which HTTP/2 may split and HTTP/1.1 must not (RFC 9113 §8.2.3).
pub(crate) fn join_cookies(headers: &mut HeaderMap) {
    if headers.get_all(COOKIE).iter().nth(1).is_none() {
        return;
    }
    let crumbs: Vec<&[u8]> = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes).collect();
    if let Ok(joined) = HeaderValue::from_bytes(&crumbs.join(&b"; "[..])) {
        headers.insert(COOKIE, joined);
    }
}

/// Whether the client asks to turn the connection into a WebSocket (RFC 6455 §4.1).
pub(crate) fn asks_for_websocket(headers: &HeaderMap) -> bool {
    headers.get(UPGRADE).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

/// Whether a transfer coding other than `chunked` is in use (RFC 9112 §7).
pub(crate) fn has_other_transfer_coding(headers: &HeaderMap) -> bool {
    headers.get_all(TRANSFER_ENCODING).iter().any(|value| !value.as_bytes().eq_ignore_ascii_case(b"chunked"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(fields: &[(&'static str, &'static str)]) -> HeaderMap {
        fields
            .iter()
            .map(|&(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    fn map(fields: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for &(name, value) in fields {
            map.append(name, HeaderValue::from_static(value));
        }
        map
    }

    #[test]
    fn hop_by_hop_fields_stay_here() {
        let mut given = headers(&[
            ("connection", "x-private, Keep-Alive, content-length, host"),
            ("x-private", "1"),
            ("keep-alive", "timeout=5"),
            ("proxy-authorization", "Basic c2VjcmV0"),
            ("te", "trailers"),
            ("upgrade", "h2c"),
            ("host", "a.example"),
            ("content-length", "3"),
            ("authorization", "Bearer x"),
        ]);
        strip_hop_by_hop(&mut given);
        let mut left: Vec<&str> = given.keys().map(HeaderName::as_str).collect();
        left.sort_unstable();
        assert_eq!(left, ["authorization", "content-length", "host"]);
    }

    #[test]
    fn cookies_are_joined() {
        let mut given = map(&[("cookie", "a=1"), ("cookie", "b=2")]);
        join_cookies(&mut given);
        assert_eq!(given.get_all(COOKIE).iter().collect::<Vec<_>>(), ["a=1; b=2"]);
    }

    #[test]
    fn kinds_of_requests() {
        assert!(asks_for_websocket(&map(&[("upgrade", "WebSocket")])));
        assert!(!asks_for_websocket(&map(&[("upgrade", "h2c")])));
        assert!(accepts_trailers(&map(&[("te", "deflate, trailers")])));
        assert!(!has_other_transfer_coding(&map(&[("transfer-encoding", "chunked")])));
        assert!(has_other_transfer_coding(&map(&[("transfer-encoding", "gzip, chunked")])));
    }
}
