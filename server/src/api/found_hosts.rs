use std::collections::BTreeMap;

use axum::{Json, extract::State};
use catalog::Catalog;
use governance::{
    Act,
    found_host::{FoundCommand, FoundHost, FoundStage},
    tool_review::{Listing, ToolReview, tool_id},
};
use model::{Timestamp, ToolCategory, ToolId};
use serde::{Deserialize, Serialize};
use store::{Change, Kept, Which};
use utoipa::ToSchema;
use uuid::Uuid;

use super::tool_requests::next_review;
use crate::{
    app::{App, Data},
    auth::{May, to},
    discovered::{self, Discovered},
    kept::{self, invalid, refused},
    web::{
        input::{Input, Named},
        problem::Problem,
    },
};

/// A host that looks like an AI tool and that the catalogue does not know.
#[derive(Serialize, ToSchema)]
pub(crate) struct Found {
    /// Its registrable name, or its address.
    host: String,
    /// The hosts below it that were used, at most eight.
    hosts: Vec<String>,
    /// How sure it is a tool, 50 to 100: an order in which to look, no probability.
    score: u8,
    /// Why, strongest first, in sentences.
    reasons: Vec<String>,
    /// Different people who used it.
    people: u64,
    /// Different people by department; those of none are under `unknown`.
    departments: BTreeMap<String, u64>,
    times: u64,
    bytes_up: u64,
    bytes_down: u64,
    first_seen: Timestamp,
    last_seen: Timestamp,
    state: FoundState,
    /// The revision of what people said of it; 0 if nobody has.
    revision: u64,
    /// Who said so.
    by: Option<String>,
    /// Why it was dismissed.
    reason: Option<String>,
    /// The tool as which it is listed.
    tool: Option<ToolId>,
    /// Its review.
    review: Option<Uuid>,
    /// An entry for a catalogue file of one's own, to be completed.
    entry: String,
}

/// What people said of a host.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FoundState {
    /// Nothing yet.
    Open,
    /// A tool, listed in the catalogue.
    Listed,
    /// A tool whose review was asked for.
    InReview,
    /// No AI tool.
    Dismissed,
}

/// What to say of a host.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FoundOpinion {
    /// The revision that was read.
    revision: u64,
    opinion: FoundStep,
}

/// What a host is.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum FoundStep {
    /// A tool: list it, so that rules see it.
    List {
        /// Its name.
        name: String,
        /// What it is mainly for.
        category: ToolCategory,
    },
    /// A tool: list it, and have it reviewed.
    Review {
        /// Its name.
        name: String,
        /// What it is mainly for.
        category: ToolCategory,
    },
    /// No AI tool.
    Dismiss {
        /// Why.
        reason: String,
    },
    /// Something to look at again.
    Reopen,
}

/// List the hosts that look like tools, those that nobody has said anything of first.
#[utoipa::path(get, path = "/found-hosts", tag = "ai use",
    responses((status = OK, body = Vec<Found>)), extensions(("x-permission" = json!("read_overview"))))]
pub(crate) async fn list_found_hosts(
    may: May<to::ReadOverview>,
    State(app): State<App>,
) -> Result<Json<Vec<Found>>, Problem> {
    found(app.data(&may), may.now()).await.map(Json)
}

/// Say what a host is.
#[utoipa::path(post, path = "/found-hosts/{host}/opinion", tag = "ai use",
    params(("host" = String, Path, description = "The host")), request_body = FoundOpinion,
    responses((status = OK, body = Found)), extensions(("x-permission" = json!("decide_tools"))))]
pub(crate) async fn judge_found_host(
    may: May<to::DecideTools>,
    State(app): State<App>,
    Named(host): Named<String>,
    Input(given): Input<FoundOpinion>,
) -> Result<Json<Found>, Problem> {
    let data = app.data(&may);
    let one = |all: Vec<Found>| all.into_iter().find(|found| found.host == host);
    let missing = || Problem::not_found("host that looks like a tool", &host);
    one(found(data, may.now()).await?).ok_or_else(missing)?;
    judge(&may, data, &host, given).await?;
    one(found(data, may.now()).await?).map(Json).ok_or_else(missing)
}

async fn judge(
    may: &May<to::DecideTools>,
    data: &Data,
    host: &str,
    given: FoundOpinion,
) -> Result<(), Problem> {
    let id = FoundHost::id(host);
    let before = match given.revision {
        0 => None,
        revision => Some(kept::seen::<FoundHost>(&data.store, id, revision).await?),
    };
    let stage = before.as_ref().map_or(FoundStage::Open, |kept| kept.it.stage.clone());
    let (command, review) = command(data, host, &stage, given.opinion)?;
    let act = may.act(command.act(), host);
    let next = FoundHost {
        stage: stage.follow(command).map_err(refused)?,
        ..FoundHost::open(host, &may.actor().name, may.now())
    };
    let mut change = Change::new(act);
    if let Some((id, review)) = review {
        change = change.and(Act::new("tool_review.opened", id, may.actor().name.as_str())).add(id, &review);
    }
    let change = match &before {
        Some(kept) => change.replace(kept, &next),
        None => change.add(id, &next),
    };
    data.commit(change, may.now()).await
}

