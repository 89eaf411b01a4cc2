use std::{cmp::Reverse, collections::BTreeSet, sync::Arc, time::Duration};

use behavior::{Reason, amount};
use engine::Snapshot;
use governance::{
    incident::{
        About, Evidence, Incident, IncidentStage, Response, ResponseKind, Sign, Step, reason_words, sentences,
    },
    ladder::Case,
};
use model::{ClauseId, PersonId, Risk, Timestamp, ToolId};
use store::{ExchangeFilter, Kept, Which};

use super::{
    chart::chart,
    view::{
        AboutKind, EvidenceKind, IncidentAbout, IncidentClause, IncidentDetail, IncidentEvidence,
        IncidentPerson, IncidentReason, IncidentResponse, IncidentState, IncidentSummary, NamedTool,
        PlaybookItem,
    },
};
use crate::{
    api::exchanges::{ExchangeSummary, View},
    app::Data,
    web::problem::Problem,
};

/// Most exchanges shown with an incident.
const MOST_EXCHANGES: u32 = 25;

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
        shown.sort_by_key(|record| Reverse((record.exchange.at, record.exchange.id)));
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
        to: Some(to.plus(Duration::from_millis(1))),
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
