use std::sync::Arc;

use axum::{Json, extract::State};
use engine::Snapshot;
use model::{
    AccountKind, Action, Activity, ClauseId, Completion, Duty, Exchange, ExchangeId, Facts, Finding, Label,
    Outcome, PersonId, PersonKind, Record, Severity, Source, Timestamp, ToolId, Uninspected, Verdict,
    Visibility,
};
use serde::{Deserialize, Serialize};
use store::{Change, Cursor, ExchangeFilter, InvalidCursor, RecordRow};
use utoipa::{IntoParams, ToSchema};

use super::reveals::CapturedContent;
use crate::{
    app::{App, Data},
    auth::{May, to},
    pseudonym::Pseudonyms,
    web::{
        input::{Named, Params},
        problem::{Kind, Problem},
    },
};

/// Exchanges on a page, unless asked otherwise.
const PAGE: u32 = 50;
/// Most exchanges on a page.
const LONGEST_PAGE: u32 = 200;

/// Which exchanges; what is left out does not restrict.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExchangeQuery {
    /// What the policy said.
    action: Option<Action>,
    /// What was done.
    outcome: Option<Outcome>,
    /// Which tool.
    tool: Option<ToolId>,
    /// A label found, or one below it.
    label: Option<Label>,
    /// A clause that applies.
    clause: Option<ClauseId>,
    /// The person's department.
    department: Option<String>,
    /// Who saw it.
    source: Option<Source>,
    /// How much was seen.
    visibility: Option<Visibility>,
    /// The pseudonym of the person.
    person: Option<String>,
    /// Words that must all occur in host, path, tool, model, file names, clauses, labels or masked excerpts.
    q: Option<String>,
    /// Not before.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Before.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// Where the page begins: `next_cursor` of the page before.
    cursor: Option<String>,
    /// How many at most, 1 to 200.
    limit: Option<u32>,
}

/// Some exchanges, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExchangePage {
    items: Vec<ExchangeSummary>,
    /// Where the next page begins; nothing on the last one.
    next_cursor: Option<String>,
}

/// List exchanges, newest first.
#[utoipa::path(get, path = "/exchanges", tag = "exchanges", params(ExchangeQuery),
    responses((status = OK, body = ExchangePage)), extensions(("x-permission" = json!("read_exchanges"))))]
pub(crate) async fn list_exchanges(
    may: May<to::ReadExchanges>,
    State(app): State<App>,
    Params(query): Params<ExchangeQuery>,
) -> Result<Json<ExchangePage>, Problem> {
    let data = app.data(&may);
    let cursor = query.cursor()?;
    let limit = query.limit.unwrap_or(PAGE).clamp(1, LONGEST_PAGE);
    let view = View::new(data);
    let Some(filter) = query.filter(&view) else {
        return Ok(Json(ExchangePage { items: Vec::new(), next_cursor: None }));
    };
    let page = data.store.exchanges(&filter, cursor, limit).await?;
    let items = page.items.iter().map(|row| ExchangeSummary::of(&row.record, &view)).collect();
    Ok(Json(ExchangePage { items, next_cursor: page.next.map(|cursor| cursor.to_string()) }))
}

impl ExchangeQuery {
    fn cursor(&self) -> Result<Option<Cursor>, Problem> {
        let read = self.cursor.as_deref().map(str::parse).transpose();
        read.map_err(|error: InvalidCursor| Problem::new(Kind::Malformed, error.to_string()))
    }

    /// What the store is asked for; `None` if nobody has the pseudonym.
    fn filter(self, view: &View<'_>) -> Option<ExchangeFilter> {
        let persons = match self.person {
            Some(pseudonym) => vec![view.behind(&pseudonym)?],
            None => Vec::new(),
        };
        Some(ExchangeFilter {
            from: self.from,
            to: self.to,
            persons,
            departments: self.department.into_iter().collect(),
            tools: self.tool.into_iter().collect(),
            sources: self.source.into_iter().collect(),
            visibilities: self.visibility.into_iter().collect(),
            actions: self.action.into_iter().collect(),
            outcomes: self.outcome.into_iter().collect(),
            label: self.label,
            clause: self.clause,
            text: self.q,
            ..ExchangeFilter::default()
        })
    }
}

