//! Responses to exposures of data: a checklist whose items named people tick.

use axum::{Json, extract::State, http::StatusCode};
use governance::{
    id_of,
    ladder::{Checklist, ExposureCommand, ExposureRefused, Item, Response, Tick},
};
use model::{ClauseId, ExchangeId, Label, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Change, Kept, Which};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    app::{App, Data},
    auth::{May, to},
    web::{
        input::{Input, Named},
        problem::{Kind, Problem},
    },
};

/// Longest note, in characters.
const LONGEST_NOTE: usize = 2_000;

/// The response to an exposure of data.
#[derive(Serialize, ToSchema)]
pub(crate) struct Exposure {
    id: Uuid,
    revision: u64,
    exchange: ExchangeId,
    /// The person's pseudonym.
    person: String,
    clauses: Vec<ClauseId>,
    labels: Vec<Label>,
    at: Timestamp,
    items: Vec<Item>,
    closed: Option<Tick>,
}

/// An exchange with which data left.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewExposure {
    exchange: ExchangeId,
}

/// A step of a response.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExposureOrder {
    order: ExposureVerb,
    /// The item, for `tick` and `untick`.
    item: Option<String>,
    /// What came of it, for `tick` and `close`.
    #[serde(default)]
    note: String,
    /// The response as it was when you decided.
    revision: u64,
}

/// What can be done.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ExposureVerb {
    /// An item is done.
    Tick,
    /// It is not, after all.
    Untick,
    /// Everything is done; the note says what was learned.
    Close,
}

/// List the responses to exposures, the latest first.
#[utoipa::path(get, path = "/exposures", tag = "ladder",
    responses((status = OK, body = Vec<Exposure>)), extensions(("x-permission" = json!("read_standing"))))]
pub(crate) async fn list_exposures(
    may: May<to::ReadStanding>,
    State(app): State<App>,
) -> Result<Json<Vec<Exposure>>, Problem> {
    let data = app.data(&may);
    let all = data.store.all_kept::<Response>(&Which::default()).await?;
    Ok(Json(all.into_iter().map(|kept| shown(kept, data)).collect()))
}

/// Open the response to an exposure that somebody noticed.
#[utoipa::path(post, path = "/exposures", tag = "ladder", request_body = NewExposure,
    responses((status = CREATED, body = Exposure)), extensions(("x-permission" = json!("decide_cases"))))]
pub(crate) async fn open_exposure(
    may: May<to::DecideCases>,
    State(app): State<App>,
    Input(new): Input<NewExposure>,
) -> Result<(StatusCode, Json<Exposure>), Problem> {
    let data = app.data(&may);
    let Some(row) = data.store.exchange(new.exchange).await? else {
        return Err(Problem::not_found("exchange", &new.exchange.to_string()));
    };
    let labels = row.record.facts.labels.into_keys().collect();
    let response = Response {
        exchange: new.exchange,
        person: row.record.exchange.person,
        clauses: row.record.verdict.duties.into_iter().map(|duty| duty.clause).collect(),
        items: Checklist::builtin().items(&labels),
        labels,
        at: may.now(),
        closed: None,
    };
    let id = id_of(&response.key());
    let detail = json!({ "exchange": response.exchange, "labels": response.labels });
    data.commit(Change::new(may.act("exposure.opened", id).with(detail)).add(id, &response), may.now())
        .await?;
    let kept = Kept { id, revision: 1, created_at: may.now(), changed_at: may.now(), it: response };
    Ok((StatusCode::CREATED, Json(shown(kept, data))))
}

/// Tick an item of a response, or end it.
#[utoipa::path(post, path = "/exposures/{id}/orders", tag = "ladder",
    params(("id" = Uuid, Path, description = "The response")), request_body = ExposureOrder,
    responses((status = OK, body = Exposure)), extensions(("x-permission" = json!("decide_cases"))))]
pub(crate) async fn order_exposure(
    may: May<to::DecideCases>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Input(given): Input<ExposureOrder>,
) -> Result<Json<Exposure>, Problem> {
    may.session()?;
    let data = app.data(&may);
    let Some(kept) = data.store.kept::<Response>(id).await? else {
        return Err(Problem::not_found("response to an exposure", &id.to_string()));
    };
    if kept.revision != given.revision {
        let detail = "somebody else changed this response meanwhile; look at it as it is now";
        return Err(Problem::new(Kind::Conflict, detail));
    }
    let (what, command) = command(given, &may)?;
    let next = kept.it.after(command).map_err(|refused| {
        let kind = match refused {
            ExposureRefused::NoSuchItem { .. } => Kind::Invalid,
            ExposureRefused::Closed | ExposureRefused::Unfinished { .. } => Kind::Conflict,
        };
        Problem::new(kind, refused.to_string())
    })?;
    data.commit(Change::new(may.act(what, id)).replace(&kept, &next), may.now()).await?;
    let kept = Kept { revision: kept.revision + 1, changed_at: may.now(), it: next, ..kept };
    Ok(Json(shown(kept, data)))
}

fn command(
    given: ExposureOrder,
    may: &May<to::DecideCases>,
) -> Result<(&'static str, ExposureCommand), Problem> {
    let note = given.note.trim().to_owned();
    let needed = !matches!(given.order, ExposureVerb::Untick);
    if needed && (note.is_empty() || note.chars().count() > LONGEST_NOTE) {
        let detail = format!("say what came of it in `note`, at most {LONGEST_NOTE} characters");
        return Err(Problem::new(Kind::Invalid, detail));
    }
    let tick = Tick { by: may.actor().name.clone(), at: may.now(), note };
    let item = given.item.unwrap_or_default();
    Ok(match given.order {
        ExposureVerb::Tick => ("exposure.ticked", ExposureCommand::Tick { item, tick }),
        ExposureVerb::Untick => ("exposure.unticked", ExposureCommand::Untick { item }),
        ExposureVerb::Close => ("exposure.closed", ExposureCommand::Close(tick)),
    })
}

fn shown(kept: Kept<Response>, data: &Data) -> Exposure {
    let Response { exchange, person, clauses, labels, at, items, closed } = kept.it;
    Exposure {
        id: kept.id,
        revision: kept.revision,
        exchange,
        person: data.pseudonyms.of(&person),
        clauses,
        labels: labels.into_iter().collect(),
        at,
        items,
        closed,
    }
}
