use axum::{Json, extract::State, http::StatusCode, response::IntoResponse};
use governance::{
    audit::Files,
    erasure::{Erased, Erasure, ErasureCommand, ErasureState, ErasureStep},
};
use http::header;
use model::{PersonId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{AboutPerson, Change, Kept, RecordRow, Which};
use utoipa::ToSchema;
use uuid::Uuid;

use super::packs::{json as as_json, zipped};
use crate::{
    app::{App, Data},
    auth::{May, to},
    kept, learning,
    web::{
        input::{Input, Named},
        problem::{Kind, Problem},
    },
};

/// An erasure to ask for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewErasure {
    /// About whom.
    person: PersonId,
    /// Why, for example the request's date and number.
    reason: String,
}

/// What to do about an erasure.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ErasureDecision {
    /// The revision that was looked at.
    revision: u64,
    /// What to do.
    decide: ErasureDecided,
}

/// What to do about an erasure.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ErasureDecided {
    /// Carry it out; must be somebody else than who asked.
    Confirm,
    /// Take it back.
    Withdraw,
}

/// An erasure, asked for or carried out.
#[derive(Serialize, ToSchema)]
pub(crate) struct KeptErasure {
    id: Uuid,
    revision: u64,
    /// About whom; `null` once it is carried out.
    person: Option<PersonId>,
    asked_by: String,
    asked_at: Timestamp,
    /// Why; empty once it is carried out.
    reason: String,
    state: ErasureWord,
    /// Who confirmed it or took it back.
    decided_by: Option<String>,
    decided_at: Option<Timestamp>,
    /// What was erased.
    erased: Option<Erased>,
}

/// How far an erasure is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ErasureWord {
    /// Waits for another administrator.
    Asked,
    /// Taken back.
    Withdrawn,
    /// Carried out.
    Done,
}

/// Everything that is kept about a person, as a zip of JSON and a readable page.
#[utoipa::path(post, path = "/privacy/people/{id}/export", tag = "privacy",
    params(("id" = PersonId, Path, description = "The person")),
    responses((status = OK, body = Vec<u8>, content_type = "application/zip")),
    extensions(("x-permission" = json!("manage_privacy"))))]
pub(crate) async fn export_person(
    may: May<to::ManagePrivacy>,
    State(app): State<App>,
    Named(id): Named<PersonId>,
) -> Result<impl IntoResponse, Problem> {
    let data = app.data(&may);
    known(data, &id).await?;
    let accounts = accounts(data, &id).await?;
    let about = data.store.about(&id, &accounts).await?;
    let directory = data.engine.snapshot().directory.person(id.as_str()).cloned();
    let learned = data.learning.explain(&id);
    let kept = told(&about, &accounts, &json!({ "directory": directory, "learned": learned }));
    let act = may.act("data_subject.exported", format!("{} records", about.records.len()));
    data.store.commit(Change::new(act.with(json!({ "person": id }))), may.now()).await?;
    let mut files = Files::from([
        ("kept.json".to_owned(), as_json(&kept)),
        ("kept.html".to_owned(), page(&kept).into_bytes()),
    ]);
    let sealed = about.captures.into_iter();
    files.extend(
        sealed.map(|captured| (format!("captured/{}.age", captured.outline.exchange), captured.sealed)),
    );
    let zipped = zipped(&files).map_err(|error| Problem::internal("write the export", &error))?;
    let name = "attachment; filename=\"bylaw-person.zip\"".to_owned();
    Ok(([(header::CONTENT_TYPE, "application/zip".to_owned()), (header::CONTENT_DISPOSITION, name)], zipped))
}

/// List the erasures, the latest asked for first.
#[utoipa::path(get, path = "/privacy/erasures", tag = "privacy",
    responses((status = OK, body = Vec<KeptErasure>)), extensions(("x-permission" = json!("manage_privacy"))))]
pub(crate) async fn list_erasures(
    may: May<to::ManagePrivacy>,
    State(app): State<App>,
) -> Result<Json<Vec<KeptErasure>>, Problem> {
    let all = app.data(&may).store.all_kept::<Erasure>(&Which::default()).await?;
    Ok(Json(all.into_iter().map(shown).collect()))
}

