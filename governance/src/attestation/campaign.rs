use model::{PolicyVersion, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Lifecycle, training::Audience};

/// That some people are asked to accept the policy by a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    /// What it is called.
    pub title: String,
    /// The version that is to be accepted.
    pub policy: PolicyVersion,
    /// Who is asked.
    pub audience: Audience,
    /// Who asks.
    pub by: String,
    /// Since when.
    pub from: Timestamp,
    /// By when.
    pub due: Timestamp,
    /// When people were reminded.
    pub reminders: Vec<Reminder>,
    /// How it stands.
    pub state: CampaignState,
}

/// That those who had not accepted yet were reminded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reminder {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// How many people it was.
    pub people: u32,
}

/// How a campaign stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum CampaignState {
    /// People are asked.
    Open,
    /// They no longer are.
    Closed {
        /// Who ended it.
        by: String,
        /// When.
        at: Timestamp,
    },
}

/// What can happen to a campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CampaignCommand {
    /// Remind those who have not accepted yet.
    Remind(Reminder),
    /// End it.
    Close {
        /// Who ends it.
        by: String,
        /// When.
        at: Timestamp,
    },
}

/// A command that comes too late.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the campaign `{title}` is closed; open a new one")]
pub struct CampaignRefused {
    title: String,
}

impl Campaign {
    /// The campaign after `command`.
    pub fn after(&self, command: CampaignCommand) -> Result<Self, CampaignRefused> {
        let mut next = self.clone();
        match (&self.state, command) {
            (CampaignState::Open, CampaignCommand::Remind(reminder)) => next.reminders.push(reminder),
            (CampaignState::Open, CampaignCommand::Close { by, at }) => {
                next.state = CampaignState::Closed { by, at }
            }
            (CampaignState::Closed { .. }, _) => return Err(CampaignRefused { title: self.title.clone() }),
        }
        Ok(next)
    }
}

impl Lifecycle for Campaign {
    const KIND: &'static str = "attestation_campaign";

    fn state(&self) -> &'static str {
        match self.state {
            CampaignState::Open => "open",
            CampaignState::Closed { .. } => "closed",
        }
    }

    fn subject(&self) -> Option<&str> {
        Some(self.policy.as_str())
    }
}

#[cfg(test)]
mod tests {
    use model::{PolicyVersion, Timestamp};

    use super::{Campaign, CampaignCommand, CampaignState, Reminder};
    use crate::training::Audience;

    #[test]
    fn a_closed_campaign_asks_nobody() {
        let at = Timestamp::from_millis(5);
        let open = Campaign {
            title: "Spring".into(),
            policy: PolicyVersion::new("v1"),
            audience: Audience::default(),
            by: "ada".into(),
            from: at,
            due: at,
            reminders: Vec::new(),
            state: CampaignState::Open,
        };
        let remind = || CampaignCommand::Remind(Reminder { at, by: "ada".into(), people: 3 });
        let close = || CampaignCommand::Close { by: "ada".into(), at };
        let reminded = open.after(remind()).unwrap();
        assert_eq!((reminded.reminders.len(), &reminded.state), (1, &CampaignState::Open));
        let closed = reminded.after(close()).unwrap();
        assert_eq!(closed.state, CampaignState::Closed { by: "ada".into(), at });
        for command in [remind(), close()] {
            assert_eq!(
                closed.after(command).unwrap_err().to_string(),
                "the campaign `Spring` is closed; open a new one"
            );
        }
    }
}
