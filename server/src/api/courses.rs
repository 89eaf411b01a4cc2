//! Modules for learning systems, and courses that they teach. Bylaw runs nobody else's courses: it keeps who completed them.

use std::{collections::BTreeMap, time::Duration};

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use bytes::Bytes;
use engine::Snapshot;
use governance::{
    Passed, id_of,
    training::{Audience, Completion, Course, How, Library, Standard, package},
};
use model::{ClauseId, PersonId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Change, CommitError, Which};
use tokio::task;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::learning::{done, module};
use crate::{
    app::{App, Data},
    auth::{May, to},
    standing::{self, theirs},
    web::{
        input::{Input, Named, Params},
        problem::{Kind, Problem},
    },
};

/// Most statements in one file.
const STATEMENTS: usize = 5_000;
/// Longest reason, in characters.
const LONGEST_REASON: usize = 2_000;

/// Which package.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PackageQuery {
    standard: Standard,
}

/// What a course is to be called here.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CourseQuery {
    /// The name by which rules of the policy ask for it: lower-case letters, digits and dashes.
    id: String,
    /// For how many days a completion counts.
    days: u32,
    /// The clauses that it teaches, with commas between them.
    #[serde(default)]
    #[param(required = false)]
    clauses: String,
}

/// A course that another system teaches.
#[derive(Serialize, ToSchema)]
pub(crate) struct CourseView {
    id: String,
    title: String,
    standard: Standard,
    /// The package's own name of the course.
    publisher_id: String,
    /// What results name.
    units: Vec<String>,
    clauses: Vec<ClauseId>,
    /// For how many days a completion counts.
    days: u64,
    by: String,
}

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
    /// Statements that were there before.
    known: usize,
    /// Statements about something else than passing or completing this course.
    ignored: usize,
    /// Statements about people who are not in the directory.
    strangers: usize,
}

/// A module as a package for a learning system. Its answers are in it.
#[utoipa::path(get, path = "/training/modules/{module}/package", tag = "training",
    params(("module" = String, Path, description = "The module"), PackageQuery),
    responses((status = OK, body = Vec<u8>, content_type = "application/zip")),
    extensions(("x-permission" = json!("manage_training"))))]
pub(crate) async fn get_package(
    _may: May<to::ManageTraining>,
    Named(id): Named<String>,
    Params(query): Params<PackageQuery>,
) -> Result<impl IntoResponse, Problem> {
    let module = module(&id)?;
    let written = task::spawn_blocking(move || package::write(module, query.standard));
    let written = written.await.map_err(|error| Problem::internal("write the package", &error))?;
    let written = written.map_err(|error| Problem::internal("write the package", &error))?;
    let file = format!("attachment; filename=\"{id}.zip\"");
    Ok(([(header::CONTENT_TYPE, "application/zip".to_owned()), (header::CONTENT_DISPOSITION, file)], written))
}

/// List the courses that other systems teach.
#[utoipa::path(get, path = "/training/courses", tag = "training",
    responses((status = OK, body = Vec<CourseView>)), extensions(("x-permission" = json!("read_standing"))))]
pub(crate) async fn list_courses(
    may: May<to::ReadStanding>,
    State(app): State<App>,
) -> Result<Json<Vec<CourseView>>, Problem> {
    let courses = app.data(&may).store.all_kept::<Course>(&Which::default()).await?;
    Ok(Json(courses.into_iter().map(|kept| shown(kept.it)).collect()))
}

/// Make a course known by its cmi5 or SCORM 1.2 package, sent as it is. Only its manifest is read.
#[utoipa::path(post, path = "/training/courses", tag = "training", params(CourseQuery),
    request_body(content = Vec<u8>, content_type = "application/zip"),
    responses((status = CREATED, body = CourseView)), extensions(("x-permission" = json!("manage_training"))))]
pub(crate) async fn import_course(
    may: May<to::ManageTraining>,
    State(app): State<App>,
    Params(query): Params<CourseQuery>,
    body: Bytes,
) -> Result<(StatusCode, Json<CourseView>), Problem> {
    let data = app.data(&may);
    let read = task::spawn_blocking(move || package::read(&body));
    let read = read.await.map_err(|error| Problem::internal("read the package", &error))?;
    let package = read.map_err(|error| Problem::new(Kind::Invalid, error.to_string()))?;
    let course = Course {
        id: checked_id(&query.id)?,
        title: package.title,
        standard: package.standard,
        publisher_id: package.id,
        units: package.units,
        clauses: clauses(&query.clauses, &data.engine.snapshot())?,
        audience: Audience::default(),
        valid_for_s: u64::from(query.days.clamp(1, 3_650)) * 24 * 60 * 60,
        by: may.actor().name.clone(),
    };
    let id = id_of(&format!("course\n{}", course.id));
    let act = may.act("course.imported", &course.id).with(json!({ "publisher_id": course.publisher_id }));
    data.commit(Change::new(act).add(id, &course), may.now()).await?;
    Ok((StatusCode::CREATED, Json(shown(course))))
}

fn checked_id(id: &str) -> Result<String, Problem> {
    let sound = id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if id.is_empty() || id.len() > 64 || !sound {
        let detail = "give the course a name in `id`: lower-case letters, digits and dashes, at most 64";
        return Err(Problem::new(Kind::Invalid, detail));
    }
    if Library::builtin().module(id).is_some() {
        let detail = format!("`{id}` is a module of Bylaw's own; choose another name");
        return Err(Problem::new(Kind::Conflict, detail));
    }
    Ok(id.to_owned())
}

fn clauses(text: &str, snapshot: &Snapshot) -> Result<Vec<ClauseId>, Problem> {
    let named = text.split(',').map(str::trim).filter(|name| !name.is_empty());
    let known = named.map(|name| {
        let found = snapshot.policy.clauses().iter().find(|clause| clause.id.as_str() == name);
        let unknown = || Problem::new(Kind::Invalid, format!("the policy in force has no clause `{name}`"));
        found.map(|clause| clause.id.clone()).ok_or_else(unknown)
    });
    known.collect()
}

fn shown(course: Course) -> CourseView {
    let days = course.valid_for().as_secs() / 86_400;
    let Course { id, title, standard, publisher_id, units, clauses, by, .. } = course;
    CourseView { id, title, standard, publisher_id, units, clauses, days, by }
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
    let reason = new.reason.trim().to_owned();
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
        let detail = format!("say in `reason` on what grounds, at most {LONGEST_REASON} characters");
        return Err(Problem::new(Kind::Invalid, detail));
    }
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
    let snapshot = data.engine.snapshot();
    let people = addresses(&snapshot);
    let mut imported = Imported { recorded: 0, known: 0, ignored: 0, strangers: 0 };
    for statement in &statements {
        let Some(told) = Told::read(statement, &course) else {
            imported.ignored += 1;
            continue;
        };
        let Some(person) = people.get(&told.who) else {
            imported.strangers += 1;
            continue;
        };
        let how = How::Statement { id: told.id.clone() };
        let completion = completion(&course, person.clone(), told.at, how, &may);
        match record(data, id_of(&format!("statement\n{}", told.id)), &completion, &may).await? {
            Ok(()) => imported.recorded += 1,
            Err(CommitError::Conflict { .. }) => imported.known += 1,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Json(imported))
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

async fn course(data: &Data, id: &str) -> Result<Course, Problem> {
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
