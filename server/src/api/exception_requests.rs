use std::collections::BTreeSet;

use axum::{Json, extract::State, http::StatusCode};
use engine::Snapshot;
use governance::{
    exception_request::{
        Asked, ExceptionCommand, ExceptionRequest as Request, ExceptionStage, Lasting, RequestHolder,
    },
    tool_review::Signature,
};
use model::{ClauseId, Label, PersonId, Timestamp, ToolId};
use policy::Exemption;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Beneficiary, Change, Kept, Which};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    exception_request_view::{ExceptionRequest, ExceptionRequestState, shown},
    tool_reviews::{speaks_for, works_on_requests},
};
use crate::{
    app::{App, Data},
    auth::{May, to},
    kept::{self, invalid, myself, refused},
    web::{
        input::{Input, Named, Params},
        problem::{Kind, Problem},
    },
};

/// An exception to ask for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewExceptionRequest {
    /// For whom, if not for oneself.
    person: Option<PersonId>,
    /// For which group, if not for one person.
    group: Option<String>,
    clause: ClauseId,
    /// For which tool; every tool if left out.
    tool: Option<ToolId>,
    /// Only where what is found lies within these labels; whatever is found if left out.
    #[serde(default)]
    labels: BTreeSet<Label>,
    /// How many seconds it should last from the moment it is granted.
    lasts_seconds: u64,
    reason: String,
}

/// On which terms somebody may be exempted from a clause.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExceptionTerms {
    clause: ClauseId,
    title: String,
    /// The functions that must agree; nobody may be exempted if there are none.
    needed: Vec<String>,
    /// The longest time, in seconds.
    longest_seconds: u64,
}

/// What is done about a request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewExceptionStep {
    /// The revision that was read.
    revision: u64,
    step: ExceptionStep,
}

/// A step of a request.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum ExceptionStep {
    /// Agree for a function; with the last one the exception counts.
    Agree {
        /// For which.
        function: String,
        /// For a shorter time than was asked for.
        lasts_seconds: Option<u64>,
    },
    /// Do not agree.
    Deny {
        /// For which function.
        function: String,
        /// Why.
        reason: String,
    },
    /// Ask no longer.
    Withdraw {},
    /// Take it back.
    Revoke {},
}

/// Which requests are asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichRequests {
    /// Those in this state only.
    state: Option<ExceptionRequestState>,
}

/// On which terms somebody may be exempted from each clause.
#[utoipa::path(get, path = "/exception-requests/terms", tag = "exceptions",
    responses((status = OK, body = Vec<ExceptionTerms>)), extensions(("x-permission" = json!("make_requests"))))]
pub(crate) async fn exception_terms(
    may: May<to::MakeRequests>,
    State(app): State<App>,
) -> Json<Vec<ExceptionTerms>> {
    let snapshot = app.data(&may).engine.snapshot();
    let policy = &snapshot.policy;
    let longest_seconds = policy.front().workflow.longest_exception.as_secs();
    let terms = policy.clauses().iter().map(|clause| ExceptionTerms {
        clause: clause.id.clone(),
        title: clause.title.clone(),
        needed: match policy.exemption(clause) {
            Exemption::By(functions) => functions.iter().cloned().collect(),
            Exemption::Never => Vec::new(),
        },
        longest_seconds,
    });
    Json(terms.collect())
}

/// Ask for an exception.
#[utoipa::path(post, path = "/exception-requests", tag = "exceptions", request_body = NewExceptionRequest,
    responses((status = CREATED, body = ExceptionRequest)), extensions(("x-permission" = json!("make_requests"))))]
