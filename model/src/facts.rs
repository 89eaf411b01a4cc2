use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    AccountKind, Activity, ClauseId, Label, PersonKind, Risk, ToolCategory, ToolId, ToolState, Visibility,
};

/// Everything a verdict may depend on, and nothing else: equal facts get equal verdicts.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Facts {
    /// What is done.
    pub activity: Activity,
    /// Who does it.
    pub person: PersonFacts,
    /// On which tool.
    pub tool: ToolFacts,
    /// How the person is signed in there.
    pub account: AccountKind,
    /// Labels found, as detected (ancestors are implied), with the number of findings.
    pub labels: BTreeMap<Label, u32>,
    /// What it is for, as stated or detected.
    pub purpose: Option<Purpose>,
    /// Whether it comes from an isolated environment without company data.
    pub sandbox: bool,
    /// How much could be seen; below [`Visibility::Content`] the labels are not established.
    pub visibility: Visibility,
    /// Clauses from which an approved, current exception exempts this exchange.
    pub exempt: BTreeSet<ClauseId>,
}

/// What rules may know of the person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PersonFacts {
    /// Relation to the organisation.
    pub kind: PersonKind,
    /// Department, if known.
    pub department: Option<String>,
    /// Groups.
    pub groups: BTreeSet<String>,
    /// Risk level.
    pub risk: Risk,
    /// Training modules that count now.
    pub training: BTreeSet<String>,
    /// Whether the policy is attested now.
    pub attested: bool,
}

/// What rules may know of the tool.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ToolFacts {
    /// Which tool.
    pub id: ToolId,
    /// What it is mainly for.
    pub category: ToolCategory,
    /// What the organisation decided about it.
    pub state: ToolState,
    /// Data classes it may receive.
    pub approved_for: BTreeSet<Label>,
}

/// What a prompt is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Purpose {
    /// E-mail and other writing help.
    Writing,
    /// Summarising.
    Summarising,
    /// Ideas.
    Brainstorming,
    /// Translation.
    Translation,
    /// New code.
    CodeGeneration,
    /// Finding faults in code.
    Debugging,
    /// Questions to data.
    DataAnalysis,
    /// Contracts, law.
    Legal,
    /// Hiring, pay, discipline.
    HrDecision,
    /// Diagnosis, treatment.
    Medical,
    /// None of these.
    Other,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 11] = [
        Self::Writing,
        Self::Summarising,
        Self::Brainstorming,
        Self::Translation,
        Self::CodeGeneration,
        Self::Debugging,
        Self::DataAnalysis,
        Self::Legal,
        Self::HrDecision,
        Self::Medical,
        Self::Other,
    ];

    /// The word used in policies, the API and the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Writing => "writing",
            Self::Summarising => "summarising",
            Self::Brainstorming => "brainstorming",
            Self::Translation => "translation",
            Self::CodeGeneration => "code_generation",
            Self::Debugging => "debugging",
            Self::DataAnalysis => "data_analysis",
            Self::Legal => "legal",
            Self::HrDecision => "hr_decision",
            Self::Medical => "medical",
            Self::Other => "other",
        }
    }
}
