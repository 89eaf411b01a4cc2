//! A request to be exempt from a clause for a time: asked with a reason, agreed to by the functions that the clause
//! names, in force from the last agreement on, over by itself.

use std::{collections::BTreeSet, time::Duration};

use model::{ClauseId, Label, PersonId, Timestamp, ToolId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Lifecycle, tool_review::Signature};

/// Longest reason, in characters.
const LONGEST_REASON: usize = 2_000;
/// Most labels that a request names.
const MOST_LABELS: usize = 20;

/// A request and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExceptionRequest {
    /// What is asked for.
    pub asked: Asked,
    /// Who asks: the account.
    pub by: String,
    /// Who asks, if that is someone in the directory.
    pub person: Option<PersonId>,
    /// Which functions agreed so far.
    pub signatures: Vec<Signature>,
    /// How far it is.
    pub stage: ExceptionStage,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Who is to be exempt.
    pub holder: RequestHolder,
    /// From what.
    pub clause: ClauseId,
    /// With which tool; every tool if none is named.
    pub tool: Option<ToolId>,
    /// Only where what is found lies within these; whatever is found if none are named.
    #[serde(default)]
    pub labels: BTreeSet<Label>,
    /// For how long, from the moment it is granted.
    pub lasts: Lasting,
    /// Why.
    pub reason: String,
}

/// Who is to be exempt.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestHolder {
    /// One person.
    Person(PersonId),
    /// Everyone in a group.
    Group(String),
}

/// A length of time in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Lasting(pub u64);

/// How far a request is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum ExceptionStage {
    /// It waits for functions.
    Requested,
    /// It counts until its end, unless it is taken back.
    Granted {
        /// The exception that was made of it.
        exception: Uuid,
        /// From when.
        from: Timestamp,
        /// Until when.
        until: Timestamp,
    },
    /// A function did not agree.
    Denied {
        /// For which function, by whom, when.
        signature: Signature,
        /// Why.
        reason: String,
    },
    /// Whoever asked no longer does.
    Withdrawn,
    /// It counted, and was taken back before its end.
    Revoked {
        /// The exception that was made of it.
        exception: Uuid,
        /// By whom.
        by: String,
        /// When.
        at: Timestamp,
    },
}

/// What people do about a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExceptionCommand {
    /// Agree, for a function; `needed` are those that the clause names.
    Agree {
        /// For which, by whom, when.
        signature: Signature,
        /// All that must agree.
        needed: BTreeSet<String>,
        /// The exception that is made if this is the last agreement.
        exception: Uuid,
        /// The length of time that it lasts.
        lasts: Lasting,
    },
    /// Do not agree.
    Deny {
        /// For which function, by whom, when.
        signature: Signature,
        /// All that may.
        needed: BTreeSet<String>,
        /// Why.
        reason: String,
    },
    /// Ask no longer.
    Withdraw,
    /// Take it back.
    Revoke {
        /// By whom.
        by: String,
        /// When.
        at: Timestamp,
    },
}

/// Why a request did not move.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExceptionRefused {
    /// Its stage does not allow it.
    #[error("a request that is {stage} cannot be {done}")]
    Stage {
        /// The stage it is in.
        stage: &'static str,
        /// What was wanted.
        done: &'static str,
    },
    /// The clause does not name the function.
    #[error("the clause does not ask `{function}` about exceptions; it asks {needed}")]
    NotNeeded {
        /// Which.
        function: String,
        /// Which it does.
        needed: String,
    },
    /// The function has agreed.
    #[error("`{0}` has agreed already")]
    Agreed(String),
    /// Nobody decides about themselves.
    #[error(
        "nobody decides about an exception that they asked for or that is for themselves; ask somebody else of the function"
    )]
    Own,
    /// It is over.
    #[error("the exception is over already")]
    Over,
}

/// Why nothing can be asked for like this.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// No or too long a reason.
    #[error("give the reason in `reason`, at most {LONGEST_REASON} characters")]
    Reason,
    /// No time, or more than the policy lets anyone have.
    #[error("an exception lasts at least a minute and at most {longest}; ask again when it is over")]
    Lasts {
        /// The longest time, in words.
        longest: String,
    },
    /// Too many labels.
    #[error("name at most {MOST_LABELS} labels; a label covers everything below it")]
    Labels,
}

impl Lasting {
    /// As a duration.
    pub const fn duration(self) -> Duration {
        Duration::from_secs(self.0)
    }
}

impl Asked {
    /// Whether it can be asked for where exceptions last at most `longest`.
    pub fn check(&self, longest: Duration) -> Result<(), AskError> {
        let reason = self.reason.trim();
        if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
            return Err(AskError::Reason);
        }
        if self.lasts.0 < 60 || self.lasts.duration() > longest {
            return Err(AskError::Lasts { longest: in_words(longest) });
        }
        if self.labels.len() > MOST_LABELS {
            return Err(AskError::Labels);
        }
        Ok(())
    }
}

