use model::{ClauseId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Lifecycle;

/// A remark on a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// The draft's id.
    pub draft: String,
    /// On which clause; on the whole if none is named.
    pub clause: Option<ClauseId>,
    /// What it says.
    pub text: String,
    /// Who made it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Where it stands.
    pub state: CommentState,
}

/// Where a comment stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum CommentState {
    /// Somebody should look at it.
    Open,
    /// Somebody has.
    Resolved {
        /// Who.
        by: String,
        /// When.
        at: Timestamp,
    },
}

/// What can be done with a comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommentCommand {
    /// It has been looked after.
    Resolve {
        /// By whom.
        by: String,
        /// When.
        at: Timestamp,
    },
    /// It has not.
    Reopen,
}

/// The comment is in that state already.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the comment is {state} already; load the draft again")]
pub struct CommentRefusal {
    /// The state.
    pub state: &'static str,
}

impl Comment {
    /// Follows `command`.
    pub fn apply(self, command: CommentCommand) -> Result<Self, CommentRefusal> {
        use CommentCommand::*;
        use CommentState::*;
        match (&self.state, command) {
            (Open, Resolve { by, at }) => Ok(Self { state: Resolved { by, at }, ..self }),
            (Resolved { .. }, Reopen) => Ok(Self { state: Open, ..self }),
            (Open, Reopen) | (Resolved { .. }, Resolve { .. }) => {
                Err(CommentRefusal { state: Lifecycle::state(&self) })
            }
        }
    }
}

impl Lifecycle for Comment {
    const KIND: &'static str = "draft_comment";

    fn state(&self) -> &'static str {
        match self.state {
            CommentState::Open => "open",
            CommentState::Resolved { .. } => "resolved",
        }
    }

    fn subject(&self) -> Option<&str> {
        Some(&self.draft)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_resolved_and_reopened() {
        let at = Timestamp::from_millis(2);
        let open = Comment {
            draft: "d".into(),
            clause: None,
            text: "Why?".into(),
            by: "leo".into(),
            at,
            state: CommentState::Open,
        };
        let resolve = CommentCommand::Resolve { by: "ada".into(), at };
        let resolved = open.clone().apply(resolve.clone()).unwrap();
        for (from, command, expected) in [
            (&open, &resolve, Some("resolved")),
            (&open, &CommentCommand::Reopen, None),
            (&resolved, &CommentCommand::Reopen, Some("open")),
            (&resolved, &resolve, None),
        ] {
            let next = from.clone().apply(command.clone()).ok();
            assert_eq!(next.as_ref().map(Lifecycle::state), expected, "{from:?} {command:?}");
        }
    }
}
