use axum::{extract::State, http::header, response::IntoResponse};

use crate::{
    app::App,
    auth::{May, to},
    web::problem::Problem,
};

/// The media type of Prometheus' and OpenMetrics' text format.
const TEXT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The program's own figures, for Prometheus.
pub(crate) async fn get_metrics(
    _: May<to::ReadMetrics>,
    State(app): State<App>,
) -> Result<impl IntoResponse, Problem> {
    let text = app.metrics().text().map_err(|error| Problem::internal("write the metrics", &error))?;
    Ok(([(header::CONTENT_TYPE, TEXT)], text))
}
