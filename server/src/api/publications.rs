use std::sync::Arc;

use axum::{Json, extract::State, http::header, response::IntoResponse};
use engine::taxonomy;
use governance::{DraftCommand, Stages, Way};
use model::{PolicyVersion, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Role, Store};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    differences::{Differences, differences},
    drafts::{DraftDocument, OfRevision, document, found, mistaken, reader, seen},
    rollouts::RolloutStages,
};
use crate::{
    app::{App, Data},
    auth::{May, to},
    publication::{Case, DOCUMENT, Entry, Submission, case, entering, inherited, off_the_runtime},
    web::{
        input::{Input, Named, Params},
        problem::{Kind, Problem},
    },
};

/// Shortest and longest reason, in characters.
const REASON: std::ops::RangeInclusive<usize> = 10..=2_000;

/// That a version came into force.
#[derive(Serialize, ToSchema)]
#[schema(as = PolicyPublication)]
pub(crate) struct Publication {
    /// Counts publications from 1.
    sequence: u64,
    version: PolicyVersion,
    /// The policy's name.
    name: String,
    published_at: Timestamp,
    published_by: String,
    in_force: bool,
}

/// How a draft comes into force.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPublication {
    /// The revision that was seen.
    revision: u64,
    /// When; at once if left out.
    at: Option<Timestamp>,
    /// How strictly; what is held back now stays held back if left out.
    rollout: Option<RolloutStages>,
    /// Why it cannot wait for approvals; for administrators, at once only, and recorded.
    emergency: Option<String>,
}

/// An earlier version to return to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rollback {
    version: PolicyVersion,
    /// The version in force, as it was seen.
    base: PolicyVersion,
    reason: String,
}

/// List the versions that were in force, the latest first.
#[utoipa::path(get, path = "/policy/versions", tag = "policy",
    responses((status = OK, body = Vec<Publication>)), extensions(("x-permission" = json!("read_policy"))))]
pub(crate) async fn list_versions(
    may: May<to::ReadPolicy>,
    State(app): State<App>,
) -> Result<Json<Vec<Publication>>, Problem> {
    let publications = app.data(&may).store.publications().await?;
    let shown = publications.into_iter().enumerate().map(|(at, publication)| Publication {
        sequence: publication.sequence,
        version: publication.version,
        name: publication.name,
        published_at: publication.published_at,
        published_by: publication.published_by,
        in_force: at == 0,
    });
    Ok(Json(shown.collect()))
}

/// Export a version as a Markdown file.
#[utoipa::path(get, path = "/policy/versions/{version}/source", tag = "policy",
    params(("version" = PolicyVersion, Path, description = "The version")),
    responses((status = OK, body = String, content_type = "text/markdown")),
    extensions(("x-permission" = json!("review_policy"))))]
pub(crate) async fn get_version_source(
    may: May<to::ReviewPolicy>,
    State(app): State<App>,
    Named(version): Named<PolicyVersion>,
) -> Result<impl IntoResponse, Problem> {
    let source = source(&reader(&may, &app)?.store, &version).await?;
    Ok(([(header::CONTENT_TYPE, "text/markdown; charset=utf-8")], source))
}

/// A version as a PDF for people, with what they may do as a table and a tree.
#[utoipa::path(get, path = "/policy/versions/{version}/pdf", tag = "policy",
    params(("version" = PolicyVersion, Path, description = "The version")),
    responses((status = OK, body = Vec<u8>, content_type = "application/pdf")),
    extensions(("x-permission" = json!("read_policy"))))]
pub(crate) async fn get_version_pdf(
    may: May<to::ReadPolicy>,
    State(app): State<App>,
    Named(version): Named<PolicyVersion>,
) -> Result<impl IntoResponse, Problem> {
    let (data, printer) = (app.data(&may), app.printer()?.clone());
    let policy = compiled(data, source(&data.store, &version).await?).await?;
    let printed = off_the_runtime(move || printer.print(&policy)).await?;
    let pdf =
        printed.map_err(|cause| Problem::internal("typeset the policy", &std::io::Error::other(cause)))?;
    let name = format!("attachment; filename=\"policy-{version}.pdf\"");
    Ok(([(header::CONTENT_TYPE, "application/pdf".to_owned()), (header::CONTENT_DISPOSITION, name)], pdf))
}

