/// Which of Zeek's logs a line belongs to. Where a line does not say so itself and its fields speak for several, it is the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Other,
    Http,
    Ssl,
    Conn,
    Dns,
    Quic,
}

impl Kind {
    pub(super) fn of_path(path: &str) -> Self {
        match path {
            "conn" | "conn_long" => Self::Conn,
            "dns" => Self::Dns,
            "ssl" => Self::Ssl,
            "http" => Self::Http,
            "quic" => Self::Quic,
            _ => Self::Other,
        }
    }

    /// Where a log does not say what it is, a field tells that only it has.
    pub(super) fn of_field(field: Field) -> Option<Self> {
        match field {
            Field::Query => Some(Self::Dns),
            Field::OrigBytes | Field::ConnState => Some(Self::Conn),
            Field::ServerName | Field::Established | Field::Ja3 => Some(Self::Ssl),
            Field::ClientProtocol | Field::InitialNumber => Some(Self::Quic),
            Field::Uri | Field::Method => Some(Self::Http),
            _ => None,
        }
    }
}

/// The fields that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Time,
    Uid,
    Client,
    Server,
    Port,
    Proto,
    Service,
    Duration,
    OrigBytes,
    RespBytes,
    ConnState,
    Query,
    Answers,
    Lives,
    ServerName,
    /// Whether a handshake of TLS was completed.
    Established,
    /// The number a client of QUIC gives the connection.
    InitialNumber,
    Alpn,
    Ja3,
    Ja4,
    Subject,
    ClientProtocol,
    Host,
    Uri,
    Method,
    Agent,
    User,
    RequestLength,
    ResponseLength,
    Path,
    Other,
}

impl Field {
    pub(super) fn named(name: &str) -> Self {
        match name {
            "ts" => Self::Time,
            "uid" => Self::Uid,
            "id.orig_h" => Self::Client,
            "id.resp_h" => Self::Server,
            "id.resp_p" => Self::Port,
            "proto" => Self::Proto,
            "service" => Self::Service,
            "duration" => Self::Duration,
            "orig_bytes" => Self::OrigBytes,
            "resp_bytes" => Self::RespBytes,
            "conn_state" => Self::ConnState,
            "query" => Self::Query,
            "answers" => Self::Answers,
            "TTLs" => Self::Lives,
            "server_name" => Self::ServerName,
            "established" => Self::Established,
            "client_initial_dcid" => Self::InitialNumber,
            "next_protocol" => Self::Alpn,
            "ja3" => Self::Ja3,
            "ja4" => Self::Ja4,
            "subject" => Self::Subject,
            "client_protocol" => Self::ClientProtocol,
            "host" => Self::Host,
            "uri" => Self::Uri,
            "method" => Self::Method,
            "user_agent" => Self::Agent,
            "username" => Self::User,
            "request_body_len" => Self::RequestLength,
            "response_body_len" => Self::ResponseLength,
            "_path" => Self::Path,
            _ => Self::Other,
        }
    }
}
