//! Who completed what, as learning systems tell it: courses of theirs, and Bylaw's own modules that they taught.

use std::{collections::BTreeMap, time::Duration};

use axum::{Json, extract::State, http::StatusCode};
use bytes::Bytes;
use engine::Snapshot;
use governance::{
    Passed, id_of,
    training::{Completion, Course, Ended, How, Library, read_results},
};
use model::{PersonId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Change, CommitError};
use utoipa::ToSchema;
use uuid::Uuid;

use super::learning::done;
use crate::{
    app::{App, Data},
    auth::{May, to},
    kept,
    standing::{self, theirs},
    web::{
        input::{Input, Named},
        problem::{Kind, Problem},
    },
};

/// Most statements in one file.
const STATEMENTS: usize = 5_000;

/// That somebody completed a course.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewCompletion {
    person: PersonId,
    /// When.
    at: Timestamp,
    /// On what grounds this is said.
    reason: String,
}

/// What came of a file of results.
#[derive(Serialize, ToSchema)]
pub(crate) struct Imported {
    /// Completions that are new.
    recorded: usize,
    /// Those that were there before.
    known: usize,
    /// Lines about something else than passing or completing this course.
    ignored: usize,
    /// Lines about people who are not in the directory.
    strangers: usize,
}

/// Record that somebody completed a course. Bylaw takes your word for it, and keeps whose word it was.
#[utoipa::path(post, path = "/training/courses/{id}/completions", tag = "training",
    params(("id" = String, Path, description = "The course")), request_body = NewCompletion,
    responses((status = NO_CONTENT)), extensions(("x-permission" = json!("manage_training"))))]
pub(crate) async fn add_completion(
    may: May<to::ManageTraining>,
    State(app): State<App>,
    Named(id): Named<String>,
    Input(new): Input<NewCompletion>,
) -> Result<StatusCode, Problem> {
    let data = app.data(&may);
    let course = course(data, &id).await?;
    let reason = kept::text(&new.reason, "reason")?;
    if data.engine.snapshot().directory.person(new.person.as_str()).is_none() {
        let detail = format!("there is nobody called `{}` in the directory", new.person);
        return Err(Problem::new(Kind::Invalid, detail));
    }
    if new.at > may.now() {
        return Err(Problem::new(Kind::Invalid, format!("`at` ({}) must not be in the future", new.at)));
    }
    let completion = completion(&course, new.person, new.at, How::Stated { reason }, &may);
    record(data, Uuid::now_v7(), &completion, &may).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// Record the completions in a file of xAPI statements, as a learning record store exports them. People are found by e-mail
/// address or account name. Bylaw has no proof that the file is genuine, and keeps who sent it.
#[utoipa::path(post, path = "/training/courses/{id}/statements", tag = "training",
    params(("id" = String, Path, description = "The course")), request_body = Vec<Value>,
    responses((status = OK, body = Imported)), extensions(("x-permission" = json!("manage_training"))))]
pub(crate) async fn import_statements(
    may: May<to::ManageTraining>,
    State(app): State<App>,
    Named(id): Named<String>,
    Input(statements): Input<Vec<Value>>,
) -> Result<Json<Imported>, Problem> {
    let data = app.data(&may);
    let course = course(data, &id).await?;
    if statements.len() > STATEMENTS {
        let detail = format!("send at most {STATEMENTS} statements at once");
        return Err(Problem::new(Kind::TooLarge, detail));
    }
    let told = statements.iter().map(|statement| {
        let told = Told::read(statement, &course)?;
        let key = id_of(&format!("statement\n{}", told.id));
        Some(Known { key, who: told.who, at: told.at, how: How::Statement { id: told.id } })
    });
    take(data, &course, told.collect(), &may).await.map(Json)
}

/// Record the completions in a learning system's report: a table of text (`text/csv`) whose first line names its columns, among
/// them the learner's e-mail address or account, the status (`passed`, `completed`, `failed`, `incomplete`, `browsed`,
/// `not attempted`, as SCORM has them) and the time. A report with a line that cannot be read is refused whole.
#[utoipa::path(post, path = "/training/courses/{id}/results", tag = "training",
    params(("id" = String, Path, description = "The course, or a module of Bylaw's own that a learning system taught")),
    request_body(content = String, content_type = "text/csv"),
    responses((status = OK, body = Imported)), extensions(("x-permission" = json!("manage_training"))))]
