//! Taking a module: what is read, what is asked, what it came to. Which answers are right stays on the server until they
//! are handed in.

use std::collections::BTreeSet;

use axum::{Json, extract::State, http::StatusCode};
use governance::{
    Passed,
    training::{
        Assignment, AssignmentCommand, AssignmentState, Attempt, GradeError, Library, Marks, Module, Outcome,
        Passage, fingerprints, grade,
    },
};
use model::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Change;
use utoipa::ToSchema;
use uuid::Uuid;

use super::mine::me;
use crate::{
    app::App,
    auth::{May, to},
    standing::{self, theirs},
    web::{
        input::{Input, Named},
        problem::{Kind, Problem},
    },
};

/// A module as it is read, with its questions.
#[derive(Serialize, ToSchema)]
pub(crate) struct Lesson {
    id: String,
    title: String,
    version: u32,
    minutes: u32,
    /// Share of questions that have to be right, in percent.
    pass_percent: u32,
    summary_html: String,
    parts: Vec<LessonPart>,
    questions: Vec<LessonQuestion>,
    /// My attempts, the latest first.
    attempts: Vec<AttemptSummary>,
}

/// What is read under one heading.
#[derive(Serialize, ToSchema)]
pub(crate) struct LessonPart {
    title: String,
    passages: Vec<LessonPassage>,
}

/// A piece of a part: text, something that happened, or the place of the decision tree.
#[derive(Serialize, ToSchema)]
pub(crate) struct LessonPassage {
    kind: PassageKind,
    /// The text, or what happened.
    html: String,
    /// When and what, of an incident.
    heading: Option<String>,
    source: Option<String>,
    link: Option<String>,
}

/// What a passage is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PassageKind {
    Prose,
    Incident,
    /// The decision tree of the policy in force stands here.
    Tree,
}

/// A question, without what is right.
#[derive(Serialize, ToSchema)]
pub(crate) struct LessonQuestion {
    kind: governance::training::Kind,
    situation: Option<String>,
    ask: String,
    choices: Vec<String>,
}

/// An attempt of mine.
#[derive(Serialize, ToSchema)]
pub(crate) struct AttemptSummary {
    at: Timestamp,
    right: u32,
    of: u32,
    passed: bool,
}

/// Answers to a quiz.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAttempt {
    /// The version of the module that was shown.
    version: u32,
    /// For each question, in order, the positions of the chosen answers, from 0.
    answers: Vec<BTreeSet<usize>>,
}

/// What an attempt came to.
#[derive(Serialize, ToSchema)]
pub(crate) struct AttemptResult {
    passed: bool,
    /// Until when it counts, if it is passed.
    until: Option<Timestamp>,
    marks: Marks,
}

/// Read a module.
#[utoipa::path(get, path = "/mine/training/{module}", tag = "mine",
    params(("module" = String, Path, description = "The module")),
    responses((status = OK, body = Lesson)), extensions(("x-permission" = json!("take_part"))))]
pub(crate) async fn get_lesson(
    may: May<to::TakePart>,
    State(app): State<App>,
    Named(id): Named<String>,
) -> Result<Json<Lesson>, Problem> {
    let data = app.data(&may);
    let me = me(&may, &data.engine.snapshot())?;
    let module = module(&id)?;
    let attempts = theirs::<Attempt>(&data.store, &me.id).await?.into_iter().map(|kept| kept.it);
    let attempts = attempts.filter(|attempt| attempt.module == id).map(|attempt| AttemptSummary {
        at: attempt.at,
        right: attempt.marks.right,
        of: attempt.marks.of,
        passed: matches!(attempt.outcome, Outcome::Passed { .. }),
    });
    Ok(Json(lesson(module, attempts.collect())))
}

/// A module, or that there is none.
pub(crate) fn module(id: &str) -> Result<&'static Module, Problem> {
    Library::builtin().module(id).ok_or_else(|| Problem::not_found("training module", id))
}

