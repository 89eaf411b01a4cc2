use serde::{Deserialize, Serialize};

use crate::{ExchangeId, PersonId, Timestamp};

/// One observed use of a tool.
///
/// What the policy may depend on is in [`crate::Facts`]; here is what identifies and describes the exchange.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Exchange {
    /// Its id, sorting by time.
    pub id: ExchangeId,
    /// When it began.
    pub at: Timestamp,
    /// Who saw it.
    pub source: Source,
    /// Who acted; an unidentified client is named by its address, as in `address:10.0.0.7`.
    pub person: PersonId,
    /// Request method; empty where there was no HTTP.
    pub method: String,
    /// Host name, lower case.
    pub host: String,
    /// Request path without its query.
    pub path: String,
    /// Model asked for, if the request names one.
    pub model: Option<String>,
    /// The tool's conversation or thread id, if the request names one.
    pub conversation: Option<String>,
    /// Names of the files it carried.
    pub files: Vec<String>,
    /// Bytes of the request body as sent by the client.
    pub bytes_up: u64,
    /// Why content was not (fully) inspected, if it was not.
    pub uninspected: Option<Uninspected>,
}

/// What the person does at the tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Activity {
    /// Sends text.
    Prompt,
    /// Sends a file.
    Upload,
    /// Gets an answer.
    Receive,
    /// Signs in.
    SignIn,
}

impl Activity {
    /// Every activity.
    pub const ALL: [Self; 4] = [Self::Prompt, Self::Upload, Self::Receive, Self::SignIn];

    /// The word used in policies, the API and the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Prompt => "prompt",
            Self::Upload => "upload",
            Self::Receive => "receive",
            Self::SignIn => "sign_in",
        }
    }
}

/// Who saw an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Source {
    /// The forward proxy.
    Proxy,
    /// The check API or command.
    Check,
    /// Packets on the network.
    Packet,
    /// A log of another system.
    Log,
}

impl Source {
    /// Every source.
    pub const ALL: [Self; 4] = [Self::Proxy, Self::Check, Self::Packet, Self::Log];

    /// The word used in the API and the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Proxy => "proxy",
            Self::Check => "check",
            Self::Packet => "packet",
            Self::Log => "log",
        }
    }
}

/// How much of an exchange was visible, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Visibility {
    /// Only which tool.
    Name,
    /// Sizes and times too.
    Flow,
    /// Everything.
    Content,
}

impl Visibility {
    /// Every level, least first.
    pub const ALL: [Self; 3] = [Self::Name, Self::Flow, Self::Content];

    /// The word used in policies, the API and the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Flow => "flow",
            Self::Content => "content",
        }
    }
}

/// Why content was not inspected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Uninspected {
    /// The host is on the pass-through list, so TLS was not opened.
    PassThrough,
    /// The body is larger than the bound.
    TooLarge,
    /// The body grows beyond the bound when decompressed.
    Bomb,
    /// The body's encoding or format could not be read.
    Unreadable,
    /// The body is of a kind no reader exists for (for example an image).
    Opaque,
    /// The connection became a WebSocket.
    WebSocket,
    /// The client ended the body early.
    Truncated,
    /// It did not pass the gate: packets or another system's log told of it.
    Outside,
}

impl Uninspected {
    /// The word used in the API and the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PassThrough => "pass_through",
            Self::TooLarge => "too_large",
            Self::Bomb => "bomb",
            Self::Unreadable => "unreadable",
            Self::Opaque => "opaque",
            Self::WebSocket => "web_socket",
            Self::Truncated => "truncated",
            Self::Outside => "outside",
        }
    }
}
