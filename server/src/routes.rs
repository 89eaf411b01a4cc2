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
        ai_use, assets, attestations, audit, backtests, campaigns, canaries, check, completions,
        concealments, courses, drafts, evidence, exception_requests, exceptions, exchanges, exposures,
        found_hosts, health, hunts, in_house_models, incidents, justifications, ladder, learning, live,
        metrics, mine, movements, overview, own_canaries, own_reports, packs, people, policy, portal,
        privacy, publications, pushes, report_cases, reports, reveals, reviews, rollouts, sensor_lines,
        session, tokens, tool_evidence, tool_requests, tool_reviews, tool_rubric, tool_terms, tools,
        training, users,
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
/// Largest course package; one with less in it is read as well, as only its manifest is.
const PACKAGE: usize = 64 * 1024 * 1024;
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
        .routes(routes!(hunts::list_hunts, hunts::keep_hunt))
        .routes(routes!(hunts::remove_hunt))
        .routes(routes!(live::live_exchanges))
        .routes(routes!(exchanges::get_exchange))
        .routes(routes!(ai_use::get_ai_use))
        .routes(routes!(ai_use::export_ai_use))
        .routes(routes!(ai_use::get_data_flows))
        .routes(routes!(concealments::list_concealments))
        .routes(routes!(movements::list_movements))
        .routes(routes!(found_hosts::list_found_hosts))
        .routes(routes!(found_hosts::judge_found_host))
        .merge(
            OpenApiRouter::new()
                .routes(routes!(sensor_lines::push_lines))
                .layer(DefaultBodyLimit::max(sensor_lines::BODY)),
        )
        .routes(routes!(tools::list_tools))
        .routes(routes!(tools::get_tool))
        .routes(routes!(tools::decide_tool))
        .routes(routes!(in_house_models::list_in_house_models, in_house_models::register_in_house_model))
        .routes(routes!(in_house_models::amend_in_house_model, in_house_models::withdraw_in_house_model))
        .merge(OpenApiRouter::new().routes(routes!(policy::get_policy, policy::publish_policy)).layer(large))
        .routes(routes!(policy::get_policy_source))
        .merge(OpenApiRouter::new().routes(routes!(policy::lint_policy)).layer(large))
        .merge(OpenApiRouter::new().routes(routes!(policy::preview_policy)).layer(large))
        .routes(routes!(policy::list_library))
        .merge(OpenApiRouter::new().routes(routes!(drafts::list_drafts, drafts::add_draft)).layer(large))
        .merge(OpenApiRouter::new().routes(routes!(pushes::push_draft)).layer(large))
        .merge(
            OpenApiRouter::new()
                .routes(routes!(drafts::get_draft, drafts::edit_draft, drafts::withdraw_draft))
                .layer(large),
        )
        .routes(routes!(drafts::get_draft_source))
        .routes(routes!(reviews::get_review))
        .routes(routes!(reviews::give_opinion))
        .routes(routes!(reviews::add_comment))
        .routes(routes!(reviews::resolve_comment))
        .routes(routes!(backtests::list_backtests, backtests::run_backtest))
        .routes(routes!(backtests::get_backtest))
        .routes(routes!(publications::publish_draft, publications::unschedule_draft))
        .routes(routes!(publications::list_versions))
        .routes(routes!(publications::get_version_source))
        .routes(routes!(publications::get_version_pdf))
        .routes(routes!(publications::get_version_differences))
        .routes(routes!(publications::roll_back))
        .routes(routes!(rollouts::get_rollout, rollouts::move_rollout))
        .merge(OpenApiRouter::new().routes(routes!(check::check)).layer(large))
        .routes(routes!(justifications::get_justification, justifications::give_justification))
        .routes(routes!(people::list_people))
        .routes(routes!(users::list_users, users::add_user))
        .routes(routes!(users::remove_user))
        .routes(routes!(users::set_functions))
        .routes(routes!(tokens::list_tokens, tokens::add_token))
        .routes(routes!(tokens::remove_token))
        .routes(routes!(exceptions::list_exceptions, exceptions::grant_exception))
        .routes(routes!(exceptions::end_exception))
        .merge(requests())
        .merge(reporting())
        .merge(looking_after_people())
        .merge(incidents())
        .merge(evidence_and_privacy())
        .routes(routes!(health::get_health));
    OpenApiRouter::with_openapi(openapi::beginning()).nest(API, nouns)
}

