//! The security review of a tool: from people's requests to a decision that rules see.

mod asked; // that someone wants a tool
mod decision; // what was decided, and by which functions
mod evidence; // files and terms that a review rests on
mod questionnaire; // what is asked of every tool
mod renewal; // when a decided tool is looked at again
mod rubric; // what the answers add up to

use std::collections::{BTreeMap, BTreeSet};

use model::{Timestamp, ToolId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub(crate) use asked::host_name;
pub use asked::{Listing, ListingError, ToolRequest, tool_id};
pub use decision::{Decision, DecisionError, Outcome, Signature};
pub use evidence::{
    Evidence, EvidenceError, LARGEST_EVIDENCE, MOST_EVIDENCE, Terms, TermsChange, terms_digest,
};
pub use questionnaire::{AnswerError, Choice, Question, QuestionKind, Questionnaire, Section, ToolFact};
pub use renewal::{BEFORE_EXPIRY, Cause, contradiction, expires_soon};
pub use rubric::{HEAVIEST, Rubric, Score, ScoreLine, WeightError, facts};

use crate::Lifecycle;

/// One review of one tool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolReview {
    /// The tool, by the id under which rules see the decision.
    pub tool: ToolId,
    /// What is known of it where the catalogue does not list it.
    pub listing: Option<Listing>,
    /// Why it was opened.
    pub cause: Cause,
    /// The review that it follows.
    pub previous: Option<Uuid>,
    /// Answers by question.
    pub answers: BTreeMap<String, Answer>,
    /// What the answers rest on.
    pub evidence: Vec<Evidence>,
    /// The vendor's terms as they were read.
    pub terms: Option<Terms>,
    /// How far it is.
    pub stage: Stage,
}

/// The answer to a question of the questionnaire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ReviewAnswer))]
pub struct Answer {
    /// A choice, a text, a day or an address, as the question asks.
    pub value: String,
    /// What else is to be said.
    pub note: String,
    /// Who answered.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// How far a review is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum Stage {
    /// Nobody looks at it yet.
    Open,
    /// Someone gathers answers and evidence.
    InReview {
        /// Who.
        reviewer: String,
    },
    /// A decision waits for the functions that must agree.
    Proposed {
        /// Who proposed it.
        reviewer: String,
        /// What.
        decision: Decision,
        /// Who agreed so far.
        signatures: Vec<Signature>,
    },
    /// It was decided.
    Decided {
        /// What.
        decision: Decision,
        /// Who agreed.
        signatures: Vec<Signature>,
        /// When the last one did.
        at: Timestamp,
    },
    /// It ended without a decision.
    Closed {
        /// Why.
        reason: String,
    },
}

/// What people do about a review.
#[derive(Clone, Debug, PartialEq)]
pub enum ReviewCommand {
    /// Gather answers and evidence.
    Take {
        /// Who does.
        by: String,
    },
    /// Put a decision before the functions.
    Propose {
        /// What.
        decision: Decision,
    },
    /// Agree to it for a function.
    Sign {
        /// For which, by whom, when.
        signature: Signature,
        /// The functions that must agree.
        needed: BTreeSet<String>,
    },
    /// Send it back: the decision is not right yet.
    Return,
    /// End it without a decision.
    Close {
        /// Why.
        reason: String,
    },
}

/// Why a review did not move.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReviewRefused {
    /// Its stage does not allow it.
    #[error("a review that is {stage} cannot be {done}")]
    Stage {
        /// The stage it is in.
        stage: &'static str,
        /// What was wanted.
        done: &'static str,
    },
    /// The function need not agree.
    #[error("the decision does not need `{function}`; it needs {needed}")]
    NotNeeded {
        /// Which.
        function: String,
        /// Which do.
        needed: String,
    },
    /// The function has agreed.
    #[error("`{0}` has agreed already")]
    Signed(String),
}