pub(crate) async fn request_exception(
    may: May<to::MakeRequests>,
    State(app): State<App>,
    Input(new): Input<NewExceptionRequest>,
) -> Result<(StatusCode, Json<ExceptionRequest>), Problem> {
    let data = app.data(&may);
    let snapshot = data.engine.snapshot();
    let asked = asked(new, &may, &snapshot)?;
    let actor = may.actor();
    let request = Request::new(asked, actor.name.clone(), actor.person.clone());
    let id = Uuid::now_v7();
    let told = json!({ "request": id, "tool": request.asked.tool, "lasts_seconds": request.asked.lasts });
    let act = may.act("exception.requested", &request.asked.clause).with(told);
    data.commit(Change::new(act).add(id, &request), may.now()).await?;
    one(data, id, &may).await.map(|request| (StatusCode::CREATED, Json(request)))
}

/// List the exceptions that I asked for or that are for me, the latest first.
#[utoipa::path(get, path = "/exception-requests/mine", tag = "exceptions",
    responses((status = OK, body = Vec<ExceptionRequest>)), extensions(("x-permission" = json!("make_requests"))))]
pub(crate) async fn my_exception_requests(
    may: May<to::MakeRequests>,
    State(app): State<App>,
) -> Result<Json<Vec<ExceptionRequest>>, Problem> {
    let data = app.data(&may);
    let all = data.store.all_kept::<Request>(&Which::default()).await?;
    let actor = may.actor();
    let mine = all.into_iter().filter(|kept| kept.it.concerns(&actor.name, actor.person.as_ref()));
    let snapshot = data.engine.snapshot();
    Ok(Json(mine.map(|kept| shown(kept, &snapshot, &may)).collect()))
}

/// List the exceptions that were asked for, with names, the latest first.
#[utoipa::path(get, path = "/exception-requests", tag = "exceptions", params(WhichRequests),
    responses((status = OK, body = Vec<ExceptionRequest>)), extensions(("x-permission" = json!("decide_exceptions"))))]
pub(crate) async fn list_exception_requests(
    may: May<to::DecideExceptions>,
    State(app): State<App>,
    Params(which): Params<WhichRequests>,
) -> Result<Json<Vec<ExceptionRequest>>, Problem> {
    let data = decider(&may, &app)?;
    let all = data.store.all_kept::<Request>(&Which::default()).await?;
    let snapshot = data.engine.snapshot();
    let shown = all.into_iter().map(|kept| shown(kept, &snapshot, &may));
    Ok(Json(shown.filter(|request| which.state.is_none_or(|state| state == request.state)).collect()))
}

/// Agree to a request, deny it, withdraw it or take the exception back. With the last agreement the exception counts, on
/// all nodes within seconds, until its end.
#[utoipa::path(post, path = "/exception-requests/{id}/steps", tag = "exceptions", request_body = NewExceptionStep,
    params(("id" = Uuid, Path, description = "The request")),
    responses((status = OK, body = ExceptionRequest)), extensions(("x-permission" = json!("make_requests"))))]
pub(crate) async fn step_exception_request(
    may: May<to::MakeRequests>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Input(new): Input<NewExceptionStep>,
) -> Result<Json<ExceptionRequest>, Problem> {
    let data = app.data(&may);
    let actor = may.actor();
    let kept = found(data, id, &may).await?;
    let kept = if kept.revision == new.revision {
        kept
    } else {
        kept::seen::<Request>(&data.store, id, new.revision).await?
    };
    let command = command(new.step, &kept.it, &may, &data.engine.snapshot())?;
    let request = kept.it.clone().follow(command, &actor.name, actor.person.as_ref()).map_err(refused)?;
    data.commit(change(&kept, &request, &may), may.now()).await?;
    one(data, id, &may).await.map(Json)
}