/// Ask for the erasure of everything that is kept about a person; another administrator must confirm it.
#[utoipa::path(post, path = "/privacy/erasures", tag = "privacy", request_body = NewErasure,
    responses((status = CREATED, body = KeptErasure)), extensions(("x-permission" = json!("manage_privacy"))))]
pub(crate) async fn ask_erasure(
    may: May<to::ManagePrivacy>,
    State(app): State<App>,
    Input(new): Input<NewErasure>,
) -> Result<(StatusCode, Json<KeptErasure>), Problem> {
    may.session()?;
    let data = app.data(&may);
    known(data, &new.person).await?;
    let reason = kept::text(&new.reason, "reason")?;
    let erasure = Erasure {
        person: Some(new.person.clone()),
        asked_by: may.actor().name.clone(),
        asked_at: may.now(),
        reason,
        state: ErasureState::Asked,
    };
    let id = Uuid::now_v7();
    let act = may.act("erasure.asked", id).with(json!({ "person": new.person }));
    data.store.commit(Change::new(act).add(id, &erasure), may.now()).await?;
    Ok((StatusCode::CREATED, Json(shown(one(data, id).await?))))
}

/// Confirm an erasure, which carries it out, or take it back.
#[utoipa::path(post, path = "/privacy/erasures/{id}/decision", tag = "privacy",
    params(("id" = Uuid, Path, description = "The erasure")), request_body = ErasureDecision,
    responses((status = OK, body = KeptErasure)), extensions(("x-permission" = json!("manage_privacy"))))]
pub(crate) async fn decide_erasure(
    may: May<to::ManagePrivacy>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Input(decision): Input<ErasureDecision>,
) -> Result<Json<KeptErasure>, Problem> {
    may.session()?;
    let data = app.data(&may);
    let kept = one(data, id).await?;
    if kept.revision != decision.revision {
        let detail = "somebody else decided about this erasure meanwhile; look at it as it is now";
        return Err(Problem::new(Kind::Conflict, detail));
    }
    let by = may.actor().name.clone();
    let command = match decision.decide {
        ErasureDecided::Confirm => ErasureCommand::Confirm { by: by.clone() },
        ErasureDecided::Withdraw => ErasureCommand::Withdraw { by: by.clone(), at: may.now() },
    };
    let step = kept.it.apply(command).map_err(|refused| Problem::new(Kind::Conflict, refused.to_string()))?;
    let (next, what) = match step {
        ErasureStep::Becomes(next) => (*next, "erasure.withdrawn"),
        ErasureStep::Erase(person) => {
            let accounts = accounts(data, &person).await?;
            let erased = data.store.erase_person(&person, &accounts, &by, may.now()).await?;
            let forgotten = learning::forget(data, &person, may.now()).await;
            forgotten.map_err(|error| Problem::internal("forget what was learned of the person", &error))?;
            (kept.it.done(by, may.now(), erased), "erasure.done")
        }
    };
    data.commit(Change::new(may.act(what, id)).replace(&kept, &next), may.now()).await?;
    Ok(Json(shown(one(data, id).await?)))
}

async fn one(data: &Data, id: Uuid) -> Result<Kept<Erasure>, Problem> {
    let kept = data.store.kept::<Erasure>(id).await?;
    kept.ok_or_else(|| Problem::not_found("erasure", &id.to_string()))
}

/// Somebody of the directory, or somebody who has left it but of whom something is kept.
async fn known(data: &Data, person: &PersonId) -> Result<(), Problem> {
    if data.engine.snapshot().directory.person(person.as_str()).is_some() {
        return Ok(());
    }
    let about = data.store.about(person, &[]).await?;
    let nothing = about.records.is_empty()
        && about.workflows.is_empty()
        && about.exceptions.is_empty()
        && about.sightings.is_empty()
        && about.concealed.is_empty();
    if nothing {
        return Err(Problem::not_found("person in the directory or in what is kept", person.as_str()));
    }
    Ok(())
}

/// The accounts that the person signs in with.
async fn accounts(data: &Data, person: &PersonId) -> Result<Vec<String>, Problem> {
    let users = data.store.users().await?.into_iter();
    Ok(users.filter(|user| user.person.as_ref() == Some(person)).map(|user| user.name).collect())
}

