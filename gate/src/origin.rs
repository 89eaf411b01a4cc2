use http::{
    HeaderValue, Request, Uri, Version,
    header::HOST,
    uri::{Parts, PathAndQuery},
};

use crate::{body::RequestBody, header::join_cookies, target::Target};

/// How an upstream is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Scheme {
    Http,
    Https,
}

/// Where a request goes, and how it is worded for that.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub(crate) scheme: Scheme,
    pub(crate) target: Target,
}

impl Scheme {
    pub(crate) const fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

impl Origin {
    /// With the path alone in the request line and a `Host` field (RFC 9112 §3.2).
    pub(crate) fn for_http1(&self, mut request: Request<RequestBody>) -> Request<RequestBody> {
        *request.uri_mut() = Uri::from(path(request.uri()));
        *request.version_mut() = Version::HTTP_11;
        let headers = request.headers_mut();
        if !headers.contains_key(HOST)
            && let Ok(host) = HeaderValue::from_str(&self.authority())
        {
            headers.insert(HOST, host);
        }
        join_cookies(headers);
        request
    }

    /// With `:scheme` and `:authority`, which replaces `Host` (RFC 9113 §8.3.1).
    pub(crate) fn for_http2(&self, mut request: Request<RequestBody>) -> Request<RequestBody> {
        let mut parts = Parts::default();
        parts.scheme = self.scheme.as_str().parse().ok();
        parts.authority = self.authority().parse().ok();
        parts.path_and_query = Some(path(request.uri()));
        if let Ok(uri) = Uri::from_parts(parts) {
            *request.uri_mut() = uri;
        }
        *request.version_mut() = Version::HTTP_2;
        request.headers_mut().remove(HOST);
        request
    }

    /// Host, and port if it is not the scheme's own.
    fn authority(&self) -> String {
        let text = self.target.to_string();
        match text.rsplit_once(':') {
            Some((host, _)) if self.target.port == self.scheme.default_port() => host.to_owned(),
            _ => text,
        }
    }
}

fn path(uri: &Uri) -> PathAndQuery {
    uri.path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hold::Room;

    fn check(port: u16, uri: &str, http1: &str, http2: &str) {
        let target = Target { host: "api.example".to_owned(), port };
        let origin = Origin { scheme: Scheme::Https, target };
        let request = || {
            let body = RequestBody::whole(Default::default(), None, Room::default());
            Request::builder().uri(uri).body(body).unwrap()
        };
        let one = origin.for_http1(request());
        assert_eq!(format!("{} {}", one.uri(), one.headers()[HOST].to_str().unwrap()), http1);
        let two = origin.for_http2(one);
        assert_eq!(format!("{} {:?}", two.uri(), two.headers().get(HOST)), format!("{http2} None"));
        let again = origin.for_http1(two);
        assert_eq!(format!("{} {}", again.uri(), again.headers()[HOST].to_str().unwrap()), http1);
    }

    #[test]
    fn requests_are_worded_for_their_protocol() {
        check(443, "/v1?a=1", "/v1?a=1 api.example", "https://api.example/v1?a=1");
        check(443, "https://api.example/", "/ api.example", "https://api.example/");
        check(8443, "/", "/ api.example:8443", "https://api.example:8443/");
    }
}
