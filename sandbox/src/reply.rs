use std::{convert::Infallible, io::Write, time::Duration};

use bytes::Bytes;
use futures_util::stream;
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::{BodyExt, Full, StreamBody, combinators::BoxBody};
use hyper::body::Frame;
use serde_json::Value;

/// The body of an answer.
pub(crate) type Body = BoxBody<Bytes, Infallible>;

/// An answer as a provider words it, before it becomes bytes.
pub(crate) enum Reply {
    Json(StatusCode, Value),
    Html(&'static str),
    Text(StatusCode, &'static str),
    /// Chunks that go out one after the other, the sandbox's token delay between them.
    Stream {
        media_type: &'static str,
        chunks: Vec<String>,
    },
}

impl Reply {
    pub(crate) fn ok(value: Value) -> Self {
        Self::Json(StatusCode::OK, value)
    }

    /// As an HTTP answer; whole answers are compressed if the client takes gzip, as the real providers do.
    pub(crate) fn respond(self, delay: Duration, gzip: Gzip) -> Response<Body> {
        match self {
            Self::Json(status, value) => {
                whole(status, "application/json", value.to_string().into_bytes(), gzip)
            }
            Self::Html(page) => {
                whole(StatusCode::OK, "text/html; charset=utf-8", page.as_bytes().to_vec(), gzip)
            }
            Self::Text(status, text) => {
                whole(status, "text/plain; charset=utf-8", text.as_bytes().to_vec(), gzip)
            }
            Self::Stream { media_type, chunks } => streamed(media_type, chunks, delay),
        }
    }
}

/// Whether the client takes gzip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gzip {
    Accepted,
    No,
}

impl Gzip {
    pub(crate) fn of(headers: &http::HeaderMap) -> Self {
        let accepted =
            headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        let names = accepted.flat_map(|value| value.split(',')).map(|part| part.trim());
        if names.into_iter().any(|name| name == "gzip" || name.starts_with("gzip;") && !name.ends_with("=0"))
        {
            Self::Accepted
        } else {
            Self::No
        }
    }
}

fn whole(status: StatusCode, media_type: &'static str, body: Vec<u8>, gzip: Gzip) -> Response<Body> {
    let compressed = if gzip == Gzip::Accepted && body.len() > 256 { compress(&body).ok() } else { None };
    let mut response = Response::new(Full::new(Bytes::from(body)).boxed());
    if let Some(bytes) = compressed {
        *response.body_mut() = Full::new(Bytes::from(bytes)).boxed();
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}

fn compress(body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(body)?;
    encoder.finish()
}

/// One server-sent event (WHATWG HTML §9.2) without a name.
pub(crate) fn event(data: &Value) -> String {
    format!("data: {data}\n\n")
}

/// One named server-sent event.
pub(crate) fn named_event(name: &str, data: &Value) -> String {
    format!("event: {name}\ndata: {data}\n\n")
}

fn streamed(media_type: &'static str, chunks: Vec<String>, delay: Duration) -> Response<Body> {
    let (sender, receiver) = tokio::sync::mpsc::channel::<Bytes>(1);
    tokio::spawn(async move {
        for (at, chunk) in chunks.into_iter().enumerate() {
            if at > 0 && !delay.is_zero() {
                tokio::time::sleep(delay).await;
            }
            if sender.send(Bytes::from(chunk)).await.is_err() {
                return; // the client went away
            }
        }
    });
    let frames = stream::unfold(receiver, |mut receiver| async move {
        let chunk = receiver.recv().await?;
        Some((Ok::<_, Infallible>(Frame::data(chunk)), receiver))
    });
    let mut response = Response::new(StreamBody::new(frames).boxed());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}
