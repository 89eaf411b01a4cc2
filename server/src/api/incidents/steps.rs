use std::collections::BTreeSet;

use axum::{Json, extract::State, http::StatusCode};
use governance::{
    incident::{Evidence, Incident, IncidentClosing, IncidentCommand, IncidentComment, IncidentLinks, Sign},
    ladder::Tick,
    report::Report,
};
use serde::Deserialize;
use serde_json::json;
use store::Change;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{after, not_about, view::IncidentDetail};
use crate::{
    app::App,
    auth::{May, to},
    incidents::{Desk, Noted},
    kept::{self, invalid, refused, text},
    web::{
        input::{Input, Named},
        problem::Problem,
    },
};

/// Most things an incident is linked with, of each kind.
const MOST_LINKS: usize = 100;

/// An incident that a person opens.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewIncident {
    /// The report that it is about.
    report: Uuid,
}

/// What is done with an incident.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewIncidentStep {
    /// The revision that was read.
    revision: u64,
    step: IncidentStep,
}

/// A step of an incident.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum IncidentStep {
    /// See what it is, or take it over.
    Triage {},
    /// Look into it.
    Investigate {},
    /// It does no more harm.
    Contain {},
    /// Say what it was.
    Close {
        /// What.
        closing: IncidentClosing,
        /// Why.
        because: String,
    },
    /// Look again.
    Reopen {},
}

/// A step of the playbook that was done.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewTick {
    /// The revision that was read.
    revision: u64,
    /// Which step.
    step: String,
    /// What came of it; left out: it was not done after all.
    note: Option<String>,
}

/// Something to be said about an incident.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewIncidentComment {
    text: String,
}

/// What an incident is to be linked with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewIncidentLinks {
    /// The revision that was read.
    revision: u64,
    links: IncidentLinks,
}

/// Where everything of an incident goes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewMerge {
    /// The revision that was read.
    revision: u64,
    /// The incident that takes everything.
    into: Uuid,
}

/// What belongs to an incident of its own.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewSplit {
    /// The revision that was read.
    revision: u64,
    /// Places of pieces of evidence.
    evidence: BTreeSet<usize>,
}

/// Open an incident about a report; who reported and what they said stay there.
#[utoipa::path(post, path = "/incidents", tag = "incidents", request_body = NewIncident,
    responses((status = CREATED, body = IncidentDetail)), extensions(("x-permission" = json!("handle_incidents"))))]
pub(crate) async fn open_incident(
    may: May<to::HandleIncidents>,
    State(app): State<App>,
    Input(new): Input<NewIncident>,
) -> Result<(StatusCode, Json<IncidentDetail>), Problem> {
    may.and::<to::HandleReports>()?;
    let data = app.data(&may);
    kept::found::<Report>(&data.store, new.report).await?;
    let mut desk = Desk::whole(&data.store).await?;
    let sign = Sign::Report { report: new.report };
    let noted = desk.note(Evidence { at: may.now(), since: may.now(), sign });
    let change = desk.added_to(Change::new(may.act("incident.asked_for", new.report)));
    data.commit(change, may.now()).await?;
    match noted {
        Noted::Opened(id) | Noted::Extended(id) => {
            Ok((StatusCode::CREATED, after(data, id, may.now()).await?))
        }
        Noted::Left => Err(refused("this report belongs to no incident")),
    }
}

/// Take an incident, look into it, contain it, close it or open it again.
#[utoipa::path(post, path = "/incidents/{id}/steps", tag = "incidents", request_body = NewIncidentStep,
    params(("id" = Uuid, Path, description = "The incident")),
    responses((status = OK, body = IncidentDetail)), extensions(("x-permission" = json!("handle_incidents"))))]
