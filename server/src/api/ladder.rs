//! Cases of the enforcement ladder: what follows violations, who decides, appeals.

use std::collections::HashMap;

use axum::{Json, extract::State};
use governance::ladder::{Case, CaseCommand, CaseRefused, CaseState, Decision, Remedy, Verdicts, Violation};
use model::{ClauseId, PolicyVersion, Timestamp};
use policy::ladder::Decided;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Change, Kept, Which};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{mine::me, portal::compiled};
use crate::{
    app::{App, Data},
    auth::{May, Permitted, to},
    kept,
    web::{
        input::{Input, Named},
        problem::{Kind, Problem},
    },
};

/// The ladder of the policy in force, and the cases.
#[derive(Serialize, ToSchema)]
pub(crate) struct Ladder {
    /// The clause that holds it; none if the policy has no ladder.
    clause: Option<ClauseId>,
    /// It, as employees read it.
    sentences: Vec<String>,
    /// The latest first. People are pseudonyms.
    cases: Vec<CaseView>,
}

/// A step that somebody has reached.
#[derive(Serialize, ToSchema)]
pub(crate) struct CaseView {
    id: Uuid,
    /// Counts changes; a decision names the one it starts from.
    revision: u64,
    /// The person's pseudonym, or name where that may be seen.
    person: String,
    clause: ClauseId,
    policy: PolicyVersion,
    at: Timestamp,
    /// The incident that it follows from, if it is no step of the ladder.
    incident: Option<Uuid>,
    /// The points of the step; 0 if it follows from an incident.
    step: u32,
    /// The points that were reached.
    points: u32,
    remedy: Remedy,
    /// What the step means, to be read by the person.
    words: String,
    /// Exchanges, clauses and points that led there, the latest first.
    violations: Vec<Violation>,
    state: &'static str,
    /// Who let it follow, and why.
    approved: Option<Decision>,
    dismissed: Option<Decision>,
    appeal: Option<Decision>,
    /// Who decided on the appeal or ended it before its time, and why.
    judged: Option<Decision>,
    suspended_until: Option<Timestamp>,
}

/// A case with what policies say of its exchanges.
#[derive(Serialize, ToSchema)]
pub(crate) struct CaseDetail {
    case: CaseView,
    /// Each exchange asked again, on what was stored of it.
    verdicts: Vec<Verdicts>,
    /// Exchanges whose records are no longer kept.
    missing: usize,
}

/// A decision on a case.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CaseOrder {
    order: Order,
    reason: String,
    /// The case as it was when you decided.
    revision: u64,
}

/// What is decided.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Order {
    /// Let the step follow.
    Approve,
    /// Let nothing follow.
    Dismiss,
    /// Refuse the appeal.
    Uphold,
    /// Grant the appeal.
    Overturn,
}

/// That I do not agree.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAppeal {
    reason: String,
}

/// The ladder, and every case.
#[utoipa::path(get, path = "/ladder", tag = "ladder",
    responses((status = OK, body = Ladder)), extensions(("x-permission" = json!("read_standing"))))]
pub(crate) async fn get_ladder(
    may: May<to::ReadStanding>,
    State(app): State<App>,
) -> Result<Json<Ladder>, Problem> {
    let data = app.data(&may);
    let snapshot = data.engine.snapshot();
    let cases = data.store.all_kept::<Case>(&Which::default()).await?.into_iter();
    let ladder = snapshot.policy.ladder();
    Ok(Json(Ladder {
        clause: ladder.map(|(clause, _)| clause.id.clone()),
        sentences: ladder.map(|(_, ladder)| ladder.sentences()).unwrap_or_default(),
        cases: cases.map(|kept| pseudonymous(kept, data)).collect(),
    }))
}

/// One case, each of its exchanges asked again of the policy in force then and of the one in force now.
#[utoipa::path(get, path = "/ladder/cases/{id}", tag = "ladder", params(("id" = Uuid, Path, description = "The case")),
    responses((status = OK, body = CaseDetail)), extensions(("x-permission" = json!("read_standing"))))]
pub(crate) async fn get_case(
    may: May<to::ReadStanding>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
) -> Result<Json<CaseDetail>, Problem> {
    let data = app.data(&may);
    let kept = kept::found::<Case>(&data.store, id).await?;
    let verdicts = again(data, &kept.it).await?;
    let missing = kept.it.violations.len().saturating_sub(verdicts.len());
    Ok(Json(CaseDetail { case: pseudonymous(kept, data), verdicts, missing }))
}

/// Decide on a case or an appeal.
#[utoipa::path(post, path = "/ladder/cases/{id}/decisions", tag = "ladder",
    params(("id" = Uuid, Path, description = "The case")), request_body = CaseOrder,
    responses((status = OK, body = CaseView)), extensions(("x-permission" = json!("decide_cases"))))]
