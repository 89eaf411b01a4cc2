use serde::{Deserialize, Serialize};

use crate::{Exchange, ExchangeId, Facts, Finding, Timestamp, Verdict};

/// Exchange, findings and verdict, as kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Record {
    /// What was observed.
    pub exchange: Exchange,
    /// What the verdict depends on.
    pub facts: Facts,
    /// What was detected.
    pub findings: Vec<Finding>,
    /// What the policy said.
    pub verdict: Verdict,
    /// What was done.
    pub outcome: Outcome,
}

/// What was done with an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Outcome {
    /// Sent on as it was.
    Forwarded,
    /// Answered with advice.
    Coached,
    /// Sent on because the person was coached and tried again in time.
    Acknowledged,
    /// Held until the person states a reason.
    Held,
    /// Sent on because the person had stated a reason.
    Justified,
    /// Sent on with placeholders.
    Redacted,
    /// Refused.
    Blocked,
    /// Malformed; answered with an error.
    Rejected,
    /// Seen from outside by packets or logs: nothing was, or could be, done.
    Observed,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 9] = [
        Self::Forwarded,
        Self::Coached,
        Self::Acknowledged,
        Self::Held,
        Self::Justified,
        Self::Redacted,
        Self::Blocked,
        Self::Rejected,
        Self::Observed,
    ];

    /// The word used in the API and the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Forwarded => "forwarded",
            Self::Coached => "coached",
            Self::Acknowledged => "acknowledged",
            Self::Held => "held",
            Self::Justified => "justified",
            Self::Redacted => "redacted",
            Self::Blocked => "blocked",
            Self::Rejected => "rejected",
            Self::Observed => "observed",
        }
    }
}

/// How an exchange that was sent on ended; added to its record afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Completion {
    /// The exchange.
    pub id: ExchangeId,
    /// When the answer ended.
    pub at: Timestamp,
    /// Status of the tool's answer; `None` if none came.
    pub status: Option<u16>,
    /// Bytes of the answer's body as received from the tool.
    pub bytes_down: u64,
    /// Time from the request's first byte to the answer's last, in milliseconds.
    pub duration_ms: u64,
    /// Placeholders turned back into the person's own text.
    pub restored: u32,
    /// What went wrong on the way, if something did; names the operation, never content.
    pub error: Option<String>,
}
