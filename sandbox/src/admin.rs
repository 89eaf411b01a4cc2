use http::{Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use serde_json::json;

use crate::{
    received::Log,
    reply::{Body, Gzip, Reply},
};

/// `GET /__sandbox/received`: what the providers were sent, newest last; `DELETE` forgets it.
pub(crate) fn answer(log: &Log, request: &Request<Incoming>) -> Response<Body> {
    let reply = match (request.method(), request.uri().path()) {
        (&Method::GET, "/__sandbox/received") => Reply::ok(json!({ "received": log.all() })),
        (&Method::DELETE, "/__sandbox/received") => {
            log.clear();
            Reply::ok(json!({ "received": [] }))
        }
        _ => Reply::Text(StatusCode::NOT_FOUND, "try GET /__sandbox/received\n"),
    };
    reply.respond(std::time::Duration::ZERO, Gzip::No)
}
