use std::collections::BTreeSet;

use axum::{Json, extract::State, http::StatusCode};
use engine::Snapshot;
use model::{ClauseId, Label, PersonId, Timestamp, ToolId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Beneficiary, Change};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    app::App,
    auth::{May, to},
    kept,
    web::{
        input::{Input, Named},
        problem::{Kind, Problem},
    },
};

/// An approved, time-boxed exemption of someone from a clause.
#[derive(Serialize, ToSchema)]
pub(crate) struct Exception {
    id: Uuid,
    /// The person who is exempt, unless a group is.
    person: Option<PersonId>,
    /// The group that is exempt, unless a person is.
    group: Option<String>,
    clause: ClauseId,
    /// The tool it is for; every tool if nothing is said.
    tool: Option<ToolId>,
    /// Only where what is found lies within these; whatever is found if there are none.
    labels: Vec<Label>,
    from: Timestamp,
    until: Timestamp,
    reason: String,
    approved_by: String,
    approved_at: Timestamp,
    state: ExceptionState,
}

/// Whether an exception counts.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ExceptionState {
    /// Not yet.
    ToCome,
    /// Now.
    InForce,
    /// No longer: its time is over.
    Over,
    /// No longer: it was taken back.
    Revoked,
}

/// An exception to grant.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewException {
    /// Who is exempt; either this or `group`.
    person: Option<PersonId>,
    /// Which group is exempt; either this or `person`.
    group: Option<String>,
    clause: ClauseId,
    /// For which tool; every tool if left out.
    tool: Option<ToolId>,
    /// Only where what is found lies within these labels; whatever is found if left out.
    #[serde(default)]
    labels: BTreeSet<Label>,
    /// From when; now if left out.
    from: Option<Timestamp>,
    until: Timestamp,
    reason: String,
}

/// List the exceptions, the latest approved first.
#[utoipa::path(get, path = "/exceptions", tag = "exceptions",
    responses((status = OK, body = Vec<Exception>)), extensions(("x-permission" = json!("manage_exceptions"))))]
pub(crate) async fn list_exceptions(
    may: May<to::ManageExceptions>,
    State(app): State<App>,
) -> Result<Json<Vec<Exception>>, Problem> {
    let exceptions = app.data(&may).store.exceptions().await?;
    Ok(Json(exceptions.into_iter().map(|exception| shown(exception, may.now())).collect()))
}

/// Grant an exception; it counts for exchanges from its beginning on.
#[utoipa::path(post, path = "/exceptions", tag = "exceptions", request_body = NewException,
    responses((status = CREATED, body = Exception)), extensions(("x-permission" = json!("manage_exceptions"))))]
pub(crate) async fn grant_exception(
    may: May<to::ManageExceptions>,
    State(app): State<App>,
    Input(new): Input<NewException>,
) -> Result<(StatusCode, Json<Exception>), Problem> {
    let data = app.data(&may);
    let exception = checked(new, &may, &data.engine.snapshot())?;
    let act = may.act("exception.granted", exception.id).with(json!({
        "clause": exception.clause,
        "tool": exception.tool,
        "until": exception.until,
    }));
    data.commit(Change::new(act).except(exception.clone()), may.now()).await?;
    Ok((StatusCode::CREATED, Json(shown(exception, may.now()))))
}

/// Take an exception back.
#[utoipa::path(delete, path = "/exceptions/{id}", tag = "exceptions",
    params(("id" = Uuid, Path, description = "The exception")),
    responses((status = NO_CONTENT)), extensions(("x-permission" = json!("manage_exceptions"))))]
pub(crate) async fn end_exception(
    may: May<to::ManageExceptions>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
) -> Result<StatusCode, Problem> {
    let data = app.data(&may);
    let open = data.store.open_exceptions(may.now()).await?;
    if open.iter().all(|exception| exception.id != id) {
        return Err(Problem::not_found("exception in force", &id.to_string()));
    }
    let end = Change::new(may.act("exception.revoked", id)).end_exception(id, may.actor().name.as_str());
    data.commit(end, may.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn checked(
    new: NewException,
    may: &May<to::ManageExceptions>,
    snapshot: &Snapshot,
) -> Result<store::Exception, Problem> {
    let invalid = |detail: String| Err(Problem::new(Kind::Invalid, detail));
    let beneficiary = match (new.person, new.group) {
        (Some(person), None) if snapshot.directory.person(person.as_str()).is_none() => {
            return invalid(format!("there is nobody called `{person}` in the directory"));
        }
        (Some(person), None) => Beneficiary::Person(person),
        (None, Some(group)) => Beneficiary::Group(group),
        _ => return invalid("say who is exempt: either `person` or `group`".to_owned()),
    };
    if snapshot.policy.clause(&new.clause).is_none() {
        return invalid(format!("the policy in force has no clause `{}`", new.clause));
    }
    if let Some(tool) = new.tool.as_ref().filter(|tool| snapshot.catalog.tool(tool.as_str()).is_none()) {
        return invalid(format!("the catalogue has no tool `{tool}`"));
    }
    let from = new.from.unwrap_or(may.now());
    if new.until <= from || new.until <= may.now() {
        return invalid(format!("`until` ({}) must be after `from` ({from}) and in the future", new.until));
    }
    let reason = kept::text(&new.reason, "reason")?;
    Ok(store::Exception {
        id: Uuid::now_v7(),
        beneficiary,
        clause: new.clause,
        tool: new.tool,
        labels: new.labels,
        from,
        until: new.until,
        reason,
        approved_by: may.actor().name.clone(),
        approved_at: may.now(),
        revoked: None,
    })
}

fn shown(exception: store::Exception, now: Timestamp) -> Exception {
    let state = match &exception.revoked {
        Some(_) => ExceptionState::Revoked,
        None if now < exception.from => ExceptionState::ToCome,
        None if now < exception.until => ExceptionState::InForce,
        None => ExceptionState::Over,
    };
    let (person, group) = match exception.beneficiary {
        Beneficiary::Person(person) => (Some(person), None),
        Beneficiary::Group(group) => (None, Some(group)),
    };
    Exception {
        id: exception.id,
        person,
        group,
        clause: exception.clause,
        tool: exception.tool,
        labels: exception.labels.into_iter().collect(),
        from: exception.from,
        until: exception.until,
        reason: exception.reason,
        approved_by: exception.approved_by,
        approved_at: exception.approved_at,
        state,
    }
}
