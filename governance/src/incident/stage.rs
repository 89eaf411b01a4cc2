use std::time::Duration;

use model::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// New evidence about the same within this time opens a closed incident again; later it makes another one.
pub const REOPENED_WITHIN: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// How far people are with an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum IncidentStage {
    /// Nobody has looked at it.
    Open,
    /// Somebody has seen what it is.
    Triaged {
        /// Who.
        owner: String,
    },
    /// Somebody looks into it.
    Investigating {
        /// Who.
        owner: String,
    },
    /// It does no more harm.
    Contained {
        /// Who saw to it.
        owner: String,
    },
    /// It is over.
    Closed {
        /// Who says so.
        owner: String,
        /// When.
        at: Timestamp,
        /// What it was.
        closing: IncidentClosing,
        /// Why, in their words.
        because: String,
    },
    /// All of it is in another incident.
    Merged {
        /// Which.
        into: Uuid,
    },
}

/// What an incident turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum IncidentClosing {
    /// Harm, or the attempt.
    Confirmed,
    /// Harmless, and understood.
    Benign,
    /// Nobody did wrong: the policy does not fit what people need.
    PolicyGap,
}

/// What happens to an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IncidentCommand {
    /// Somebody sees what it is, or takes it over.
    Triage {
        /// Who.
        by: String,
    },
    /// Its owner looks into it.
    Investigate,
    /// Its owner has seen to it that it does no more harm.
    Contain,
    /// Its owner says what it was.
    Close {
        /// When.
        at: Timestamp,
        /// What.
        closing: IncidentClosing,
        /// Why.
        because: String,
    },
    /// Somebody looks again.
    Reopen {
        /// Who.
        by: String,
    },
    /// More evidence comes.
    Extend {
        /// When.
        at: Timestamp,
    },
    /// All of it goes to another incident.
    Merge {
        /// Which.
        into: Uuid,
    },
}

/// Why an incident did not move.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IncidentRefused {
    /// Its stage does not allow it.
    #[error("an incident that is {stage} cannot be {done}")]
    Stage {
        /// The stage it is in.
        stage: &'static str,
        /// What was wanted.
        done: &'static str,
    },
    /// A split would leave one of the two without evidence.
    #[error("name some of the incident's evidence, not all of it: both incidents keep at least one piece")]
    NothingLeft,
    /// Enough was said.
    #[error("an incident has at most 500 comments; link a new one instead")]
    Full,
}

impl IncidentStage {
    /// Where `command` leads.
    pub fn follow(self, command: IncidentCommand) -> Result<Self, IncidentRefused> {
        use IncidentCommand::{Close, Contain, Extend, Investigate, Merge, Reopen, Triage};
        use IncidentStage::{Closed, Contained, Investigating, Merged, Open, Triaged};
        match (self, command) {
            (Open | Triaged { .. }, Triage { by }) => Ok(Triaged { owner: by }),
            (Investigating { .. }, Triage { by }) => Ok(Investigating { owner: by }),
            (Contained { .. }, Triage { by }) => Ok(Contained { owner: by }),
            (Triaged { owner } | Contained { owner }, Investigate) => Ok(Investigating { owner }),
            (Triaged { owner } | Investigating { owner }, Contain) => Ok(Contained { owner }),
            (
                Triaged { owner } | Investigating { owner } | Contained { owner },
                Close { at, closing, because },
            ) => Ok(Closed { owner, at, closing, because }),
            (Closed { .. }, Reopen { by }) => Ok(Triaged { owner: by }),
            (Closed { at, .. }, Extend { at: seen }) if seen <= at.plus(REOPENED_WITHIN) => Ok(Open),
            (same @ (Open | Triaged { .. } | Investigating { .. } | Contained { .. }), Extend { .. }) => {
                Ok(same)
            }
            (Open | Triaged { .. } | Investigating { .. } | Contained { .. }, Merge { into }) => {
                Ok(Merged { into })
            }
            (from, command) => Err(IncidentRefused::Stage { stage: from.as_str(), done: command.done() }),
        }
    }

