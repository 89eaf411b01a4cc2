//! What people report under their own name.

use axum::{Json, extract::State, http::StatusCode};
use governance::report::{Report as Case, Reporter, Speaker};
use store::{Change, Which};
use uuid::Uuid;

use super::reports::{NewMessage, NewReport, OwnReport, own, receive, said};
use crate::{
    app::App,
    auth::{May, to},
    kept,
    web::{
        input::{Input, Named},
        problem::Problem,
    },
};

/// Report something under one's own name.
#[utoipa::path(post, path = "/reports", tag = "reports", request_body = NewReport,
    responses((status = CREATED, body = OwnReport)), extensions(("x-permission" = json!("report"))))]
pub(crate) async fn make_report(
    may: May<to::Report>,
    State(app): State<App>,
    Input(new): Input<NewReport>,
) -> Result<(StatusCode, Json<OwnReport>), Problem> {
    let data = app.data(&may);
    let actor = may.actor();
    let reporter = Reporter::Named { account: actor.name.clone(), person: actor.person.clone() };
    let id = receive(data, &may, reporter, new).await?;
    let kept = kept::found::<Case>(&data.store, id).await?;
    Ok((StatusCode::CREATED, Json(own(data, &kept)?)))
}

/// List what I reported under my name, with what was answered.
#[utoipa::path(get, path = "/reports/mine", tag = "reports",
    responses((status = OK, body = Vec<OwnReport>)), extensions(("x-permission" = json!("report"))))]
pub(crate) async fn my_reports(
    may: May<to::Report>,
    State(app): State<App>,
) -> Result<Json<Vec<OwnReport>>, Problem> {
    let data = app.data(&may);
    let all = data.store.all_kept::<Case>(&Which::default()).await?;
    let mine = all.iter().filter(|kept| kept.it.is_by(&may.actor().name));
    mine.map(|kept| own(data, kept)).collect::<Result<_, _>>().map(Json)
}

/// Add to what I reported under my name.
#[utoipa::path(post, path = "/reports/mine/{id}/messages", tag = "reports", request_body = NewMessage,
    params(("id" = Uuid, Path, description = "The report")),
    responses((status = OK, body = OwnReport)), extensions(("x-permission" = json!("report"))))]
pub(crate) async fn add_to_my_report(
    may: May<to::Report>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Input(new): Input<NewMessage>,
) -> Result<Json<OwnReport>, Problem> {
    let data = app.data(&may);
    let kept = kept::found::<Case>(&data.store, id).await?;
    if !kept.it.is_by(&may.actor().name) {
        return Err(Problem::not_found("report", &id.to_string()));
    }
    let said = said(data, &kept, Speaker::Reporter, &new.text, may.now())?;
    data.commit(Change::new(may.act("report.added_to", id)).replace(&kept, &said), may.now()).await?;
    let kept = kept::found::<Case>(&data.store, id).await?;
    own(data, &kept).map(Json)
}
