use std::{fmt, time::Instant};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use uuid::Uuid;

use crate::metrics::Metrics;

const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Names one request in answers and in the log.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestId(Uuid);

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.simple().fmt(f)
    }
}

/// Gives every request an id, logs it when it is answered, and counts it.
///
/// The log has the route's template, not the path: paths and queries may hold tokens.
pub(crate) async fn observe(State(metrics): State<Metrics>, mut request: Request, next: Next) -> Response {
    let id = RequestId(Uuid::now_v7());
    request.extensions_mut().insert(id);
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("(console)", MatchedPath::as_str).to_owned();
    let begun = Instant::now();
    let mut response = next.run(request).await;
    let took = begun.elapsed();
    let status = response.status().as_u16();
    tracing::debug!(request = %id, %method, route, status, ms = took.as_millis() as u64, "request answered");
    metrics.answered(method.as_str(), &route, status, took);
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(HEADER, value);
    }
    response
}
