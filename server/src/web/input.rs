use axum::{
    extract::{FromRequest, FromRequestParts, Path, Query, Request},
    http::{StatusCode, header, request::Parts},
};
use bytes::Bytes;
use serde::de::DeserializeOwned;

use super::problem::{Kind, Mistake, Problem};

/// The request's body as JSON; what cannot be read is answered with its place.
pub(crate) struct Input<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Input<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let media = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if !media.is_some_and(is_json) {
            let detail = "send JSON with the header `Content-Type: application/json`";
            return Err(Problem::new(Kind::WrongMediaType, detail));
        }
        let body =
            Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status() {
                StatusCode::PAYLOAD_TOO_LARGE => {
                    Problem::new(Kind::TooLarge, "the request's body is larger than this endpoint takes")
                }
                _ => Problem::new(Kind::Malformed, "the request's body ended early"),
            })?;
        serde_json::from_slice(&body).map(Self).map_err(|error| unreadable(&error))
    }
}

fn is_json(media: &str) -> bool {
    media.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

fn unreadable(error: &serde_json::Error) -> Problem {
    let mistake = Mistake {
        line: u32::try_from(error.line()).unwrap_or(u32::MAX),
        column: u32::try_from(error.column()).unwrap_or(u32::MAX),
        message: without_place(&error.to_string()),
        remedy: None,
    };
    let kind = if error.is_data() { Kind::Invalid } else { Kind::Malformed };
    Problem::new(kind, format!("the request's body is not what is expected: {}", mistake.message))
        .with_errors(vec![mistake])
}

fn without_place(message: &str) -> String {
    message.rfind(" at line ").and_then(|end| message.get(..end)).unwrap_or(message).to_owned()
}

/// The request's query; a parameter that is unknown or cannot be read is an error, never ignored.
pub(crate) struct Params<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match Query::try_from_uri(&parts.uri) {
            Ok(Query(params)) => Ok(Self(params)),
            Err(rejection) => {
                let cause =
                    std::error::Error::source(&rejection).map_or(rejection.to_string(), ToString::to_string);
                Err(Problem::new(Kind::Malformed, format!("the query is not what is expected: {cause}")))
            }
        }
    }
}

/// A parameter in the path; one that cannot be read names nothing.
pub(crate) struct Named<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Named<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(name)) => Ok(Self(name)),
            Err(_) => {
                Err(Problem::new(Kind::NotFound, format!("nothing is named by `{}`", parts.uri.path())))
            }
        }
    }
}
