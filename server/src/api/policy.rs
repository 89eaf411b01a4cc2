use std::sync::Arc;

use axum::{Json, extract::State, http::header, response::IntoResponse};
use engine::{ExampleResult, run_examples, taxonomy};
use governance::Way;
use model::{Action, ClauseId, Label, PolicyVersion, Severity, Timestamp, ToolId};
use policy::{Clause, Example, Level, Notice};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{
    differences::{DraftClause, clauses},
    publications,
};
use crate::{
    app::{App, Data},
    auth::{May, to},
    publication::{DOCUMENT, Entry, Submission, case, entering, inherited, off_the_runtime},
    web::{
        input::Input,
        problem::{Problem, ProblemDetails},
    },
};

/// Clauses to start from.
const LIBRARY: &str = include_str!("../../../policies/library.md");

/// The policy in force, as employees read it and with how it does.
#[derive(Serialize, ToSchema)]
pub(crate) struct Policy {
    version: String,
    title: String,
    owner: String,
    /// The functions that must approve a change.
    approvals: Vec<String>,
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
    /// Why it cannot wait for the functions that have to approve; for administrators, and recorded.
    emergency: Option<String>,
}

/// A clause to start from.
#[derive(Serialize, ToSchema)]
pub(crate) struct LibraryClause {
    id: ClauseId,
    /// What it is for.
    section: String,
    title: String,
    /// Its rule in words.
    sentence: Option<String>,
    action: Option<Action>,
    /// Its Markdown, with rule and examples.
    source: String,
}

/// A draft as employees would read it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Preview {
    /// Its clauses, in document order; none while it has mistakes.
    clauses: Vec<DraftClause>,
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

/// Have a draft rendered; nothing is stored.
#[utoipa::path(post, path = "/policy/preview", tag = "policy", request_body = PolicySource,
    responses((status = OK, body = Preview)), extensions(("x-permission" = json!("write_policy"))))]
pub(crate) async fn preview_policy(
    may: May<to::WritePolicy>,
    State(app): State<App>,
    Input(draft): Input<PolicySource>,
) -> Result<Json<Preview>, Problem> {
    let snapshot = app.data(&may).engine.snapshot();
    let clauses = off_the_runtime(move || {
        let words = taxonomy(&snapshot.detectors, &snapshot.catalog);
        let compiled = policy::compile(DOCUMENT, &draft.source, &words).ok();
        compiled.map(|policy| clauses(&snapshot.policy, &policy)).unwrap_or_default()
    });
    Ok(Json(Preview { clauses: clauses.await? }))
}

/// List the clauses that are shipped to start from.
#[utoipa::path(get, path = "/policy/library", tag = "policy",
    responses((status = OK, body = Vec<LibraryClause>)), extensions(("x-permission" = json!("write_policy"))))]
pub(crate) async fn list_library(
    may: May<to::WritePolicy>,
    State(app): State<App>,
) -> Result<Json<Vec<LibraryClause>>, Problem> {
    let snapshot = app.data(&may).engine.snapshot();
    let clauses = off_the_runtime(move || {
        let words = taxonomy(&snapshot.detectors, &snapshot.catalog);
        let library = policy::compile("library.md", LIBRARY, &words).ok();
        library
            .iter()
            .flat_map(|library| library.clauses().iter().map(|clause| of_library(library, clause)))
            .collect()
    });
    Ok(Json(clauses.await?))
}

/// Put a policy into force where no function has to approve, or in an emergency. With mistakes, examples that fail or
/// invariants that do not hold it is refused whole, and the one in force stays.
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

async fn publish(may: &May<to::PublishPolicy>, data: &Data, new: NewPolicy) -> Result<(), Problem> {
    let way = publications::way(may, new.emergency.as_deref())?.unwrap_or(Way::Direct);
    let base = new.base.map(PolicyVersion::new);
    let submission = Submission { source: &new.source, base: base.as_ref(), draft: None, way: &way };
    let case = case(data, &submission).await?;
    let policy = publications::passed(&case)?;
    let act = publications::act(may, policy.version(), &way, json!({ "hash": case.hash }));
    let stages = inherited(&data.store, policy).await?;
    let by = may.actor().account.as_str();
    let change =
        entering(&data.store, act, Entry { policy, follows: case.follows.clone(), by, stages }).await?;
    data.commit(change, may.now()).await
}

pub(crate) fn lint_notice(notice: Notice) -> LintNotice {
    let severity = match notice.level {
        Level::Mistake => LintSeverity::Error,
        Level::Warning => LintSeverity::Warning,
    };
    LintNotice { severity, ..mistake_notice(notice.mistake) }
}

pub(crate) fn mistake_notice(mistake: policy::Mistake) -> LintNotice {
    let policy::Mistake { place, message, remedy } = mistake;
    let severity = LintSeverity::Error;
    LintNotice { severity, line: place.line, column: place.column, message, remedy: Some(remedy) }
}

fn of_library(library: &policy::Policy, clause: &Clause) -> LibraryClause {
    LibraryClause {
        id: clause.id.clone(),
        section: library.section_of(clause).to_owned(),
        title: clause.title.clone(),
        sentence: clause.machine.as_ref().map(policy::render::machine),
        action: clause.action(),
        source: library.text_of(clause).trim_end().to_owned(),
    }
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
        approvals: policy.front().approvals.clone(),
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