impl ExceptionStage {
    /// Where `command` leads; `signatures` gains the one that agrees.
    fn follow(
        self,
        command: ExceptionCommand,
        signatures: &mut Vec<Signature>,
    ) -> Result<Self, ExceptionRefused> {
        use ExceptionCommand::{Agree, Deny, Revoke, Withdraw};
        match (self, command) {
            (Self::Requested, Agree { signature, needed, exception, lasts }) => {
                let from = signature.at;
                sign(signatures, signature, &needed)?;
                let agreed = |function: &String| signatures.iter().any(|made| made.function == *function);
                if !needed.iter().all(agreed) {
                    return Ok(Self::Requested);
                }
                Ok(Self::Granted { exception, from, until: from.plus(lasts.duration()) })
            }
            (Self::Requested, Deny { signature, needed, reason }) => {
                must_be_asked(&signature.function, &needed)?;
                Ok(Self::Denied { signature, reason })
            }
            (Self::Requested, Withdraw) => Ok(Self::Withdrawn),
            (Self::Granted { until, .. }, Revoke { at, .. }) if until <= at => Err(ExceptionRefused::Over),
            (Self::Granted { exception, .. }, Revoke { by, at }) => Ok(Self::Revoked { exception, by, at }),
            (from, command) => Err(ExceptionRefused::Stage { stage: from.as_str(), done: command.done() }),
        }
    }

    /// The word for it.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Granted { .. } => "granted",
            Self::Denied { .. } => "denied",
            Self::Withdrawn => "withdrawn",
            Self::Revoked { .. } => "revoked",
        }
    }
}

impl ExceptionCommand {
    const fn done(&self) -> &'static str {
        match self {
            Self::Agree { .. } => "agreed to",
            Self::Deny { .. } => "denied",
            Self::Withdraw => "withdrawn",
            Self::Revoke { .. } => "taken back",
        }
    }

    const fn signature(&self) -> Option<&Signature> {
        match self {
            Self::Agree { signature, .. } | Self::Deny { signature, .. } => Some(signature),
            Self::Withdraw | Self::Revoke { .. } => None,
        }
    }
}

impl Lifecycle for ExceptionRequest {
    const KIND: &'static str = "exception_request";

    fn state(&self) -> &'static str {
        self.stage.as_str()
    }

    fn subject(&self) -> Option<&str> {
        Some(self.asked.clause.as_str())
    }

    fn person(&self) -> Option<&PersonId> {
        match &self.asked.holder {
            RequestHolder::Person(person) => Some(person),
            RequestHolder::Group(_) => self.person.as_ref(),
        }
    }
}

impl ExceptionRequest {
    /// A new request of the account `by`, which is `person`'s.
    pub fn new(asked: Asked, by: String, person: Option<PersonId>) -> Self {
        Self { asked, by, person, signatures: Vec::new(), stage: ExceptionStage::Requested }
    }

    /// Whether it is `account`'s, or of or for `person`.
    pub fn concerns(&self, account: &str, person: Option<&PersonId>) -> bool {
        let holder = match &self.asked.holder {
            RequestHolder::Person(holder) => Some(holder),
            RequestHolder::Group(_) => None,
        };
        self.by == account
            || person.is_some_and(|person| self.person.as_ref() == Some(person) || holder == Some(person))
    }

    /// The same, `command` done by the account `by`, which is `person`'s.
    pub fn follow(
        self,
        command: ExceptionCommand,
        by: &str,
        person: Option<&PersonId>,
    ) -> Result<Self, ExceptionRefused> {
        if command.signature().is_some() && self.concerns(by, person) {
            return Err(ExceptionRefused::Own);
        }
        let mut signatures = self.signatures;
        let stage = self.stage.follow(command, &mut signatures)?;
        Ok(Self { stage, signatures, ..self })
    }
}

fn sign(
    signatures: &mut Vec<Signature>,
    signature: Signature,
    needed: &BTreeSet<String>,
) -> Result<(), ExceptionRefused> {
    must_be_asked(&signature.function, needed)?;
    if signatures.iter().any(|made| made.function == signature.function) {
        return Err(ExceptionRefused::Agreed(signature.function));
    }
    signatures.push(signature);
    Ok(())
}

fn must_be_asked(function: &str, needed: &BTreeSet<String>) -> Result<(), ExceptionRefused> {
    if needed.contains(function) {
        return Ok(());
    }
    let needed: Vec<String> = needed.iter().map(|function| format!("`{function}`")).collect();
    Err(ExceptionRefused::NotNeeded { function: function.to_owned(), needed: needed.join(", ") })
}

/// `30 days`, `8 hours`, `90 minutes`.
fn in_words(duration: Duration) -> String {
    const UNITS: [(u64, &str); 3] = [(86_400, "days"), (3_600, "hours"), (60, "minutes")];
    let seconds = duration.as_secs();
    let fitting = UNITS.into_iter().find(|(length, _)| seconds.is_multiple_of(*length) && seconds >= *length);
    fitting.map_or(format!("{seconds} seconds"), |(length, unit)| format!("{} {unit}", seconds / length))
}

#[cfg(test)]
mod tests;
