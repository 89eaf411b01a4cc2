use axum::{Json, extract::State};
use engine::Snapshot;
use model::{ClauseId, ExchangeId, Outcome, Record, Sensitive, Timestamp, ToolId};
use serde::{Deserialize, Serialize};
use store::AddJustificationError;
use utoipa::ToSchema;

use crate::{
    app::{App, Data},
    auth::{Justifier, Whose},
    restore,
    web::{
        input::Input,
        problem::{Kind, Problem},
    },
};

/// Shortest reason, in characters; less says nothing.
const SHORTEST: usize = 10;
/// Longest reason, in characters.
const LONGEST: usize = 2_000;

/// An exchange that needs, needed or does not need a reason.
#[derive(Serialize, ToSchema)]
pub(crate) struct Justification {
    exchange: JustifiedExchange,
    state: JustificationState,
    /// Until when a retry passes.
    until: Option<Timestamp>,
}

/// Whether a reason is needed.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum JustificationState {
    /// It is.
    Open,
    /// It was given.
    Given,
    /// It never was.
    NotNeeded,
}

/// The exchange a reason is about, as its person sees it.
#[derive(Serialize, ToSchema)]
pub(crate) struct JustifiedExchange {
    id: ExchangeId,
    tool: ToolId,
    tool_name: String,
    at: Timestamp,
    clauses: Vec<JustifiedClause>,
}

/// A clause that asks for a reason.
#[derive(Serialize, ToSchema)]
pub(crate) struct JustifiedClause {
    id: ClauseId,
    title: String,
    sentence: Option<String>,
    why: Option<String>,
}

/// Someone's reason.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reason {
    /// 10 to 2,000 characters.
    #[schema(value_type = String)]
    reason: Sensitive,
}

/// See whether an exchange of one's own needs a reason. The link's token `t` stands for an account.
#[utoipa::path(get, path = "/justifications/{exchange_id}", tag = "justifications",
    params(("exchange_id" = ExchangeId, Path, description = "The exchange"),
        ("t" = Option<String>, Query, description = "The token of a signed link")),
    responses((status = OK, body = Justification)), extensions(("x-permission" = json!("justify"))))]
pub(crate) async fn get_justification(
    justifier: Justifier,
    State(app): State<App>,
) -> Result<Json<Justification>, Problem> {
    let data = app.data(&justifier.may);
    let record = own_record(&justifier, data).await?;
    let given = data.store.justification(justifier.exchange).await?;
    let state = match &given {
        Some(_) => JustificationState::Given,
        None => needed(&record),
    };
    Ok(Json(shown(&record, state, given.map(|given| given.until), &data.engine.snapshot())))
}

/// Give the reason for an exchange of one's own that was held; then a retry passes.
#[utoipa::path(post, path = "/justifications/{exchange_id}", tag = "justifications",
    params(("exchange_id" = ExchangeId, Path, description = "The exchange"),
        ("t" = Option<String>, Query, description = "The token of a signed link")),
    request_body = Reason,
    responses((status = OK, body = Justification)), extensions(("x-permission" = json!("justify"))))]
pub(crate) async fn give_justification(
    justifier: Justifier,
    State(app): State<App>,
    Input(Reason { reason }): Input<Reason>,
) -> Result<Json<Justification>, Problem> {
    let data = app.data(&justifier.may);
    let record = own_record(&justifier, data).await?;
    if needed(&record) == JustificationState::NotNeeded {
        return Err(Problem::new(Kind::Conflict, "this exchange was not held; no reason is needed"));
    }
    let snapshot = data.engine.snapshot();
    let now = justifier.may.now();
    let until = now.plus(snapshot.policy.front().retry_within);
    let given = store::Justification {
        exchange: justifier.exchange,
        person: record.exchange.person.clone(),
        tool: record.facts.tool.id.clone(),
        clauses: restore::asking(&record.verdict),
        reason: checked(&reason)?,
        at: now,
        until,
    };
    data.store.add_justification(&given).await.map_err(|error| match error {
        AddJustificationError::AlreadyStated { .. } => Problem::new(Kind::Conflict, error.to_string()),
        AddJustificationError::Store(cause) => cause.into(),
    })?;
    data.engine.justify(restore::justified(&record, until));
    tracing::info!(exchange = %justifier.exchange, "reason given");
    Ok(Json(shown(&record, JustificationState::Given, Some(until), &snapshot)))
}

/// The exchange, if it is the justifier's; others are told the same as for one that does not exist.
async fn own_record(justifier: &Justifier, data: &Data) -> Result<Record, Problem> {
    let found = data.store.exchange(justifier.exchange).await?.map(|row| row.record);
    let own = found.filter(|record| match &justifier.whose {
        Whose::LinkHolder => true,
        Whose::Person(person) => record.exchange.person == *person,
    });
    own.ok_or_else(|| Problem::not_found("exchange of yours", &justifier.exchange.to_string()))
}

fn needed(record: &Record) -> JustificationState {
    match record.outcome {
        Outcome::Held => JustificationState::Open,
        _ => JustificationState::NotNeeded,
    }
}

fn checked(reason: &Sensitive) -> Result<Sensitive, Problem> {
    let trimmed = reason.reveal().trim();
    if (SHORTEST..=LONGEST).contains(&trimmed.chars().count()) {
        return Ok(Sensitive::new(trimmed));
    }
    let detail = format!("say why you need this in a sentence: {SHORTEST} to {LONGEST} characters");
    Err(Problem::new(Kind::Invalid, detail))
}

fn shown(
    record: &Record,
    state: JustificationState,
    until: Option<Timestamp>,
    snapshot: &Snapshot,
) -> Justification {
    let tool = &record.facts.tool.id;
    let known = snapshot.catalog.tool(tool.as_str());
    let exchange = JustifiedExchange {
        id: record.exchange.id,
        tool: tool.clone(),
        tool_name: known.map_or_else(|| tool.to_string(), |known| known.name.clone()),
        at: record.exchange.at,
        clauses: restore::asking(&record.verdict).into_iter().map(|id| clause(id, snapshot)).collect(),
    };
    Justification { exchange, state, until }
}

fn clause(id: ClauseId, snapshot: &Snapshot) -> JustifiedClause {
    let known = snapshot.policy.clause(&id);
    JustifiedClause {
        title: known.map_or_else(|| id.to_string(), |clause| clause.title.clone()),
        sentence: known.and_then(|clause| clause.machine.as_ref()).map(policy::render::machine),
        why: known.and_then(|clause| clause.why.clone()),
        id,
    }
}
