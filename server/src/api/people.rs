use axum::{Json, extract::State};
use model::Person;

use crate::{
    app::App,
    auth::{May, to},
};

/// The people of the directory. Pseudonyms are not among it: the list must not say who is behind one.
#[utoipa::path(get, path = "/people", tag = "people",
    responses((status = OK, body = Vec<Person>)), extensions(("x-permission" = json!("read_people"))))]
pub(crate) async fn list_people(may: May<to::ReadPeople>, State(app): State<App>) -> Json<Vec<Person>> {
    Json(app.data(&may).engine.snapshot().directory.people().to_vec())
}
