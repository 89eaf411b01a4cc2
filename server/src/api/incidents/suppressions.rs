use std::time::Duration;

use axum::{Json, extract::State, http::StatusCode};
use behavior::{Family, amount};
use governance::incident::{About, Incident, Sign, Suppressed, Suppression as Rule, SuppressionState};
use model::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Change, Kept, Which};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    not_about,
    view::IncidentAbout,
    viewer::{Names, Viewer},
};
use crate::{
    app::App,
    auth::{May, to},
    kept::{self, invalid, refused, text},
    web::{
        input::{Input, Named},
        problem::Problem,
    },
};

/// Longest time that a rule stands, in days: what is benign today is looked at again.
const MOST_DAYS: u32 = 180;
/// A rule reaches so many times as far as what was seen, if nothing else is said.
const SLACK: f64 = 1.5;

/// That deviations like one of an incident's are benign.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewSuppression {
    /// The incident.
    incident: Uuid,
    /// Which piece of its evidence.
    evidence: usize,
    /// Which of that piece's reasons.
    reason: usize,
    /// Whether it is benign at the reason's tool only.
    #[serde(default)]
    this_tool_only: bool,
    /// Up to how much, in the reason's unit; 1.5 times what was seen, if nothing is said.
    up_to: Option<f64>,
    /// For how long, 1 to 180.
    days: u32,
    /// Why it is benign.
    because: String,
}

/// What is said when a rule is taken back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SuppressionRevocation {
    /// The revision that was read.
    revision: u64,
    /// Why.
    because: String,
}

/// A rule by which deviations open no incident. What it keeps is counted and shown.
#[derive(Serialize, ToSchema)]
pub(crate) struct Suppression {
    id: Uuid,
    revision: u64,
    about: IncidentAbout,
    #[schema(value_type = String)]
    family: Family,
    tool: Option<String>,
    up_to: f64,
    because: String,
    by: String,
    from: Timestamp,
    until: Timestamp,
    incident: Option<Uuid>,
    state: RuleState,
    /// How many deviations it has kept from opening an incident.
    count: u64,
    /// The latest of them.
    latest: Vec<Suppressed>,
}

/// Whether a rule stands.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SuppressionRuleState)]
pub(crate) enum RuleState {
    /// It does.
    Standing,
    /// Its time is over.
    Expired,
    /// Somebody took it back.
    Revoked,
}

/// List the rules by which deviations open no incident, the latest first, those that are over too.
#[utoipa::path(get, path = "/suppressions", tag = "incidents",
    responses((status = OK, body = Vec<Suppression>)), extensions(("x-permission" = json!("read_incidents"))))]
pub(crate) async fn list_suppressions(
    may: May<to::ReadIncidents>,
    State(app): State<App>,
) -> Result<Json<Vec<Suppression>>, Problem> {
    let data = app.data(&may);
    let viewer = Viewer::new(data, Names::Pseudonyms);
    let rules = data.store.all_kept::<Rule>(&Which::default()).await?;
    Ok(Json(rules.into_iter().map(|kept| shown(kept, &viewer, may.now())).collect()))
}

/// Say that deviations like one of an incident's are benign, until a day.
#[utoipa::path(post, path = "/suppressions", tag = "incidents", request_body = NewSuppression,
    responses((status = CREATED, body = Suppression)), extensions(("x-permission" = json!("handle_incidents"))))]
pub(crate) async fn add_suppression(
    may: May<to::HandleIncidents>,
    State(app): State<App>,
    Input(new): Input<NewSuppression>,
) -> Result<(StatusCode, Json<Suppression>), Problem> {
    may.session()?;
    let data = app.data(&may);
    let kept = kept::found::<Incident>(&data.store, new.incident).await?;
    not_about(&may, &kept.it)?;
    let rule = rule(&kept, new, &may)?;
    let id = Uuid::now_v7();
    let detail = json!({ "about": rule.about, "family": rule.family, "tool": rule.tool, "up_to": rule.up_to,
        "until": rule.until, "because": rule.because, "incident": rule.incident });
    let act = may.act("suppression.added", id).with(detail);
    data.commit(Change::new(act).add(id, &rule), may.now()).await?;
    let kept = kept::found::<Rule>(&data.store, id).await?;
    Ok((StatusCode::CREATED, Json(shown(kept, &Viewer::new(data, Names::Pseudonyms), may.now()))))
}

