use behavior::{Family, Unit};
use governance::{
    incident::{
        IncidentClosing, IncidentComment, IncidentKind, IncidentLinks, IncidentStage, ResponseKind,
        ResponseState, Step,
    },
    ladder::Tick,
};
use model::{ClauseId, ExchangeId, Label, PersonId, Risk, Severity, Timestamp, ToolId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::chart::IncidentChart;
use crate::api::exchanges::ExchangeSummary;

/// How far people are with an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum IncidentState {
    /// Nobody has looked at it.
    Open,
    /// Somebody has seen what it is.
    Triaged,
    /// Somebody looks into it.
    Investigating,
    /// It does no more harm.
    Contained,
    /// It is over.
    Closed,
    /// All of it is in another incident.
    Merged,
}

impl IncidentState {
    pub(crate) const fn of(stage: &IncidentStage) -> Self {
        match stage {
            IncidentStage::Open => Self::Open,
            IncidentStage::Triaged { .. } => Self::Triaged,
            IncidentStage::Investigating { .. } => Self::Investigating,
            IncidentStage::Contained { .. } => Self::Contained,
            IncidentStage::Closed { .. } => Self::Closed,
            IncidentStage::Merged { .. } => Self::Merged,
        }
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Triaged => "triaged",
            Self::Investigating => "investigating",
            Self::Contained => "contained",
            Self::Closed => "closed",
            Self::Merged => "merged",
        }
    }
}

/// An incident in a list. People are pseudonyms.
#[derive(Serialize, ToSchema)]
pub(crate) struct IncidentSummary {
    pub(super) id: Uuid,
    /// Counts changes; whoever changes it names the one they saw.
    pub(super) revision: u64,
    pub(super) kind: IncidentKind,
    /// What incidents of this kind are called.
    pub(super) title: String,
    pub(super) about: IncidentAbout,
    pub(super) severity: Severity,
    pub(super) state: IncidentState,
    pub(super) owner: Option<String>,
    /// What happened, in a sentence.
    pub(super) headline: String,
    /// How many people it concerns.
    pub(super) people: usize,
    pub(super) tools: Vec<NamedTool>,
    /// Since when it has been going on.
    pub(super) began: Option<Timestamp>,
    /// When the latest of it was seen.
    pub(super) latest: Option<Timestamp>,
    pub(super) opened_at: Timestamp,
    pub(super) closing: Option<IncidentClosing>,
}

/// What an incident is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct IncidentAbout {
    pub(super) kind: AboutKind,
    /// What it is called: a pseudonym, a department, a tool's name, a clause.
    pub(super) name: String,
    /// The id of a tool, clause or report; none of a person.
    pub(super) id: Option<String>,
}

/// What kind of thing an incident is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AboutKind {
    /// A person or a program's account.
    Person,
    /// A department.
    Department,
    /// A tool.
    Tool,
    /// A clause.
    Clause,
    /// Something that was reported.
    Report,
    /// Bylaw's own learning.
    Learner,
}

/// A tool, by id and name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
pub(crate) struct NamedTool {
    pub(super) id: ToolId,
    pub(super) name: String,
}

/// An incident with everything that is known about it.
#[derive(Serialize, ToSchema)]
pub(crate) struct IncidentDetail {
    #[serde(flatten)]
    pub(super) summary: IncidentSummary,
    pub(super) persons: Vec<IncidentPerson>,
    /// What happened, in plain sentences.
    pub(super) narrative: Vec<String>,
    /// Why it was raised, the strongest reason first.
    pub(super) reasons: Vec<IncidentReason>,
    pub(super) evidence: Vec<IncidentEvidence>,
    /// Evidence that came when there was enough: counted, not kept.
    pub(super) more: u64,
    pub(super) clauses: Vec<IncidentClause>,
    pub(super) labels: Vec<Label>,
    /// What was observed over time, with what was to be expected.
    pub(super) chart: Option<IncidentChart>,
    /// The latest of the exchanges behind it.
    pub(super) exchanges: Vec<ExchangeSummary>,
    /// What helps with incidents of this kind.
    pub(super) playbook: Vec<PlaybookItem>,
    pub(super) responses: Vec<IncidentResponse>,
    pub(super) comments: Vec<IncidentComment>,
    pub(super) links: IncidentLinks,
    /// Other incidents with something left to do that share people or tools with it.
    pub(super) related: Vec<IncidentSummary>,
    /// Why it was closed as it was.
    pub(super) because: Option<String>,
    pub(super) merged_into: Option<Uuid>,
}

/// Somebody whom an incident concerns.
#[derive(Serialize, ToSchema)]
pub(crate) struct IncidentPerson {
    pub(super) pseudonym: String,
    /// The person's id, if it was asked for.
    pub(super) id: Option<PersonId>,
    /// The person's name, if it was asked for and the directory has it.
    pub(super) name: Option<String>,
    pub(super) department: Option<String>,
    /// The risk level that rules see now.
    pub(super) risk: Risk,
}

/// One of the reasons why something was raised.
#[derive(Serialize, ToSchema)]
pub(crate) struct IncidentReason {
    /// Which piece of evidence it belongs to.
    pub(super) evidence: usize,
    /// Which of that piece's reasons it is.
    pub(super) place: usize,
    #[schema(value_type = String)]
    pub(super) family: Family,
    pub(super) channel: String,
    /// It, in words.
    pub(super) says: String,
    pub(super) observed: f64,
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) peers: Option<f64>,
    #[schema(value_type = String)]
    pub(super) unit: Unit,
    /// What was observed, in words.
    pub(super) observed_words: String,
    /// What a usual day has, in words.
    pub(super) usual_words: String,
    /// The peers' median, in words.
    pub(super) peers_words: Option<String>,
    /// −ln p: 4.6 is one in a hundred, 9.2 one in ten thousand.
    pub(super) surprise: f64,
    pub(super) tool: Option<NamedTool>,
    pub(super) data: Option<String>,
}

/// One thing that speaks for an incident.
#[derive(Serialize, ToSchema)]
pub(crate) struct IncidentEvidence {
    /// Its place, by which a split names it.
    pub(super) place: usize,
    pub(super) at: Timestamp,
    pub(super) since: Timestamp,
    pub(super) what: EvidenceKind,
    pub(super) says: Vec<String>,
    pub(super) exchanges: Vec<ExchangeId>,
    pub(super) report: Option<Uuid>,
}

/// What kind of evidence something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EvidenceKind {
    /// How far something is from its learned normal.
    Deviation,
    /// Exchanges that broke the policy.
    Violations,
    /// A promise that the gate did not keep.
    Canary,
    /// A report.
    Report,
    /// Something wrong with the learning.
    Alarm,
}

/// A clause that was broken.
#[derive(Serialize, ToSchema)]
pub(crate) struct IncidentClause {
    pub(super) id: ClauseId,
    /// Its title in the policy in force; its id where that policy no longer has it.
    pub(super) title: String,
}

/// One step of the playbook.
#[derive(Serialize, ToSchema)]
pub(crate) struct PlaybookItem {
    #[serde(flatten)]
    pub(super) step: Step,
    pub(super) done: Option<Tick>,
}

/// What follows from an incident for a person.
#[derive(Serialize, ToSchema)]
pub(crate) struct IncidentResponse {
    pub(super) id: Uuid,
    /// The person's pseudonym.
    pub(super) person: String,
    pub(super) kind: ResponseKind,
    pub(super) by: String,
    pub(super) at: Timestamp,
    pub(super) because: String,
    pub(super) state: ResponseState,
    /// How the case of the ladder stands that holds it.
    pub(super) case: Option<String>,
}
