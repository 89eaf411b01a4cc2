use std::collections::BTreeSet;
use std::sync::Arc;

use behavior::{Family, Reason, Unit, amount};
use engine::Snapshot;
use governance::{
    incident::{
        About, Evidence, Incident, IncidentClosing, IncidentComment, IncidentKind, IncidentLinks,
        IncidentStage, Response, ResponseKind, ResponseState, Sign, Step, reason_words, sentences,
    },
    ladder::{Case, Tick},
};
use model::{ClauseId, ExchangeId, Label, PersonId, Risk, Severity, Timestamp, ToolId};
use serde::{Deserialize, Serialize};
use store::{ExchangeFilter, Kept, Which};
use utoipa::ToSchema;
use uuid::Uuid;

use super::chart::{IncidentChart, chart};
use crate::{
    api::exchanges::{ExchangeSummary, View},
    app::Data,
    web::problem::Problem,
};

/// Most exchanges shown with an incident.
const MOST_EXCHANGES: u32 = 25;

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
    id: Uuid,
    /// Counts changes; whoever changes it names the one they saw.
    revision: u64,
    kind: IncidentKind,
    /// What incidents of this kind are called.
    title: String,
    about: IncidentAbout,
    severity: Severity,
    state: IncidentState,
    owner: Option<String>,
    /// What happened, in a sentence.
    headline: String,
    /// How many people it concerns.
    people: usize,
    tools: Vec<NamedTool>,
    /// Since when it has been going on.
    began: Option<Timestamp>,
    /// When the latest of it was seen.
    latest: Option<Timestamp>,
    opened_at: Timestamp,
    closing: Option<IncidentClosing>,
}

/// What an incident is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct IncidentAbout {
    kind: AboutKind,
    /// What it is called: a pseudonym, a department, a tool's name, a clause.
    name: String,
    /// The id of a tool, clause or report; none of a person.
    id: Option<String>,
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
    id: ToolId,
    name: String,
}

/// An incident with everything that is known about it.
#[derive(Serialize, ToSchema)]
pub(crate) struct IncidentDetail {
    #[serde(flatten)]
    summary: IncidentSummary,
    persons: Vec<IncidentPerson>,
    /// What happened, in plain sentences.
    narrative: Vec<String>,
    /// Why it was raised, the strongest reason first.
    reasons: Vec<IncidentReason>,
    evidence: Vec<IncidentEvidence>,
    /// Evidence that came when there was enough: counted, not kept.
    more: u64,
    clauses: Vec<IncidentClause>,
    labels: Vec<Label>,
    /// What was observed over time, with what was to be expected.
    chart: Option<IncidentChart>,
    /// The latest of the exchanges behind it.
    exchanges: Vec<ExchangeSummary>,
    /// What helps with incidents of this kind.
    playbook: Vec<PlaybookItem>,
    responses: Vec<IncidentResponse>,
    comments: Vec<IncidentComment>,
    links: IncidentLinks,
    /// Other incidents with something left to do that share people or tools with it.
    related: Vec<IncidentSummary>,
    /// Why it was closed as it was.
    because: Option<String>,
    merged_into: Option<Uuid>,
}

/// Somebody whom an incident concerns.
#[derive(Serialize, ToSchema)]
pub(crate) struct IncidentPerson {
    pseudonym: String,
    /// The person's id, if it was asked for.
    id: Option<PersonId>,
    /// The person's name, if it was asked for and the directory has it.
    name: Option<String>,
    department: Option<String>,
    /// The risk level that rules see now.
    risk: Risk,
}

/// One of the reasons why something was raised.
#[derive(Serialize, ToSchema)]
pub(crate) struct IncidentReason {
    /// Which piece of evidence it belongs to.
    evidence: usize,
    /// Which of that piece's reasons it is.
    place: usize,
    #[schema(value_type = String)]
    family: Family,
    channel: String,
    /// It, in words.
    says: String,
    observed: f64,
    low: f64,
    high: f64,
    peers: Option<f64>,
    #[schema(value_type = String)]
    unit: Unit,
    /// What was observed, in words.
    observed_words: String,
    /// What a usual day has, in words.
    usual_words: String,
    /// The peers' median, in words.
    peers_words: Option<String>,
    /// −ln p: 4.6 is one in a hundred, 9.2 one in ten thousand.
    surprise: f64,
    tool: Option<NamedTool>,
    data: Option<String>,
}

