use std::collections::BTreeMap;

use axum::{Json, extract::State, http::StatusCode};
use governance::Lifecycle;
use model::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Change, Kept, Which};
use utoipa::ToSchema;
use uuid::Uuid;

use super::exchanges::ExchangeQuery;
use crate::{
    app::App,
    auth::{May, to},
    kept::{self, From, invalid, text},
    web::{
        input::{Input, Named, Params},
        problem::{Kind, Problem},
    },
};

/// Most searches that are kept; beyond, one has to go first.
const MOST: usize = 200;
/// Where a page of a list begins and how long it is are not what is looked for.
const OF_THE_PAGE: [&str; 2] = ["cursor", "limit"];

/// A search of exchanges that somebody kept, to be looked at again by everybody who may see exchanges.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Hunt {
    name: String,
    because: String,
    filter: BTreeMap<String, String>,
    by: String,
}

impl Lifecycle for Hunt {
    const KIND: &'static str = "hunt";

    fn state(&self) -> &'static str {
        "kept"
    }
}

/// A search to be kept.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewHunt {
    /// What it is called.
    name: String,
    /// What is looked for with it.
    because: String,
    /// What the list of exchanges is asked for: its parameters but `cursor` and `limit`.
    filter: BTreeMap<String, String>,
}

/// A search of exchanges that is kept.
#[derive(Serialize, ToSchema)]
#[schema(as = Hunt)]
pub(crate) struct ShownHunt {
    id: Uuid,
    revision: u64,
    name: String,
    because: String,
    filter: BTreeMap<String, String>,
    by: String,
    at: Timestamp,
}

/// List the searches that are kept, by name.
#[utoipa::path(get, path = "/hunts", tag = "exchanges",
    responses((status = OK, body = Vec<ShownHunt>)), extensions(("x-permission" = json!("read_exchanges"))))]
pub(crate) async fn list_hunts(
    may: May<to::ReadExchanges>,
    State(app): State<App>,
) -> Result<Json<Vec<ShownHunt>>, Problem> {
    let mut hunts = app.data(&may).store.all_kept::<Hunt>(&Which::default()).await?;
    hunts.sort_by(|a, b| a.it.name.cmp(&b.it.name));
    Ok(Json(hunts.into_iter().map(shown).collect()))
}

/// Keep a search.
#[utoipa::path(post, path = "/hunts", tag = "exchanges", request_body = NewHunt,
    responses((status = CREATED, body = ShownHunt)), extensions(("x-permission" = json!("handle_incidents"))))]
pub(crate) async fn keep_hunt(
    may: May<to::HandleIncidents>,
    State(app): State<App>,
    Input(new): Input<NewHunt>,
) -> Result<(StatusCode, Json<ShownHunt>), Problem> {
    may.session()?;
    let data = app.data(&may);
    let hunt = Hunt {
        name: text(&new.name, "name")?,
        because: text(&new.because, "because")?,
        filter: searched(new.filter)?,
        by: may.actor().name.clone(),
    };
    let others = data.store.all_kept::<Hunt>(&Which::default()).await?;
    if others.iter().any(|kept| kept.it.name == hunt.name) {
        let detail = format!("a search named {:?} is kept already; give this one another name", hunt.name);
        return Err(Problem::new(Kind::Conflict, detail));
    }
    if others.len() >= MOST {
        return Err(Problem::new(Kind::Conflict, format!("{MOST} searches are kept; remove one first")));
    }
    let id = Uuid::now_v7();
    let act = may.act("hunt.kept", id).with(json!({ "name": hunt.name }));
    data.commit(Change::new(act).add(id, &hunt), may.now()).await?;
    let kept = kept::found::<Hunt>(&data.store, id).await?;
    Ok((StatusCode::CREATED, Json(shown(kept))))
}

/// Remove a search.
#[utoipa::path(delete, path = "/hunts/{id}", tag = "exchanges",
    params(("id" = Uuid, Path, description = "The search"), From),
    responses((status = NO_CONTENT)), extensions(("x-permission" = json!("handle_incidents"))))]
pub(crate) async fn remove_hunt(
    may: May<to::HandleIncidents>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Params(from): Params<From>,
) -> Result<StatusCode, Problem> {
    may.session()?;
    let data = app.data(&may);
    let kept = kept::seen::<Hunt>(&data.store, id, from.revision).await?;
    let act = may.act("hunt.removed", id).with(json!({ "name": kept.it.name }));
    data.commit(Change::new(act).remove(&kept), may.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A filter that the list of exchanges understands, and that restricts it.
fn searched(filter: BTreeMap<String, String>) -> Result<BTreeMap<String, String>, Problem> {
    if filter.is_empty() {
        return Err(invalid("`filter` restricts nothing; choose what to look for first"));
    }
    if let Some(key) = OF_THE_PAGE.iter().find(|key| filter.contains_key(**key)) {
        return Err(invalid(format!("`{key}` is no part of what is looked for; leave it out of `filter`")));
    }
    match serde_json::from_value::<ExchangeQuery>(json!(filter)) {
        Ok(_) => Ok(filter),
        Err(cause) => {
            Err(invalid(format!("`filter` is not what the list of exchanges understands: {cause}")))
        }
    }
}

fn shown(kept: Kept<Hunt>) -> ShownHunt {
    let Kept { id, revision, created_at, it, .. } = kept;
    let Hunt { name, because, filter, by } = it;
    ShownHunt { id, revision, name, because, filter, by, at: created_at }
}
