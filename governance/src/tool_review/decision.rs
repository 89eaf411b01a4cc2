use std::collections::BTreeSet;

use model::{Approval, Label, Timestamp, ToolState};
use serde::{Deserialize, Serialize};

use super::ReviewRefused;

/// Longest reason or conditions, in characters.
const LONGEST_TEXT: usize = 2_000;

/// What is decided about a tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ReviewDecision))]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// The decision.
    pub outcome: Outcome,
    /// Data classes that it may receive; a label covers everything below it.
    #[serde(default)]
    pub approved_for: BTreeSet<Label>,
    /// What whoever uses it must keep to; needed for, and only for, a conditional approval.
    #[serde(default)]
    pub conditions: String,
    /// Why.
    pub reason: String,
    /// When it lapses; an approval must.
    pub until: Option<Timestamp>,
}

/// Whether a tool may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ReviewOutcome))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It may.
    Approved,
    /// It may, under conditions.
    Conditional,
    /// It may not.
    Denied,
}

/// That a function agreed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = FunctionSignature))]
pub struct Signature {
    /// The function, as the policy names it.
    pub function: String,
    /// Who agreed for it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// Why a decision makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecisionError {
    /// No or too long a reason.
    #[error("give the reason for the decision in `reason`, at most {LONGEST_TEXT} characters")]
    Reason,
    /// Conditions are what a conditional approval is about.
    #[error(
        "a conditional approval says in `conditions` what to keep to, at most {LONGEST_TEXT} characters; nothing else has conditions"
    )]
    Conditions,
    /// Data for a tool that may not be used.
    #[error("a denied tool is not approved for data: leave `approved_for` empty")]
    DeniedData,
    /// Approvals do not last for ever.
    #[error("an approval lapses: give the day in `until`, after today and within three years")]
    Until,
}

/// Three years, the longest that an approval lasts.
const LONGEST: std::time::Duration = std::time::Duration::from_secs(3 * 366 * 24 * 60 * 60);

impl Outcome {
    /// The tool state that rules see.
    pub const fn state(self) -> ToolState {
        match self {
            Self::Approved => ToolState::Approved,
            Self::Conditional => ToolState::Conditional,
            Self::Denied => ToolState::Denied,
        }
    }
}

impl Decision {
    /// Whether it makes sense on `now`.
    pub fn check(&self, now: Timestamp) -> Result<(), DecisionError> {
        let fits = |text: &str| !text.trim().is_empty() && text.chars().count() <= LONGEST_TEXT;
        let lapses = self.until.is_some_and(|until| now < until && until <= now.plus(LONGEST));
        match self.outcome {
            _ if !fits(&self.reason) => Err(DecisionError::Reason),
            Outcome::Conditional if !fits(&self.conditions) => Err(DecisionError::Conditions),
            Outcome::Approved | Outcome::Denied if !self.conditions.is_empty() => {
                Err(DecisionError::Conditions)
            }
            Outcome::Denied if !self.approved_for.is_empty() => Err(DecisionError::DeniedData),
            Outcome::Approved | Outcome::Conditional if !lapses => Err(DecisionError::Until),
            _ => Ok(()),
        }
    }

    /// As rules see it.
    pub fn approval(&self) -> Approval {
        Approval { state: self.outcome.state(), approved_for: self.approved_for.clone(), until: self.until }
    }
}

/// The signatures with one more, from a function that must agree and has not.
pub(super) fn signed(
    mut signatures: Vec<Signature>,
    signature: Signature,
    needed: &BTreeSet<String>,
) -> Result<Vec<Signature>, ReviewRefused> {
    if !needed.contains(&signature.function) {
        let needed: Vec<String> = needed.iter().map(|function| format!("`{function}`")).collect();
        return Err(ReviewRefused::NotNeeded { function: signature.function, needed: needed.join(", ") });
    }
    if signatures.iter().any(|made| made.function == signature.function) {
        return Err(ReviewRefused::Signed(signature.function));
    }
    signatures.push(signature);
    Ok(signatures)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(change: impl FnOnce(&mut Decision), expected: Result<(), DecisionError>) {
        let now = Timestamp::from_millis(1_000);
        let mut decision = Decision {
            outcome: Outcome::Approved,
            approved_for: BTreeSet::from(["pii".parse().unwrap()]),
            conditions: String::new(),
            reason: "SOC 2 in scope".to_owned(),
            until: Some(Timestamp::from_millis(2_000)),
        };
        change(&mut decision);
        assert_eq!(decision.check(now), expected, "{decision:?}");
    }

    #[test]
    fn decisions_make_sense() {
        check(|_| {}, Ok(()));
        check(|decision| decision.reason.clear(), Err(DecisionError::Reason));
        check(|decision| decision.reason = "x".repeat(2_001), Err(DecisionError::Reason));
        check(|decision| decision.conditions = "none".to_owned(), Err(DecisionError::Conditions));
        check(|decision| decision.outcome = Outcome::Conditional, Err(DecisionError::Conditions));
        check(|decision| decision.outcome = Outcome::Denied, Err(DecisionError::DeniedData));
        check(|decision| decision.until = None, Err(DecisionError::Until));
        check(|decision| decision.until = Some(Timestamp::from_millis(1_000)), Err(DecisionError::Until));
        check(|decision| decision.until = Some(Timestamp::from_millis(i64::MAX)), Err(DecisionError::Until));
        let denied = |decision: &mut Decision| {
            *decision = Decision {
                outcome: Outcome::Denied,
                approved_for: BTreeSet::new(),
                until: None,
                ..decision.clone()
            };
        };
        check(denied, Ok(()));
    }
}