pub(crate) async fn step_incident(
    may: May<to::HandleIncidents>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Input(new): Input<NewIncidentStep>,
) -> Result<Json<IncidentDetail>, Problem> {
    let data = app.data(&may);
    let kept = kept::seen::<Incident>(&data.store, id, new.revision).await?;
    not_about(&may, &kept.it)?;
    let by = may.actor().name.clone();
    let command = match new.step {
        IncidentStep::Triage {} => IncidentCommand::Triage { by },
        IncidentStep::Investigate {} => IncidentCommand::Investigate,
        IncidentStep::Contain {} => IncidentCommand::Contain,
        IncidentStep::Close { closing, because } => {
            IncidentCommand::Close { at: may.now(), closing, because: text(&because, "because")? }
        }
        IncidentStep::Reopen {} => IncidentCommand::Reopen { by },
    };
    let detail = match &command {
        IncidentCommand::Close { closing, because, .. } => json!({ "closing": closing, "because": because }),
        _ => serde_json::Value::Null,
    };
    let act = may.act(command.act(), id).with(detail);
    let next = kept.it.clone().follow(command).map_err(refused)?;
    data.commit(Change::new(act).replace(&kept, &next), may.now()).await?;
    after(data, id, may.now()).await
}

/// Note that a step of the playbook was done, or was not after all.
#[utoipa::path(post, path = "/incidents/{id}/playbook", tag = "incidents", request_body = NewTick,
    params(("id" = Uuid, Path, description = "The incident")),
    responses((status = OK, body = IncidentDetail)), extensions(("x-permission" = json!("handle_incidents"))))]
pub(crate) async fn tick_playbook(
    may: May<to::HandleIncidents>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Input(new): Input<NewTick>,
) -> Result<Json<IncidentDetail>, Problem> {
    let data = app.data(&may);
    let kept = kept::seen::<Incident>(&data.store, id, new.revision).await?;
    not_about(&may, &kept.it)?;
    let known = kept.it.kind.playbook().is_some_and(|book| book.step.iter().any(|step| step.id == new.step));
    if !known {
        return Err(invalid(format!("the playbook has no step `{}`", new.step)));
    }
    let mut next = kept.it.clone();
    match new.note {
        Some(note) => {
            let tick = Tick { by: may.actor().name.clone(), at: may.now(), note: text(&note, "note")? };
            next.done.insert(new.step.clone(), tick);
        }
        None => {
            next.done.remove(&new.step);
        }
    }
    let act = may.act("incident.ticked", id).with(json!({ "step": new.step }));
    data.commit(Change::new(act).replace(&kept, &next), may.now()).await?;
    after(data, id, may.now()).await
}

/// Say something about an incident.
#[utoipa::path(post, path = "/incidents/{id}/comments", tag = "incidents", request_body = NewIncidentComment,
    params(("id" = Uuid, Path, description = "The incident")),
    responses((status = OK, body = IncidentDetail)), extensions(("x-permission" = json!("handle_incidents"))))]
pub(crate) async fn comment_incident(
    may: May<to::HandleIncidents>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Input(new): Input<NewIncidentComment>,
) -> Result<Json<IncidentDetail>, Problem> {
    let data = app.data(&may);
    let kept = kept::found::<Incident>(&data.store, id).await?;
    not_about(&may, &kept.it)?;
    let by = may.actor().name.clone();
    let comment = IncidentComment { by, at: may.now(), text: text(&new.text, "text")? };
    let next = kept.it.clone().commented(comment).map_err(refused)?;
    data.commit(Change::new(may.act("incident.commented", id)).replace(&kept, &next), may.now()).await?;
    after(data, id, may.now()).await
}

/// Link an incident with exchanges, reports and other incidents.
#[utoipa::path(put, path = "/incidents/{id}/links", tag = "incidents", request_body = NewIncidentLinks,
    params(("id" = Uuid, Path, description = "The incident")),
    responses((status = OK, body = IncidentDetail)), extensions(("x-permission" = json!("handle_incidents"))))]
