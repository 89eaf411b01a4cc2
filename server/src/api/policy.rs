use std::sync::Arc;

use axum::{Json, extract::State, http::header, response::IntoResponse};
use engine::{ExampleResult, Snapshot, run_examples, taxonomy};
use model::{Action, ClauseId, Label, Severity, Timestamp, ToolId};
use policy::{Clause, Example, Level, Notice};
use serde::{Deserialize, Serialize};
use store::{Change, PolicyDraft};
use tokio::task;
use utoipa::ToSchema;

use crate::{
    app::{App, Data},
    auth::{May, to},
    web::{
        input::Input,
        problem::{Kind, Mistake, Problem, ProblemDetails},
    },
};

/// The name that messages give a policy that came through the API.
const DOCUMENT: &str = "policy.md";

/// The policy in force, as employees read it and with how it does.
#[derive(Serialize, ToSchema)]
pub(crate) struct Policy {
    version: String,
    title: String,
    owner: String,
    /// What is done with what no clause allows.
    otherwise: Action,
    published_at: Option<Timestamp>,
    published_by: Option<String>,
    clauses: Vec<PolicyClause>,
}

/// One clause.
#[derive(Serialize, ToSchema)]
pub(crate) struct PolicyClause {
    id: ClauseId,
    /// The heading it stands under.
    section: String,
    title: String,
    prose_html: String,
    why_html: Option<String>,
    /// Its rule in words.
    sentence: Option<String>,
    action: Option<Action>,
    severity: Option<Severity>,
    /// The data it is about.
    labels: Vec<Label>,
    counts: ClauseCounts,
    upheld_by: UpheldBy,
    examples: Vec<PolicyExample>,
    rule_source: Option<String>,
    line: u32,
}

/// Exchanges to which a clause applied.
#[derive(Clone, Copy, Default, Serialize, ToSchema)]
pub(crate) struct ClauseCounts {
    /// In the last 24 hours.
    day: u64,
    /// In the last 7 days.
    week: u64,
}

/// What makes a clause hold.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UpheldBy {
    /// Its rule.
    Rule,
    /// People alone.
    People,
}

/// One of a clause's examples and what came of it.
#[derive(Serialize, ToSchema)]
#[schema(as = ExampleResult)]
pub(crate) struct PolicyExample {
    says: String,
    file: Option<String>,
    tool: ToolId,
    expect: Action,
    clauses: Vec<ClauseId>,
    passes: bool,
    /// What the policy says instead, if it does not pass.
    got: Option<String>,
}

/// A policy document.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicySource {
    /// The Markdown document.
    source: String,
}

/// A policy to put into force.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPolicy {
    /// The Markdown document.
    source: String,
    /// The version its author started from; if given, publishing is refused when another came into force since.
    base: Option<String>,
}

/// What is wrong with a draft, or worth a look.
#[derive(Serialize, ToSchema)]
pub(crate) struct LintReport {
    mistakes: Vec<LintNotice>,
}

/// One thing that is wrong with a draft, or worth a look.
#[derive(Serialize, ToSchema)]
pub(crate) struct LintNotice {
    /// `error`: the policy cannot run. `warning`: it runs, but someone should look.
    severity: LintSeverity,
    line: u32,
    column: u32,
    message: String,
    remedy: Option<String>,
}

/// How much a notice matters.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LintSeverity {
    /// The policy cannot run.
    Error,
    /// The policy runs, but someone should look.
    Warning,
}

/// Read the policy in force, with each clause's counts and examples.
#[utoipa::path(get, path = "/policy", tag = "policy",
    responses((status = OK, body = Policy)), extensions(("x-permission" = json!("read_policy"))))]
pub(crate) async fn get_policy(
    may: May<to::ReadPolicy>,
    State(app): State<App>,
) -> Result<Json<Policy>, Problem> {
    Ok(Json(shown(app.data(&may), may.now()).await?))
}

/// Read the policy's source.
#[utoipa::path(get, path = "/policy/source", tag = "policy",
    responses((status = OK, body = String, content_type = "text/markdown")),
    extensions(("x-permission" = json!("write_policy"))))]
pub(crate) async fn get_policy_source(
    may: May<to::WritePolicy>,
    State(app): State<App>,
) -> impl IntoResponse {
    let source = app.data(&may).engine.snapshot().policy.source().to_owned();
    ([(header::CONTENT_TYPE, "text/markdown; charset=utf-8")], source)
}

/// Have a draft checked; nothing is stored.
#[utoipa::path(post, path = "/policy/lint", tag = "policy", request_body = PolicySource,
    responses((status = OK, body = LintReport)), extensions(("x-permission" = json!("write_policy"))))]
pub(crate) async fn lint_policy(
    may: May<to::WritePolicy>,
    State(app): State<App>,
    Input(draft): Input<PolicySource>,
) -> Result<Json<LintReport>, Problem> {
    let snapshot = app.data(&may).engine.snapshot();
    let today = may.now();
    let notices = off_the_runtime(move || {
        let words = taxonomy(&snapshot.detectors, &snapshot.catalog);
        policy::lint_on(DOCUMENT, &draft.source, &words, Some(today))
    });
    Ok(Json(LintReport { mistakes: notices.await?.into_iter().map(lint_notice).collect() }))
}

/// Put a policy into force. With mistakes it is refused whole, and the one in force stays.
#[utoipa::path(put, path = "/policy", tag = "policy", request_body = NewPolicy,
    responses((status = OK, body = Policy), (status = UNPROCESSABLE_ENTITY, body = ProblemDetails,
        content_type = "application/problem+json", description = "Every mistake in the policy")),
    extensions(("x-permission" = json!("publish_policy"))))]
