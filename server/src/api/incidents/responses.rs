use std::time::Duration;

use axum::{Json, extract::State, http::StatusCode};
use governance::{
    Act, RaisedRisk,
    incident::{Incident, Response, ResponseCommand, ResponseKind, ResponseState},
    ladder::{Case, CaseCommand, Decision, Remedy},
};
use model::{PersonId, Risk};
use serde::Deserialize;
use serde_json::json;
use store::Change;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    after, not_about,
    view::IncidentDetail,
    viewer::{Names, Viewer},
};
use crate::{
    app::{App, Data},
    auth::{May, to},
    kept::{self, invalid, refused, text},
    standing,
    web::{
        input::{Input, Named},
        problem::Problem,
    },
};

/// Longest time for which something follows from an incident, in days.
const MOST_DAYS: u32 = 90;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What is to follow from an incident.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewResponse {
    /// The revision that was read.
    revision: u64,
    /// The pseudonym of the person whom the incident concerns.
    person: String,
    response: Measure,
    /// Why.
    because: String,
}

/// What can follow, through the policy.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = ResponseMeasure)]
pub(crate) enum Measure {
    /// Advice on the person's own page.
    Coach {},
    /// The person counts as of this risk for so many days; the policy says what follows, as a reason to be stated.
    RaiseRisk {
        /// Which level.
        level: Risk,
        /// For how long, 1 to 90.
        days: u32,
    },
    /// Access to AI tools is suspended for so many days, once somebody who decides cases has approved it.
    Suspend {
        /// For how long, 1 to 90.
        days: u32,
    },
}

/// What is taken back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResponseRevocation {
    /// The revision that was read.
    revision: u64,
    /// Why.
    because: String,
}

/// Let something follow from an incident, through the policy.
#[utoipa::path(post, path = "/incidents/{id}/responses", tag = "incidents", request_body = NewResponse,
    params(("id" = Uuid, Path, description = "The incident")),
    responses((status = CREATED, body = IncidentDetail)), extensions(("x-permission" = json!("handle_incidents"))))]
pub(crate) async fn respond_to_incident(
    may: May<to::HandleIncidents>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Input(new): Input<NewResponse>,
) -> Result<(StatusCode, Json<IncidentDetail>), Problem> {
    may.session()?;
    let data = app.data(&may);
    let kept = kept::seen::<Incident>(&data.store, id, new.revision).await?;
    not_about(&may, &kept.it)?;
    if !kept.it.stage.is_live() {
        return Err(refused(format!("nothing follows from an incident that is {}", kept.it.stage.as_str())));
    }
    let because = text(&new.because, "because")?;
    let viewer = Viewer::new(data, Names::Pseudonyms);
    let mut concerned = kept.it.people.iter();
    let Some(person) = concerned.find(|person| viewer.pseudonym(person) == new.person).cloned() else {
        return Err(invalid("`person` is not one of those whom the incident concerns"));
    };
    let response = Uuid::now_v7();
    let act = may.act("incident.responded", id).with(json!({ "response": response, "person": person }));
    let change = Change::new(act);
    let decision = Decision { by: may.actor().name.clone(), at: may.now(), reason: because.clone() };
    let (kind, change) = taken(&may, data, change, new.response, id, response, &person, decision).await?;
    let mut next = kept.it.clone();
    next.responses.push(Response {
        id: response,
        person,
        kind,
        by: may.actor().name.clone(),
        at: may.now(),
        because,
        state: ResponseState::Asked,
    });
    data.commit(change.replace(&kept, &next), may.now()).await?;
    Ok((StatusCode::CREATED, after(data, id, may.now()).await?))
}

#[expect(clippy::too_many_arguments, reason = "each is another noun, and only one place calls it")]
async fn taken(
    may: &May<to::HandleIncidents>,
    data: &Data,
    change: Change,
    measure: Measure,
    incident: Uuid,
    response: Uuid,
    person: &PersonId,
    decision: Decision,
) -> Result<(ResponseKind, Change), Problem> {
    match measure {
        Measure::Coach {} => {
            let case = case(data, person, Remedy::Coach, incident, may)?;
            let case = case.after(CaseCommand::Approve(decision)).map_err(refused)?;
            Ok((ResponseKind::Coach { case: response }, opened(change, may, response, &case)))
        }
        Measure::Suspend { days } => {
            let seconds = DAY.as_secs() * u64::from(within(days)?);
            let case = case(data, person, Remedy::SuspendAccess { seconds }, incident, may)?;
            Ok((ResponseKind::Suspend { case: response }, opened(change, may, response, &case)))
        }
        Measure::RaiseRisk { level, days } => {
            let until = may.now().plus(DAY * within(days)?);
            let because = decision.reason;
            let raised = RaisedRisk { level, from: may.now(), until, because };
            let cause = cause(response);
            let change =
                standing::change(&data.store, change, person, |standing| standing.raising(&cause, raised))
                    .await?;
            Ok((ResponseKind::RaiseRisk { level, until }, change))
        }
    }
}