/// What the opinion means, with the review that it opens.
fn command(
    data: &Data,
    host: &str,
    stage: &FoundStage,
    step: FoundStep,
) -> Result<(FoundCommand, Option<(Uuid, ToolReview)>), Problem> {
    match step {
        FoundStep::List { name, category } => {
            let (tool, listing) = listing(data, host, stage, &name, category)?;
            Ok((FoundCommand::List { tool, listing }, None))
        }
        FoundStep::Review { name, category } => {
            let (tool, listing) = listing(data, host, stage, &name, category)?;
            let id = next_review(&tool, None);
            let review = ToolReview::found(tool.clone(), Some(listing.clone()));
            Ok((FoundCommand::Review { tool, listing, review: id }, Some((id, review))))
        }
        FoundStep::Dismiss { reason } => {
            Ok((FoundCommand::Dismiss { reason: kept::text(&reason, "reason")? }, None))
        }
        FoundStep::Reopen => Ok((FoundCommand::Reopen, None)),
    }
}

fn listing(
    data: &Data,
    host: &str,
    stage: &FoundStage,
    name: &str,
    category: ToolCategory,
) -> Result<(ToolId, Listing), Problem> {
    if let Some((tool, listing)) = stage.listing() {
        return Ok((tool.clone(), listing.clone()));
    }
    let listing = Listing { category: Some(category), ..Listing::new(name, Some(host)).map_err(invalid)? };
    let tool = tool_id(name).ok_or_else(|| invalid("give the tool a name with letters or digits"))?;
    if data.engine.snapshot().catalog.tool(tool.as_str()).is_some() {
        return Err(refused(format!(
            "the catalogue has a tool `{tool}` already; give this one another name, or add the host to that tool in the \
             file that `catalog.file` of the configuration names"
        )));
    }
    Ok((tool, listing))
}

async fn found(data: &Data, now: Timestamp) -> Result<Vec<Found>, Problem> {
    let discovered = discovered::all(data, now).await?;
    let said = data.store.all_kept::<FoundHost>(&Which::default()).await?;
    let mut said: BTreeMap<String, Kept<FoundHost>> =
        said.into_iter().map(|kept| (kept.it.host.clone(), kept)).collect();
    let snapshot = data.engine.snapshot();
    let mut found: Vec<Found> = discovered
        .into_iter()
        .map(|one| {
            let said = said.remove(&*one.candidate.evidence.site);
            view(one, said, &snapshot.catalog)
        })
        .collect();
    found.sort_by(|a, b| {
        a.state
            .cmp(&b.state)
            .then(b.score.cmp(&a.score))
            .then(b.people.cmp(&a.people))
            .then(a.host.cmp(&b.host))
    });
    Ok(found)
}

fn view(one: Discovered, said: Option<Kept<FoundHost>>, catalog: &Catalog) -> Found {
    let Discovered { candidate, departments } = one;
    let seen = &candidate.evidence;
    let stage = said.as_ref().map_or(&FoundStage::Open, |kept| &kept.it.stage);
    Found {
        state: match stage {
            FoundStage::Open => FoundState::Open,
            FoundStage::Listed { .. } => FoundState::Listed,
            FoundStage::InReview { .. } => FoundState::InReview,
            FoundStage::Dismissed { .. } => FoundState::Dismissed,
        },
        tool: stage.listing().map(|(tool, _)| tool.clone()),
        review: match stage {
            FoundStage::InReview { review, .. } => Some(*review),
            _ => None,
        },
        reason: match stage {
            FoundStage::Dismissed { reason } => Some(reason.clone()),
            _ => None,
        },
        revision: said.as_ref().map_or(0, |kept| kept.revision),
        by: said.as_ref().map(|kept| kept.it.by.clone()),
        host: seen.site.to_string(),
        hosts: seen.hosts.iter().map(ToString::to_string).collect(),
        score: candidate.score,
        reasons: candidate.reasons.iter().map(ToString::to_string).collect(),
        people: u64::from(seen.people),
        times: seen.times,
        bytes_up: seen.bytes_up,
        bytes_down: seen.bytes_down,
        first_seen: seen.first,
        last_seen: seen.last,
        entry: candidate.entry(catalog),
        departments,
    }
}
