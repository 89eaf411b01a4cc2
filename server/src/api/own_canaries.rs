use std::time::Duration;

use axum::{Json, extract::State, http::StatusCode};
use governance::canary::{OwnCanary, Posing};
use model::{Action, ClauseId, PersonId, Timestamp, ToolId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Change, Kept, Which};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    app::App,
    auth::{May, to},
    canaries,
    kept::{found, invalid, text},
    web::{
        input::{Input, Named},
        problem::{Kind, Problem},
    },
};

/// Longest name, in characters.
const LONGEST_NAME: usize = 60;
/// Most canaries that operators define.
const MOST: usize = 200;
const HOUR: Duration = Duration::from_secs(60 * 60);

/// A canary to define.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewOwnCanary {
    /// What it is called.
    name: String,
    /// The clause whose promise it tries.
    clause: ClauseId,
    /// The tool it is sent to, as far as the gate.
    tool: ToolId,
    /// What is sent. It is kept as it is: write nothing real.
    text: String,
    /// As somebody of the directory; otherwise as an ordinary employee.
    person: Option<PersonId>,
    /// As an ordinary employee in this group.
    group: Option<String>,
    /// What the gate must decide: because of the clause or, if it must allow it, without it.
    expect: Action,
    /// Sent every so many hours, 1 to 720; with all others if nothing is said.
    every_hours: Option<u32>,
}

/// A canary that somebody defined.
#[derive(Serialize, ToSchema)]
pub(crate) struct ShownOwnCanary {
    id: Uuid,
    revision: u64,
    name: String,
    clause: ClauseId,
    tool: ToolId,
    text: String,
    person: Option<PersonId>,
    group: Option<String>,
    expect: Action,
    every_hours: Option<u64>,
    by: String,
    at: Timestamp,
    /// Why it cannot be sent any more, if it cannot.
    obstacle: Option<String>,
}

/// List the canaries that people defined beside those of the policy's examples.
#[utoipa::path(get, path = "/canaries/own", tag = "canaries",
    responses((status = OK, body = Vec<ShownOwnCanary>)), extensions(("x-permission" = json!("run_canaries"))))]
pub(crate) async fn list_own_canaries(
    may: May<to::RunCanaries>,
    State(app): State<App>,
) -> Result<Json<Vec<ShownOwnCanary>>, Problem> {
    let data = app.data(&may);
    let all = data.store.all_kept::<OwnCanary>(&Which::default()).await?;
    let snapshot = data.engine.snapshot();
    let shown = all.into_iter().map(|kept| {
        let obstacle = canaries::obstacle(&kept.it, &snapshot, may.now());
        shown(kept, obstacle)
    });
    Ok(Json(shown.collect()))
}

/// Define a canary.
#[utoipa::path(post, path = "/canaries/own", tag = "canaries", request_body = NewOwnCanary,
    responses((status = CREATED, body = ShownOwnCanary)), extensions(("x-permission" = json!("run_canaries"))))]
pub(crate) async fn define_canary(
    may: May<to::RunCanaries>,
    State(app): State<App>,
    Input(new): Input<NewOwnCanary>,
) -> Result<(StatusCode, Json<ShownOwnCanary>), Problem> {
    let data = app.data(&may);
    let canary = checked(new, &may.actor().name)?;
    if let Some(obstacle) = canaries::obstacle(&canary, &data.engine.snapshot(), may.now()) {
        return Err(invalid(obstacle));
    }
    let others = data.store.all_kept::<OwnCanary>(&Which::default()).await?;
    if others.iter().any(|other| other.it.name == canary.name) {
        let detail =
            format!("there is a canary called `{}` already; remove it or choose another name", canary.name);
        return Err(Problem::new(Kind::Conflict, detail));
    }
    if others.len() >= MOST {
        return Err(Problem::new(Kind::Conflict, format!("there are {MOST} canaries already; remove one")));
    }
    let id = Uuid::now_v7();
    let act = may.act("canaries.defined", &canary.name);
    let act = act.with(json!({ "clause": canary.clause, "tool": canary.tool, "expect": canary.expect }));
    data.store.commit(Change::new(act).add(id, &canary), may.now()).await?;
    Ok((StatusCode::CREATED, Json(shown(found(&data.store, id).await?, None))))
}

/// Remove a canary that somebody defined.
#[utoipa::path(delete, path = "/canaries/own/{id}", tag = "canaries",
    params(("id" = Uuid, Path, description = "The canary")),
    responses((status = NO_CONTENT)), extensions(("x-permission" = json!("run_canaries"))))]
pub(crate) async fn remove_own_canary(
    may: May<to::RunCanaries>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
) -> Result<StatusCode, Problem> {
    let data = app.data(&may);
    let kept = found::<OwnCanary>(&data.store, id).await?;
    let act = may.act("canaries.removed", &kept.it.name);
    data.store.commit(Change::new(act).remove(&kept), may.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn checked(new: NewOwnCanary, by: &str) -> Result<OwnCanary, Problem> {
    let name = text(&new.name, "name")?;
    if name.chars().count() > LONGEST_NAME {
        return Err(invalid(format!("`name` has 1 to {LONGEST_NAME} characters")));
    }
    let who = match (new.person, new.group) {
        (None, None) => Posing::Anybody,
        (Some(person), None) => Posing::Person(person),
        (None, Some(group)) => Posing::Group(text(&group, "group")?),
        (Some(_), Some(_)) => return Err(invalid("give `person` or `group`, not both")),
    };
    let every = match new.every_hours {
        Some(hours @ 1..=720) => Some(HOUR * hours),
        Some(_) => return Err(invalid("`every_hours` is a number from 1 to 720")),
        None => None,
    };
    let sent = text(&new.text, "text")?;
    let every_s = every.map(|every| every.as_secs());
    let (clause, tool, expect) = (new.clause, new.tool, new.expect);
    Ok(OwnCanary { name, clause, tool, text: sent, who, expect, every_s, by: by.to_owned() })
}

fn shown(kept: Kept<OwnCanary>, obstacle: Option<String>) -> ShownOwnCanary {
    let every_hours = kept.it.every().map(|every| every.as_secs() / HOUR.as_secs());
    let OwnCanary { name, clause, tool, text, who, expect, by, .. } = kept.it;
    let (person, group) = match who {
        Posing::Anybody => (None, None),
        Posing::Person(person) => (Some(person), None),
        Posing::Group(group) => (None, Some(group)),
    };
    ShownOwnCanary {
        id: kept.id,
        revision: kept.revision,
        name,
        clause,
        tool,
        text,
        person,
        group,
        expect,
        every_hours,
        by,
        at: kept.created_at,
        obstacle,
    }
}