/// How an exchange is shown.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DetailQuery {
    /// Whether to show who it was; needs the permission `reveal_people`, and is recorded.
    #[serde(default)]
    #[param(required = false)]
    reveal: bool,
}

/// One exchange in full.
#[utoipa::path(get, path = "/exchanges/{id}", tag = "exchanges",
    params(("id" = ExchangeId, Path, description = "The exchange"), DetailQuery),
    responses((status = OK, body = ExchangeDetail)), extensions(("x-permission" = json!("read_exchanges"))))]
pub(crate) async fn get_exchange(
    may: May<to::ReadExchanges>,
    State(app): State<App>,
    Named(id): Named<ExchangeId>,
    Params(query): Params<DetailQuery>,
) -> Result<Json<ExchangeDetail>, Problem> {
    let data = app.data(&may);
    let reveal = query.reveal.then(|| may.and::<to::RevealPeople>()).transpose()?;
    let row = data.store.exchange(id).await?;
    let Some(RecordRow { record, completion }) = row else {
        return Err(Problem::not_found("exchange", &id.to_string()));
    };
    let naming = match reveal {
        Some(may) => name_people(&may, data, &record).await?,
        None => Naming::Pseudonym,
    };
    let captured = data.store.capture_outline(id).await?.map(CapturedContent::from);
    let detail = ExchangeDetail::of(record, completion, naming, &View::new(data));
    Ok(Json(ExchangeDetail { captured, ..detail }))
}

/// Lets the name be shown, leaving a trace of who wanted to see it.
async fn name_people(may: &May<to::RevealPeople>, data: &Data, record: &Record) -> Result<Naming, Problem> {
    let act = may.act("person.revealed", record.exchange.id);
    data.store.commit(Change::new(act), may.now()).await?;
    Ok(Naming::Real)
}

/// One exchange in a list. The person is a pseudonym.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExchangeSummary {
    id: ExchangeId,
    at: Timestamp,
    source: Source,
    /// The person's pseudonym.
    person: String,
    person_kind: PersonKind,
    department: Option<String>,
    tool: ToolId,
    tool_name: String,
    activity: Activity,
    account: AccountKind,
    action: Action,
    outcome: Outcome,
    /// The clause that decided, if one did.
    clause: Option<ClauseId>,
    /// Every clause that applies.
    clauses: Vec<ClauseId>,
    /// What was found, as in `pii.us_ssn`.
    labels: Vec<Label>,
    visibility: Visibility,
    uninspected: Option<Uninspected>,
    model: Option<String>,
    bytes_up: u64,
}

/// What exchanges are shown with.
pub(crate) struct View<'a> {
    pseudonyms: &'a Pseudonyms,
    snapshot: Arc<Snapshot>,
}

impl<'a> View<'a> {
    pub(crate) fn new(data: &'a Data) -> Self {
        Self { pseudonyms: &data.pseudonyms, snapshot: data.engine.snapshot() }
    }

    /// What a tool is called.
    pub(super) fn tool_name(&self, id: &ToolId) -> String {
        self.snapshot.catalog.tool(id.as_str()).map_or_else(|| id.to_string(), |tool| tool.name.clone())
    }
}

