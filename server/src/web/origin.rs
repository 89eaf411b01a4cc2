use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::ConnectInfo,
    http::{HeaderMap, Method, header, request::Parts},
};
use ipnet::IpNet;

use super::problem::{Kind, Problem};

/// Refuses requests that another site made a browser send.
///
/// Browsers say where a request comes from in `Sec-Fetch-Site` and, for those that change something, in `Origin`;
/// programs that are not browsers send neither and are not at risk.
pub(crate) fn same_site(method: &Method, headers: &HeaderMap) -> Result<(), Problem> {
    if method.is_safe() {
        return Ok(());
    }
    let foreign = |what: &str| {
        Problem::new(
            Kind::CrossSite,
            format!("{what}: changes are accepted from the console's own pages only"),
        )
    };
    if let Some(site) = headers.get("sec-fetch-site") {
        return match site.as_bytes() {
            b"same-origin" | b"none" => Ok(()),
            _ => Err(foreign("the browser says that another site made this request")),
        };
    }
    match (headers.get(header::ORIGIN), headers.get(header::HOST)) {
        (None, _) => Ok(()),
        (Some(origin), Some(host)) if names_host(origin.as_bytes(), host.as_bytes()) => Ok(()),
        _ => Err(foreign("the header `Origin` names another site")),
    }
}

fn names_host(origin: &[u8], host: &[u8]) -> bool {
    let authority = origin.strip_prefix(b"https://").or_else(|| origin.strip_prefix(b"http://"));
    authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host))
}

/// The client's address. Behind trusted proxies it is the last address in `X-Forwarded-For` that none of them has.
pub(crate) fn client_address(parts: &Parts, trusted: &[IpNet]) -> IpAddr {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical());
    let peer = peer.unwrap_or(IpAddr::from([0, 0, 0, 0]));
    let is_trusted = |address: &IpAddr| trusted.iter().any(|net| net.contains(address));
    if !is_trusted(&peer) {
        return peer;
    }
    let lines: Vec<&str> =
        parts.headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok()).collect();
    let hops = lines.iter().rev().flat_map(|line| line.rsplit(','));
    let mut nearest = peer;
    for hop in hops {
        let Ok(address) = hop.trim().parse::<IpAddr>() else { break };
        nearest = address.to_canonical();
        if !is_trusted(&nearest) {
            break;
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn parts(headers: &[(&str, &str)], peer: &str) -> Parts {
        let mut request = Request::builder().method(Method::POST);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        parts.extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 1)));
        parts
    }

    #[test]
    fn other_sites_are_refused() {
        let check = |headers: &[(&str, &str)], accepted: bool| {
            let parts = parts(headers, "10.0.0.1");
            assert_eq!(same_site(&Method::POST, &parts.headers).is_ok(), accepted, "{headers:?}");
            assert!(same_site(&Method::GET, &parts.headers).is_ok());
        };
        check(&[], true);
        check(&[("sec-fetch-site", "same-origin")], true);
        check(&[("sec-fetch-site", "none")], true);
        check(&[("sec-fetch-site", "same-site")], false);
        check(&[("sec-fetch-site", "cross-site"), ("origin", "http://a"), ("host", "a")], false);
        check(&[("origin", "http://bylaw.test:80"), ("host", "bylaw.test:80")], true);
        check(&[("origin", "https://Bylaw.test"), ("host", "bylaw.test")], true);
        check(&[("origin", "https://bylaw.test.evil"), ("host", "bylaw.test")], false);
        check(&[("origin", "null"), ("host", "bylaw.test")], false);
        check(&[("origin", "https://bylaw.test")], false);
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        let trusted: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap()];
        let check = |peer: &str, forwarded: &str, expected: &str| {
            let parts = parts(&[("x-forwarded-for", forwarded)], peer);
            assert_eq!(client_address(&parts, &trusted).to_string(), expected, "{peer} {forwarded}");
        };
        check("192.0.2.1", "203.0.113.9", "192.0.2.1");
        check("10.0.0.1", "203.0.113.9", "203.0.113.9");
        check("10.0.0.1", "198.51.100.7, 203.0.113.9, 10.0.0.2", "203.0.113.9");
        check("10.0.0.1", "nonsense", "10.0.0.1");
        check("10.0.0.1", "203.0.113.9, nonsense", "10.0.0.1");
        check("::ffff:192.0.2.1", "203.0.113.9", "192.0.2.1");
    }
}
