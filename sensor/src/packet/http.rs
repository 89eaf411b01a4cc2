use super::cursor::Cursor;

/// A head longer than this is not waited for.
const LONGEST: usize = 16 * 1024;
const LONGEST_PATH: usize = 512;
const LONGEST_AGENT: usize = 256;

/// Methods a request may begin with (RFC 9110 §9, RFC 5789, RFC 4918).
const METHODS: [&[u8]; 14] = [
    b"GET ",
    b"POST ",
    b"PUT ",
    b"HEAD ",
    b"DELETE ",
    b"OPTIONS ",
    b"PATCH ",
    b"CONNECT ",
    b"TRACE ",
    b"PROPFIND ",
    b"PROPPATCH ",
    b"MKCOL ",
    b"LOCK ",
    b"REPORT ",
];

/// What the head of a request says; never its query or its body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) method: Box<str>,
    pub(crate) path: Option<Box<str>>,
    /// The host as written, with its port if it has one.
    pub(crate) host: Option<Box<str>>,
    pub(crate) agent: Option<Box<str>>,
}

/// What the first bytes of a client are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Head {
    /// A request, and how many bytes its head has.
    Whole(Request, usize),
    Partial,
    Other,
}

/// What the first bytes of a stream could be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beginning {
    Request,
    /// Too few to tell.
    Short,
    Other,
}

/// Tells HTTP/1 by its first bytes.
pub(crate) fn begin(first: &[u8]) -> Beginning {
    let starts = |word: &[u8]| first.starts_with(word);
    let may_start = |word: &[u8]| word.starts_with(first);
    match () {
        () if METHODS.iter().any(|method| starts(method)) => Beginning::Request,
        () if METHODS.iter().any(|method| may_start(method)) => Beginning::Short,
        () => Beginning::Other,
    }
}

impl Head {
    /// Reads a request's head (RFC 9112 §2 to §5) as far as it is there.
    pub(crate) fn read(seen: &[u8]) -> Self {
        match end(seen) {
            Some(length) => match request(seen.get(..length).unwrap_or_default()) {
                Some(request) => Self::Whole(request, length),
                None => Self::Other,
            },
            None if seen.len() >= LONGEST => {
                request(seen).map_or(Self::Other, |head| Self::Whole(head, seen.len()))
            }
            None => Self::Partial,
        }
    }
}

/// What the head says that is there, whole or not.
pub(crate) fn request(seen: &[u8]) -> Option<Request> {
    let mut lines = seen.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let mut words = lines.next()?.split(|byte| *byte == b' ').filter(|word| !word.is_empty());
    let (method, target) = (words.next()?, words.next()?);
    if !words.next()?.starts_with(b"HTTP/1") {
        return None;
    }
    let mut request = Request { method: text(method, 16), ..Request::default() };
    request.target(target);
    let headers: Vec<_> = lines.take_while(|line| !line.is_empty()).filter_map(header).collect();
    let value = |name: &str| {
        headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name.as_bytes())).map(|(_, value)| *value)
    };
    // A target with its host stands above the header (RFC 9112 §3.2.2).
    request.host = request.host.or_else(|| value("host").map(|host| text(host, 260)));
    request.agent =
        value("user-agent").filter(|agent| !agent.is_empty()).map(|agent| text(agent, LONGEST_AGENT));
    Some(request)
}

impl Request {
    fn target(&mut self, target: &[u8]) {
        if &*self.method == "CONNECT" {
            self.host = Some(text(target, 260));
            return;
        }
        let mut path = target;
        let lower = target.get(..8).unwrap_or(target).to_ascii_lowercase();
        if let Some(scheme) =
            [&b"http://"[..], b"https://"].into_iter().find(|scheme| lower.starts_with(scheme))
        {
            let rest = target.get(scheme.len()..).unwrap_or_default();
            let end = rest.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(rest.len());
            let (authority, rest) = rest.split_at_checked(end).unwrap_or_default();
            // What stands before @ is a secret.
            let host = authority.rsplit(|byte| *byte == b'@').next().unwrap_or_default();
            self.host = Some(text(host, 260));
            path = if rest.is_empty() { b"/" } else { rest };
        }
        let path = path.split(|byte| matches!(byte, b'?' | b'#')).next().unwrap_or_default();
        self.path = Some(text(path, LONGEST_PATH));
    }
}

fn header(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let (name, value) = line.split_at_checked(colon)?;
    Some((name.trim_ascii(), value.get(1..)?.trim_ascii()))
}

/// Where the head ends: after its empty line.
fn end(seen: &[u8]) -> Option<usize> {
    let mut cursor = Cursor::new(seen.get(..LONGEST).unwrap_or(seen));
    loop {
        let line = cursor.rest().iter().position(|byte| *byte == b'\n')? + 1;
        if matches!(cursor.take(line)?, b"\n" | b"\r\n") {
            return Some(seen.len().min(LONGEST) - cursor.rest().len());
        }
    }
}

fn text(bytes: &[u8], longest: usize) -> Box<str> {
    let bytes = bytes.get(..longest).unwrap_or(bytes);
    let readable = |character: char| if character.is_control() { '\u{fffd}' } else { character };
    String::from_utf8_lossy(bytes).chars().map(readable).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(head: &str, expected: [Option<&str>; 4]) {
        let Head::Whole(request, length) = Head::read(format!("{head}\r\n\r\nbody").as_bytes()) else {
            panic!("no request")
        };
        assert_eq!(length, head.len() + 4);
        let found = [
            Some(&*request.method),
            request.path.as_deref(),
            request.host.as_deref(),
            request.agent.as_deref(),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn requests_are_read() {
        check(
            "POST /v1/chat?key=secret HTTP/1.1\r\nUser-Agent: curl/8\r\nHost: api.example.ai:8443",
            [Some("POST"), Some("/v1/chat"), Some("api.example.ai:8443"), Some("curl/8")],
        );
        check("GET / HTTP/1.0", [Some("GET"), Some("/"), None, None]);
        check("GET / HTTP/1.1\r\nhOST:\ta.ai ", [Some("GET"), Some("/"), Some("a.ai"), None]);
        check(
            "GET http://me:pass@a.ai/p#x HTTP/1.1\r\nHost: other",
            [Some("GET"), Some("/p"), Some("a.ai"), None],
        );
        check("GET HTTPS://a.ai?q HTTP/1.1", [Some("GET"), Some(""), Some("a.ai"), None]);
        check("CONNECT a.ai:443 HTTP/1.1\r\nHost: b", [Some("CONNECT"), None, Some("a.ai:443"), None]);
    }

    #[test]
    fn what_is_no_request_is_told() {
        for (first, expected) in [
            ("", Beginning::Short),
            ("PO", Beginning::Short),
            ("POST /", Beginning::Request),
            ("HTTP/1.1 200", Beginning::Other),
            ("SSH-2.0", Beginning::Other),
            ("GETTING", Beginning::Other),
        ] {
            assert_eq!(begin(first.as_bytes()), expected, "{first}");
        }
        assert_eq!(Head::read(b"GET / x\r\n\r\n"), Head::Other);
        assert_eq!(Head::read(b"GET / HTTP/1.1\r\nHost: a\r\n"), Head::Partial);
        assert_eq!(Head::read(&[b'A'; LONGEST]), Head::Other);
    }

    proptest! {
        #[test]
        fn arbitrary_heads_do_not_panic(head in "[A-Z]{0,5} ?[ -~]{0,30}( HTTP/1.1)?(\r\n[ -~]{0,20}){0,4}(\r\n\r\n)?") {
            Head::read(head.as_bytes());
        }
    }
}
