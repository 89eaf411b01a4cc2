use std::time::Duration;

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::request_id::RequestId;

/// An error as clients see it.
#[derive(Clone, Debug)]
pub(crate) struct Problem(Box<ProblemDetails>);

/// RFC 9457 "Problem Details", with places and remedies.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemDetails {
    /// What kind of problem it is: `urn:bylaw:problem:` and a code that does not change.
    #[serde(rename = "type")]
    kind: String,
    /// The kind in a few words.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What happened, and what to do about it.
    detail: String,
    /// The request, as the server's log names it.
    request_id: Option<String>,
    /// Every mistake in what was sent, each with its place.
    errors: Vec<Mistake>,
    #[serde(skip)]
    retry_after: Option<Duration>,
}

/// One mistake in what was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(crate) struct Mistake {
    /// Line, counted from 1.
    pub(crate) line: u32,
    /// Column, counted from 1.
    pub(crate) column: u32,
    /// What is wrong.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) remedy: Option<String>,
}

/// Kinds of problem, each with its status, code and title.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    SignedOut,
    Forbidden,
    CrossSite,
    NotFound,
    Conflict,
    Expired,
    Malformed,
    Invalid,
    PolicyMistakes,
    TooManyAttempts,
    TooLarge,
    WrongMediaType,
    WrongMethod,
    Timeout,
    Busy,
    Internal,
}

impl Kind {
    const fn describe(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::SignedOut => (StatusCode::UNAUTHORIZED, "signed_out", "sign-in needed"),
            Self::Forbidden => (StatusCode::FORBIDDEN, "forbidden", "not permitted"),
            Self::CrossSite => (StatusCode::FORBIDDEN, "csrf", "request not from the console"),
            Self::NotFound => (StatusCode::NOT_FOUND, "not_found", "not found"),
            Self::Conflict => (StatusCode::CONFLICT, "conflict", "conflicts with what is there"),
            Self::Expired => (StatusCode::GONE, "expired", "no longer valid"),
            Self::Malformed => (StatusCode::BAD_REQUEST, "invalid", "request cannot be read"),
            Self::Invalid => (StatusCode::UNPROCESSABLE_ENTITY, "invalid", "request not acceptable"),
            Self::PolicyMistakes => {
                (StatusCode::UNPROCESSABLE_ENTITY, "policy_mistakes", "policy has mistakes")
            }
            Self::TooManyAttempts => {
                (StatusCode::TOO_MANY_REQUESTS, "too_many_attempts", "too many attempts")
            }
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too_large", "request too large"),
            Self::WrongMediaType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type", "JSON expected"),
            Self::WrongMethod => (StatusCode::METHOD_NOT_ALLOWED, "method", "method not allowed here"),
            Self::Timeout => (StatusCode::GATEWAY_TIMEOUT, "timeout", "took too long"),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy", "no capacity left"),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal", "internal error"),
        }
    }

    /// The kind that stands for a bare status, as frameworks answer it.
    fn of(status: StatusCode) -> Self {
        match status {
            StatusCode::UNAUTHORIZED => Self::SignedOut,
            StatusCode::FORBIDDEN => Self::Forbidden,
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Self::WrongMethod,
            StatusCode::CONFLICT => Self::Conflict,
            StatusCode::GONE => Self::Expired,
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::WrongMediaType,
            StatusCode::UNPROCESSABLE_ENTITY => Self::Invalid,
            StatusCode::TOO_MANY_REQUESTS => Self::TooManyAttempts,
            StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT => Self::Timeout,
            StatusCode::SERVICE_UNAVAILABLE => Self::Busy,
            status if status.is_client_error() => Self::Malformed,
            _ => Self::Internal,
        }
    }
}

