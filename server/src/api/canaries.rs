use axum::{Json, extract::State};
use governance::{
    canary::{CanaryResult, CanaryRun, Got},
    incident::{Incident, IncidentStage, Sign},
};
use model::{Action, ClauseId, Timestamp, ToolId};
use serde::Serialize;
use store::Kept;
use utoipa::ToSchema;
use uuid::Uuid;

use super::incidents::IncidentState;
use crate::{
    app::App,
    auth::{May, to},
    canaries::{self, RunError},
    web::problem::Problem,
};

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
    /// Which of the clause's examples, counted from 1; 0 for one that somebody defined.
    example: u32,
    /// The name of the one that somebody defined, if it is one.
    own: Option<String>,
    tool: ToolId,
    expected: Action,
    passes: bool,
    /// What happened, in words.
    says: String,
}

/// A promise of the policy that the gate did not keep: an incident, in short.
#[derive(Serialize, ToSchema)]
pub(crate) struct BrokenPromise {
    /// The incident.
    incident: Uuid,
    clause: ClauseId,
    /// What happened the latest time, in words.
    says: String,
    /// The policy that was in force.
    policy: String,
    /// When it first failed.
    since: Timestamp,
    /// When it last failed.
    failed_at: Timestamp,
    state: IncidentState,
    /// Who looks into it, or closed it.
    owner: Option<String>,
    /// Why the promise was not kept, once that is known.
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

/// List the promises that the gate did not keep, the latest first. Each is an incident, where people deal with it.
#[utoipa::path(get, path = "/canaries/failures", tag = "canaries",
    responses((status = OK, body = Vec<BrokenPromise>)), extensions(("x-permission" = json!("read_evidence"))))]
pub(crate) async fn list_canary_failures(
    may: May<to::ReadEvidence>,
    State(app): State<App>,
) -> Result<Json<Vec<BrokenPromise>>, Problem> {
    let failures = canaries::failures(&app.data(&may).store).await?;
    Ok(Json(failures.iter().flat_map(promises).collect()))
}

fn shown_run(run: Option<CanaryRun>) -> Canaries {
    let canary = |result: CanaryResult| Canary {
        passes: result.got == Got::Promised,
        says: result.says(),
        clause: result.clause,
        example: result.example,
        own: result.own,
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

fn promises(kept: &Kept<Incident>) -> Vec<BrokenPromise> {
    let explanation = match &kept.it.stage {
        IncidentStage::Closed { because, .. } => Some(because.clone()),
        _ => None,
    };
    let broken = kept.it.evidence.iter().filter_map(|evidence| match &evidence.sign {
        Sign::Canary { clause, policy, result, .. } => Some((evidence, clause, policy, result)),
        _ => None,
    });
    let shown = broken.map(|(evidence, clause, policy, result)| BrokenPromise {
        incident: kept.id,
        clause: clause.clone(),
        says: result.says(),
        policy: policy.clone(),
        since: evidence.since,
        failed_at: evidence.at,
        state: IncidentState::of(&kept.it.stage),
        owner: kept.it.stage.owner().map(ToOwned::to_owned),
        explanation: explanation.clone(),
    });
    shown.collect()
}
