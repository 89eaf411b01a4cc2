//! A host that looks like an AI tool and is none that the catalogue knows: what people decided it is.

use model::{Timestamp, ToolId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Lifecycle, id_of, tool_review::Listing};

/// A host that was found, and what people decided about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundHost {
    /// Its name.
    pub host: String,
    /// What it is.
    pub stage: FoundStage,
    /// Who said so.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// What a host that was found is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum FoundStage {
    /// Nobody has said yet.
    Open,
    /// A tool, listed from now on.
    Listed {
        /// Its id.
        tool: ToolId,
        /// What the catalogue lists.
        listing: Listing,
    },
    /// A tool whose security review has been asked for; listed too, so that rules see it.
    InReview {
        /// Its id.
        tool: ToolId,
        /// What the catalogue lists.
        listing: Listing,
        /// The review.
        review: Uuid,
    },
    /// No AI tool.
    Dismissed {
        /// Why.
        reason: String,
    },
}

/// What people say of a host that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FoundCommand {
    /// It is a tool.
    List {
        /// Its id.
        tool: ToolId,
        /// What the catalogue is to list.
        listing: Listing,
    },
    /// It is a tool, to be reviewed before anything is decided about it.
    Review {
        /// Its id.
        tool: ToolId,
        /// What the catalogue is to list.
        listing: Listing,
        /// The review.
        review: Uuid,
    },
    /// It is no AI tool.
    Dismiss {
        /// Why.
        reason: String,
    },
    /// It is to be looked at again. What was listed for it leaves the catalogue.
    Reopen,
}

/// Why a host did not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a host that is {stage} cannot be {done}")]
pub struct FoundRefused {
    /// What it is.
    pub stage: &'static str,
    /// What was wanted.
    pub done: &'static str,
}

impl FoundStage {
    /// What comes of `command`.
    pub fn follow(self, command: FoundCommand) -> Result<Self, FoundRefused> {
        use FoundCommand as Command;
        match (self, command) {
            (Self::Open, Command::List { tool, listing }) => Ok(Self::Listed { tool, listing }),
            (Self::Open | Self::Listed { .. }, Command::Review { tool, listing, review }) => {
                Ok(Self::InReview { tool, listing, review })
            }
            (Self::Open, Command::Dismiss { reason }) => Ok(Self::Dismissed { reason }),
            (Self::Dismissed { .. } | Self::Listed { .. }, Command::Reopen) => Ok(Self::Open),
            (from, command) => Err(FoundRefused { stage: from.as_str(), done: command.done() }),
        }
    }

    /// The word for it.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Listed { .. } => "listed",
            Self::InReview { .. } => "in_review",
            Self::Dismissed { .. } => "dismissed",
        }
    }

    /// What the catalogue is to list.
    pub const fn listing(&self) -> Option<(&ToolId, &Listing)> {
        match self {
            Self::Listed { tool, listing } | Self::InReview { tool, listing, .. } => Some((tool, listing)),
            Self::Open | Self::Dismissed { .. } => None,
        }
    }
}

impl FoundCommand {
    const fn done(&self) -> &'static str {
        match self {
            Self::List { .. } => "listed as a tool",
            Self::Review { .. } => "put under review",
            Self::Dismiss { .. } => "dismissed",
            Self::Reopen => "opened again",
        }
    }

    /// The entry of the audit log.
    pub const fn act(&self) -> &'static str {
        match self {
            Self::List { .. } => "found_host.listed",
            Self::Review { .. } => "found_host.review_asked",
            Self::Dismiss { .. } => "found_host.dismissed",
            Self::Reopen => "found_host.reopened",
        }
    }
}

impl FoundHost {
    /// A host of which nobody has said anything.
    pub fn open(host: &str, by: &str, at: Timestamp) -> Self {
        Self { host: host.to_owned(), stage: FoundStage::Open, by: by.to_owned(), at }
    }

    /// The id of what is kept of `host`: the same on all nodes.
    pub fn id(host: &str) -> Uuid {
        id_of(&format!("found host {host}"))
    }
}

impl Lifecycle for FoundHost {
    const KIND: &'static str = "found_host";

    fn state(&self) -> &'static str {
        self.stage.as_str()
    }

    fn subject(&self) -> Option<&str> {
        Some(&self.host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commands() -> [FoundCommand; 4] {
        let listing = Listing::new("Acme", Some("acme.ai")).unwrap();
        let tool = ToolId::new("acme");
        [
            FoundCommand::List { tool: tool.clone(), listing: listing.clone() },
            FoundCommand::Review { tool, listing, review: Uuid::from_u128(1) },
            FoundCommand::Dismiss { reason: "our own shop".to_owned() },
            FoundCommand::Reopen,
        ]
    }

    #[track_caller]
    fn check(before: &[FoundCommand], expected: [Option<&str>; 4]) {
        let follow = |stage: FoundStage, command: &FoundCommand| stage.follow(command.clone());
        let stage = before.iter().fold(FoundStage::Open, |stage, command| follow(stage, command).unwrap());
        let found = commands().map(|command| follow(stage.clone(), &command).ok().map(|next| next.as_str()));
        assert_eq!(found, expected, "{}", stage.as_str());
    }

    #[test]
    fn what_people_say_of_a_host() {
        let [list, review, dismiss, reopen] = commands();
        check(&[], [Some("listed"), Some("in_review"), Some("dismissed"), None]);
        check(std::slice::from_ref(&list), [None, Some("in_review"), None, Some("open")]);
        check(&[list, review], [None, None, None, None]);
        check(std::slice::from_ref(&dismiss), [None, None, None, Some("open")]);
        check(&[dismiss, reopen], [Some("listed"), Some("in_review"), Some("dismissed"), None]);
    }
}