fn rule(kept: &Kept<Incident>, new: NewSuppression, may: &May<to::HandleIncidents>) -> Result<Rule, Problem> {
    let sign = kept.it.evidence.get(new.evidence).map(|evidence| &evidence.sign);
    let Some(sign @ Sign::Deviation(deviation)) = sign else {
        return Err(invalid(
            "`evidence` names no deviation of this incident; only deviations can be suppressed",
        ));
    };
    let Some(reason) = deviation.reasons.get(new.reason) else {
        return Err(invalid("`reason` names none of that deviation's reasons"));
    };
    if !(1..=MOST_DAYS).contains(&new.days) {
        return Err(invalid(format!("`days` is 1 to {MOST_DAYS}")));
    }
    let up_to = new.up_to.unwrap_or(reason.observed * SLACK);
    if !up_to.is_finite() || up_to < reason.observed {
        let seen = amount(reason.observed, reason.unit);
        return Err(invalid(format!("`up_to` is at least what was seen: {seen}, or {}", reason.observed)));
    }
    Ok(Rule {
        about: About::of(sign),
        family: reason.family,
        tool: reason.tool.clone().filter(|_| new.this_tool_only),
        up_to,
        because: text(&new.because, "because")?,
        by: may.actor().name.clone(),
        from: may.now(),
        until: may.now().plus(Duration::from_secs(24 * 60 * 60) * new.days),
        incident: Some(kept.id),
        count: 0,
        latest: Vec::new(),
        state: SuppressionState::Standing,
    })
}

/// Take back a rule: what it kept is raised from now on.
#[utoipa::path(post, path = "/suppressions/{id}/revocation", tag = "incidents", request_body = SuppressionRevocation,
    params(("id" = Uuid, Path, description = "The rule")),
    responses((status = OK, body = Suppression)), extensions(("x-permission" = json!("handle_incidents"))))]
pub(crate) async fn revoke_suppression(
    may: May<to::HandleIncidents>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Input(given): Input<SuppressionRevocation>,
) -> Result<Json<Suppression>, Problem> {
    may.session()?;
    let data = app.data(&may);
    let kept = kept::seen::<Rule>(&data.store, id, given.revision).await?;
    let because = text(&given.because, "because")?;
    let next = kept.it.clone().revoked(may.actor().name.clone(), may.now()).map_err(refused)?;
    let act = may.act("suppression.revoked", id).with(json!({ "because": because }));
    data.commit(Change::new(act).replace(&kept, &next), may.now()).await?;
    let kept = kept::found::<Rule>(&data.store, id).await?;
    Ok(Json(shown(kept, &Viewer::new(data, Names::Pseudonyms), may.now())))
}

fn shown(kept: Kept<Rule>, viewer: &Viewer<'_>, now: Timestamp) -> Suppression {
    let Kept { id, revision, it, .. } = kept;
    let state = match &it.state {
        SuppressionState::Revoked { .. } => RuleState::Revoked,
        SuppressionState::Standing if it.is_in_force(now) => RuleState::Standing,
        SuppressionState::Standing => RuleState::Expired,
    };
    Suppression {
        id,
        revision,
        about: viewer.about(&it.about),
        family: it.family,
        tool: it.tool.map(|tool| tool.to_string()),
        up_to: it.up_to,
        because: it.because,
        by: it.by,
        from: it.from,
        until: it.until,
        incident: it.incident,
        state,
        count: it.count,
        latest: it.latest,
    }
}
