use std::{collections::BTreeMap, sync::Arc, time::Duration};

use axum::{Json, extract::State, http::StatusCode};
use governance::{Act, Trial, TrialCommand, TrialState};
use model::{Action, ClauseId, ExchangeId, Label, Timestamp, ToolId};
use policy::backtest::{Burden, Change as Changed, Report};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Change, Kept, Span};
use utoipa::ToSchema;
use uuid::Uuid;

use super::drafts::{found, mistaken, reader};
use crate::{
    app::App,
    auth::{May, to},
    publication::{DOCUMENT, off_the_runtime},
    trials::{BacktestError, backtest},
    web::{
        input::{Input, Named},
        problem::{Kind, Problem},
    },
};

/// Longest period, in days.
const LONGEST: u32 = 366;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// A backtest that was begun this long ago and is not known to run here has been given up: its node stopped.
const GIVEN_UP: Duration = Duration::from_secs(60 * 60);

/// A draft's trial on recorded exchanges.
#[derive(Serialize, ToSchema)]
#[schema(as = Backtest)]
pub(crate) struct ShownTrial {
    id: Uuid,
    /// The SHA-256 of the document that is tried.
    hash: String,
    from: Timestamp,
    to: Timestamp,
    by: String,
    began: Timestamp,
    state: TrialWord,
    /// Records that have been looked at, where the answering node is at it.
    seen: Option<u64>,
    /// Why it broke off.
    why: Option<String>,
    report: Option<TrialReport>,
}

/// Where a backtest stands.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = BacktestState)]
pub(crate) enum TrialWord {
    /// Ask again in a second.
    Running,
    /// The report is there.
    Done,
    /// It broke off.
    Failed,
}

/// What a draft would have said of recorded exchanges.
#[derive(Serialize, Deserialize, ToSchema)]
#[schema(as = BacktestReport)]
pub(crate) struct TrialReport {
    records: u64,
    /// Different sets of facts among them, each put to the draft once.
    distinct: u64,
    people: u64,
    /// From the first record to the last, at least one.
    weeks: f64,
    /// The verdicts that change, the most frequent change first.
    changes: Vec<VerdictChange>,
    /// What the policies in force asked of people, and let pass.
    before: TrialBurden,
    /// What the draft would have.
    after: TrialBurden,
}

/// Exchanges whose verdict changes in one way.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct VerdictChange {
    from: Action,
    to: Action,
    /// The clause of the draft that decides; nothing where no clause speaks of it.
    clause: Option<ClauseId>,
    exchanges: u64,
    people: u64,
    tools: BTreeMap<ToolId, u64>,
    departments: BTreeMap<String, u64>,
    examples: Vec<TrialCase>,
}

/// A recorded exchange, as masked as its record.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct TrialCase {
    id: ExchangeId,
    at: Timestamp,
    tool: ToolId,
    findings: Vec<TrialFinding>,
}

/// What was found in it.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct TrialFinding {
    label: Label,
    excerpt: String,
}

/// What a policy asks of people, and what it lets pass.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct TrialBurden {
    /// Exchanges that were not simply allowed.
    interruptions: u64,
    per_person_and_week: f64,
    /// Exchanges that passed as they were although something sensitive was found in them, by label family.
    exposed: BTreeMap<String, u64>,
}

/// A backtest to run.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewTrial {
    /// How many days back, 1 to 366.
    days: u32,
}

/// Try a draft on the exchanges of the last days; ask for the report afterwards.
#[utoipa::path(post, path = "/drafts/{id}/backtests", tag = "drafts", request_body = NewTrial,
    params(("id" = Uuid, Path, description = "The draft")),
    responses((status = ACCEPTED, body = ShownTrial)), extensions(("x-permission" = json!("write_policy"))))]
pub(crate) async fn run_backtest(
    may: May<to::WritePolicy>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Input(new): Input<NewTrial>,
) -> Result<(StatusCode, Json<ShownTrial>), Problem> {
    let data = app.data(&may);
    if !(1..=LONGEST).contains(&new.days) {
        return Err(Problem::new(Kind::Invalid, format!("`days` is a number from 1 to {LONGEST}")));
    }
    let draft = found(&data.store, id).await?;
    let Some(turn) = data.trials.turn() else {
        let detail = "this node is at another backtest; wait until it is done, then try again";
        return Err(Problem::new(Kind::Busy, detail));
    };
    let (snapshot, source) = (data.engine.snapshot(), draft.it.source.clone());
    let compiled = off_the_runtime(move || {
        let words = engine::taxonomy(&snapshot.detectors, &snapshot.catalog);
        policy::compile(DOCUMENT, &source, &words)
    });
    let policy = Arc::new(compiled.await?.map_err(mistaken)?);
    let number = Uuid::now_v7();
    let span = Span { from: may.now().minus(DAY * new.days), to: may.now() };
    let by = may.actor().account.clone();
    let trial = Trial::begin(draft.it.hash(), span.from, span.to, by, may.now());
    let act =
        may.act("backtest.begun", number).with(json!({ "draft": id, "hash": trial.hash, "days": new.days }));
    data.commit(Change::new(act).add(number, &trial), may.now()).await?;
    let seen = data.trials.begin(number);
    let (store, running) = (data.store.clone(), app.clone());
    tokio::spawn(async move {
        let outcome = backtest(&store, policy, span, seen).await;
        if let Err(problem) = running.end_trial(number, outcome).await {
            tracing::warn!(backtest = %number, ?problem, "a backtest's report was not kept");
        }
        drop(turn);
    });
    let kept = data.store.kept(number).await?.ok_or_else(|| unknown(number))?;
    Ok((StatusCode::ACCEPTED, Json(shown(&app, kept, may.now())?)))
}