/// What is asked for, if it can be.
fn asked(
    new: NewExceptionRequest,
    may: &May<to::MakeRequests>,
    snapshot: &Snapshot,
) -> Result<Asked, Problem> {
    let policy = &snapshot.policy;
    let clause = policy.clause(&new.clause);
    let clause =
        clause.ok_or_else(|| invalid(format!("the policy in force has no clause `{}`", new.clause)))?;
    if *policy.exemption(clause) == Exemption::Never {
        return Err(invalid(format!("the policy says that nobody may be exempted from {}", clause.id)));
    }
    if let Some(tool) = new.tool.as_ref().filter(|tool| snapshot.catalog.tool(tool.as_str()).is_none()) {
        return Err(invalid(format!("the catalogue has no tool `{tool}`")));
    }
    let asked = Asked {
        holder: holder(new.person, new.group, may, snapshot)?,
        clause: new.clause,
        tool: new.tool,
        labels: new.labels,
        lasts: Lasting(new.lasts_seconds),
        reason: new.reason.trim().to_owned(),
    };
    asked.check(policy.front().workflow.longest_exception).map_err(invalid)?;
    Ok(asked)
}

/// For whom: oneself, a group, or somebody else if one works on requests.
fn holder(
    person: Option<PersonId>,
    group: Option<String>,
    may: &May<to::MakeRequests>,
    snapshot: &Snapshot,
) -> Result<RequestHolder, Problem> {
    let actor = may.actor();
    match (person, group) {
        (None, None) => myself(may).map(RequestHolder::Person),
        (Some(person), None) if actor.person.as_ref() == Some(&person) => Ok(RequestHolder::Person(person)),
        (Some(_), None) if !works_on_requests(actor.role, &actor.functions) => {
            let detail =
                "ask for yourself or for a group; only those who work on requests ask for somebody else";
            Err(Problem::new(Kind::Forbidden, detail))
        }
        (Some(person), None) if snapshot.directory.person(person.as_str()).is_none() => {
            Err(invalid(format!("there is nobody called `{person}` in the directory")))
        }
        (Some(person), None) => Ok(RequestHolder::Person(person)),
        (None, Some(group)) if snapshot.directory.people().iter().all(|one| !one.groups.contains(&group)) => {
            Err(invalid(format!("nobody in the directory belongs to a group `{group}`")))
        }
        (None, Some(group)) => Ok(RequestHolder::Group(group)),
        (Some(_), Some(_)) => Err(invalid("say who is to be exempt: `person` or `group`, not both")),
    }
}

/// The step as a command, with the functions that the policy in force asks.
fn command(
    step: ExceptionStep,
    request: &Request,
    may: &May<to::MakeRequests>,
    snapshot: &Snapshot,
) -> Result<ExceptionCommand, Problem> {
    let (by, at) = (may.actor().name.clone(), may.now());
    let signature = |function: String| {
        speaks_for(may, &function)?;
        Ok::<_, Problem>(Signature { function, by: by.clone(), at })
    };
    match step {
        ExceptionStep::Agree { function, lasts_seconds } => {
            let needed = needed(request, snapshot)
                .ok_or_else(|| refused("the policy in force lets nobody be exempted from this clause"))?;
            let lasts = request.asked.lasts.min(Lasting(lasts_seconds.unwrap_or(u64::MAX)));
            let agreed = Asked { lasts, ..request.asked.clone() };
            agreed.check(snapshot.policy.front().workflow.longest_exception).map_err(invalid)?;
            let exception = Uuid::now_v7();
            Ok(ExceptionCommand::Agree { signature: signature(function)?, needed, exception, lasts })
        }
        ExceptionStep::Deny { function, reason } => {
            let needed = needed(request, snapshot).unwrap_or_else(|| [function.clone()].into());
            let reason = kept::text(&reason, "reason")?;
            Ok(ExceptionCommand::Deny { signature: signature(function)?, needed, reason })
        }
        ExceptionStep::Withdraw {} => {
            if request.by != by {
                return Err(Problem::new(Kind::Forbidden, "only whoever asked withdraws a request"));
            }
            Ok(ExceptionCommand::Withdraw)
        }
        ExceptionStep::Revoke {} => Ok(ExceptionCommand::Revoke { by, at }),
    }
}

