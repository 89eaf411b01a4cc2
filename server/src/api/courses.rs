//! Modules for learning systems, and courses that they teach. Bylaw runs nobody else's courses.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use bytes::Bytes;
use engine::Snapshot;
use governance::{
    id_of,
    training::{Audience, Course, Library, Standard, package},
};
use model::ClauseId;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Change, Which};
use tokio::task;
use utoipa::{IntoParams, ToSchema};

use super::learning::module;
use crate::{
    app::App,
    auth::{May, to},
    web::{
        input::{Named, Params},
        problem::{Kind, Problem},
    },
};

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