/// What people ask for, and what becomes of it.
fn requests() -> OpenApiRouter<App> {
    let file = DefaultBodyLimit::max(tool_evidence::BODY);
    let terms = DefaultBodyLimit::max(LARGE_BODY);
    OpenApiRouter::new()
        .routes(routes!(tool_requests::my_tool_requests, tool_requests::request_tool))
        .routes(routes!(tool_requests::withdraw_tool_request))
        .routes(routes!(tool_reviews::list_tool_reviews))
        .routes(routes!(tool_rubric::get_tool_rubric, tool_rubric::set_tool_rubric))
        .routes(routes!(tool_reviews::get_tool_review))
        .merge(OpenApiRouter::new().routes(routes!(tool_reviews::answer_questions)).layer(terms))
        .routes(routes!(tool_reviews::step_tool_review))
        .merge(OpenApiRouter::new().routes(routes!(tool_terms::note_terms)).layer(terms))
        .merge(OpenApiRouter::new().routes(routes!(tool_evidence::add_evidence)).layer(file))
        .routes(routes!(tool_evidence::get_evidence, tool_evidence::remove_evidence))
        .routes(routes!(exception_requests::list_exception_requests, exception_requests::request_exception))
        .routes(routes!(exception_requests::my_exception_requests))
        .routes(routes!(exception_requests::exception_terms))
        .routes(routes!(exception_requests::step_exception_request))
        .routes(routes!(assets::list_assets, assets::declare_asset))
        .routes(routes!(assets::my_assets))
        .routes(routes!(assets::export_assets))
        .routes(routes!(assets::amend_asset, assets::withdraw_asset))
        .routes(routes!(assets::review_asset))
}

/// What people report, under their name or without one.
fn reporting() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(reports::list_reports, own_reports::make_report))
        .routes(routes!(own_reports::my_reports))
        .routes(routes!(own_reports::add_to_my_report))
        .routes(routes!(reports::get_report, reports::erase_report))
        .routes(routes!(reports::step_report))
        .routes(routes!(reports::answer_report))
        .routes(routes!(reports::link_report))
        .routes(routes!(report_cases::report_anonymously))
        .routes(routes!(report_cases::read_case))
        .routes(routes!(report_cases::add_to_case))
}

/// What the policy asks of people, what they do, what follows.
fn looking_after_people() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(mine::get_mine))
        .routes(routes!(portal::get_my_changes))
        .routes(routes!(portal::add_reading))
        .routes(routes!(attestations::add_attestation))
        .routes(routes!(attestations::list_my_keys, attestations::add_my_key))
        .routes(routes!(attestations::remove_my_key))
        .routes(routes!(portal::get_policy_guide))
        .routes(routes!(learning::get_lesson))
        .routes(routes!(learning::add_attempt))
        .routes(routes!(ladder::get_ladder))
        .routes(routes!(ladder::get_case))
        .routes(routes!(ladder::decide_case))
        .routes(routes!(ladder::appeal))
        .routes(routes!(exposures::list_exposures, exposures::open_exposure))
        .routes(routes!(exposures::order_exposure))
        .routes(routes!(campaigns::list_campaigns, campaigns::open_campaign))
        .routes(routes!(campaigns::order_campaign))
        .routes(routes!(campaigns::list_outstanding))
        .routes(routes!(campaigns::list_attestations))
        .routes(routes!(training::list_modules))
        .routes(routes!(training::get_effect))
        .routes(routes!(training::list_assignments, training::assign_module))
        .routes(routes!(training::withdraw_assignment))
        .routes(routes!(training::list_standing))
        .routes(routes!(courses::get_package))
        .merge(
            OpenApiRouter::new()
                .routes(routes!(courses::list_courses, courses::import_course))
                .layer(DefaultBodyLimit::max(PACKAGE)),
        )
        .routes(routes!(completions::add_completion))
        .merge(
            OpenApiRouter::new()
                .routes(routes!(completions::import_statements))
                .routes(routes!(completions::import_results))
                .layer(DefaultBodyLimit::max(LARGE_BODY)),
        )
}

/// What deviates and what broke the policy, as people work on it.
fn incidents() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(incidents::list_incidents, incidents::open_incident))
        .routes(routes!(incidents::get_incident))
        .routes(routes!(incidents::step_incident))
        .routes(routes!(incidents::tick_playbook))
        .routes(routes!(incidents::comment_incident))
        .routes(routes!(incidents::link_incident))
        .routes(routes!(incidents::merge_incident))
        .routes(routes!(incidents::split_incident))
        .routes(routes!(incidents::respond_to_incident))
        .routes(routes!(incidents::revoke_response))
        .routes(routes!(incidents::list_suppressions, incidents::add_suppression))
        .routes(routes!(incidents::revoke_suppression))
        .routes(routes!(incidents::get_entity))
        .routes(routes!(incidents::get_deviation_budget, incidents::set_deviation_budget))
        .routes(routes!(incidents::why_not_raised))
}

/// What shows that the policy holds, and what people may ask about their own data.
fn evidence_and_privacy() -> OpenApiRouter<App> {
    OpenApiRouter::new()
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
        .routes(routes!(own_canaries::list_own_canaries, own_canaries::define_canary))
        .routes(routes!(own_canaries::remove_own_canary))
        .routes(routes!(reveals::list_reveals))
        .routes(routes!(reveals::ask_reveal))
        .routes(routes!(reveals::decide_reveal))
        .routes(routes!(reveals::fetch_reveal))
        .routes(routes!(privacy::export_person))
        .routes(routes!(privacy::list_erasures, privacy::ask_erasure))
        .routes(routes!(privacy::decide_erasure))
}

async fn unknown() -> StatusCode {
    StatusCode::NOT_FOUND
}

/// Keeps the panic's message, which may hold anything, out of the answer; the panic hook has written it to the log.
fn panicked(_: Box<dyn Any + Send>) -> Response {
    Problem::new(Kind::Internal, "the server failed at this request; its log has the cause").into_response()
}
