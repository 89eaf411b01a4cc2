use std::fmt;

use serde::{Deserialize, Serialize};

/// What the policy wants done with an exchange, ordered from weakest to strictest.
///
/// When several clauses apply, the greatest wins: `Allow < Coach < Justify < Redact < Block`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Action {
    /// Forwarded as it is.
    Allow,
    /// Answered once with advice; a retry within the policy's time passes.
    Coach,
    /// Held until the person has stated a reason; then a retry passes.
    Justify,
    /// Forwarded with every finding the clause names replaced by a typed placeholder.
    Redact,
    /// Answered with a refusal.
    Block,
}

impl Action {
    /// Every action, weakest first.
    pub const ALL: [Self; 5] = [Self::Allow, Self::Coach, Self::Justify, Self::Redact, Self::Block];

    /// The word used in policies, the API and the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Coach => "coach",
            Self::Justify => "justify",
            Self::Redact => "redact",
            Self::Block => "block",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How much harm breaking a clause does, as its author judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// A small breach.
    Low,
    /// The default.
    #[default]
    Medium,
    /// Likely harm to people or the organisation.
    High,
    /// Harm that must be handled at once.
    Critical,
}

impl Severity {
    /// Every severity, mildest first.
    pub const ALL: [Self; 5] = [Self::Info, Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The word used in policies, the API and the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}