impl Problem {
    /// A problem of `kind`; `detail` says what happened and what to do.
    pub(crate) fn new(kind: Kind, detail: impl Into<String>) -> Self {
        let (status, code, title) = kind.describe();
        Self(Box::new(ProblemDetails {
            kind: format!("urn:bylaw:problem:{code}"),
            title,
            status: status.as_u16(),
            detail: detail.into(),
            request_id: None,
            errors: Vec::new(),
            retry_after: None,
        }))
    }

    /// The same with every mistake.
    pub(crate) fn with_errors(mut self, errors: Vec<Mistake>) -> Self {
        self.0.errors = errors;
        self
    }

    /// The same with the time after which another attempt is heard.
    pub(crate) fn after(mut self, wait: Duration) -> Self {
        self.0.retry_after = Some(wait);
        self
    }

    /// Something that is the server's fault; the cause goes to the log, not to the client.
    pub(crate) fn internal(operation: &'static str, cause: &dyn std::error::Error) -> Self {
        tracing::error!(operation, cause = causes(cause), "request failed");
        Self::new(
            Kind::Internal,
            format!("cannot {operation}; the server's log has the cause under this request id"),
        )
    }

    /// No such thing.
    pub(crate) fn not_found(noun: &str, name: &str) -> Self {
        Self::new(Kind::NotFound, format!("there is no {noun} `{name}`"))
    }
}

impl From<store::QueryError> for Problem {
    fn from(error: store::QueryError) -> Self {
        match &error {
            store::QueryError::Unavailable { doing, .. } => {
                tracing::error!(operation = doing, cause = causes(&error), "store not available");
                Self::new(Kind::Busy, format!("cannot {doing}: the store does not answer; try again later"))
            }
            store::QueryError::Refused { doing, .. } | store::QueryError::Unreadable { doing, .. } => {
                Self::internal(doing, &error)
            }
        }
    }
}

impl From<store::CommitError> for Problem {
    fn from(error: store::CommitError) -> Self {
        match error {
            store::CommitError::Conflict { .. } | store::CommitError::Superseded { .. } => {
                Self::new(Kind::Conflict, error.to_string())
            }
            store::CommitError::UnknownUser { .. } => Self::new(Kind::NotFound, error.to_string()),
            store::CommitError::Store(cause) => cause.into(),
        }
    }
}

/// An error and everything below it, for the log.
fn causes(error: &dyn std::error::Error) -> String {
    let below = std::iter::successors(Some(error), |error| error.source());
    below.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

impl IntoResponse for Problem {
    /// Carries the problem to [`render`], which writes it with the request's id.
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() =
            StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        response.extensions_mut().insert(self);
        response
    }
}

/// Writes every error under it as a problem, also those that the framework answers in plain text.
pub(crate) async fn render(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().cloned();
    let path = request.uri().path().to_owned();
    let mut response = next.run(request).await;
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let Problem(mut problem) = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem,
        None => Problem::new(Kind::of(status), plain(status, &path)),
    };
    problem.request_id = id.map(|id| id.to_string());
    written(&problem, response)
}

fn plain(status: StatusCode, path: &str) -> String {
    match Kind::of(status) {
        Kind::NotFound => format!("nothing is served at `{path}`; /api/v1/openapi.json lists what is"),
        Kind::WrongMethod => {
            format!("`{path}` does not answer this method; the `Allow` header lists those it does")
        }
        Kind::TooLarge => "the request's body is larger than this endpoint takes".to_owned(),
        Kind::Timeout => "the request was given up; try again, or ask for less".to_owned(),
        Kind::Internal => "the server's log has the cause under this request id".to_owned(),
        _ => "the request was refused".to_owned(),
    }
}

fn written(problem: &ProblemDetails, from: Response) -> Response {
    let body = serde_json::to_vec(problem).unwrap_or_default();
    let (mut parts, _) = from.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if let Some(wait) = problem.retry_after {
        parts.headers.insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
    }
    if problem.status == StatusCode::UNAUTHORIZED.as_u16() {
        parts.headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"bylaw\""));
    }
    Response::from_parts(parts, Body::from(body))
}
