//! A client as small as a browser's network layer: keeps a cookie, sends the CSRF header, reads JSON and events.

use http::{HeaderMap, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper_util::{
    client::legacy::{Client as Hyper, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::Value;

pub(crate) struct Client {
    hyper: Hyper<HttpConnector, Full<Bytes>>,
    pub(crate) base: String,
    cookie: Option<String>,
    csrf: Option<String>,
    bearer: Option<String>,
    pub(crate) extra: HeaderMap,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The code of a problem, as in `csrf`; empty if the answer is none.
    pub(crate) fn problem(&self) -> String {
        if self.header("content-type") != "application/problem+json" {
            return String::new();
        }
        let kind = self.json()["type"].as_str().unwrap().to_owned();
        kind.trim_start_matches("urn:bylaw:problem:").to_owned()
    }

    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        self
    }
}

impl Client {
    pub(crate) fn new(base: &str) -> Self {
        let hyper = Hyper::builder(TokioExecutor::new()).build_http();
        Self { hyper, base: base.to_owned(), cookie: None, csrf: None, bearer: None, extra: HeaderMap::new() }
    }

    pub(crate) fn with_token(base: &str, token: &str) -> Self {
        Self { bearer: Some(token.to_owned()), ..Self::new(base) }
    }

    /// Signs in and remembers cookie and CSRF token.
    pub(crate) async fn sign_in(&mut self, name: &str, password: &str) -> Answer {
        let body = serde_json::json!({ "name": name, "password": password });
        let answer = self.post("/api/v1/session", &body).await;
        self.remember(&answer);
        answer
    }

    pub(crate) fn remember(&mut self, answer: &Answer) {
        if answer.status == StatusCode::OK {
            let cookie = answer.header("set-cookie");
            self.cookie = cookie.split(';').next().map(ToOwned::to_owned);
            self.csrf = answer.json()["csrf"].as_str().map(ToOwned::to_owned);
        }
    }

    pub(crate) fn forget_csrf(&mut self) {
        self.csrf = None;
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PUT, path, Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let body = body.map(|body| serde_json::to_vec(body).unwrap());
        let media = body.is_some().then_some("application/json");
        self.send_bytes(method, path, media, body.unwrap_or_default()).await
    }

    pub(crate) async fn send_bytes(
        &self,
        method: Method,
        path: &str,
        media: Option<&str>,
        body: Vec<u8>,
    ) -> Answer {
        let (parts, incoming) = self.begin(method, path, media, body).await.into_parts();
        let body = incoming.collect().await.unwrap().to_bytes();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// Follows a stream of events.
    pub(crate) async fn events(&self, path: &str) -> Events {
        let response = self.begin(Method::GET, path, None, Vec::new()).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
        Events { body: response.into_body(), seen: String::new() }
    }

    pub(crate) async fn begin(
        &self,
        method: Method,
        path: &str,
        media: Option<&str>,
        body: Vec<u8>,
    ) -> Response<Incoming> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        for (name, value) in [
            ("content-type", media),
            ("cookie", self.cookie.as_deref()),
            ("x-bylaw-csrf", self.csrf.as_deref()),
        ] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        if let Some(token) = &self.bearer {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in &self.extra {
            request = request.header(name, value);
        }
        self.hyper.request(request.body(Full::from(body)).unwrap()).await.unwrap()
    }
}

pub(crate) struct Events {
    body: Incoming,
    seen: String,
}

impl Events {
    /// The next event's name and data; `None` when the stream has ended.
    pub(crate) async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            if let Some(end) = self.seen.find("\n\n") {
                let event: String = self.seen.drain(..end + 2).collect();
                match read(&event) {
                    Some(event) => return Some(event),
                    None => continue,
                }
            }
            let frame = self.body.frame().await?.unwrap();
            self.seen.push_str(std::str::from_utf8(frame.data_ref().unwrap()).unwrap());
        }
    }
}

fn read(event: &str) -> Option<(String, Value)> {
    let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    Some((field("event:")?.to_owned(), serde_json::from_str(field("data:")?).unwrap()))
}
