use axum::{Json, body::Bytes, extract::State, http::HeaderMap};
use http::StatusCode;

use crate::{
    app::App,
    auth::{May, to},
    lines::{Lines, LinesRefused, LinesTaken},
    web::problem::{Kind, Problem},
};

/// Largest request body, packed or not.
pub(crate) const BODY: usize = 16 * 1024 * 1024;
/// Longest name that a sender may give a body, in bytes.
const LONGEST_KEY: usize = 200;

/// Push lines of logs: the request's body has one on each line, or is a list of JSON; plain, gzip or Zstandard. Any format
/// that `bylaw observe` reads is recognised by itself. What was pushed before, by its `Idempotency-Key` or, without one, by its
/// bytes, is not counted again for a day.
#[utoipa::path(post, path = "/sensor/lines", tag = "ai use",
    params(("Idempotency-Key" = Option<String>, Header, description = "The sender's own name for this body")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = ACCEPTED, body = LinesTaken)), extensions(("x-permission" = json!("push_lines"))))]
pub(crate) async fn push_lines(
    may: May<to::PushLines>,
    State(app): State<App>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Json<LinesTaken>), Problem> {
    let key = headers.get("idempotency-key").map(|value| checked(value.as_bytes())).transpose()?;
    let lines = Lines { body, from: may.actor().name.clone(), key };
    let taken = app.line_taker()?.take(lines).await.map_err(|refused| {
        let kind = match refused {
            LinesRefused::Body(_) => Kind::Invalid,
            LinesRefused::Unkept => Kind::Busy,
        };
        Problem::new(kind, refused.to_string())
    })?;
    Ok((StatusCode::ACCEPTED, Json(taken)))
}

fn checked(key: &[u8]) -> Result<String, Problem> {
    let printable = key.iter().all(|byte| (b' '..=b'~').contains(byte));
    match std::str::from_utf8(key) {
        Ok(text) if printable && (1..=LONGEST_KEY).contains(&text.len()) => Ok(text.to_owned()),
        _ => {
            let detail =
                format!("`Idempotency-Key` must be 1 to {LONGEST_KEY} printable characters of ASCII");
            Err(Problem::new(Kind::Invalid, detail))
        }
    }
}