/// What would change if a version came back.
#[utoipa::path(get, path = "/policy/versions/{version}/differences", tag = "policy",
    params(("version" = PolicyVersion, Path, description = "The version")),
    responses((status = OK, body = Differences)), extensions(("x-permission" = json!("review_policy"))))]
pub(crate) async fn get_version_differences(
    may: May<to::ReviewPolicy>,
    State(app): State<App>,
    Named(version): Named<PolicyVersion>,
) -> Result<Json<Differences>, Problem> {
    let data = reader(&may, &app)?;
    let policy = compiled(data, source(&data.store, &version).await?).await?;
    let snapshot = data.engine.snapshot();
    Ok(Json(off_the_runtime(move || differences(&snapshot.policy, &policy)).await?))
}

/// Return to a version that was in force before, in full and at once. It needs no new approval.
#[utoipa::path(post, path = "/policy/rollback", tag = "policy", request_body = Rollback,
    responses((status = OK, body = Vec<Publication>)), extensions(("x-permission" = json!("publish_policy"))))]
pub(crate) async fn roll_back(
    may: May<to::PublishPolicy>,
    state: State<App>,
    Input(rollback): Input<Rollback>,
) -> Result<Json<Vec<Publication>>, Problem> {
    let data = state.data(&may);
    let reason = checked_reason(&rollback.reason)?;
    let published = data.store.policy().await?.map(|published| published.publication.version);
    let in_force = published.clone().unwrap_or_else(|| data.engine.snapshot().policy.version().clone());
    if in_force != rollback.base {
        let base = rollback.base;
        let detail =
            format!("the policy in force is now `{in_force}`, not `{base}`; look at it, then try again");
        return Err(Problem::new(Kind::Conflict, detail));
    }
    if in_force == rollback.version {
        return Err(Problem::new(Kind::Conflict, format!("`{in_force}` is in force already")));
    }
    let policy = compiled(data, source(&data.store, &rollback.version).await?).await?;
    let act =
        may.act("policy.rolled_back", &rollback.version).with(json!({ "from": in_force, "reason": reason }));
    let by = may.actor().account.as_str();
    let entry = Entry { policy: &policy, follows: published, by, stages: Stages::default() };
    let change = entering(&data.store, act, entry).await?;
    data.commit(change, may.now()).await?;
    list_versions(may.and()?, state).await
}

/// Put a draft into force, at once or at a time, if the gate lets it.
#[utoipa::path(post, path = "/drafts/{id}/publication", tag = "drafts", request_body = NewPublication,
    params(("id" = Uuid, Path, description = "The draft")),
    responses((status = OK, body = DraftDocument)), extensions(("x-permission" = json!("publish_policy"))))]
pub(crate) async fn publish_draft(
    may: May<to::PublishPolicy>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Input(new): Input<NewPublication>,
) -> Result<Json<DraftDocument>, Problem> {
    let data = app.data(&may);
    let draft = seen(&data.store, id, new.revision).await?;
    let way = way(&may, new.emergency.as_deref())?.unwrap_or(Way::Reviewed);
    let (source, base) = (draft.it.source.as_str(), draft.it.base.as_ref());
    let case = case(data, &Submission { source, base, draft: Some(&draft), way: &way }).await?;
    let policy = passed(&case)?;
    let stages = match new.rollout {
        Some(stages) => stages.checked(policy)?,
        None => inherited(&data.store, policy).await?,
    };
    let by = may.actor().account.as_str();
    let change = match later(new.at, may.now(), &way)? {
        Some(at) => {
            let act = may.act("draft.scheduled", id).with(json!({ "at": at, "hash": case.hash }));
            let next =
                draft.it.clone().apply(DraftCommand::Schedule { at, by: by.to_owned(), rollout: stages })?;
            store::Change::new(act).replace(&draft, &next)
        }
        None => {
            let version = policy.version().clone();
            let act = act(&may, &version, &way, json!({ "draft": id, "hash": case.hash }));
            let next = draft.it.clone().apply(DraftCommand::Publish { version, at: may.now() })?;
            let entry = Entry { policy, follows: case.follows.clone(), by, stages };
            entering(&data.store, act, entry).await?.replace(&draft, &next)
        }
    };
    data.commit(change, may.now()).await?;
    Ok(Json(document(data, found(&data.store, id).await?).await?))
}