    /// The word for it.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Triaged { .. } => "triaged",
            Self::Investigating { .. } => "investigating",
            Self::Contained { .. } => "contained",
            Self::Closed { .. } => "closed",
            Self::Merged { .. } => "merged",
        }
    }

    /// Who answers for it, if anyone does.
    pub fn owner(&self) -> Option<&str> {
        match self {
            Self::Open | Self::Merged { .. } => None,
            Self::Triaged { owner }
            | Self::Investigating { owner }
            | Self::Contained { owner }
            | Self::Closed { owner, .. } => Some(owner),
        }
    }

    /// Whether there is something left to do.
    pub const fn is_live(&self) -> bool {
        !matches!(self, Self::Closed { .. } | Self::Merged { .. })
    }
}

impl IncidentCommand {
    const fn done(&self) -> &'static str {
        match self {
            Self::Triage { .. } => "triaged",
            Self::Investigate => "investigated",
            Self::Contain => "contained",
            Self::Close { .. } => "closed",
            Self::Reopen { .. } => "opened again",
            Self::Extend { .. } => "extended",
            Self::Merge { .. } => "merged",
        }
    }

    /// The act that the audit log keeps of it.
    pub const fn act(&self) -> &'static str {
        match self {
            Self::Triage { .. } => "incident.triaged",
            Self::Investigate => "incident.investigated",
            Self::Contain => "incident.contained",
            Self::Close { .. } => "incident.closed",
            Self::Reopen { .. } => "incident.reopened",
            Self::Extend { .. } => "incident.extended",
            Self::Merge { .. } => "incident.merged",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 24 * 60 * 60 * 1_000;

    #[track_caller]
    fn check(from: &str, command: IncidentCommand, expected: &str) {
        let owner = "rae".to_owned();
        let stage = match from {
            "open" => IncidentStage::Open,
            "triaged" => IncidentStage::Triaged { owner },
            "investigating" => IncidentStage::Investigating { owner },
            "contained" => IncidentStage::Contained { owner },
            "merged" => IncidentStage::Merged { into: Uuid::nil() },
            _ => IncidentStage::Closed {
                owner,
                at: Timestamp::from_millis(0),
                closing: IncidentClosing::Benign,
                because: "a migration".to_owned(),
            },
        };
        let told = match stage.follow(command) {
            Ok(stage) => format!("{} {}", stage.as_str(), stage.owner().unwrap_or("nobody")),
            Err(refused) => refused.to_string(),
        };
        assert_eq!(told, expected);
    }

    #[test]
    fn people_move_it_along() {
        use IncidentCommand::{Contain, Investigate};
        let triage = || IncidentCommand::Triage { by: "ada".to_owned() };
        let close = || IncidentCommand::Close {
            at: Timestamp::from_millis(1),
            closing: IncidentClosing::Confirmed,
            because: "x".to_owned(),
        };
        let reopen = || IncidentCommand::Reopen { by: "ada".to_owned() };
        check("open", triage(), "triaged ada");
        check("triaged", triage(), "triaged ada");
        check("investigating", triage(), "investigating ada");
        check("contained", triage(), "contained ada");
        check("closed", triage(), "an incident that is closed cannot be triaged");
        check("open", Investigate, "an incident that is open cannot be investigated");
        check("triaged", Investigate, "investigating rae");
        check("contained", Investigate, "investigating rae");
        check("triaged", Contain, "contained rae");
        check("investigating", Contain, "contained rae");
        check("closed", Contain, "an incident that is closed cannot be contained");
        check("open", close(), "an incident that is open cannot be closed");
        check("triaged", close(), "closed rae");
        check("investigating", close(), "closed rae");
        check("contained", close(), "closed rae");
        check("closed", reopen(), "triaged ada");
        check("open", reopen(), "an incident that is open cannot be opened again");
        check("merged", triage(), "an incident that is merged cannot be triaged");
    }

    #[test]
    fn evidence_extends_what_is_open_and_reopens_what_was_closed_lately() {
        let extend = |at| IncidentCommand::Extend { at: Timestamp::from_millis(at) };
        let merge = || IncidentCommand::Merge { into: Uuid::nil() };
        check("open", extend(5), "open nobody");
        check("investigating", extend(5), "investigating rae");
        check("closed", extend(14 * DAY), "open nobody");
        check("closed", extend(14 * DAY + 1), "an incident that is closed cannot be extended");
        check("merged", extend(5), "an incident that is merged cannot be extended");
        check("open", merge(), "merged nobody");
        check("contained", merge(), "merged nobody");
        check("closed", merge(), "an incident that is closed cannot be merged");
    }
}
