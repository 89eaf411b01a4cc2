use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{Label, Timestamp};

/// What the organisation has decided about a tool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ToolState {
    /// Reviewed and approved.
    Approved,
    /// Approved under conditions that the policy states.
    Conditional,
    /// Being reviewed.
    UnderReview,
    /// Never reviewed.
    #[default]
    Unreviewed,
    /// Reviewed and refused.
    Denied,
}

impl ToolState {
    /// Every state.
    pub const ALL: [Self; 5] =
        [Self::Approved, Self::Conditional, Self::UnderReview, Self::Unreviewed, Self::Denied];

    /// The word used in policies, the API and the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Conditional => "conditional",
            Self::UnderReview => "under_review",
            Self::Unreviewed => "unreviewed",
            Self::Denied => "denied",
        }
    }
}

/// What a tool is mainly for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ToolCategory {
    /// General assistant with a chat page.
    Chatbot,
    /// Writes or completes code.
    Coding,
    /// Makes or edits images.
    Image,
    /// Speech, music, sound.
    Voice,
    /// Makes or edits video.
    Video,
    /// Answers from the web.
    Search,
    /// Records or summarises meetings.
    Meeting,
    /// Writes or corrects prose, translates.
    Writing,
    /// Notes, slides, documents, other office work.
    Productivity,
    /// Runs agents or automations.
    AgentPlatform,
    /// Programming interface to models.
    ModelApi,
    /// Hosts models and data sets.
    ModelHub,
    /// AI inside a SaaS product bought for something else.
    SaasEmbedded,
    /// A model the organisation runs itself.
    SelfHosted,
    /// Not known yet.
    Unknown,
}

impl ToolCategory {
    /// Every category.
    pub const ALL: [Self; 15] = [
        Self::Chatbot,
        Self::Coding,
        Self::Image,
        Self::Voice,
        Self::Video,
        Self::Search,
        Self::Meeting,
        Self::Writing,
        Self::Productivity,
        Self::AgentPlatform,
        Self::ModelApi,
        Self::ModelHub,
        Self::SaasEmbedded,
        Self::SelfHosted,
        Self::Unknown,
    ];

    /// The word used in policies, the API and the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Chatbot => "chatbot",
            Self::Coding => "coding",
            Self::Image => "image",
            Self::Voice => "voice",
            Self::Video => "video",
            Self::Search => "search",
            Self::Meeting => "meeting",
            Self::Writing => "writing",
            Self::Productivity => "productivity",
            Self::AgentPlatform => "agent_platform",
            Self::ModelApi => "model_api",
            Self::ModelHub => "model_hub",
            Self::SaasEmbedded => "saas_embedded",
            Self::SelfHosted => "self_hosted",
            Self::Unknown => "unknown",
        }
    }
}

/// How the person is signed in at the tool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum AccountKind {
    /// An account the organisation controls.
    Corporate,
    /// The person's own account.
    Personal,
    /// Not signed in.
    Anonymous,
    /// Could not be told.
    #[default]
    Unknown,
}

impl AccountKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Corporate, Self::Personal, Self::Anonymous, Self::Unknown];

    /// The word used in policies, the API and the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Corporate => "corporate",
            Self::Personal => "personal",
            Self::Anonymous => "anonymous",
            Self::Unknown => "unknown",
        }
    }
}

/// The outcome of a tool's review, as rules see it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Approval {
    /// The decision.
    pub state: ToolState,
    /// Data classes the tool may receive; a label covers everything below it.
    #[serde(default)]
    pub approved_for: BTreeSet<Label>,
    /// When the decision lapses; the state is then [`ToolState::UnderReview`] and nothing is approved.
    #[serde(default)]
    pub until: Option<Timestamp>,
}

impl Approval {
    /// The decision as it counts at `now`: a lapsed approval is under review again, a denial stays.
    pub fn at(&self, now: Timestamp) -> Self {
        let lapsed = self.until.is_some_and(|until| until <= now);
        match self.state {
            ToolState::Approved | ToolState::Conditional if lapsed => {
                Self { state: ToolState::UnderReview, approved_for: BTreeSet::new(), until: self.until }
            }
            _ => self.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Approval, ToolState};
    use crate::Timestamp;

    #[test]
    fn an_approval_lapses_by_itself() {
        let approval = Approval {
            state: ToolState::Approved,
            approved_for: ["pii".parse().unwrap()].into(),
            until: Some(Timestamp::from_millis(1_000)),
        };
        assert_eq!(approval.at(Timestamp::from_millis(999)).state, ToolState::Approved);
        let lapsed = approval.at(Timestamp::from_millis(1_000));
        assert_eq!((lapsed.state, lapsed.approved_for.len()), (ToolState::UnderReview, 0));
    }
}