/// Everything, by what it is; `elsewhere` is what the directory and the learner know.
fn told(about: &AboutPerson, accounts: &[String], elsewhere: &Value) -> Value {
    let record = |row: &RecordRow| json!({ "record": row.record, "completion": row.completion });
    let reason = |reason: &store::Justification| {
        // The person's own words go back to the person alone.
        json!({ "exchange": reason.exchange, "reason": reason.reason.reveal(), "at": reason.at })
    };
    let exception = |exception: &store::Exception| {
        json!({ "clause": exception.clause, "from": exception.from, "until": exception.until,
            "reason": exception.reason, "approved_by": exception.approved_by })
    };
    let entry = |audited: &store::Audited| {
        let told = audited.payload.as_ref().and_then(governance::Payload::told);
        let (by, detail) = told.unwrap_or_default();
        json!({ "at": audited.entry.at, "what": audited.entry.what, "subject": audited.entry.subject,
            "by": by, "detail": detail })
    };
    let sighting = |seen: &store::HostSighting| {
        json!({ "host": seen.host, "from": seen.first, "until": seen.last, "times": seen.times,
            "bytes_up": seen.bytes_up, "bytes_down": seen.bytes_down })
    };
    let concealed = |seen: &store::Concealed| json!({ "way": seen.way, "host": seen.host, "from": seen.first, "until": seen.last, "times": seen.times });
    let captured = |captured: &store::Capture| {
        let store::CaptureOutline { exchange, until, bytes, whole, .. } = &captured.outline;
        json!({ "exchange": exchange, "until": until, "bytes": bytes, "of": whole,
            "file": format!("captured/{exchange}.age") })
    };
    json!({
        "directory": elsewhere["directory"],
        "learned": elsewhere["learned"],
        "accounts": accounts,
        "exchanges": about.records.iter().map(record).collect::<Vec<_>>(),
        "captured_content": about.captures.iter().map(captured).collect::<Vec<_>>(),
        "reasons": about.justifications.iter().map(reason).collect::<Vec<_>>(),
        "exceptions": about.exceptions.iter().map(exception).collect::<Vec<_>>(),
        "workflows": about.workflows.iter().map(|(kind, state, body)| {
            json!({ "kind": kind, "state": state, "kept": body })
        }).collect::<Vec<_>>(),
        "hosts_that_look_like_tools": about.sightings.iter().map(sighting).collect::<Vec<_>>(),
        "names_kept_from_being_seen": about.concealed.iter().map(concealed).collect::<Vec<_>>(),
        "audit_log": about.audit.iter().map(entry).collect::<Vec<_>>(),
    })
}

/// The same for people to read: one section for each kind.
fn page(kept: &Value) -> String {
    let mut html = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
                    <title>What is kept about you</title></head><body>\n<h1>What is kept about you</h1>\n"
        .to_owned();
    for (name, value) in kept.as_object().into_iter().flatten() {
        html += &format!("<h2>{}</h2>\n", escaped(&name.replace('_', " ")));
        match value.as_array() {
            Some(items) if items.is_empty() => html += "<p>Nothing.</p>\n",
            Some(items) => items.iter().for_each(|item| html += &shown_value(item)),
            None => html += &shown_value(value),
        }
    }
    html + "</body></html>\n"
}

fn shown_value(value: &Value) -> String {
    format!("<pre>{}</pre>\n", escaped(&serde_json::to_string_pretty(value).unwrap_or_default()))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn shown(kept: Kept<Erasure>) -> KeptErasure {
    let Kept { id, revision, it, .. } = kept;
    let (state, decided, erased) = match it.state {
        ErasureState::Asked => (ErasureWord::Asked, None, None),
        ErasureState::Withdrawn { by, at } => (ErasureWord::Withdrawn, Some((by, at)), None),
        ErasureState::Done { by, at, erased } => (ErasureWord::Done, Some((by, at)), Some(erased)),
    };
    let (decided_by, decided_at) = decided.unzip();
    KeptErasure {
        id,
        revision,
        person: it.person,
        asked_by: it.asked_by,
        asked_at: it.asked_at,
        reason: it.reason,
        state,
        decided_by,
        decided_at,
        erased,
    }
}