/// The functions that must agree: those that the clause names; none if nobody may be exempted, or the clause is gone.
pub(super) fn needed(request: &Request, snapshot: &Snapshot) -> Option<BTreeSet<String>> {
    let clause = snapshot.policy.clause(&request.asked.clause)?;
    match snapshot.policy.exemption(clause) {
        Exemption::By(functions) => Some(functions.clone()),
        Exemption::Never => None,
    }
}

/// What a step changes: the request and, when it is granted or taken back, the exception.
fn change(before: &Kept<Request>, after: &Request, may: &May<to::MakeRequests>) -> Change {
    let (what, told) = match &after.stage {
        ExceptionStage::Requested => ("exception.agreed", json!({ "functions": functions(after) })),
        ExceptionStage::Granted { exception, until, .. } => (
            "exception.granted",
            json!({ "exception": exception, "until": until, "functions": functions(after) }),
        ),
        ExceptionStage::Denied { signature, .. } => {
            ("exception.denied", json!({ "function": signature.function }))
        }
        ExceptionStage::Withdrawn => ("exception.withdrawn", json!(null)),
        ExceptionStage::Revoked { exception, .. } => ("exception.revoked", json!({ "exception": exception })),
    };
    let subject = format!("{} {}", after.asked.clause, before.id);
    let change = Change::new(may.act(what, subject).with(told)).replace(before, after);
    match &after.stage {
        ExceptionStage::Granted { exception, from, until } => {
            change.except(granted(*exception, *from, *until, after))
        }
        ExceptionStage::Revoked { exception, by, .. } => change.end_exception(*exception, by.as_str()),
        ExceptionStage::Requested | ExceptionStage::Denied { .. } | ExceptionStage::Withdrawn => change,
    }
}

fn functions(request: &Request) -> Vec<&str> {
    request.signatures.iter().map(|signature| signature.function.as_str()).collect()
}

fn granted(id: Uuid, from: Timestamp, until: Timestamp, request: &Request) -> store::Exception {
    let by: Vec<String> =
        request.signatures.iter().map(|made| format!("{} for {}", made.by, made.function)).collect();
    store::Exception {
        id,
        beneficiary: match &request.asked.holder {
            RequestHolder::Person(person) => Beneficiary::Person(person.clone()),
            RequestHolder::Group(group) => Beneficiary::Group(group.clone()),
        },
        clause: request.asked.clause.clone(),
        tool: request.asked.tool.clone(),
        labels: request.asked.labels.clone(),
        from,
        until,
        reason: request.asked.reason.clone(),
        approved_by: by.join(", "),
        approved_at: from,
        revoked: None,
    }
}

/// What requests are read from, for those who decide about them: by their role, or because they speak for a function.
fn decider<'a>(may: &May<to::DecideExceptions>, app: &'a App) -> Result<&'a Data, Problem> {
    let actor = may.actor();
    if works_on_requests(actor.role, &actor.functions) {
        return Ok(app.data(may));
    }
    let detail = "requests are seen by administrators, analysts and auditors, and by accounts that speak for a function \
                  such as `security`; an administrator can let yours";
    Err(Problem::new(Kind::Forbidden, detail))
}

/// The request of this id, for those it concerns and those who work on requests.
async fn found<P>(data: &Data, id: Uuid, may: &May<P>) -> Result<Kept<Request>, Problem> {
    let kept = kept::found::<Request>(&data.store, id).await?;
    let actor = may.actor();
    let works = works_on_requests(actor.role, &actor.functions);
    if works || kept.it.concerns(&actor.name, actor.person.as_ref()) {
        return Ok(kept);
    }
    Err(Problem::not_found("exception request", &id.to_string()))
}

async fn one<P>(data: &Data, id: Uuid, may: &May<P>) -> Result<ExceptionRequest, Problem> {
    Ok(shown(found(data, id, may).await?, &data.engine.snapshot(), may))
}
