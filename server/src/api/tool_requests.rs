use std::collections::{BTreeSet, HashMap};

use axum::{Json, extract::State, http::StatusCode};
use engine::Snapshot;
use governance::{
    Act,
    tool_review::{Cause, Listing, Outcome, Stage, ToolRequest as Wanted, ToolReview},
};
use model::{Label, PersonId, Timestamp, ToolId};
use serde::{Deserialize, Serialize};
use store::{Change, CommitError, Kept, Store, Which};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    app::{App, Data},
    auth::{May, to},
    kept::{self, From, invalid, myself, refused},
    web::{
        input::{Input, Named, Params},
        problem::Problem,
    },
};

/// Most labels that a request names.
const MOST_LABELS: usize = 20;

/// A tool that somebody wants.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewToolRequest {
    /// The tool, if the catalogue knows it; either this or `name`.
    tool: Option<ToolId>,
    /// The name of a tool that the catalogue does not know.
    name: Option<String>,
    /// Where that tool is reached, as `tool.example.com`.
    host: Option<String>,
    /// What it is wanted for.
    purpose: String,
    /// Which data would be entered.
    #[serde(default)]
    data: BTreeSet<Label>,
}

/// A tool that I asked for, and what became of it.
#[derive(Serialize, ToSchema)]
pub(crate) struct ToolRequest {
    id: Uuid,
    revision: u64,
    tool: ToolId,
    /// What it is called.
    name: String,
    purpose: String,
    data: Vec<Label>,
    asked_at: Timestamp,
    state: ToolRequestState,
    /// How many people want it.
    people: usize,
    /// What was decided, once it was.
    outcome: Option<Outcome>,
    /// What whoever uses it must keep to.
    conditions: Option<String>,
    /// The data that it was approved for.
    approved_for: Vec<Label>,
    /// When the decision lapses.
    until: Option<Timestamp>,
    /// Why nothing was decided, if the review was closed.
    closed: Option<String>,
}

/// What became of a request.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ToolRequestState {
    /// Nobody has looked at it yet.
    Waiting,
    /// The tool is being reviewed.
    InReview,
    /// It was decided.
    Decided,
    /// The review ended without a decision.
    Closed,
    /// I no longer want it.
    Withdrawn,
}

/// Ask for a tool; requests for the same tool share one review.
#[utoipa::path(post, path = "/tool-requests", tag = "requests", request_body = NewToolRequest,
    responses((status = CREATED, body = ToolRequest)), extensions(("x-permission" = json!("make_requests"))))]
pub(crate) async fn request_tool(
    may: May<to::MakeRequests>,
    State(app): State<App>,
    Input(new): Input<NewToolRequest>,
) -> Result<(StatusCode, Json<ToolRequest>), Problem> {
    let data = app.data(&may);
    let person = myself(&may)?;
    let purpose = kept::text(&new.purpose, "purpose")?;
    if new.data.len() > MOST_LABELS {
        return Err(invalid(format!(
            "name at most {MOST_LABELS} labels in `data`; a label covers everything below it"
        )));
    }
    let sought = Sought::read(&new, &data.engine.snapshot(), &data.store).await?;
    let id = Uuid::now_v7();
    let act = may.act("tool.requested", &sought.tool);
    let wanted = |review| Wanted {
        tool: sought.tool.clone(),
        review,
        person: person.clone(),
        purpose: purpose.clone(),
        data: new.data.iter().cloned().collect(),
        withdrawn: None,
    };
    ask(data, &sought, id, wanted, act, may.now()).await?;
    let mine = shown(&data.store, &data.engine.snapshot(), &person).await?;
    let made = mine.into_iter().find(|request| request.id == id);
    made.map(|made| (StatusCode::CREATED, Json(made)))
        .ok_or_else(|| Problem::not_found("tool request", &id.to_string()))
}

/// List the tools that I asked for, the latest first.
#[utoipa::path(get, path = "/tool-requests", tag = "requests",
    responses((status = OK, body = Vec<ToolRequest>)), extensions(("x-permission" = json!("make_requests"))))]
pub(crate) async fn my_tool_requests(
    may: May<to::MakeRequests>,
    State(app): State<App>,
) -> Result<Json<Vec<ToolRequest>>, Problem> {
    let data = app.data(&may);
    let Some(person) = may.actor().person.clone() else { return Ok(Json(Vec::new())) };
    shown(&data.store, &data.engine.snapshot(), &person).await.map(Json)
}