/// One thing that speaks for an incident.
#[derive(Serialize, ToSchema)]
pub(crate) struct IncidentEvidence {
    /// Its place, by which a split names it.
    place: usize,
    at: Timestamp,
    since: Timestamp,
    what: EvidenceKind,
    says: Vec<String>,
    exchanges: Vec<ExchangeId>,
    report: Option<Uuid>,
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
    id: ClauseId,
    /// Its title in the policy in force; its id where that policy no longer has it.
    title: String,
}

/// One step of the playbook.
#[derive(Serialize, ToSchema)]
pub(crate) struct PlaybookItem {
    #[serde(flatten)]
    step: Step,
    done: Option<Tick>,
}

/// What follows from an incident for a person.
#[derive(Serialize, ToSchema)]
pub(crate) struct IncidentResponse {
    id: Uuid,
    /// The person's pseudonym.
    person: String,
    kind: ResponseKind,
    by: String,
    at: Timestamp,
    because: String,
    state: ResponseState,
    /// How the case of the ladder stands that holds it.
    case: Option<String>,
}

/// Whether people are shown by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Names {
    Pseudonyms,
    Real,
}

/// Shows incidents.
pub(super) struct Viewer<'a> {
    data: &'a Data,
    snapshot: Arc<Snapshot>,
    names: Names,
}

impl<'a> Viewer<'a> {
    pub(super) fn new(data: &'a Data, names: Names) -> Self {
        Self { data, snapshot: data.engine.snapshot(), names }
    }

    pub(super) fn pseudonym(&self, person: &PersonId) -> String {
        self.data.pseudonyms.of(person)
    }

    fn who(&self, person: &PersonId) -> String {
        let known = self.snapshot.directory.person(person.as_str()).map(|person| person.name.clone());
        match self.names {
            Names::Pseudonyms => self.pseudonym(person),
            Names::Real => known.unwrap_or_else(|| person.to_string()),
        }
    }

    fn tool_name(&self, tool: &ToolId) -> String {
        self.snapshot.catalog.tool(tool.as_str()).map_or_else(|| tool.to_string(), |tool| tool.name.clone())
    }

    pub(super) fn department(&self, person: &PersonId) -> Option<String> {
        self.snapshot.directory.person(person.as_str()).and_then(|person| person.department.clone())
    }

    pub(super) fn tool(&self, tool: &ToolId) -> NamedTool {
        NamedTool { id: tool.clone(), name: self.tool_name(tool) }
    }

    fn sentences(&self, incident: &Incident) -> Vec<String> {
        sentences(incident, &|person| self.who(person), &|tool| self.tool_name(tool))
    }

    pub(super) fn summary(&self, kept: &Kept<Incident>) -> IncidentSummary {
        let incident = &kept.it;
        let title = incident.kind.playbook().map_or_else(String::new, |playbook| playbook.title.clone());
        IncidentSummary {
            id: kept.id,
            revision: kept.revision,
            kind: incident.kind,
            headline: self.sentences(incident).into_iter().next().unwrap_or_else(|| title.clone()),
            title,
            about: self.about(&incident.about),
            severity: incident.severity(),
            state: IncidentState::of(&incident.stage),
            owner: incident.stage.owner().map(ToOwned::to_owned),
            people: incident.people.len(),
            tools: incident.tools().iter().map(|tool| self.tool(tool)).collect(),
            began: incident.began(),
            latest: incident.latest(),
            opened_at: kept.created_at,
            closing: match &incident.stage {
                IncidentStage::Closed { closing, .. } => Some(*closing),
                _ => None,
            },
        }
    }

    pub(super) fn about(&self, about: &About) -> IncidentAbout {
        let (kind, name, id) = match about {
            About::Person(person) => (AboutKind::Person, self.who(person), None),
            About::Department(department) => (AboutKind::Department, department.to_string(), None),
            About::Tool(tool) => (AboutKind::Tool, self.tool_name(tool), Some(tool.to_string())),
            About::Clause(clause) => (AboutKind::Clause, clause.to_string(), Some(clause.to_string())),
            About::Report(report) => (AboutKind::Report, "a report".to_owned(), Some(report.to_string())),
            About::Learner => (AboutKind::Learner, "Learning".to_owned(), None),
        };
        IncidentAbout { kind, name, id }
    }