fn lesson(module: &Module, attempts: Vec<AttemptSummary>) -> Lesson {
    let questions = module.questions.iter().map(|question| LessonQuestion {
        kind: question.kind,
        situation: question.situation.clone(),
        ask: question.ask.clone(),
        choices: question.choices.iter().map(|choice| choice.says.clone()).collect(),
    });
    let parts = module.parts.iter().map(|part| LessonPart {
        title: part.title.clone(),
        passages: part.passages.iter().map(passage).collect(),
    });
    Lesson {
        id: module.id.clone(),
        title: module.title.clone(),
        version: module.version,
        minutes: module.minutes,
        pass_percent: module.pass_percent,
        summary_html: policy::render::prose(&module.summary),
        parts: parts.collect(),
        questions: questions.collect(),
        attempts,
    }
}

fn passage(passage: &Passage) -> LessonPassage {
    let plain = |kind, html| LessonPassage { kind, html, heading: None, source: None, link: None };
    match passage {
        Passage::Prose(text) => plain(PassageKind::Prose, policy::render::prose(text)),
        Passage::Tree => plain(PassageKind::Tree, String::new()),
        Passage::Incident(incident) => LessonPassage {
            kind: PassageKind::Incident,
            html: policy::render::prose(&incident.what),
            heading: Some(format!("{}: {}", incident.when, incident.title)),
            source: Some(incident.source.clone()),
            link: incident.link.clone(),
        },
    }
}

/// Hand in the answers to a module's quiz; they are graded at once.
#[utoipa::path(post, path = "/mine/training/{module}/attempts", tag = "mine",
    params(("module" = String, Path, description = "The module")), request_body = NewAttempt,
    responses((status = CREATED, body = AttemptResult)), extensions(("x-permission" = json!("take_part"))))]
pub(crate) async fn add_attempt(
    may: May<to::TakePart>,
    State(app): State<App>,
    Named(id): Named<String>,
    Input(new): Input<NewAttempt>,
) -> Result<(StatusCode, Json<AttemptResult>), Problem> {
    let data = app.data(&may);
    let snapshot = data.engine.snapshot();
    let me = me(&may, &snapshot)?;
    let module = module(&id)?;
    if new.version != module.version {
        let detail = format!("`{id}` is now version {}, not {}; read it again", module.version, new.version);
        return Err(Problem::new(Kind::Conflict, detail));
    }
    let ungraded = |error: GradeError| Problem::new(Kind::Invalid, error.to_string());
    let marks = grade(module, &new.answers).map_err(ungraded)?;
    let attempt = Attempt {
        person: me.id.clone(),
        module: id,
        version: module.version,
        policy: snapshot.policy.version().clone(),
        clauses: fingerprints(module, &snapshot.policy),
        at: may.now(),
        answers: new.answers,
        outcome: Attempt::outcome(module, &marks, may.now()),
        marks,
    };
    let detail = json!({ "person": me.id, "right": attempt.marks.right, "of": attempt.marks.of });
    let what = match attempt.outcome {
        Outcome::Passed { .. } => "training.passed",
        Outcome::Failed => "training.failed",
    };
    let mut change = Change::new(may.act(what, &attempt.module).with(detail)).add(Uuid::now_v7(), &attempt);
    let mut until = None;
    if let Outcome::Passed { until: counts } = attempt.outcome {
        until = Some(counts);
        let passed = Passed { at: attempt.at, until: counts, clauses: attempt.clauses.clone() };
        change = standing::change(&data.store, change, &me.id, |standing| {
            standing.passing(&attempt.module, passed)
        })
        .await?;
        change = done(change, theirs(&data.store, &me.id).await?, &attempt.module, may.now());
    }
    data.commit(change, may.now()).await?;
    let result = AttemptResult { passed: until.is_some(), until, marks: attempt.marks };
    Ok((StatusCode::CREATED, Json(result)))
}

/// The same with the open assignments of `module` done.
pub(crate) fn done(
    mut change: Change,
    assignments: Vec<store::Kept<Assignment>>,
    module: &str,
    at: Timestamp,
) -> Change {
    for kept in assignments {
        let open = kept.it.state == AssignmentState::Open && kept.it.module == module;
        if let Some(next) = open.then(|| kept.it.after(AssignmentCommand::Pass { at }).ok()).flatten() {
            change = change.replace(&kept, &next);
        }
    }
    change
}
