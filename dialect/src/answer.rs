use serde_json::{Value, json};

use crate::{coaching::coaching_page, dialect::Dialect, read::ReadError};

/// What a person should read in place of a tool's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// HTTP status; 403 is not retried by any SDK.
    pub status: u16,
    /// One line.
    pub title: String,
    /// What happened, why, and what to do now. It quotes the policy and never the person's own text.
    pub message: String,
    /// A word for programs.
    pub code: String,
    /// Where to go on.
    pub help_url: Option<String>,
}

/// A complete answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers, except the length.
    pub headers: Vec<(&'static str, String)>,
    /// Body.
    pub body: Vec<u8>,
}

/// A refusal in the tool's own error shape.
///
/// It is the same whether or not the client asked for a stream: SDKs look at the status before they read events, and
/// raise what a JSON body says. `x-should-retry: false` is honoured by the OpenAI and Anthropic SDKs.
pub fn answer(dialect: Dialect, notice: &Notice) -> Answer {
    let content_type = match dialect {
        Dialect::Json => "application/problem+json",
        Dialect::GeminiWeb | Dialect::Form | Dialect::Multipart | Dialect::Text => {
            return of_type("text/plain; charset=utf-8", notice.status, &plain(notice));
        }
        _ => "application/json",
    };
    of_type(content_type, notice.status, &refusal(dialect, notice).to_string())
}

/// The refusal as JSON: the tool's own error shape, or RFC 9457 where it has none.
pub(crate) fn refusal(dialect: Dialect, notice: &Notice) -> Value {
    match dialect {
        Dialect::OpenaiChat | Dialect::OpenaiResponses | Dialect::OpenaiFiles => openai(notice),
        Dialect::Anthropic | Dialect::ClaudeWeb => anthropic(notice),
        Dialect::Gemini => google(notice),
        Dialect::ChatgptWeb => chatgpt_web(notice),
        Dialect::GeminiWeb | Dialect::Json | Dialect::Form | Dialect::Multipart | Dialect::Text => {
            problem(notice)
        }
    }
}

/// The answer to a request that could not be read.
pub fn error(dialect: Dialect, cause: &ReadError) -> Answer {
    let notice = Notice {
        status: 400,
        title: "The request could not be read".to_owned(),
        message: format!(
            "The request could not be read: {cause}. Nothing was sent on; correct it and try again."
        ),
        code: "malformed_request".to_owned(),
        help_url: None,
    };
    answer(dialect, &notice)
}

/// The answer to a browser that navigates.
pub fn page(notice: &Notice) -> Answer {
    let mut answer = of_type("text/html; charset=utf-8", notice.status, &coaching_page(notice));
    let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    answer.headers.push(("content-security-policy", policy.to_owned()));
    answer.headers.push(("referrer-policy", "no-referrer".to_owned()));
    answer
}

fn of_type(content_type: &str, status: u16, body: &str) -> Answer {
    let headers = [
        ("content-type", content_type),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("x-should-retry", "false"),
    ];
    let headers = headers.map(|(name, value)| (name, value.to_owned())).to_vec();
    Answer { status, headers, body: body.as_bytes().to_vec() }
}

/// Title, message and link in one text, each once.
pub(crate) fn plain(notice: &Notice) -> String {
    let mut text = notice.title.clone();
    if !text.is_empty() && !text.ends_with(['.', '!', '?', ':']) {
        text.push('.');
    }
    for more in [Some(notice.message.as_str()), notice.help_url.as_deref()].into_iter().flatten() {
        if !text.contains(more) {
            text.push(' ');
            text.push_str(more);
        }
    }
    text.trim().to_owned()
}

/// The kind of error for a status. OpenAI and Anthropic use the same words for most.
fn kind(status: u16) -> &'static str {
    match status {
        401 => "authentication_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        500.. => "api_error",
        _ => "invalid_request_error",
    }
}

/// <https://platform.openai.com/docs/guides/error-codes>
fn openai(notice: &Notice) -> Value {
    json!({"error": {
        "message": plain(notice),
        "type": kind(notice.status),
        "param": null,
        "code": notice.code,
    }})
}

/// <https://docs.anthropic.com/en/api/errors>; claude.ai shows the same.
fn anthropic(notice: &Notice) -> Value {
    json!({"type": "error", "error": {"type": kind(notice.status), "message": plain(notice)}})
}

/// <https://cloud.google.com/apis/design/errors>
fn google(notice: &Notice) -> Value {
    let status = match notice.status {
        401 => "UNAUTHENTICATED",
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        429 => "RESOURCE_EXHAUSTED",
        500 => "INTERNAL",
        501.. => "UNAVAILABLE",
        _ => "INVALID_ARGUMENT",
    };
    let mut details = vec![json!({
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": notice.code.to_ascii_uppercase(),
        "domain": "bylaw",
    })];
    details.extend(notice.help_url.as_ref().map(|url| {
        json!({
            "@type": "type.googleapis.com/google.rpc.Help",
            "links": [{"description": notice.title, "url": url}],
        })
    }));
    json!({"error": {"code": notice.status, "message": plain(notice), "status": status, "details": details}})
}

/// As chatgpt.com answers when a conversation cannot go on: the page shows the message.
fn chatgpt_web(notice: &Notice) -> Value {
    json!({"detail": {"message": plain(notice), "code": notice.code}})
}

/// RFC 9457.
fn problem(notice: &Notice) -> Value {
    let mut problem = json!({
        "type": "about:blank",
        "title": notice.title,
        "status": notice.status,
        "detail": notice.message,
        "code": notice.code,
    });
    if let (Some(problem), Some(url)) = (problem.as_object_mut(), &notice.help_url) {
        problem.insert("help".to_owned(), json!(url));
    }
    problem
}