pub(crate) async fn import_results(
    may: May<to::ManageTraining>,
    State(app): State<App>,
    Named(id): Named<String>,
    body: Bytes,
) -> Result<Json<Imported>, Problem> {
    let data = app.data(&may);
    let course = course(data, &id).await?;
    let invalid = |detail: String| Problem::new(Kind::Invalid, detail);
    let text = std::str::from_utf8(&body).map_err(|error| {
        invalid(format!("the report is not UTF-8 at byte {}; save it as UTF-8", error.valid_up_to()))
    })?;
    let results = read_results(text).map_err(|error| invalid(error.to_string()))?;
    if let Some(early) = results.iter().find(|result| result.at.is_some_and(|at| at > may.now())) {
        return Err(invalid(format!("line {}: the time is in the future", early.line)));
    }
    let told = results.into_iter().map(|result| {
        let (Ended::Passed, Some(at)) = (result.ended, result.at) else { return None };
        let key = id_of(&format!("result\n{}\n{}\n{at}", course.id, result.learner));
        Some(Known { key, who: result.learner, at, how: How::Report { line: result.line } })
    });
    take(data, &course, told.collect(), &may).await.map(Json)
}

/// That somebody has passed, as a file says.
struct Known {
    /// The same for the same line of the same file.
    key: Uuid,
    /// The person's e-mail address or account, in lower case.
    who: String,
    at: Timestamp,
    how: How,
}

/// Records what is new; what says nothing about passing this course is `None`.
async fn take(
    data: &Data,
    course: &Course,
    told: Vec<Option<Known>>,
    may: &May<to::ManageTraining>,
) -> Result<Imported, Problem> {
    let people = addresses(&data.engine.snapshot());
    let mut imported = Imported { recorded: 0, known: 0, ignored: 0, strangers: 0 };
    for told in told {
        let Some(Known { key, who, at, how }) = told else {
            imported.ignored += 1;
            continue;
        };
        let Some(person) = people.get(&who) else {
            imported.strangers += 1;
            continue;
        };
        match record(data, key, &completion(course, person.clone(), at, how, may), may).await? {
            Ok(()) => imported.recorded += 1,
            Err(CommitError::Conflict { .. }) => imported.known += 1,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(imported)
}

/// What a statement says that matters here.
struct Told {
    id: String,
    who: String,
    at: Timestamp,
}

impl Told {
    /// That somebody passed or completed the course (xAPI 1.0.3, part 2); nothing if it says anything else.
    fn read(statement: &Value, course: &Course) -> Option<Self> {
        let text = |path: &str| statement.pointer(path).and_then(Value::as_str);
        let denied = |path: &str| statement.pointer(path).and_then(Value::as_bool) == Some(false);
        let verb = text("/verb/id")?;
        let done = ["passed", "completed"]
            .iter()
            .any(|word| verb == format!("http://adlnet.gov/expapi/verbs/{word}"));
        let object = text("/object/id")?;
        let about = object == course.publisher_id || course.units.iter().any(|unit| unit == object);
        let failed = denied("/result/success") || denied("/result/completion");
        let mail = text("/actor/mbox").and_then(|mail| mail.strip_prefix("mailto:"));
        let who = mail.or_else(|| text("/actor/account/name"))?.to_lowercase();
        let at = text("/timestamp")?.parse().ok()?;
        let id = text("/id")?.to_owned();
        (done && about && !failed).then_some(Self { id, who, at })
    }
}

/// Everybody by e-mail address and by name in the directory.
fn addresses(snapshot: &Snapshot) -> BTreeMap<String, PersonId> {
    let people = snapshot.directory.people().iter();
    let named = people.flat_map(|person| {
        let names =
            person.email.iter().map(|mail| mail.to_lowercase()).chain([person.id.as_str().to_lowercase()]);
        names.map(|name| (name, person.id.clone()))
    });
    named.collect()
}

/// A course that another system teaches, or a module of Bylaw's own that one taught.
async fn course(data: &Data, id: &str) -> Result<Course, Problem> {
    if let Some(module) = Library::builtin().module(id) {
        return Ok(Course::of_module(module));
    }
    let kept = data.store.kept::<Course>(id_of(&format!("course\n{id}"))).await?;
    kept.map(|kept| kept.it).ok_or_else(|| Problem::not_found("course", id))
}

fn completion(
    course: &Course,
    person: PersonId,
    at: Timestamp,
    how: How,
    may: &May<to::ManageTraining>,
) -> Completion {
    let until = at.plus(Duration::from_secs(course.valid_for_s));
    Completion { person, module: course.id.clone(), at, until, how, by: may.actor().name.clone() }
}

/// Keeps a completion once, with what it means for the person's standing and assignments.
async fn record(
    data: &Data,
    id: Uuid,
    completion: &Completion,
    may: &May<to::ManageTraining>,
) -> Result<Result<(), CommitError>, Problem> {
    let act = may.act("training.completed", &completion.module);
    let act = act.with(json!({ "person": completion.person, "how": completion.how }));
    let passed = Passed { at: completion.at, until: completion.until, clauses: BTreeMap::new() };
    let change = Change::new(act).add(id, completion);
    let change = standing::change(&data.store, change, &completion.person, |standing| {
        standing.passing(&completion.module, passed)
    })
    .await?;
    let change =
        done(change, theirs(&data.store, &completion.person).await?, &completion.module, completion.at);
    Ok(data.commit_quietly(change, may.now()).await)
}