    pub(super) async fn detail(
        &self,
        kept: Kept<Incident>,
        now: Timestamp,
    ) -> Result<IncidentDetail, Problem> {
        let incident = &kept.it;
        let (because, merged_into) = match &incident.stage {
            IncidentStage::Closed { because, .. } => (Some(because.clone()), None),
            IncidentStage::Merged { into } => (None, Some(*into)),
            _ => (None, None),
        };
        Ok(IncidentDetail {
            summary: self.summary(&kept),
            persons: incident.people.iter().map(|person| self.person(person, now)).collect(),
            narrative: self.sentences(incident),
            reasons: self.reasons(incident),
            evidence: incident
                .evidence
                .iter()
                .enumerate()
                .map(|(place, one)| self.evidence(place, one))
                .collect(),
            more: incident.more,
            clauses: incident.clauses().into_iter().map(|clause| self.clause(clause)).collect(),
            labels: incident.labels().into_iter().collect(),
            chart: chart(&self.data.store, incident, now).await?,
            exchanges: self.exchanges(incident).await?,
            playbook: playbook(incident),
            responses: self.responses(incident).await?,
            comments: incident.comments.clone(),
            links: incident.links.clone(),
            related: self.related(&kept).await?,
            because,
            merged_into,
        })
    }

    fn person(&self, person: &PersonId, now: Timestamp) -> IncidentPerson {
        let known = self.snapshot.directory.person(person.as_str());
        let real = self.names == Names::Real;
        let earned = self.snapshot.standing.of(person).into_iter().flat_map(|earned| &earned.risk);
        let levels = earned.filter(|(_, until)| now < *until).map(|(level, _)| *level);
        IncidentPerson {
            pseudonym: self.pseudonym(person),
            id: real.then(|| person.clone()),
            name: known.filter(|_| real).map(|person| person.name.clone()),
            department: known.and_then(|person| person.department.clone()),
            risk: levels.fold(known.map_or(Risk::Low, |person| person.risk), Risk::max),
        }
    }

    fn reasons(&self, incident: &Incident) -> Vec<IncidentReason> {
        let mut reasons = Vec::new();
        for (evidence, one) in incident.evidence.iter().enumerate() {
            let Sign::Deviation(deviation) = &one.sign else { continue };
            let shown = deviation.reasons.iter().enumerate();
            reasons.extend(shown.map(|(place, reason)| self.reason(evidence, place, reason)));
        }
        reasons.sort_by(|one, other| other.surprise.total_cmp(&one.surprise));
        reasons
    }

    fn reason(&self, evidence: usize, place: usize, reason: &Reason) -> IncidentReason {
        let expected = reason.expected;
        let words = |value| amount(value, reason.unit);
        IncidentReason {
            evidence,
            place,
            family: reason.family,
            channel: reason.channel.to_string(),
            says: reason_words(reason, &|tool| self.tool_name(tool)),
            observed: reason.observed,
            low: expected.low,
            high: expected.high,
            peers: expected.peers,
            unit: reason.unit,
            observed_words: words(reason.observed),
            usual_words: format!("{} to {}", words(expected.low), words(expected.high)),
            peers_words: expected.peers.map(words),
            surprise: reason.surprise,
            tool: reason.tool.as_ref().map(|tool| self.tool(tool)),
            data: reason.data.as_deref().map(ToOwned::to_owned),
        }
    }

    fn evidence(&self, place: usize, evidence: &Evidence) -> IncidentEvidence {
        let (what, report) = match &evidence.sign {
            Sign::Deviation(_) => (EvidenceKind::Deviation, None),
            Sign::Violations(_) => (EvidenceKind::Violations, None),
            Sign::Canary { .. } => (EvidenceKind::Canary, None),
            Sign::Report { report } => (EvidenceKind::Report, Some(*report)),
            Sign::Alarm(_) => (EvidenceKind::Alarm, None),
        };
        let alone = Incident::open(evidence.clone());
        IncidentEvidence {
            place,
            at: evidence.at,
            since: evidence.since,
            what,
            says: self.sentences(&alone),
            exchanges: evidence.sign.exchanges().to_vec(),
            report,
        }
    }