pub(crate) async fn publish_policy(
    may: May<to::PublishPolicy>,
    State(app): State<App>,
    Input(draft): Input<NewPolicy>,
) -> Result<Json<Policy>, Problem> {
    let data = app.data(&may);
    publish(&may, data, draft).await?;
    Ok(Json(shown(data, may.now()).await?))
}

async fn publish(may: &May<to::PublishPolicy>, data: &Data, draft: NewPolicy) -> Result<(), Problem> {
    let snapshot = data.engine.snapshot();
    let NewPolicy { source, base } = draft;
    started_from(base.as_deref(), &snapshot)?;
    let compiled = off_the_runtime(move || {
        let words = taxonomy(&snapshot.detectors, &snapshot.catalog);
        policy::compile(DOCUMENT, &source, &words)
    });
    let policy = compiled.await?.map_err(mistaken)?;
    let by = &may.actor().name;
    let draft = PolicyDraft {
        version: policy.version().clone(),
        name: policy.front().policy.clone(),
        source: policy.source().to_owned(),
    };
    let stored = data.store.policy().await?.map(|stored| stored.publication.version);
    let act = may.act("policy.published", &draft.version);
    data.commit(Change::new(act).publish(draft, stored, by.as_str()), may.now()).await
}

/// Keeps an author from overwriting what somebody else published meanwhile.
fn started_from(base: Option<&str>, snapshot: &Snapshot) -> Result<(), Problem> {
    let current = snapshot.policy.version();
    match base {
        Some(base) if base != current.as_str() => {
            let detail = format!(
                "the policy in force is now `{current}`, not `{base}`; look at what changed, then publish again"
            );
            Err(Problem::new(Kind::Conflict, detail))
        }
        _ => Ok(()),
    }
}

fn mistaken(mistakes: policy::Mistakes) -> Problem {
    let count = mistakes.len();
    let errors = mistakes.into_iter().map(|mistake| Mistake {
        line: mistake.place.line,
        column: mistake.place.column,
        message: mistake.message,
        remedy: Some(mistake.remedy),
    });
    let what = if count == 1 { "a mistake".to_owned() } else { format!("{count} mistakes") };
    let detail = format!("the policy has {what}, listed in `errors`; the policy in force has not changed");
    Problem::new(Kind::PolicyMistakes, detail).with_errors(errors.collect())
}

fn lint_notice(notice: Notice) -> LintNotice {
    let severity = match notice.level {
        Level::Mistake => LintSeverity::Error,
        Level::Warning => LintSeverity::Warning,
    };
    let policy::Mistake { place, message, remedy } = notice.mistake;
    LintNotice { severity, line: place.line, column: place.column, message, remedy: Some(remedy) }
}

/// The policy in force as it is shown. Its examples are run off the runtime's threads.
async fn shown(data: &Data, now: Timestamp) -> Result<Policy, Problem> {
    let counts = data.store.clause_counts(now).await?;
    let published = data.store.policy().await?.map(|stored| stored.publication);
    let snapshot = data.engine.snapshot();
    let tested = Arc::clone(&snapshot);
    let results = off_the_runtime(move || run_examples(&tested.policy, &tested)).await?;
    let policy = &snapshot.policy;
    let published = published.filter(|published| published.version == *policy.version());
    let counts = |id: &ClauseId| {
        let counts = counts.get(id).copied().unwrap_or_default();
        ClauseCounts { day: counts.day, week: counts.week }
    };
    Ok(Policy {
        version: policy.version().to_string(),
        title: policy.front().title.clone(),
        owner: policy.front().owner.clone(),
        otherwise: policy.front().otherwise,
        published_at: published.as_ref().map(|published| published.published_at),
        published_by: published.map(|published| published.published_by),
        clauses: policy
            .clauses()
            .iter()
            .map(|clause| shown_clause(clause, section(policy, clause), counts(&clause.id), &results))
            .collect(),
    })
}

/// The heading a clause stands under; empty if it stands before the first.
fn section(policy: &policy::Policy, clause: &Clause) -> String {
    let section = clause.section.and_then(|at| policy.sections().get(at));
    section.map(|section| section.title.clone()).unwrap_or_default()
}

fn shown_clause(
    clause: &Clause,
    section: String,
    counts: ClauseCounts,
    results: &[ExampleResult],
) -> PolicyClause {
    let mine = results.iter().filter(|result| result.clause == clause.id);
    let examples = mine.filter_map(|result| Some((clause.examples.get(result.number)?, result)));
    PolicyClause {
        id: clause.id.clone(),
        section,
        title: clause.title.clone(),
        prose_html: policy::render::prose(&clause.prose),
        why_html: clause.why.as_deref().map(policy::render::prose),
        sentence: clause.machine.as_ref().map(policy::render::machine),
        action: clause.action(),
        severity: clause.severity(),
        labels: clause.labels(),
        counts,
        upheld_by: if clause.machine.is_some() { UpheldBy::Rule } else { UpheldBy::People },
        examples: examples.map(|(example, result)| shown_example(example, result)).collect(),
        rule_source: clause.machine_source.clone(),
        line: clause.line,
    }
}

fn shown_example(example: &Example, result: &ExampleResult) -> PolicyExample {
    PolicyExample {
        says: example.says.reveal().to_owned(),
        file: example.file.clone(),
        tool: example.tool.clone(),
        expect: example.expect.action,
        clauses: example.expect.clauses.clone(),
        passes: result.difference.is_none(),
        got: result.difference.clone(),
    }
}

async fn off_the_runtime<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    task::spawn_blocking(work).await.map_err(|error| Problem::internal("work on the policy", &error))
}