impl ExchangeSummary {
    pub(crate) fn of(record: &Record, view: &View<'_>) -> Self {
        let Record { exchange, facts, verdict, outcome, .. } = record;
        Self {
            id: exchange.id,
            at: exchange.at,
            source: exchange.source,
            person: view.pseudonym(&exchange.person),
            person_kind: facts.person.kind,
            department: facts.person.department.clone(),
            tool: facts.tool.id.clone(),
            tool_name: view.tool_name(&facts.tool.id),
            activity: facts.activity,
            account: facts.account,
            action: verdict.action,
            outcome: *outcome,
            clause: verdict.decisive().map(|duty| duty.clause.clone()),
            clauses: verdict.duties.iter().map(|duty| duty.clause.clone()).collect(),
            labels: facts.labels.keys().cloned().collect(),
            visibility: facts.visibility,
            uninspected: exchange.uninspected,
            model: exchange.model.clone(),
            bytes_up: exchange.bytes_up,
        }
    }
}

/// One exchange in full.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExchangeDetail {
    /// What was observed; its `person` is a pseudonym unless the name was asked for.
    exchange: Exchange,
    person: ShownPerson,
    tool_name: String,
    facts: Facts,
    findings: Vec<Finding>,
    verdict: Verdict,
    outcome: Outcome,
    /// What is known of its content, where that was captured.
    captured: Option<CapturedContent>,
    /// How it ended, once it has.
    completion: Option<Completion>,
    /// The clauses that apply, strictest first, in words.
    clauses: Vec<ExchangeClause>,
}

/// Who acted.
#[derive(Serialize, ToSchema)]
pub(crate) struct ShownPerson {
    pseudonym: String,
    /// The person's id, if it was asked for.
    id: Option<PersonId>,
    /// The person's name, if it was asked for and the directory has it.
    name: Option<String>,
}

/// A clause that applies to an exchange.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExchangeClause {
    id: ClauseId,
    /// Its title in the policy in force; its id where that policy no longer has it.
    title: String,
    /// Its rule in words.
    sentence: Option<String>,
    why: Option<String>,
    action: Action,
    severity: Severity,
    /// Whether it applies because content could not be inspected.
    uninspected: bool,
}

/// How much of a person is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Naming {
    Pseudonym,
    Real,
}

impl ExchangeDetail {
    fn of(record: Record, completion: Option<Completion>, naming: Naming, view: &View<'_>) -> Self {
        let Record { mut exchange, facts, findings, verdict, outcome } = record;
        let person = view.person(&exchange.person, naming);
        if naming == Naming::Pseudonym {
            exchange.person = PersonId::new(person.pseudonym.as_str());
        }
        Self {
            tool_name: view.tool_name(&facts.tool.id),
            clauses: verdict.duties.iter().map(|duty| view.clause(duty)).collect(),
            exchange,
            person,
            facts,
            findings,
            verdict,
            outcome,
            captured: None,
            completion,
        }
    }
}

impl View<'_> {
    /// How a person is called where names are not shown.
    pub(super) fn pseudonym(&self, person: &PersonId) -> String {
        self.pseudonyms.of(person)
    }

    /// The person of the directory who has this pseudonym.
    pub(super) fn behind(&self, pseudonym: &str) -> Option<PersonId> {
        let mut people = self.snapshot.directory.people().iter();
        people.find(|person| self.pseudonyms.of(&person.id) == pseudonym).map(|person| person.id.clone())
    }

    fn person(&self, id: &PersonId, naming: Naming) -> ShownPerson {
        let pseudonym = self.pseudonym(id);
        match naming {
            Naming::Pseudonym => ShownPerson { pseudonym, id: None, name: None },
            Naming::Real => {
                let name = self.snapshot.directory.person(id.as_str()).map(|person| person.name.clone());
                ShownPerson { pseudonym, id: Some(id.clone()), name }
            }
        }
    }

    fn clause(&self, duty: &Duty) -> ExchangeClause {
        let clause = self.snapshot.policy.clause(&duty.clause);
        ExchangeClause {
            id: duty.clause.clone(),
            title: clause.map_or_else(|| duty.clause.to_string(), |clause| clause.title.clone()),
            sentence: clause.and_then(|clause| clause.rule()).map(policy::render::sentence),
            why: clause.and_then(|clause| clause.why.clone()),
            action: duty.action,
            severity: duty.severity,
            uninspected: duty.uninspected,
        }
    }
}