/// How a backtest stands and, once it is done, its report.
#[utoipa::path(get, path = "/backtests/{id}", tag = "drafts",
    params(("id" = Uuid, Path, description = "The backtest")),
    responses((status = OK, body = ShownTrial)), extensions(("x-permission" = json!("review_policy"))))]
pub(crate) async fn get_backtest(
    may: May<to::ReviewPolicy>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
) -> Result<Json<ShownTrial>, Problem> {
    let kept = reader(&may, &app)?.store.kept(id).await?.ok_or_else(|| unknown(id))?;
    Ok(Json(shown(&app, kept, may.now())?))
}

/// List the backtests of exactly what a draft is now, the latest first.
#[utoipa::path(get, path = "/drafts/{id}/backtests", tag = "drafts",
    params(("id" = Uuid, Path, description = "The draft")),
    responses((status = OK, body = Vec<ShownTrial>)), extensions(("x-permission" = json!("review_policy"))))]
pub(crate) async fn list_backtests(
    may: May<to::ReviewPolicy>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
) -> Result<Json<Vec<ShownTrial>>, Problem> {
    let data = reader(&may, &app)?;
    let hash = found(&data.store, id).await?.it.hash();
    let which = store::Which { subject: Some(hash.to_string()), ..store::Which::default() };
    let trials = data.store.all_kept::<Trial>(&which).await?;
    let shown = trials.into_iter().map(|kept| shown(&app, kept, may.now()));
    Ok(Json(shown.collect::<Result<_, _>>()?))
}

impl App {
    /// Keeps what a backtest came to.
    async fn end_trial(&self, id: Uuid, outcome: Result<Report, BacktestError>) -> Result<(), Problem> {
        let data = self.guarded().for_tasks();
        let (at, kept) = (self.now(), data.store.kept::<Trial>(id).await?);
        data.trials.end(id);
        let Some(kept) = kept else { return Ok(()) };
        let command = match outcome {
            Ok(report) => TrialCommand::Finish { at, report: json!(TrialReport::of(&report)) },
            Err(error) => TrialCommand::Fail { at, why: error.to_string() },
        };
        let Ok(ended) = kept.it.clone().apply(command) else { return Ok(()) };
        let act = Act::new("backtest.ended", id, kept.it.by.as_str());
        data.commit(Change::new(act).replace(&kept, &ended), at).await
    }
}

fn unknown(id: Uuid) -> Problem {
    Problem::not_found("backtest", &id.to_string())
}

fn shown(app: &App, kept: Kept<Trial>, now: Timestamp) -> Result<ShownTrial, Problem> {
    let seen = app.guarded().for_tasks().trials.seen(kept.id);
    let abandoned = seen.is_none() && kept.it.began.plus(GIVEN_UP) < now;
    let Trial { hash, from, to, by, began, state } = kept.it;
    let (state, why, report) = match state {
        TrialState::Running if abandoned => {
            (TrialWord::Failed, Some("the node that ran it stopped; run it again".to_owned()), None)
        }
        TrialState::Running => (TrialWord::Running, None, None),
        TrialState::Failed { why, .. } => (TrialWord::Failed, Some(why), None),
        TrialState::Done { report, .. } => {
            let report = serde_json::from_value(report);
            let report = report.map_err(|error| Problem::internal("read a backtest's report", &error))?;
            (TrialWord::Done, None, Some(report))
        }
    };
    Ok(ShownTrial { id: kept.id, hash: hash.to_string(), from, to, by, began, state, seen, why, report })
}

impl TrialReport {
    fn of(report: &Report) -> Self {
        let burden = |burden: &Burden| TrialBurden {
            interruptions: burden.interruptions,
            per_person_and_week: report.friction(burden),
            exposed: burden.exposed.clone(),
        };
        Self {
            records: report.records,
            distinct: report.distinct as u64,
            people: report.people as u64,
            weeks: report.weeks,
            changes: report.changes.iter().map(VerdictChange::of).collect(),
            before: burden(&report.before),
            after: burden(&report.after),
        }
    }
}

impl VerdictChange {
    fn of(change: &Changed) -> Self {
        let finding = |(label, excerpt): &(Label, String)| TrialFinding {
            label: label.clone(),
            excerpt: excerpt.clone(),
        };
        let examples = change.examples.iter().map(|case| TrialCase {
            id: case.id,
            at: case.at,
            tool: case.tool.clone(),
            findings: case.findings.iter().map(finding).collect(),
        });
        Self {
            from: change.from,
            to: change.to,
            clause: change.clause.clone(),
            exchanges: change.exchanges,
            people: change.people as u64,
            tools: change.tools.clone(),
            departments: change.departments.clone(),
            examples: examples.collect(),
        }
    }
}