    fn clause(&self, id: ClauseId) -> IncidentClause {
        let title =
            self.snapshot.policy.clause(&id).map_or_else(|| id.to_string(), |clause| clause.title.clone());
        IncidentClause { id, title }
    }

    /// The exchanges that the evidence names, and the latest ones of what deviates.
    async fn exchanges(&self, incident: &Incident) -> Result<Vec<ExchangeSummary>, Problem> {
        let view = View::new(self.data);
        let mut seen = BTreeSet::new();
        let mut shown = Vec::new();
        for id in incident.exchanges().into_iter().rev().take(MOST_EXCHANGES as usize) {
            if let Some(row) = self.data.store.exchange(id).await? {
                seen.insert(id);
                shown.push(row.record);
            }
        }
        if let Some(filter) = behind(incident) {
            let page = self.data.store.exchanges(&filter, None, MOST_EXCHANGES).await?;
            shown.extend(
                page.items.into_iter().map(|row| row.record).filter(|record| seen.insert(record.exchange.id)),
            );
        }
        shown.sort_by_key(|record| std::cmp::Reverse((record.exchange.at, record.exchange.id)));
        shown.truncate(MOST_EXCHANGES as usize);
        Ok(shown.iter().map(|record| ExchangeSummary::of(record, &view)).collect())
    }

    async fn responses(&self, incident: &Incident) -> Result<Vec<IncidentResponse>, Problem> {
        let mut shown = Vec::new();
        for response in &incident.responses {
            let case = match &response.kind {
                ResponseKind::Coach { case } | ResponseKind::Suspend { case } => {
                    let kept = self.data.store.kept::<Case>(*case).await?;
                    kept.map(|kept| kept.it.state.as_str().to_owned())
                }
                ResponseKind::RaiseRisk { .. } => None,
            };
            let Response { id, person, kind, by, at, because, state } = response.clone();
            shown.push(IncidentResponse {
                id,
                person: self.who(&person),
                kind,
                by,
                at,
                because,
                state,
                case,
            });
        }
        Ok(shown)
    }

    async fn related(&self, kept: &Kept<Incident>) -> Result<Vec<IncidentSummary>, Problem> {
        let all = self.data.store.all_kept::<Incident>(&Which::default()).await?;
        let tools = kept.it.tools();
        let close = |other: &&Kept<Incident>| {
            other.id != kept.id
                && other.it.stage.is_live()
                && (!other.it.people.is_disjoint(&kept.it.people)
                    || (other.it.kind == kept.it.kind && !other.it.tools().is_disjoint(&tools)))
        };
        Ok(all.iter().filter(close).take(10).map(|other| self.summary(other)).collect())
    }
}

fn playbook(incident: &Incident) -> Vec<PlaybookItem> {
    let steps = incident.kind.playbook().map(|playbook| playbook.step.clone()).unwrap_or_default();
    let item = |step: Step| PlaybookItem { done: incident.done.get(&step.id).cloned(), step };
    steps.into_iter().map(item).collect()
}

/// What to ask the store for, to see the exchanges behind an incident's deviations.
fn behind(incident: &Incident) -> Option<ExchangeFilter> {
    let deviates = incident.evidence.iter().any(|evidence| matches!(evidence.sign, Sign::Deviation(_)));
    let (from, to) = (incident.began()?, incident.latest()?);
    let filter = ExchangeFilter {
        from: Some(from),
        to: Some(to.plus(std::time::Duration::from_millis(1))),
        ..ExchangeFilter::default()
    };
    let narrowed = match &incident.about {
        About::Person(person) => ExchangeFilter { persons: vec![person.clone()], ..filter },
        About::Department(department) => {
            ExchangeFilter { departments: vec![department.to_string()], ..filter }
        }
        About::Tool(tool) => ExchangeFilter { tools: vec![tool.clone()], ..filter },
        About::Clause(_) | About::Report(_) | About::Learner => return None,
    };
    deviates.then_some(narrowed)
}