impl Stage {
    /// The word for it.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::InReview { .. } => "in_review",
            Self::Proposed { .. } => "proposed",
            Self::Decided { .. } => "decided",
            Self::Closed { .. } => "closed",
        }
    }

    /// Where `command` leads. `now` is when a decision is made.
    pub fn follow(self, command: ReviewCommand, now: Timestamp) -> Result<Self, ReviewRefused> {
        use ReviewCommand::{Close, Propose, Return, Sign, Take};
        match (self, command) {
            (Self::Open | Self::InReview { .. }, Take { by }) => Ok(Self::InReview { reviewer: by }),
            (Self::InReview { reviewer } | Self::Proposed { reviewer, .. }, Propose { decision }) => {
                Ok(Self::Proposed { reviewer, decision, signatures: Vec::new() })
            }
            (Self::Proposed { reviewer, decision, signatures }, Sign { signature, needed }) => {
                let signatures = decision::signed(signatures, signature, &needed)?;
                if needed.iter().all(|function| signatures.iter().any(|made| made.function == *function)) {
                    return Ok(Self::Decided { decision, signatures, at: now });
                }
                Ok(Self::Proposed { reviewer, decision, signatures })
            }
            (Self::Proposed { reviewer, .. }, Return) => Ok(Self::InReview { reviewer }),
            (Self::Open | Self::InReview { .. }, Close { reason }) => Ok(Self::Closed { reason }),
            (from, command) => Err(ReviewRefused::Stage { stage: from.words(), done: command.done() }),
        }
    }

    const fn words(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::InReview { .. } => "under way",
            Self::Proposed { .. } => "waiting for agreement",
            Self::Decided { .. } => "decided",
            Self::Closed { .. } => "closed",
        }
    }
}

impl ReviewCommand {
    const fn done(&self) -> &'static str {
        match self {
            Self::Take { .. } => "taken",
            Self::Propose { .. } => "proposed for decision",
            Self::Sign { .. } => "agreed to",
            Self::Return => "sent back",
            Self::Close { .. } => "closed",
        }
    }
}

impl Lifecycle for ToolReview {
    const KIND: &'static str = "tool_review";

    fn state(&self) -> &'static str {
        self.stage.as_str()
    }

    fn subject(&self) -> Option<&str> {
        Some(self.tool.as_str())
    }
}

impl ToolReview {
    /// A first review, because people want the tool.
    pub fn requested(tool: ToolId, listing: Option<Listing>) -> Self {
        Self {
            tool,
            listing,
            cause: Cause::Requested,
            previous: None,
            answers: BTreeMap::new(),
            evidence: Vec::new(),
            terms: None,
            stage: Stage::Open,
        }
    }

    /// A first review, because the tool was found in use.
    pub fn found(tool: ToolId, listing: Option<Listing>) -> Self {
        Self { cause: Cause::Found, ..Self::requested(tool, listing) }
    }

    /// Another look at the tool of a decided review, which begins with what was known then.
    pub fn again(&self, id: Uuid, cause: Cause) -> Self {
        Self { cause, previous: Some(id), stage: Stage::Open, ..self.clone() }
    }

    /// The same, `command` done.
    pub fn follow(self, command: ReviewCommand, now: Timestamp) -> Result<Self, ReviewRefused> {
        Ok(Self { stage: self.stage.follow(command, now)?, ..self })
    }

    /// Whether it waits for people.
    pub const fn is_open(&self) -> bool {
        matches!(self.stage, Stage::Open | Stage::InReview { .. } | Stage::Proposed { .. })
    }

    /// What was decided, if it was.
    pub const fn decided(&self) -> Option<&Decision> {
        match &self.stage {
            Stage::Decided { decision, .. } => Some(decision),
            _ => None,
        }
    }

    /// The same to be worked on; answers and evidence change only while someone gathers them.
    pub fn editing(self) -> Result<Self, ReviewRefused> {
        match &self.stage {
            Stage::InReview { .. } => Ok(self),
            stage => Err(ReviewRefused::Stage {
                stage: stage.words(),
                done: "edited; take it or send it back first",
            }),
        }
    }
}

#[cfg(test)]
mod tests;
