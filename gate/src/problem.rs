use http::{
    HeaderMap, HeaderValue, Response, StatusCode,
    header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, PROXY_AUTHENTICATE},
};

use crate::{body::AnswerBody, dial::DialError, recorder::RecordError, upstream::SendError};

/// Why the gate itself answers with an error. Verdicts are answered by the engine, in the tool's own shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    /// For programs.
    pub(crate) code: &'static str,
    /// What happened and what helps.
    pub(crate) detail: String,
}

/// Who reads an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    Person,
    Program,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into() }
    }

    pub(crate) fn malformed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed_request", detail)
    }

    pub(crate) fn misdirected(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::MISDIRECTED_REQUEST, "misdirected_request", detail)
    }

    pub(crate) fn sign_in() -> Self {
        let detail = "the proxy needs your name and password: put them into the proxy's address or your system's settings";
        Self::new(StatusCode::PROXY_AUTHENTICATION_REQUIRED, "proxy_sign_in_required", detail)
    }

    /// As a page for people who navigate, and for programs as JSON: RFC 9457 with an `error` member in the shape that
    /// AI providers use, so that their SDKs show the message.
    pub(crate) fn answer(&self, reader: Reader) -> Response<AnswerBody> {
        let (content_type, body) = match reader {
            Reader::Person => ("text/html; charset=utf-8", self.page()),
            Reader::Program => ("application/problem+json", self.json()),
        };
        let mut answer = Response::new(AnswerBody::from(body));
        *answer.status_mut() = self.status;
        answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        answer
    }

    fn title(&self) -> &'static str {
        self.status.canonical_reason().unwrap_or("Error")
    }

    fn json(&self) -> String {
        serde_json::json!({
            "type": "about:blank",
            "title": self.title(),
            "status": self.status.as_u16(),
            "detail": self.detail,
            "error": { "message": format!("Bylaw: {}", self.detail), "type": "proxy_error", "code": self.code },
        })
        .to_string()
    }

    fn page(&self) -> String {
        let (title, detail) = (self.title(), escape(&self.detail));
        format!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title>\
             <meta name=\"viewport\" content=\"width=device-width\">\
             <style>body{{font:1.1rem/1.5 system-ui;max-width:40rem;margin:4rem auto;padding:0 1rem;color-scheme:light dark}}</style>\
             <h1>{title}</h1><p>{detail}</p><p><small>Answered by the Bylaw proxy, code <code>{}</code>.</small></p></html>\n",
            self.code
        )
    }
}

/// Adds what a 407 must say (RFC 9110 §11.7.1, RFC 7617).
pub(crate) fn ask_to_sign_in(mut answer: Response<AnswerBody>, realm: &str) -> Response<AnswerBody> {
    let realm: String = realm.chars().filter(|c| !matches!(c, '"' | '\\') && !c.is_control()).collect();
    let challenge = format!("Basic realm=\"{realm}\", charset=\"UTF-8\"");
    if let Ok(challenge) = HeaderValue::from_str(&challenge) {
        answer.headers_mut().insert(PROXY_AUTHENTICATE, challenge);
    }
    answer
}

impl Reader {
    /// From what a request accepts: browsers that navigate ask for a page.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let accepted = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
        if accepted.is_some_and(|accepted| accepted.contains("text/html")) {
            Self::Person
        } else {
            Self::Program
        }
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

impl From<&DialError> for Problem {
    fn from(error: &DialError) -> Self {
        let (status, code) = match error {
            DialError::Forbidden { .. } => (StatusCode::FORBIDDEN, "address_forbidden"),
            DialError::Late { .. } => (StatusCode::GATEWAY_TIMEOUT, "upstream_timeout"),
            DialError::Resolve { .. } => (StatusCode::BAD_GATEWAY, "upstream_unknown"),
            DialError::Connect { .. } => (StatusCode::BAD_GATEWAY, "upstream_unreachable"),
            DialError::Certificate { .. } => (StatusCode::BAD_GATEWAY, "upstream_certificate"),
            DialError::Handshake { .. } => (StatusCode::BAD_GATEWAY, "upstream_handshake"),
        };
        Self::new(status, code, error.to_string())
    }
}

impl From<&SendError> for Problem {
    fn from(error: &SendError) -> Self {
        match error {
            SendError::Dial(error) => error.into(),
            SendError::Late { .. } => {
                Self::new(StatusCode::GATEWAY_TIMEOUT, "upstream_timeout", error.to_string())
            }
            SendError::Request { .. } => Self::malformed(error.to_string()),
            SendError::Broken { .. } => {
                Self::new(StatusCode::BAD_GATEWAY, "upstream_broken", error.to_string())
            }
        }
    }
}

impl From<RecordError> for Problem {
    fn from(error: RecordError) -> Self {
        let detail =
            format!("{error}, so the answer is withheld: try again, and tell your administrator if it stays");
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "recorder_unavailable", detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_get_json_and_people_a_page() {
        let problem = Problem::malformed("`<b>` is not a host");
        assert_eq!(
            problem.answer(Reader::of(&HeaderMap::new())).headers()[CONTENT_TYPE],
            "application/problem+json"
        );
        let mut browser = HeaderMap::new();
        browser.insert(ACCEPT, HeaderValue::from_static("text/html,*/*"));
        assert_eq!(problem.answer(Reader::of(&browser)).headers()[CONTENT_TYPE], "text/html; charset=utf-8");
        assert!(problem.page().contains("`&lt;b&gt;` is not a host"));
        let json: serde_json::Value = serde_json::from_str(&problem.json()).unwrap();
        assert_eq!(json["error"]["message"], "Bylaw: `<b>` is not a host");
    }

    #[test]
    fn the_realm_cannot_break_out_of_its_quotes() {
        let answer = ask_to_sign_in(Problem::sign_in().answer(Reader::Program), "A \"b\"\r\n");
        assert_eq!(answer.headers()[PROXY_AUTHENTICATE], "Basic realm=\"A b\", charset=\"UTF-8\"");
    }
}