pub(crate) async fn link_incident(
    may: May<to::HandleIncidents>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Input(new): Input<NewIncidentLinks>,
) -> Result<Json<IncidentDetail>, Problem> {
    let data = app.data(&may);
    let kept = kept::seen::<Incident>(&data.store, id, new.revision).await?;
    not_about(&may, &kept.it)?;
    let links = new.links;
    let sizes = [links.exchanges.len(), links.incidents.len(), links.reports.len()];
    if sizes.into_iter().any(|size| size > MOST_LINKS) {
        return Err(invalid(format!("name at most {MOST_LINKS} exchanges, incidents and reports")));
    }
    for exchange in &links.exchanges {
        if data.store.exchange(*exchange).await?.is_none() {
            return Err(invalid(format!("there is no exchange `{exchange}`")));
        }
    }
    for other in &links.incidents {
        if data.store.kept::<Incident>(*other).await?.is_none() {
            return Err(invalid(format!("there is no incident `{other}`")));
        }
    }
    for report in &links.reports {
        if data.store.kept::<Report>(*report).await?.is_none() {
            return Err(invalid(format!("there is no report `{report}`")));
        }
    }
    let next = Incident { links, ..kept.it.clone() };
    data.commit(Change::new(may.act("incident.linked", id)).replace(&kept, &next), may.now()).await?;
    after(data, id, may.now()).await
}

/// Put everything of an incident into another one.
#[utoipa::path(post, path = "/incidents/{id}/merge", tag = "incidents", request_body = NewMerge,
    params(("id" = Uuid, Path, description = "The incident")),
    responses((status = OK, body = IncidentDetail)), extensions(("x-permission" = json!("handle_incidents"))))]
pub(crate) async fn merge_incident(
    may: May<to::HandleIncidents>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Input(new): Input<NewMerge>,
) -> Result<Json<IncidentDetail>, Problem> {
    let data = app.data(&may);
    if id == new.into {
        return Err(invalid("an incident cannot be merged into itself"));
    }
    let kept = kept::seen::<Incident>(&data.store, id, new.revision).await?;
    let target = kept::found::<Incident>(&data.store, new.into).await?;
    not_about(&may, &kept.it)?;
    not_about(&may, &target.it)?;
    if !target.it.stage.is_live() {
        return Err(refused(format!(
            "the incident that should take everything is {}; open it again first",
            target.it.stage.as_str()
        )));
    }
    let command = IncidentCommand::Merge { into: new.into };
    let act = may.act(command.act(), id).with(json!({ "into": new.into }));
    let over = kept.it.clone().follow(command).map_err(refused)?;
    let whole = target.it.clone().absorbing(kept.it.clone());
    let change = Change::new(act).replace(&kept, &over).replace(&target, &whole);
    data.commit(change, may.now()).await?;
    after(data, new.into, may.now()).await
}

/// Give some of an incident's evidence an incident of its own; the answer is that one.
#[utoipa::path(post, path = "/incidents/{id}/split", tag = "incidents", request_body = NewSplit,
    params(("id" = Uuid, Path, description = "The incident")),
    responses((status = CREATED, body = IncidentDetail)), extensions(("x-permission" = json!("handle_incidents"))))]
pub(crate) async fn split_incident(
    may: May<to::HandleIncidents>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Input(new): Input<NewSplit>,
) -> Result<(StatusCode, Json<IncidentDetail>), Problem> {
    let data = app.data(&may);
    let kept = kept::seen::<Incident>(&data.store, id, new.revision).await?;
    not_about(&may, &kept.it)?;
    if !kept.it.stage.is_live() {
        return Err(refused(format!("an incident that is {} cannot be split", kept.it.stage.as_str())));
    }
    let (remaining, mut other) = kept.it.clone().split(&new.evidence).map_err(invalid)?;
    other.links.incidents.insert(id);
    let fresh = Uuid::now_v7();
    let act = may.act("incident.split", id).with(json!({ "new": fresh, "evidence": new.evidence }));
    let change = Change::new(act).replace(&kept, &remaining).add(fresh, &other);
    data.commit(change, may.now()).await?;
    Ok((StatusCode::CREATED, after(data, fresh, may.now()).await?))
}