/// No longer want a tool that I asked for.
#[utoipa::path(delete, path = "/tool-requests/{id}", tag = "requests",
    params(("id" = Uuid, Path, description = "The request"), From),
    responses((status = NO_CONTENT)), extensions(("x-permission" = json!("make_requests"))))]
pub(crate) async fn withdraw_tool_request(
    may: May<to::MakeRequests>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Params(from): Params<From>,
) -> Result<StatusCode, Problem> {
    let data = app.data(&may);
    let person = myself(&may)?;
    let request = kept::seen::<Wanted>(&data.store, id, from.revision).await?;
    if request.it.person != person {
        return Err(Problem::not_found("tool request", &id.to_string()));
    }
    if request.it.withdrawn.is_some() {
        return Err(refused("the request was withdrawn already"));
    }
    let withdrawn = Wanted { withdrawn: Some(may.now()), ..request.it.clone() };
    let act = may.act("tool_request.withdrawn", &request.it.tool);
    data.commit(Change::new(act).replace(&request, &withdrawn), may.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The tool that a request is about.
struct Sought {
    tool: ToolId,
    listing: Option<Listing>,
}

impl Sought {
    /// A tool of the catalogue, by id, by name or by host; otherwise one that is under review by that name or host; a new
    /// one if there is none.
    async fn read(new: &NewToolRequest, snapshot: &Snapshot, store: &Store) -> Result<Self, Problem> {
        let known = |tool: &catalog::Tool| Self { tool: tool.id.clone(), listing: None };
        let (name, host) = match (&new.tool, &new.name) {
            (Some(id), None) => {
                let tool = snapshot.catalog.tool(id.as_str()).map(known);
                return tool.ok_or_else(|| {
                    invalid(format!("the catalogue has no tool `{id}`; give its `name` and `host` instead"))
                });
            }
            (None, Some(name)) => (name, new.host.as_deref()),
            _ => return Err(invalid("say which tool: either `tool`, or `name` and `host`")),
        };
        let listing = Listing::new(name, host).map_err(invalid)?;
        let called = |tool: &&catalog::Tool| tool.name.eq_ignore_ascii_case(&listing.name);
        let by_host =
            listing.host.as_deref().and_then(|host| snapshot.catalog.lookup(host)).map(|found| found.tool);
        if let Some(tool) = by_host.or_else(|| snapshot.catalog.tools().iter().find(called)) {
            return Ok(known(tool));
        }
        let reviews = store.all_kept::<ToolReview>(&Which::default()).await?;
        let same_host = |review: &Kept<ToolReview>| {
            listing.host.is_some()
                && review.it.listing.as_ref().is_some_and(|listed| listed.host == listing.host)
        };
        let tool = match reviews.into_iter().find(same_host) {
            Some(review) => review.it.tool,
            None => governance::tool_review::tool_id(&listing.name).unwrap_or_else(|| ToolId::new("unnamed")),
        };
        if snapshot.catalog.tool(tool.as_str()).is_some() {
            return Ok(Self { tool, listing: None });
        }
        Ok(Self { tool, listing: Some(listing) })
    }
}

/// Joins the tool's open review, or opens one.
async fn ask(
    data: &Data,
    sought: &Sought,
    id: Uuid,
    wanted: impl Fn(Uuid) -> Wanted,
    act: Act,
    now: Timestamp,
) -> Result<(), Problem> {
    let Sought { tool, listing } = sought;
    let of = Which { subject: Some(tool.as_str().to_owned()), ..Which::default() };
    let reviews = data.store.all_kept::<ToolReview>(&of).await?;
    if let Some(open) = reviews.iter().find(|review| review.it.is_open()) {
        return join(data, open, &wanted(open.id), id, act, now).await;
    }
    let latest = reviews.first();
    let review_id = next_review(tool, latest.map(|review| review.id));
    let review = match latest.filter(|review| review.it.decided().is_some()) {
        Some(decided) => decided.it.again(decided.id, Cause::Requested),
        None => ToolReview::requested(tool.clone(), listing.clone()),
    };
    let change = Change::new(act.clone())
        .and(Act::new("tool_review.opened", review_id, act.by.as_str()))
        .add(review_id, &review)
        .add(id, &wanted(review_id));
    match data.store.commit(change, now).await {
        Ok(()) => Ok(data.current.refresh(now).await?),
        // Somebody asked for the same tool at the same moment: theirs is the review.
        Err(CommitError::Conflict { id: taken, .. }) if taken == review_id => {
            let open = kept::found::<ToolReview>(&data.store, review_id).await?;
            join(data, &open, &wanted(review_id), id, act, now).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn join(
    data: &Data,
    review: &Kept<ToolReview>,
    wanted: &Wanted,
    id: Uuid,
    act: Act,
    now: Timestamp,
) -> Result<(), Problem> {
    let mine = Which { person: Some(wanted.person.clone()), ..Which::default() };
    let mut mine = data.store.all_kept::<Wanted>(&mine).await?.into_iter();
    if mine.any(|other| other.it.review == review.id && other.it.withdrawn.is_none()) {
        return Err(refused(format!("you asked for `{}` already; its review is under way", wanted.tool)));
    }
    data.commit(Change::new(act).add(id, wanted), now).await
}

/// The id of the review that follows `latest`: the same on all nodes, so that two of them never open two.
pub(crate) fn next_review(tool: &ToolId, latest: Option<Uuid>) -> Uuid {
    let mut hash = blake3::Hasher::new_derive_key("bylaw 2026 tool review");
    hash.update(tool.as_str().as_bytes());
    hash.update(latest.unwrap_or_default().as_bytes());
    let mut bytes = [0; 16];
    hash.finalize_xof().fill(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

async fn shown(store: &Store, snapshot: &Snapshot, person: &PersonId) -> Result<Vec<ToolRequest>, Problem> {
    let mine = store.all_kept::<Wanted>(&Which { person: Some(person.clone()), ..Which::default() }).await?;
    let mut requests = Vec::with_capacity(mine.len());
    for request in mine {
        let review = kept::found::<ToolReview>(store, request.it.review).await?;
        let people = wanting(store, &request.it.tool).await?.get(&review.id).map_or(0, BTreeSet::len);
        requests.push(view(request, &review.it, name(snapshot, &review.it), people));
    }
    Ok(requests)
}

fn view(request: Kept<Wanted>, review: &ToolReview, name: String, people: usize) -> ToolRequest {
    let decision = review.decided();
    let state = match (&review.stage, request.it.withdrawn) {
        (_, Some(_)) => ToolRequestState::Withdrawn,
        (Stage::Open, None) => ToolRequestState::Waiting,
        (Stage::InReview { .. } | Stage::Proposed { .. }, None) => ToolRequestState::InReview,
        (Stage::Decided { .. }, None) => ToolRequestState::Decided,
        (Stage::Closed { .. }, None) => ToolRequestState::Closed,
    };
    ToolRequest {
        id: request.id,
        revision: request.revision,
        tool: request.it.tool,
        name,
        purpose: request.it.purpose,
        data: request.it.data,
        asked_at: request.created_at,
        state,
        people,
        outcome: decision.map(|decision| decision.outcome),
        conditions: decision.map(|decision| decision.conditions.clone()).filter(|text| !text.is_empty()),
        approved_for: decision
            .map(|decision| decision.approved_for.iter().cloned().collect())
            .unwrap_or_default(),
        until: decision.and_then(|decision| decision.until),
        closed: match &review.stage {
            Stage::Closed { reason } => Some(reason.clone()),
            _ => None,
        },
    }
}

/// What the tool of a review is called.
pub(crate) fn name(snapshot: &Snapshot, review: &ToolReview) -> String {
    let known = snapshot.catalog.tool(review.tool.as_str()).map(|tool| tool.name.clone());
    let listed = || review.listing.as_ref().map(|listing| listing.name.clone());
    known.or_else(listed).unwrap_or_else(|| review.tool.to_string())
}

/// Who still wants a tool, by review.
pub(crate) async fn wanting(
    store: &Store,
    tool: &ToolId,
) -> Result<HashMap<Uuid, BTreeSet<PersonId>>, Problem> {
    let of = Which {
        subject: Some(tool.as_str().to_owned()),
        state: Some("wanted".to_owned()),
        ..Which::default()
    };
    Ok(by_review(store.all_kept::<Wanted>(&of).await?))
}

/// Who still wants any tool, by review.
pub(crate) async fn all_wanting(store: &Store) -> Result<HashMap<Uuid, BTreeSet<PersonId>>, Problem> {
    let of = Which { state: Some("wanted".to_owned()), ..Which::default() };
    Ok(by_review(store.all_kept::<Wanted>(&of).await?))
}

fn by_review(requests: Vec<Kept<Wanted>>) -> HashMap<Uuid, BTreeSet<PersonId>> {
    let mut people = HashMap::<Uuid, BTreeSet<PersonId>>::new();
    for request in requests {
        people.entry(request.it.review).or_default().insert(request.it.person);
    }
    people
}
