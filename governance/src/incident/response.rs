use model::{PersonId, Risk, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What follows from an incident for a person, through the policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// Its id.
    pub id: Uuid,
    /// For whom.
    pub person: PersonId,
    /// What.
    pub kind: ResponseKind,
    /// Who asked for it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub because: String,
    /// How it stands.
    pub state: ResponseState,
}

/// What can follow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ResponseKind {
    /// Advice on the person's own page.
    Coach {
        /// The case that holds it.
        case: Uuid,
    },
    /// The person counts as of this risk for a time; what follows is the policy's: a reason to be given, another check.
    RaiseRisk {
        /// Which level.
        level: Risk,
        /// Until when.
        until: Timestamp,
    },
    /// Access to AI tools is suspended, once a named person has approved the case.
    Suspend {
        /// The case that waits for approval, and can be appealed.
        case: Uuid,
    },
}

/// How a response stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ResponseState {
    /// It was asked for; a case of the ladder says what became of it.
    Asked,
    /// It was taken back.
    Revoked {
        /// By whom.
        by: String,
        /// When.
        at: Timestamp,
    },
}

/// What can be done with a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResponseCommand {
    /// Take it back.
    Revoke {
        /// Who does.
        by: String,
        /// When.
        at: Timestamp,
    },
}

/// It was taken back before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this response was revoked already")]
pub struct ResponseRefused;

impl Response {
    /// The response after `command`.
    pub fn follow(self, command: ResponseCommand) -> Result<Self, ResponseRefused> {
        match (&self.state, command) {
            (ResponseState::Asked, ResponseCommand::Revoke { by, at }) => {
                Ok(Self { state: ResponseState::Revoked { by, at }, ..self })
            }
            (ResponseState::Revoked { .. }, ResponseCommand::Revoke { .. }) => Err(ResponseRefused),
        }
    }

    /// Whether it was not taken back.
    pub const fn stands(&self) -> bool {
        matches!(self.state, ResponseState::Asked)
    }
}
