use std::{any::Any, time::Duration};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::header,
    middleware,
    response::{IntoResponse, Response},
    routing::get,
};
use http::StatusCode;
use tower::ServiceBuilder;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer, timeout::TimeoutLayer};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{
        audit, canaries, check, evidence, exceptions, exchanges, health, justifications, live, metrics,
        overview, packs, people, policy, privacy, session, tokens, tools, users,
    },
    app::App,
    openapi,
    web::{
        console,
        problem::{self, Kind, Problem},
        request_id, security,
    },
};

/// Where the API is.
const API: &str = "/api/v1";
/// Largest request body, unless an endpoint says otherwise.
const BODY: usize = 64 * 1024;
/// Largest text that can be checked, and largest policy, each as JSON.
const LARGE_BODY: usize = 4 * 1024 * 1024;
/// Until an answer's head must be there; live updates then go on.
const ANSWER_TIME: Duration = Duration::from_secs(30);

/// Everything that is served.
pub(crate) fn router(app: App) -> Router {
    let (api, document) = described().split_for_parts();
    let document = text(&openapi::finished(document));
    let served = move || async move { ([(header::CONTENT_TYPE, "application/json")], document) };
    let api = api
        .route(&format!("{API}/openapi.json"), get(served))
        .route("/health", get(health::get_health))
        .route("/metrics", get(metrics::get_metrics))
        .route("/api/{*unknown}", get(unknown).post(unknown).put(unknown).delete(unknown).patch(unknown))
        .layer(
            ServiceBuilder::new()
                .layer(middleware::from_fn(problem::render))
                .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, ANSWER_TIME))
                .layer(CatchPanicLayer::custom(panicked)),
        );
    let console = Router::new().fallback(console::serve).layer(CompressionLayer::new());
    api.fallback_service(console)
        .layer(
            ServiceBuilder::new()
                .layer(middleware::from_fn_with_state(app.scheme(), security::headers))
                .layer(middleware::from_fn_with_state(app.metrics().clone(), request_id::observe))
                .layer(DefaultBodyLimit::max(BODY)),
        )
        .with_state(app)
}

/// The description of the API, as `/api/v1/openapi.json` has it.
pub fn description() -> String {
    text(&openapi::finished(described().split_for_parts().1))
}

fn text(document: &utoipa::openapi::OpenApi) -> String {
    document.to_pretty_json().unwrap_or_default()
}

fn described() -> OpenApiRouter<App> {
    let large = DefaultBodyLimit::max(LARGE_BODY);
    let nouns = OpenApiRouter::new()
        .routes(routes!(session::get_session, session::sign_in, session::sign_out))
        .routes(routes!(session::sign_in_once))
        .routes(routes!(session::change_password))
        .routes(routes!(overview::get_overview))
        .routes(routes!(exchanges::list_exchanges))
        .routes(routes!(live::live_exchanges))
        .routes(routes!(exchanges::get_exchange))
        .routes(routes!(tools::list_tools))
        .routes(routes!(tools::get_tool))
        .routes(routes!(tools::decide_tool))
        .merge(OpenApiRouter::new().routes(routes!(policy::get_policy, policy::publish_policy)).layer(large))
        .routes(routes!(policy::get_policy_source))
        .merge(OpenApiRouter::new().routes(routes!(policy::lint_policy)).layer(large))
        .merge(OpenApiRouter::new().routes(routes!(check::check)).layer(large))
        .routes(routes!(justifications::get_justification, justifications::give_justification))
        .routes(routes!(people::list_people))
        .routes(routes!(users::list_users, users::add_user))
        .routes(routes!(users::remove_user))
        .routes(routes!(tokens::list_tokens, tokens::add_token))
        .routes(routes!(tokens::remove_token))
        .routes(routes!(exceptions::list_exceptions, exceptions::grant_exception))
        .routes(routes!(exceptions::end_exception))
        .routes(routes!(audit::list_audit))
        .routes(routes!(audit::get_audit_checkpoint))
        .routes(routes!(audit::prove_audit_entry))
        .routes(routes!(audit::prove_audit_extension))
        .routes(routes!(audit::verify_audit))
        .routes(routes!(evidence::list_clause_evidence))
        .routes(routes!(evidence::get_coverage))
        .routes(routes!(evidence::list_frameworks))
        .routes(routes!(packs::make_pack))
        .routes(routes!(canaries::get_canaries, canaries::run_canaries))
        .routes(routes!(canaries::list_canary_failures))
        .routes(routes!(canaries::decide_canary_failure))
        .routes(routes!(privacy::export_person))
        .routes(routes!(privacy::list_erasures, privacy::ask_erasure))
        .routes(routes!(privacy::decide_erasure))
        .routes(routes!(health::get_health));
    OpenApiRouter::with_openapi(openapi::beginning()).nest(API, nouns)
}

async fn unknown() -> StatusCode {
    StatusCode::NOT_FOUND
}

/// Keeps the panic's message, which may hold anything, out of the answer; the panic hook has written it to the log.
fn panicked(_: Box<dyn Any + Send>) -> Response {
    Problem::new(Kind::Internal, "the server failed at this request; its log has the cause").into_response()
}