fn within(days: u32) -> Result<u32, Problem> {
    match days {
        1..=MOST_DAYS => Ok(days),
        _ => Err(invalid(format!("`days` is 1 to {MOST_DAYS}"))),
    }
}

fn cause(response: Uuid) -> String {
    format!("response {response}")
}

/// A case of the policy's ladder, which people can appeal against.
fn case(
    data: &Data,
    person: &PersonId,
    remedy: Remedy,
    incident: Uuid,
    may: &May<to::HandleIncidents>,
) -> Result<Case, Problem> {
    let snapshot = data.engine.snapshot();
    let Some((clause, _)) = snapshot.policy.ladder() else {
        return Err(refused(
            "the policy in force has no ladder, so it says nothing of coaching or suspension; publish one that has",
        ));
    };
    let held = (clause.id.clone(), snapshot.policy.version().clone());
    Ok(Case::asked(person.clone(), held, remedy, incident, may.now()))
}

fn opened(change: Change, may: &May<to::HandleIncidents>, id: Uuid, case: &Case) -> Change {
    let detail = json!({ "person": case.person, "remedy": case.remedy, "incident": case.incident });
    change.and(may.act("ladder.asked", id).with(detail)).add(id, case)
}

/// Take back what followed from an incident.
#[utoipa::path(post, path = "/incidents/{id}/responses/{response}/revocation", tag = "incidents",
    params(("id" = Uuid, Path, description = "The incident"), ("response" = Uuid, Path, description = "What followed")),
    request_body = ResponseRevocation,
    responses((status = OK, body = IncidentDetail)), extensions(("x-permission" = json!("handle_incidents"))))]
pub(crate) async fn revoke_response(
    may: May<to::HandleIncidents>,
    State(app): State<App>,
    Named((id, response)): Named<(Uuid, Uuid)>,
    Input(given): Input<ResponseRevocation>,
) -> Result<Json<IncidentDetail>, Problem> {
    may.session()?;
    let data = app.data(&may);
    let kept = kept::seen::<Incident>(&data.store, id, given.revision).await?;
    not_about(&may, &kept.it)?;
    let because = text(&given.because, "because")?;
    let Some(place) = kept.it.responses.iter().position(|one| one.id == response) else {
        return Err(Problem::not_found("response", &response.to_string()));
    };
    let mut next = kept.it.clone();
    let Some(found) = next.responses.get_mut(place) else {
        return Err(Problem::not_found("response", &response.to_string()));
    };
    let command = ResponseCommand::Revoke { by: may.actor().name.clone(), at: may.now() };
    *found = found.clone().follow(command).map_err(refused)?;
    let found = found.clone();
    let act: Act = may.act("incident.response_revoked", id);
    let change = Change::new(act.with(json!({ "response": response, "because": because })));
    let decision = Decision { by: may.actor().name.clone(), at: may.now(), reason: because };
    let change = match &found.kind {
        ResponseKind::RaiseRisk { .. } => {
            let cause = cause(response);
            standing::change(&data.store, change, &found.person, |standing| standing.easing(&cause)).await?
        }
        ResponseKind::Coach { case } | ResponseKind::Suspend { case } => {
            ended(data, change, *case, decision).await?
        }
    };
    data.commit(change.replace(&kept, &next), may.now()).await?;
    after(data, id, may.now()).await
}

/// A case that is proposed is dismissed, one that is in effect is lifted; one that is over stays as it is.
async fn ended(data: &Data, change: Change, id: Uuid, decision: Decision) -> Result<Change, Problem> {
    let Some(kept) = data.store.kept::<Case>(id).await? else { return Ok(change) };
    let dismissed = kept.it.after(CaseCommand::Dismiss(decision.clone()));
    match dismissed.or_else(|_| kept.it.after(CaseCommand::Lift(decision))) {
        Ok(next) => Ok(change.replace(&kept, &next)),
        Err(_) => Ok(change),
    }
}
