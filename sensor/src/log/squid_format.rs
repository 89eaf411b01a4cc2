//! A `logformat` of Squid's, given as it stands in `squid.conf`: <https://www.squid-cache.org/Doc/config/logformat/>.

use super::{
    draft::{Draft, Reason, Taken},
    squid::{client, decoded, denied, finish, peer, result, target},
    text,
    time::Clock,
};
use crate::HostSource;

/// A `logformat` of squid.conf, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SquidFormat {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Literal(Box<str>),
    Code(Code),
}

/// The codes whose values are taken; the value of any other is passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Code {
    Seconds,
    Millis,
    Time,
    Elapsed,
    Client,
    ClientAndMore,
    Server,
    ServerPort,
    Result,
    Status,
    Up,
    Down,
    Method,
    Url,
    Domain,
    UrlPort,
    UrlPath,
    User,
    Agent,
    HostHeader,
    Sni,
    Peer,
    Other,
}

/// Why a `logformat` cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SquidFormatError {
    /// A `%` without a code.
    #[error(
        "the logformat has a `%` without a code after it; give it as it stands in squid.conf, after the name"
    )]
    Code,
    /// Two values with nothing between them.
    #[error("the logformat has two values with nothing between them, which cannot be told apart")]
    Glued,
    /// Neither time nor target.
    #[error(
        "the logformat has no time (%ts, %tl, %tg) or nothing that names the host (%ru, %>rd, %ssl::>sni)"
    )]
    Useless,
}

impl std::str::FromStr for SquidFormat {
    type Err = SquidFormatError;

    /// Reads the format's string, with or without `logformat NAME` before it.
    fn from_str(text: &str) -> Result<Self, SquidFormatError> {
        let text = match text.trim().strip_prefix("logformat ") {
            Some(rest) => rest.trim_start().split_once(' ').map_or("", |(_, format)| format),
            None => text.trim(),
        };
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((literal, after)) = rest.split_once('%') {
            if !literal.is_empty() {
                pieces.push(Piece::Literal(literal.into()));
            }
            if let Some(after) = after.strip_prefix('%') {
                pieces.push(Piece::Literal("%".into()));
                rest = after;
                continue;
            }
            let (code, after) = code(after).ok_or(SquidFormatError::Code)?;
            if matches!(pieces.last(), Some(Piece::Code(_))) {
                return Err(SquidFormatError::Glued);
            }
            pieces.push(Piece::Code(code));
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Literal(rest.into()));
        }
        let has = |codes: &[Code]| {
            pieces.iter().any(|piece| matches!(piece, Piece::Code(code) if codes.contains(code)))
        };
        let useful =
            has(&[Code::Seconds, Code::Time]) && has(&[Code::Url, Code::Domain, Code::Sni, Code::HostHeader]);
        if useful { Ok(Self { pieces }) } else { Err(SquidFormatError::Useless) }
    }
}

/// A code after its `%`: `[encoding] [-] [[0]width] [{argument}] [namespace::]code [{argument}]`.
fn code(text: &str) -> Option<(Code, &str)> {
    let text = text.trim_start_matches(['"', '\'', '#', '/', '[']);
    let mut text = text.trim_start_matches(|c: char| c == '-' || c == '.' || c.is_ascii_digit());
    let mut argument = "";
    if let Some(inner) = text.strip_prefix('{') {
        (argument, text) = inner.split_once('}')?;
    }
    let name_length = text
        .bytes()
        .position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'<' | b'>' | b':' | b'_')))
        .unwrap_or(text.len());
    let (word, mut rest) = text.split_at_checked(name_length)?;
    // Literals that stand right after a code belong to no code: a colon as in `%Ss:%Sh`, letters as in `%>ast`.
    let word = word.trim_end_matches([':', '<', '>']);
    let bare = word.rsplit("::").next().unwrap_or(word);
    let (length, code) =
        (1..=bare.len()).rev().find_map(|length| Some((length, known(bare.get(..length)?, "")?)))?;
    let used = word.len() - bare.len() + length;
    rest = text.get(used..).unwrap_or(rest);
    if let Some(inner) = rest.strip_prefix('{') {
        (argument, rest) = inner.split_once('}')?;
    }
    let code = if argument.is_empty() { code } else { known(bare.get(..length)?, argument).unwrap_or(code) };
    Some((code, rest))
}