/// Take back the date on which a draft comes into force.
#[utoipa::path(delete, path = "/drafts/{id}/publication", tag = "drafts",
    params(("id" = Uuid, Path, description = "The draft"), OfRevision),
    responses((status = OK, body = DraftDocument)), extensions(("x-permission" = json!("publish_policy"))))]
pub(crate) async fn unschedule_draft(
    may: May<to::PublishPolicy>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Params(of): Params<OfRevision>,
) -> Result<Json<DraftDocument>, Problem> {
    let data = app.data(&may);
    let draft = seen(&data.store, id, of.revision).await?;
    let next = draft.it.clone().apply(DraftCommand::Unschedule)?;
    let change = store::Change::new(may.act("draft.unscheduled", id)).replace(&draft, &next);
    data.commit(change, may.now()).await?;
    Ok(Json(document(data, found(&data.store, id).await?).await?))
}

/// What the audit log says of a publication.
pub(crate) fn act(
    may: &May<to::PublishPolicy>,
    version: &PolicyVersion,
    way: &Way,
    mut detail: serde_json::Value,
) -> governance::Act {
    match way {
        Way::Reviewed | Way::Direct => may.act("policy.published", version).with(detail),
        Way::Emergency(reason) => {
            if let Some(fields) = detail.as_object_mut() {
                fields.insert("reason".to_owned(), reason.as_str().into());
            }
            may.act("policy.published_in_emergency", version).with(detail)
        }
    }
}

/// The way of an emergency, if it is one: administrators answer for it in person.
pub(crate) fn way(may: &May<to::PublishPolicy>, emergency: Option<&str>) -> Result<Option<Way>, Problem> {
    let Some(reason) = emergency else { return Ok(None) };
    may.session()?;
    if may.actor().role != Role::Administrator {
        let detail =
            "only administrators publish in an emergency; ask one, or the functions that have to approve";
        return Err(Problem::new(Kind::Forbidden, detail));
    }
    Ok(Some(Way::Emergency(checked_reason(reason)?)))
}

/// The policy, if the gate lets it through.
pub(crate) fn passed(case: &Case) -> Result<&policy::Policy, Problem> {
    if !case.examined.mistakes.is_empty() {
        return Err(mistaken(case.examined.mistakes.iter().cloned()));
    }
    match (&case.examined.policy, case.gate.blocking().as_slice()) {
        (Some(policy), []) => Ok(policy),
        (_, wanting) => Err(Problem::new(Kind::Conflict, format!("not published: {}", wanting.join("; ")))),
    }
}

fn later(at: Option<Timestamp>, now: Timestamp, way: &Way) -> Result<Option<Timestamp>, Problem> {
    match (at, way) {
        (Some(_), Way::Emergency(_)) => {
            Err(Problem::new(Kind::Invalid, "an emergency does not wait: leave out `at`, or `emergency`"))
        }
        (Some(at), _) if at <= now => {
            Err(Problem::new(Kind::Invalid, "`at` must be in the future; leave it out to publish at once"))
        }
        (at, _) => Ok(at),
    }
}

fn checked_reason(reason: &str) -> Result<String, Problem> {
    let reason = reason.trim();
    if REASON.contains(&reason.chars().count()) {
        return Ok(reason.to_owned());
    }
    let detail = format!("give a reason of {} to {} characters", REASON.start(), REASON.end());
    Err(Problem::new(Kind::Invalid, detail))
}

async fn source(store: &Store, version: &PolicyVersion) -> Result<String, Problem> {
    let source = store.policy_source(version).await?;
    source.ok_or_else(|| Problem::not_found("published version", version.as_str()))
}

async fn compiled(data: &Data, source: String) -> Result<Arc<policy::Policy>, Problem> {
    let snapshot = data.engine.snapshot();
    let compiled = off_the_runtime(move || {
        let words = taxonomy(&snapshot.detectors, &snapshot.catalog);
        policy::compile(DOCUMENT, &source, &words)
    });
    Ok(Arc::new(compiled.await?.map_err(mistaken)?))
}
