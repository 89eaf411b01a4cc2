use axum::{Json, extract::State};
use governance::canary::{CanaryCommand, CanaryFailure, CanaryFailureState, CanaryResult, CanaryRun, Got};
use model::{Action, ClauseId, Timestamp, ToolId};
use serde::{Deserialize, Serialize};
use store::{Change, Kept, Which};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    app::{App, Data},
    auth::{May, to},
    canaries::{self, RunError},
    web::{
        input::{Input, Named},
        problem::{Kind, Problem},
    },
};

/// Longest explanation, in characters.
const LONGEST: usize = 2_000;

/// What came of the latest run of the canaries.
#[derive(Serialize, ToSchema)]
pub(crate) struct Canaries {
    /// When; `null` if they were never sent.
    at: Option<Timestamp>,
    /// The policy that was in force.
    policy: Option<String>,
    results: Vec<Canary>,
    /// Clauses with a rule for which no example fits what is decided about tools: nothing was sent for them.
    untested: Vec<ClauseId>,
}

/// What came of one canary.
#[derive(Serialize, ToSchema)]
pub(crate) struct Canary {
    clause: ClauseId,
    /// Which of the clause's examples, counted from 1.
    example: u32,
    tool: ToolId,
    expected: Action,
    passes: bool,
    /// What happened, in words.
    says: String,
}

/// A promise of the policy that the gate did not keep.
#[derive(Serialize, ToSchema)]
pub(crate) struct BrokenPromise {
    id: Uuid,
    revision: u64,
    clause: ClauseId,
    /// What happened, in words.
    says: String,
    /// The policy that was in force.
    policy: String,
    /// When it first failed.
    since: Timestamp,
    /// When it last failed.
    failed_at: Timestamp,
    state: PromiseState,
    /// Who looks into it, or closed it.
    by: Option<String>,
    /// Why the promise was not kept, once that is known.
    explanation: Option<String>,
}

/// What people did about a broken promise.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PromiseState {
    /// Nobody has looked at it.
    Open,
    /// Somebody looks into it.
    Acknowledged,
    /// It is understood.
    Closed,
}

/// What to do about a broken promise.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PromiseDecision {
    /// The revision that was looked at.
    revision: u64,
    /// Why the promise was not kept, which closes it; left out: somebody looks into it.
    explanation: Option<String>,
}

/// What came of the latest run of the canaries.
#[utoipa::path(get, path = "/canaries", tag = "canaries",
    responses((status = OK, body = Canaries)), extensions(("x-permission" = json!("read_evidence"))))]
pub(crate) async fn get_canaries(
    may: May<to::ReadEvidence>,
    State(app): State<App>,
) -> Result<Json<Canaries>, Problem> {
    let run = canaries::latest(&app.data(&may).store).await?;
    Ok(Json(shown_run(run)))
}

/// Send all canaries through the live gate now.
#[utoipa::path(post, path = "/canaries", tag = "canaries",
    responses((status = OK, body = Canaries)), extensions(("x-permission" = json!("run_canaries"))))]
pub(crate) async fn run_canaries(
    may: May<to::RunCanaries>,
    State(app): State<App>,
) -> Result<Json<Canaries>, Problem> {
    let (data, by) = (app.data(&may), &may.actor().name);
    let run = canaries::run(&data.store, &data.engine, app.prober()?, by, may.now()).await;
    let run = run.map_err(|error| match error {
        RunError::Store(cause) => Problem::from(cause),
        RunError::Commit(cause) => Problem::from(cause),
    })?;
    Ok(Json(shown_run(Some(run))))
}

/// List the promises that the gate did not keep, the latest first.
#[utoipa::path(get, path = "/canaries/failures", tag = "canaries",
    responses((status = OK, body = Vec<BrokenPromise>)), extensions(("x-permission" = json!("read_evidence"))))]
pub(crate) async fn list_canary_failures(
    may: May<to::ReadEvidence>,
    State(app): State<App>,
) -> Result<Json<Vec<BrokenPromise>>, Problem> {
    let all = app.data(&may).store.all_kept::<CanaryFailure>(&Which::default()).await?;
    Ok(Json(all.into_iter().map(shown).collect()))
}

/// Say that somebody looks into a broken promise, or close it with an explanation.
#[utoipa::path(post, path = "/canaries/failures/{id}", tag = "canaries",
    params(("id" = Uuid, Path, description = "The failure")), request_body = PromiseDecision,
    responses((status = OK, body = BrokenPromise)), extensions(("x-permission" = json!("run_canaries"))))]
pub(crate) async fn decide_canary_failure(
    may: May<to::RunCanaries>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Input(decision): Input<PromiseDecision>,
) -> Result<Json<BrokenPromise>, Problem> {
    let data = app.data(&may);
    let kept = one(data, id).await?;
    if kept.revision != decision.revision {
        let detail = "this failure changed meanwhile; look at it as it is now, then try again";
        return Err(Problem::new(Kind::Conflict, detail));
    }
    let (by, at) = (may.actor().name.clone(), may.now());
    let (what, command) = match decision.explanation.map(checked).transpose()? {
        None => ("canary_failure.acknowledged", CanaryCommand::Acknowledge { by, at }),
        Some(explanation) => ("canary_failure.closed", CanaryCommand::Close { by, at, explanation }),
    };
    let state = kept.it.state.apply(command);
    let state = state.map_err(|refused| Problem::new(Kind::Conflict, refused.to_string()))?;
    let next = CanaryFailure { state, ..kept.it.clone() };
    data.commit(Change::new(may.act(what, &kept.it.clause)).replace(&kept, &next), at).await?;
    Ok(Json(shown(one(data, id).await?)))
}

fn checked(explanation: String) -> Result<String, Problem> {
    let explanation = explanation.trim();
    if explanation.is_empty() || explanation.chars().count() > LONGEST {
        let detail =
            format!("say in `explanation` why the promise was not kept, in at most {LONGEST} characters");
        return Err(Problem::new(Kind::Invalid, detail));
    }
    Ok(explanation.to_owned())
}

async fn one(data: &Data, id: Uuid) -> Result<Kept<CanaryFailure>, Problem> {
    let kept = data.store.kept::<CanaryFailure>(id).await?;
    kept.ok_or_else(|| Problem::not_found("canary failure", &id.to_string()))
}

fn shown_run(run: Option<CanaryRun>) -> Canaries {
    let canary = |result: CanaryResult| Canary {
        passes: result.got == Got::Promised,
        says: result.says(),
        clause: result.clause,
        example: result.example,
        tool: result.tool,
        expected: result.expected,
    };
    match run {
        None => Canaries { at: None, policy: None, results: Vec::new(), untested: Vec::new() },
        Some(run) => Canaries {
            at: Some(run.at),
            policy: Some(run.policy),
            results: run.results.into_iter().map(canary).collect(),
            untested: run.untested,
        },
    }
}

fn shown(kept: Kept<CanaryFailure>) -> BrokenPromise {
    let Kept { id, revision, created_at, it, .. } = kept;
    let (state, by, explanation) = match it.state {
        CanaryFailureState::Open => (PromiseState::Open, None, None),
        CanaryFailureState::Acknowledged { by, .. } => (PromiseState::Acknowledged, Some(by), None),
        CanaryFailureState::Closed { by, explanation, .. } => {
            (PromiseState::Closed, Some(by), Some(explanation))
        }
    };
    BrokenPromise {
        id,
        revision,
        clause: it.clause,
        says: it.latest.says(),
        policy: it.policy,
        since: created_at,
        failed_at: it.failed_at,
        state,
        by,
        explanation,
    }
}
