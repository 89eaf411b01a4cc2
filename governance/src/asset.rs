//! The register of what was made with AI: with which tool, under which terms, and what people added.

use std::collections::BTreeSet;

use model::{PersonId, Timestamp, ToolId};
use serde::{Deserialize, Serialize};

use crate::{Lifecycle, tool_review::ToolFact};

/// Longest of the longer texts, in characters.
const LONGEST_TEXT: usize = 4_000;
/// Longest of the shorter ones.
const LONGEST_LINE: usize = 200;

/// Something that was made with AI, and what was said about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asset {
    /// What was declared.
    pub declared: Declaration,
    /// Who did: the account.
    pub by: String,
    /// Who did, if that is someone in the directory.
    pub person: Option<PersonId>,
    /// How far it is.
    pub stage: AssetStage,
}

/// What is declared of an asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = AssetDeclaration))]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    /// What it is called.
    pub title: String,
    /// What it is.
    pub kind: AssetKind,
    /// With which tool it was made.
    pub tool: ToolId,
    /// On which day.
    pub made_on: Timestamp,
    /// The terms under which the tool's vendor leaves it to us.
    pub licence: String,
    /// What people added.
    pub contribution: Contribution,
    /// What that was, in words.
    #[serde(default)]
    pub contribution_text: String,
    /// Where it is used: products, documents, campaigns.
    pub used_in: String,
}

/// What an asset is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AssetKind {
    /// Words.
    Text,
    /// A program, or part of one.
    Code,
    /// A picture or a design.
    Image,
    /// Sound.
    Audio,
    /// Moving pictures.
    Video,
    /// Collected or made-up data.
    Data,
    /// Anything else.
    Other,
}

/// What people added to what a tool made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Contribution {
    /// Nothing but a prompt.
    None,
    /// A choice among what the tool made, and its arrangement.
    Selected,
    /// Changes that can be pointed at.
    Edited,
    /// Most of it; the tool helped.
    Substantial,
}

/// Why an asset needs a second look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AssetFlag {
    /// The tool's model was trained on material without a licence, or nobody says on what.
    UnlicensedTraining,
    /// Nobody added anything, so it may not be protected by copyright.
    MachineMade,
    /// The tool's terms do not leave the output to us.
    OutputsNotOwned,
    /// No review of the tool was decided, so nothing is known of its training and terms.
    UnreviewedTool,
}

/// How far an asset is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum AssetStage {
    /// Nobody has looked at it; it needs no look where it has no flag.
    Declared,
    /// It may be used.
    Cleared {
        /// Who said so, when, and why.
        said: Said,
    },
    /// It may be used in some ways.
    Restricted {
        /// Who said so, when, and in which ways.
        said: Said,
    },
    /// It must not be used.
    Barred {
        /// Who said so, when, and why.
        said: Said,
    },
    /// Whoever declared it took it back: it is not used.
    Withdrawn,
}

/// What a reviewer said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = AssetOpinion))]
pub struct Said {
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// What.
    pub text: String,
}

/// What people do about an asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AssetCommand {
    /// Declare it anew: what was said about the old declaration no longer counts.
    Amend,
    /// Let it be used.
    Clear(Said),
    /// Let it be used in some ways.
    Restrict(Said),
    /// Keep it from being used.
    Bar(Said),
    /// Take it back.
    Withdraw,
}

/// Why an asset did not move.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an asset that is {stage} cannot be {done}")]
pub struct AssetRefused {
    stage: &'static str,
    done: &'static str,
}

/// Why a declaration makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeclarationError {
    /// No or too long a title.
    #[error("`title` has 1 to {LONGEST_LINE} characters")]
    Title,
    /// No or too long terms.
    #[error("`licence` says under which terms it may be used, in 1 to {LONGEST_TEXT} characters")]
    Licence,
    /// People added something, but not what.
    #[error(
        "`contribution_text` says what people added, in 1 to {LONGEST_TEXT} characters; leave it out only where the contribution is `none`"
    )]
    Contribution,
    /// No or too long a place.
    #[error("`used_in` says where it is used, in 1 to {LONGEST_TEXT} characters")]
    UsedIn,
    /// It is not made yet.
    #[error("`made_on` lies in the future")]
    MadeOn,
}

impl Declaration {
    /// Whether it makes sense on `now`.
    pub fn check(&self, now: Timestamp) -> Result<(), DeclarationError> {
        let fits = |text: &str, most: usize| !text.trim().is_empty() && text.chars().count() <= most;
        let added = self.contribution != Contribution::None;
        match self {
            _ if !fits(&self.title, LONGEST_LINE) => Err(DeclarationError::Title),
            _ if !fits(&self.licence, LONGEST_TEXT) => Err(DeclarationError::Licence),
            _ if added && !fits(&self.contribution_text, LONGEST_TEXT) => Err(DeclarationError::Contribution),
            _ if self.contribution_text.chars().count() > LONGEST_TEXT => Err(DeclarationError::Contribution),
            _ if !fits(&self.used_in, LONGEST_TEXT) => Err(DeclarationError::UsedIn),
            _ if self.made_on > now => Err(DeclarationError::MadeOn),
            _ => Ok(()),
        }
    }

