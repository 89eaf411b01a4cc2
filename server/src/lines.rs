//! Lines of logs that other systems push, on their way to whoever reads them.

use std::{collections::BTreeMap, fmt, future::Future, pin::Pin, sync::Arc};

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The body of a push.
#[derive(Clone, Debug)]
pub struct Lines {
    /// Plain, gzip or Zstandard.
    pub body: Bytes,
    /// Which token pushed it.
    pub from: String,
    /// The sender's own name for this body, the same when it is sent again; the body itself counts if there is none.
    pub key: Option<String>,
}

/// What became of a push.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LinesTaken {
    /// Lines in the body.
    pub lines: u64,
    /// Flows and uses that they told of.
    pub observations: u64,
    /// Lines that could not be read, by reason.
    pub unread: BTreeMap<String, u64>,
    /// Whether it was taken now, or had been before.
    pub outcome: LinesOutcome,
}

/// Whether a push was taken now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinesOutcome {
    /// It was, and is kept.
    Kept,
    /// It had been taken before: nothing was counted again.
    Repeated,
}

/// Why a push was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinesRefused {
    /// The body cannot be unpacked, or is too large; the message says so.
    #[error("{0}")]
    Body(String),
    /// What it tells could not be kept; sent again later, it may be.
    #[error("what the lines tell cannot be kept at the moment; send them again later")]
    Unkept,
}

type Take =
    dyn Fn(Lines) -> Pin<Box<dyn Future<Output = Result<LinesTaken, LinesRefused>> + Send>> + Send + Sync;

/// Whoever reads pushed lines.
#[derive(Clone)]
pub struct LineTaker(Arc<Take>);

impl LineTaker {
    /// Hands lines to `take`.
    pub fn new<F>(take: impl Fn(Lines) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<LinesTaken, LinesRefused>> + Send + 'static,
    {
        Self(Arc::new(move |lines| Box::pin(take(lines))))
    }

    pub(crate) async fn take(&self, lines: Lines) -> Result<LinesTaken, LinesRefused> {
        (self.0)(lines).await
    }
}

impl fmt::Debug for LineTaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<reader of pushed lines>")
    }
}