pub(crate) async fn decide_case(
    may: May<to::DecideCases>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Input(given): Input<CaseOrder>,
) -> Result<Json<CaseView>, Problem> {
    may.session()?;
    let data = app.data(&may);
    let kept = kept::found::<Case>(&data.store, id).await?;
    if may.actor().person.as_ref() == Some(&kept.it.person) {
        return Err(Problem::new(Kind::Forbidden, "this case is about you; somebody else has to decide it"));
    }
    if kept.revision != given.revision {
        let detail = "somebody else decided on this case meanwhile; look at it as it is now";
        return Err(Problem::new(Kind::Conflict, detail));
    }
    let decision = decision(&may, &given.reason)?;
    let (what, command) = match given.order {
        Order::Approve => ("ladder.approved", CaseCommand::Approve(decision)),
        Order::Dismiss => ("ladder.dismissed", CaseCommand::Dismiss(decision)),
        Order::Uphold => ("ladder.upheld", CaseCommand::Uphold(decision)),
        Order::Overturn => ("ladder.overturned", CaseCommand::Overturn(decision)),
    };
    let kept = commanded(&may, data, kept, what, command).await?;
    Ok(Json(pseudonymous(kept, data)))
}

/// Appeal against what follows violations of mine.
#[utoipa::path(post, path = "/mine/cases/{id}/appeals", tag = "mine",
    params(("id" = Uuid, Path, description = "The case")), request_body = NewAppeal,
    responses((status = OK, body = CaseView)), extensions(("x-permission" = json!("take_part"))))]
pub(crate) async fn appeal(
    may: May<to::TakePart>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Input(given): Input<NewAppeal>,
) -> Result<Json<CaseView>, Problem> {
    let data = app.data(&may);
    let me = me(&may, &data.engine.snapshot())?;
    let kept = kept::found::<Case>(&data.store, id).await?;
    if kept.it.person != me.id {
        return Err(Problem::not_found("case", &id.to_string()));
    }
    let command = CaseCommand::Appeal(decision(&may, &given.reason)?);
    let kept = commanded(&may, data, kept, "ladder.appealed", command).await?;
    Ok(Json(seen(kept, me.id.to_string())))
}

fn decision<P: Permitted>(may: &May<P>, reason: &str) -> Result<Decision, Problem> {
    let reason = kept::text(reason, "reason")?;
    Ok(Decision { by: may.actor().name.clone(), at: may.now(), reason })
}

async fn commanded<P: Permitted>(
    may: &May<P>,
    data: &Data,
    kept: Kept<Case>,
    what: &'static str,
    command: CaseCommand,
) -> Result<Kept<Case>, Problem> {
    let next = kept.it.after(command).map_err(|refused| match refused {
        CaseRefused::State { .. } => Problem::new(Kind::Conflict, refused.to_string()),
        CaseRefused::SamePerson { .. } => Problem::new(Kind::Forbidden, refused.to_string()),
    })?;
    let detail =
        json!({ "person": next.person, "step": next.step, "remedy": next.remedy, "state": next.state });
    let change = Change::new(may.act(what, kept.id).with(detail)).replace(&kept, &next);
    data.commit(change, may.now()).await?;
    Ok(Kept { revision: kept.revision + 1, changed_at: may.now(), it: next, ..kept })
}

/// What policies say of each exchange of a case, on the stored facts.
async fn again(data: &Data, case: &Case) -> Result<Vec<Verdicts>, Problem> {
    let now = data.engine.snapshot().policy.clone();
    let mut policies: HashMap<PolicyVersion, _> = HashMap::new();
    let mut verdicts = Vec::new();
    for violation in &case.violations {
        let Some(row) = data.store.exchange(violation.exchange).await? else { continue };
        let told = row.record.verdict;
        if !policies.contains_key(&told.policy) {
            policies.insert(told.policy.clone(), compiled(data, &told.policy).await?);
        }
        let then = policies.get(&told.policy).and_then(Option::as_ref);
        verdicts.push(Verdicts {
            exchange: violation.exchange,
            policy: told.policy.clone(),
            told: told.action,
            then: then.map(|policy| policy.evaluate(&row.record.facts).action),
            now: now.evaluate(&row.record.facts).action,
        });
    }
    Ok(verdicts)
}

fn pseudonymous(kept: Kept<Case>, data: &Data) -> CaseView {
    let person = data.pseudonyms.of(&kept.it.person);
    seen(kept, person)
}

/// A case as `person` is called by whoever sees it.
pub(crate) fn seen(kept: Kept<Case>, person: String) -> CaseView {
    let suspended_until = kept.it.suspended_until();
    let Case { clause, policy, incident, step, remedy, points, violations, at, state, .. } = kept.it;
    let measure = remedy.measure();
    let words = match measure.decided() {
        Decided::ByItself => measure.words(),
        Decided::ByPerson => format!("a named person decides whether {}", measure.words()),
    };
    let word = state.as_str();
    let (mut approved, mut dismissed, mut appeal, mut judged) = (None, None, None, None);
    match state {
        CaseState::Taken | CaseState::Proposed => {}
        CaseState::Approved { approved: by } => approved = Some(by),
        CaseState::Dismissed { dismissed: by } => dismissed = Some(by),
        CaseState::Appealed { approved: by, appeal: said } => (approved, appeal) = (Some(by), Some(said)),
        CaseState::Upheld { approved: by, appeal: said, upheld: end }
        | CaseState::Overturned { approved: by, appeal: said, overturned: end } => {
            (approved, appeal, judged) = (Some(by), Some(said), Some(end));
        }
        CaseState::Lifted { approved: by, lifted: end } => (approved, judged) = (Some(by), Some(end)),
    }
    CaseView {
        id: kept.id,
        revision: kept.revision,
        person,
        clause,
        policy,
        at,
        incident,
        step,
        points,
        remedy,
        words,
        violations,
        state: word,
        approved,
        dismissed,
        appeal,
        judged,
        suspended_until,
    }
}