fn known(name: &str, argument: &str) -> Option<Code> {
    let header = argument.split([':', ',', ';']).next().unwrap_or(argument);
    Some(match (name, header.to_ascii_lowercase().as_str()) {
        ("ts", _) => Code::Seconds,
        ("tu", _) => Code::Millis,
        ("tl" | "tg", _) => Code::Time,
        ("tr", _) => Code::Elapsed,
        (">a", _) => Code::Client,
        (">A", _) => Code::ClientAndMore,
        ("<a", _) => Code::Server,
        ("<p", _) => Code::ServerPort,
        ("Ss", _) => Code::Result,
        (">Hs" | "Hs" | "<Hs", _) => Code::Status,
        (">st", _) => Code::Up,
        ("<st", _) => Code::Down,
        ("rm" | ">rm" | "<rm", _) => Code::Method,
        ("ru" | ">ru" | "<ru", _) => Code::Url,
        (">rd" | "<rd", _) => Code::Domain,
        (">rP" | "<rP", _) => Code::UrlPort,
        ("rp" | ">rp" | "<rp", _) => Code::UrlPath,
        ("un" | "ul" | "us" | "ue" | "credentials", _) => Code::User,
        (">h" | ">ha", "user-agent") => Code::Agent,
        (">h" | ">ha", "host") => Code::HostHeader,
        (">sni" | "sni", _) => Code::Sni,
        ("Sh", _) => Code::Peer,
        (
            "sn"
            | ">eui"
            | ">la"
            | "la"
            | ">lp"
            | "lp"
            | ">p"
            | ">qos"
            | "<qos"
            | ">nfmark"
            | "<nfmark"
            | "<la"
            | "<lp"
            | "tS"
            | "dt"
            | "ui"
            | "ea"
            | "err_code"
            | "err_detail"
            | "note"
            | "busy_time"
            | "transport"
            | "rs"
            | ">rs"
            | "<rs"
            | "rv"
            | ">rv"
            | "<rv"
            | ">h"
            | ">ha"
            | "<h"
            | "mt"
            | "et"
            | "sh"
            | "sz"
            | "<sH"
            | ">sh"
            | "<sh"
            | "<sS"
            | "<bs"
            | "<pt"
            | "<tt"
            | "<si"
            | "bump_mode"
            | ">cert_subject"
            | ">cert_issuer"
            | "<cert_subject"
            | "<cert_errors"
            | ">negotiated_version"
            | "<negotiated_version"
            | ">negotiated_cipher"
            | "<cert_issuer"
            | "adapt"
            | "icap"
            | "<cert"
            | "master_xaction"
            | "e",
            _,
        ) => Code::Other,
        _ => return None,
    })
}

impl SquidFormat {
    /// Reads a line of this format.
    pub(super) fn read(&self, line: &str, clock: &Clock, draft: &mut Draft) -> Result<Taken, Reason> {
        const OTHER: Reason = "not in the logformat given";
        let mut rest = line.trim_end();
        let mut pieces = self.pieces.iter().peekable();
        let mut seconds = None;
        while let Some(piece) = pieces.next() {
            match piece {
                Piece::Literal(literal) => rest = after(rest, literal).ok_or(OTHER)?,
                Piece::Code(code) => {
                    rest = rest.trim_start_matches(' ');
                    let (value, left) = match pieces.peek() {
                        Some(Piece::Literal(next)) => until(rest, next).ok_or(OTHER)?,
                        _ => (rest, ""),
                    };
                    rest = left;
                    match code {
                        Code::Seconds => seconds = Some(value),
                        Code::Millis => {
                            draft.time(&format!("{}.{value}", seconds.unwrap_or_default()), clock)?
                        }
                        code => take(*code, value, clock, draft)?,
                    }
                }
            }
        }
        if let (None, Some(seconds)) = (draft.at, seconds) {
            draft.time(seconds, clock)?;
        }
        if rest.trim().is_empty() { finish(draft) } else { Err(OTHER) }
    }
}

/// What follows a literal; any run of spaces counts as one, as padding makes more of them.
fn after<'a>(text: &'a str, literal: &str) -> Option<&'a str> {
    match literal.strip_prefix(' ') {
        Some(tight) => after(text.strip_prefix(' ')?.trim_start_matches(' '), tight),
        None => text.strip_prefix(literal),
    }
}

