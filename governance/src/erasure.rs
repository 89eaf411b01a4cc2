//! Erasure of what is kept about a person: asked for, confirmed by somebody else, carried out.

use model::{PersonId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Lifecycle;

/// A request to erase what is kept about a person. Once carried out it no longer says about whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Erasure {
    /// About whom; `None` once it is done.
    pub person: Option<PersonId>,
    /// Who asked.
    pub asked_by: String,
    /// When.
    pub asked_at: Timestamp,
    /// Why.
    pub reason: String,
    /// How far it is.
    pub state: ErasureState,
}

/// How far an erasure is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ErasureState {
    /// Waits for somebody else to confirm it.
    Asked,
    /// Taken back.
    Withdrawn {
        /// By whom.
        by: String,
        /// When.
        at: Timestamp,
    },
    /// Carried out.
    Done {
        /// Who confirmed it.
        by: String,
        /// When.
        at: Timestamp,
        /// What was erased.
        erased: Erased,
    },
}

/// What was erased of a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Erased {
    /// Records of exchanges.
    pub records: u64,
    /// What exchanges of the person held, where that was captured.
    #[serde(default)]
    pub captures: u64,
    /// Payloads of the audit log.
    pub payloads: u64,
    /// Workflows that concern the person.
    pub workflows: u64,
    /// Exceptions of the person.
    pub exceptions: u64,
    /// Hosts that the person used and that look like tools.
    #[serde(default)]
    pub sightings: u64,
    /// Resolvers and providers by which the person's client kept names of hosts from being seen.
    #[serde(default)]
    pub concealed: u64,
}

/// What somebody does about an erasure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErasureCommand {
    /// Takes it back.
    Withdraw {
        /// Who.
        by: String,
        /// When.
        at: Timestamp,
    },
    /// Says that it is right; must be somebody else than who asked.
    Confirm {
        /// Who.
        by: String,
    },
}

/// What follows from a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErasureStep {
    /// It is in another state.
    Becomes(Box<Erasure>),
    /// Everything about this person is to be erased now; then [`Erasure::done`].
    Erase(PersonId),
}

/// A step that cannot follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ErasureRefusal {
    /// One person alone must not erase.
    #[error("whoever asked for an erasure cannot confirm it: another administrator must")]
    SamePerson,
    /// It is over.
    #[error("this erasure is {0} already")]
    Over(&'static str),
}

impl Erasure {
    /// What follows from `command`.
    pub fn apply(&self, command: ErasureCommand) -> Result<ErasureStep, ErasureRefusal> {
        use ErasureCommand::{Confirm, Withdraw};
        match (&self.state, &self.person, command) {
            (ErasureState::Asked, _, Confirm { by }) if by == self.asked_by => {
                Err(ErasureRefusal::SamePerson)
            }
            (ErasureState::Asked, Some(person), Confirm { .. }) => Ok(ErasureStep::Erase(person.clone())),
            (ErasureState::Asked, _, Withdraw { by, at }) => {
                let state = ErasureState::Withdrawn { by, at };
                Ok(ErasureStep::Becomes(Box::new(Self { state, ..self.clone() })))
            }
            (from, _, _) => Err(ErasureRefusal::Over(from.word())),
        }
    }

    /// What is left of it once it is carried out: not about whom it was, and not why.
    pub fn done(&self, by: String, at: Timestamp, erased: Erased) -> Self {
        let state = ErasureState::Done { by, at, erased };
        Self { person: None, reason: String::new(), state, ..self.clone() }
    }
}

impl ErasureState {
    /// The word for it.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Withdrawn { .. } => "withdrawn",
            Self::Done { .. } => "done",
        }
    }
}

impl Lifecycle for Erasure {
    const KIND: &'static str = "erasure";

    fn state(&self) -> &'static str {
        self.state.word()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked() -> Erasure {
        Erasure {
            person: Some(PersonId::new("ben")),
            asked_by: "ada".into(),
            asked_at: Timestamp::from_millis(1),
            reason: "request of 3 May".into(),
            state: ErasureState::Asked,
        }
    }

    #[test]
    fn another_administrator_confirms() {
        let confirm = |by: &str| ErasureCommand::Confirm { by: by.into() };
        let at = Timestamp::from_millis(2);
        assert_eq!(asked().apply(confirm("ada")), Err(ErasureRefusal::SamePerson));
        assert_eq!(asked().apply(confirm("eve")), Ok(ErasureStep::Erase(PersonId::new("ben"))));
        let done = asked().done("eve".into(), at, Erased::default());
        assert_eq!((done.person.as_ref(), done.reason.as_str()), (None, ""));
        assert_eq!(done.apply(confirm("eve")), Err(ErasureRefusal::Over("done")));
        let withdrawn = asked().apply(ErasureCommand::Withdraw { by: "ada".into(), at }).unwrap();
        let ErasureStep::Becomes(withdrawn) = withdrawn else { panic!("{withdrawn:?}") };
        assert_eq!(withdrawn.apply(confirm("eve")), Err(ErasureRefusal::Over("withdrawn")));
    }
}
