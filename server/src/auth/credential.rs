use axum::http::{HeaderMap, HeaderValue, header};

use super::secret::Token;
use crate::web::security::Scheme;

/// The cookie that holds a session's token.
const COOKIE: &str = "bylaw_session";

/// What a request shows to be recognised.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Credential {
    /// A browser's session, sent along with every request whether its user wants it or not.
    Session(Token),
    /// A program's own token.
    Api(Token),
}

impl Credential {
    /// The credential in `headers`. An `Authorization` header counts even beside a cookie.
    pub(crate) fn read(headers: &HeaderMap) -> Option<Self> {
        match headers.get(header::AUTHORIZATION) {
            Some(value) => bearer(value).and_then(Token::read).map(Self::Api),
            None => cookie(headers).and_then(Token::read).map(Self::Session),
        }
    }
}

fn bearer(value: &HeaderValue) -> Option<&str> {
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == COOKIE).then_some(value))
}

/// The header that gives a browser its session for `seconds`.
pub(crate) fn set_cookie(token: &Token, seconds: u64, scheme: Scheme) -> String {
    cookie_header(token.reveal(), seconds, scheme)
}

/// The header that takes it away.
pub(crate) fn clear_cookie(scheme: Scheme) -> String {
    cookie_header("", 0, scheme)
}

fn cookie_header(value: &str, seconds: u64, scheme: Scheme) -> String {
    let secure = match scheme {
        Scheme::Http => "",
        Scheme::Https => "; Secure",
    };
    format!("{COOKIE}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_credential_is_found() {
        let token = Token::random();
        let text = token.reveal();
        let session = || Some(Credential::Session(token.clone()));
        let api = || Some(Credential::Api(token.clone()));
        let check = |lines: &[(&'static str, String)], expected: Option<Credential>| {
            let mut headers = HeaderMap::new();
            for (name, value) in lines {
                headers.append(*name, value.parse().unwrap());
            }
            assert_eq!(Credential::read(&headers), expected);
        };
        check(&[], None);
        check(&[("cookie", format!("bylaw_session={text}"))], session());
        check(&[("cookie", format!("a=b; bylaw_session={text} ;c=d"))], session());
        check(&[("cookie", "a=b".into()), ("cookie", format!("bylaw_session={text}"))], session());
        check(&[("cookie", "bylaw_session=short".into())], None);
        check(&[("cookie", format!("xbylaw_session={text}"))], None);
        check(&[("authorization", format!("Bearer {text}"))], api());
        check(&[("authorization", format!("bearer  {text}"))], api());
        check(&[("authorization", format!("Basic {text}"))], None);
        let both = [("authorization", "Basic x".into()), ("cookie", format!("bylaw_session={text}"))];
        check(&both, None);
    }
}