/// A value and what follows it, which begins with the literal.
fn until<'a>(text: &'a str, literal: &str) -> Option<(&'a str, &'a str)> {
    let mut from = 0;
    loop {
        let at = from + text.get(from..)?.find(literal)?;
        let (value, rest) = text.split_at_checked(at)?;
        let escaped = literal.starts_with('"') && value.ends_with('\\') && !value.ends_with("\\\\");
        if !escaped {
            return Some((value, rest));
        }
        from = at + 1;
    }
}

fn take(code: Code, value: &str, clock: &Clock, draft: &mut Draft) -> Result<(), Reason> {
    match code {
        Code::Time => draft.time(value, clock)?,
        Code::Elapsed => draft.millis(value),
        Code::Client | Code::ClientAndMore => client(value, draft),
        Code::Server => {
            if let Some((address, _)) = text::address(value) {
                draft.seen.server = Some(address);
            }
        }
        Code::ServerPort | Code::UrlPort => draft.port(value),
        Code::Result => result(value, draft),
        Code::Status => denied(value, draft),
        Code::Up => draft.up(value),
        Code::Down => draft.down(value),
        Code::Method => draft.method(value),
        Code::Url => target(value, draft),
        Code::Domain if draft.seen.host.is_none() => draft.host(value, HostSource::Log),
        Code::HostHeader if draft.seen.host.is_none() => draft.host(value, HostSource::HttpHost),
        Code::Sni => draft.host(value, HostSource::Sni),
        Code::UrlPath => draft.path(value),
        Code::User => draft.user(&decoded(value)),
        Code::Agent => draft.agent(&decoded(value).replace("\\\"", "\"")),
        Code::Peer => peer(value, draft),
        Code::Seconds | Code::Millis | Code::Domain | Code::HostHeader | Code::Other => (),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{SquidFormat, SquidFormatError};
    use crate::log::{draft::Draft, time::Clock};

    fn check(format: &str, line: &str, expected: &str) {
        let format: SquidFormat = format.parse().unwrap();
        let mut draft = Draft::new();
        let read = format.read(line, &Clock::default(), &mut draft);
        let seen = read.map(|_| {
            let seen = &draft.seen;
            let text = |value: &Option<Box<str>>| value.as_deref().unwrap_or("-").to_owned();
            let number = |value: Option<u64>| value.map_or("-".to_owned(), |value| value.to_string());
            [
                draft.at.map_or("-".to_owned(), |at| at.to_string()),
                seen.client.map_or("-".to_owned(), |client| client.to_string()),
                text(&seen.host),
                text(&seen.path),
                text(&seen.user),
                text(&seen.agent),
                number(seen.bytes_up),
                number(seen.bytes_down),
            ]
            .join(" ")
        });
        assert_eq!(seen.unwrap_or_else(str::to_owned), expected);
    }

    #[test]
    fn formats_of_squid_conf() {
        check(
            r#"logformat corp %ts.%03tu %6tr %>a %Ss/%03>Hs %<st %>st %rm %ru %[un %Sh/%<a %mt "%{User-Agent}>h""#,
            r#"1795000000.120    158 192.0.2.10 TCP_MISS/200 1234 99 GET http://claude.ai/new?q=1 ann HIER_DIRECT/198.51.100.7 text/html "Mozilla/5.0 (\"x\") Y""#,
            r#"2026-11-18T11:06:40.120Z 192.0.2.10 claude.ai /new ann Mozilla/5.0 ("x") Y 99 1234"#,
        );
        check(
            "%tl;%>a;%ssl::>sni;%ru",
            "18/Nov/2026:11:06:40 +0000;2001:db8::1;chatgpt.com;192.0.2.9:443",
            "2026-11-18T11:06:40.000Z 2001:db8::1 chatgpt.com - - - - -",
        );
        check("%ts %ru", "1795000000", "not in the logformat given");
    }

    #[test]
    fn formats_that_cannot_be_used() {
        for (format, error) in [
            ("%ts %", SquidFormatError::Code),
            ("%ts%ru", SquidFormatError::Glued),
            ("%ts %>a", SquidFormatError::Useless),
        ] {
            assert_eq!(format.parse::<SquidFormat>(), Err(error));
        }
    }
}