    /// Why it needs a second look, among the reasons for which the policy wants one. `tool` is what the latest decided
    /// review of the tool establishes, if there is one.
    pub fn flags(
        &self,
        tool: Option<&BTreeSet<ToolFact>>,
        wanted: &BTreeSet<AssetFlag>,
    ) -> BTreeSet<AssetFlag> {
        let known = |fact| tool.is_some_and(|facts| facts.contains(&fact));
        let raised = |flag: &AssetFlag| match flag {
            AssetFlag::UnlicensedTraining => known(ToolFact::UnlicensedTraining),
            AssetFlag::OutputsNotOwned => known(ToolFact::OutputsNotOwned),
            AssetFlag::MachineMade => self.contribution == Contribution::None,
            AssetFlag::UnreviewedTool => tool.is_none(),
        };
        wanted.iter().copied().filter(raised).collect()
    }
}

impl AssetFlag {
    /// Every flag.
    pub const ALL: [Self; 4] =
        [Self::UnlicensedTraining, Self::MachineMade, Self::OutputsNotOwned, Self::UnreviewedTool];

    /// The word used in policies, the API and the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnlicensedTraining => "unlicensed_training",
            Self::MachineMade => "machine_made",
            Self::OutputsNotOwned => "outputs_not_owned",
            Self::UnreviewedTool => "unreviewed_tool",
        }
    }

    /// The flag that a word names.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|flag| flag.as_str() == word)
    }
}

impl AssetStage {
    /// Where `command` leads.
    pub fn follow(self, command: AssetCommand) -> Result<Self, AssetRefused> {
        use AssetCommand::{Amend, Bar, Clear, Restrict, Withdraw};
        match (self, command) {
            (
                Self::Declared | Self::Cleared { .. } | Self::Restricted { .. } | Self::Barred { .. },
                Amend,
            ) => Ok(Self::Declared),
            (Self::Declared | Self::Restricted { .. } | Self::Barred { .. }, Clear(said)) => {
                Ok(Self::Cleared { said })
            }
            (
                Self::Declared | Self::Cleared { .. } | Self::Restricted { .. } | Self::Barred { .. },
                Restrict(said),
            ) => Ok(Self::Restricted { said }),
            (Self::Declared | Self::Cleared { .. } | Self::Restricted { .. }, Bar(said)) => {
                Ok(Self::Barred { said })
            }
            (Self::Declared, Withdraw) => Ok(Self::Withdrawn),
            (from, command) => Err(AssetRefused { stage: from.as_str(), done: command.done() }),
        }
    }

    /// The word for it.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Cleared { .. } => "cleared",
            Self::Restricted { .. } => "restricted",
            Self::Barred { .. } => "barred",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// What the reviewer said, if one did.
    pub const fn said(&self) -> Option<&Said> {
        match self {
            Self::Cleared { said } | Self::Restricted { said } | Self::Barred { said } => Some(said),
            Self::Declared | Self::Withdrawn => None,
        }
    }
}

impl AssetCommand {
    const fn done(&self) -> &'static str {
        match self {
            Self::Amend => "declared anew",
            Self::Clear(_) => "cleared",
            Self::Restrict(_) => "restricted",
            Self::Bar(_) => "barred",
            Self::Withdraw => "withdrawn",
        }
    }

    /// The act that the audit log keeps of it.
    pub const fn act(&self) -> &'static str {
        match self {
            Self::Amend => "asset.amended",
            Self::Clear(_) => "asset.cleared",
            Self::Restrict(_) => "asset.restricted",
            Self::Bar(_) => "asset.barred",
            Self::Withdraw => "asset.withdrawn",
        }
    }
}

impl Lifecycle for Asset {
    const KIND: &'static str = "asset";

    fn state(&self) -> &'static str {
        self.stage.as_str()
    }

    fn subject(&self) -> Option<&str> {
        Some(self.declared.tool.as_str())
    }

    fn person(&self) -> Option<&PersonId> {
        self.person.as_ref()
    }
}

impl Asset {
    /// A new declaration of the account `by`, which is `person`'s.
    pub const fn new(declared: Declaration, by: String, person: Option<PersonId>) -> Self {
        Self { declared, by, person, stage: AssetStage::Declared }
    }

    /// The same, `command` done.
    pub fn follow(self, command: AssetCommand) -> Result<Self, AssetRefused> {
        Ok(Self { stage: self.stage.follow(command)?, ..self })
    }
}

#[cfg(test)]
mod tests;
