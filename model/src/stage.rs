use serde::{Deserialize, Serialize};

use crate::Action;

/// How strictly a clause is carried out while a policy is brought in, mildest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Stage {
    /// Nobody notices; records say what would have been done.
    Observe,
    /// People get advice and no more.
    Coach,
    /// What the clause says is done.
    Enforce,
}

impl Stage {
    /// The word used in the API and the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Observe => "observe",
            Self::Coach => "coach",
            Self::Enforce => "enforce",
        }
    }

    /// What is done at this stage where a clause asks for `action`.
    pub fn cap(self, action: Action) -> Action {
        match self {
            Self::Observe => Action::Allow,
            Self::Coach => action.min(Action::Coach),
            Self::Enforce => action,
        }
    }
}
