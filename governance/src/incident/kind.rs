use std::sync::LazyLock;

use behavior::{Family, Reason};
use serde::{Deserialize, Serialize};

use super::Sign;

/// What kind of thing an incident is: it follows from the first sign, and chooses the playbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum IncidentKind {
    /// More data went to AI tools than usual, or more sensitive data.
    DataMovement,
    /// A tool that nobody has decided about is used.
    NewTool,
    /// Something works by itself.
    Automation,
    /// An account is used as its owner does not use it.
    Account,
    /// Another departure from what is usual.
    Unusual,
    /// The policy was broken again and again, or data left.
    Violations,
    /// The gate did not keep a promise of the policy.
    Canary,
    /// Somebody reported something.
    Report,
    /// Something is wrong with the learning.
    Learning,
}

impl IncidentKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::DataMovement,
        Self::NewTool,
        Self::Automation,
        Self::Account,
        Self::Unusual,
        Self::Violations,
        Self::Canary,
        Self::Report,
        Self::Learning,
    ];

    /// The word used in the API and the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DataMovement => "data_movement",
            Self::NewTool => "new_tool",
            Self::Automation => "automation",
            Self::Account => "account",
            Self::Unusual => "unusual",
            Self::Violations => "violations",
            Self::Canary => "canary",
            Self::Report => "report",
            Self::Learning => "learning",
        }
    }

    /// The kind that `sign` makes an incident, if it is the first.
    pub fn of(sign: &Sign) -> Self {
        match sign {
            Sign::Deviation(deviation) => deviation.reasons.first().map_or(Self::Unusual, Self::of_reason),
            Sign::Violations(_) => Self::Violations,
            Sign::Canary { .. } => Self::Canary,
            Sign::Report { .. } => Self::Report,
            Sign::Alarm(_) => Self::Learning,
        }
    }

    const fn of_reason(reason: &Reason) -> Self {
        match reason.family {
            Family::Bytes | Family::Sens | Family::Pers | Family::Cum | Family::Cat | Family::Doc => {
                Self::DataMovement
            }
            Family::Novel | Family::Svc => Self::NewTool,
            Family::Regular | Family::Burst | Family::Client | Family::Count => Self::Automation,
            Family::Hour | Family::Asn => Self::Account,
            Family::Probing | Family::Evasion => Self::Violations,
            Family::Down | Family::Peer => Self::Unusual,
        }
    }

    /// What helps with incidents of this kind.
    pub fn playbook(self) -> Option<&'static Playbook> {
        PLAYBOOKS.iter().find(|playbook| playbook.kind == self)
    }
}

/// What to do about incidents of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Playbook {
    /// Which kind.
    pub kind: IncidentKind,
    /// What such an incident is called.
    pub title: String,
    /// What to do, in this order.
    pub step: Vec<Step>,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = PlaybookStep))]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its stable name.
    pub id: String,
    /// What to do.
    pub says: String,
    /// What it is good for.
    pub why: String,
}

const SHIPPED: [&str; 9] = [
    include_str!("../../playbooks/data-movement.toml"),
    include_str!("../../playbooks/new-tool.toml"),
    include_str!("../../playbooks/automation.toml"),
    include_str!("../../playbooks/account.toml"),
    include_str!("../../playbooks/unusual.toml"),
    include_str!("../../playbooks/violations.toml"),
    include_str!("../../playbooks/canary.toml"),
    include_str!("../../playbooks/report.toml"),
    include_str!("../../playbooks/learning.toml"),
];

/// A file that does not read is left out; a test sees to it that there is none.
static PLAYBOOKS: LazyLock<Vec<Playbook>> =
    LazyLock::new(|| SHIPPED.iter().filter_map(|text| toml::from_str(text).ok()).collect());

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_kind_has_a_playbook_whose_steps_say_what_and_why() {
        for kind in IncidentKind::ALL {
            let playbook = kind.playbook().unwrap_or_else(|| panic!("{}", kind.as_str()));
            let ids: BTreeSet<&str> = playbook.step.iter().map(|step| step.id.as_str()).collect();
            assert!(ids.len() == playbook.step.len() && ids.len() >= 3, "{}", kind.as_str());
            for step in &playbook.step {
                let sentences = [&step.says, &step.why];
                assert!(sentences.iter().all(|says| says.ends_with('.')), "{} {}", kind.as_str(), step.id);
            }
        }
    }
}
