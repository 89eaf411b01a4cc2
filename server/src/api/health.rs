use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{app::App, auth};

/// Whether the server can do its work.
#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    /// Whether it can.
    status: Status,
    /// The program's version.
    version: &'static str,
    /// Whether records and accounts can be read.
    store: Status,
}

/// Whether something works.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    /// It does.
    Ok,
    /// It does not; the log says why.
    Failing,
}

/// Whether the server is up and can reach its store.
#[utoipa::path(get, path = "/health", tag = "operation",
    responses((status = OK, body = Health), (status = SERVICE_UNAVAILABLE, body = Health)))]
pub(crate) async fn get_health(State(app): State<App>) -> (StatusCode, Json<Health>) {
    let store = match auth::store_answers(&app).await {
        Ok(()) => Status::Ok,
        Err(error) => {
            tracing::error!(cause = %error, "store does not answer");
            Status::Failing
        }
    };
    let status = if store == Status::Ok { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Health { status: store, version: env!("CARGO_PKG_VERSION"), store }))
}
