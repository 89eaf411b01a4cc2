use std::collections::BTreeSet;

use axum::{Json, extract::State};
use engine::Snapshot;
use governance::tool_review::{Answer, Decision, ReviewCommand, Signature, Stage, ToolReview};
use model::{Approval, Timestamp, ToolState};
use serde::Deserialize;
use serde_json::json;
use store::{Change, Kept, Role, Which};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    tool_requests::{all_wanting, next_review},
    tool_review_view::{ToolReviewDetail, ToolReviewState, ToolReviewSummary, detail},
    tool_rubric::{Bench, questionnaire},
};
use crate::{
    app::{App, Data},
    auth::{Actor, May, to},
    kept::{self, invalid, refused},
    web::{
        input::{Input, Named, Params},
        problem::{Kind, Problem},
    },
};

/// Longest note beside an answer, in characters.
const LONGEST_NOTE: usize = 2_000;

/// Answers to questions.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAnswers {
    /// The revision that was read.
    revision: u64,
    answers: Vec<NewAnswer>,
}

/// The answer to one question.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAnswer {
    question: String,
    /// A choice, a text, a day or an address; the answer goes if it is empty.
    value: String,
    #[serde(default)]
    note: String,
}

/// What is done about a review.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewReviewStep {
    /// The revision that was read.
    revision: u64,
    step: ReviewStep,
}

/// A step of a review.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum ReviewStep {
    /// Gather answers and evidence.
    Take {},
    /// Put a decision before the functions.
    Propose {
        /// What.
        decision: Decision,
    },
    /// Agree to it for a function; with the last one the decision counts.
    Sign {
        /// For which.
        function: String,
    },
    /// Send it back to the reviewer.
    Return {},
    /// End it without a decision.
    Close {
        /// Why.
        reason: String,
    },
}

/// Which reviews are asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichReviews {
    /// Those in this state only.
    state: Option<ToolReviewState>,
}

/// List the reviews of tools, the latest opened first.
#[utoipa::path(get, path = "/tool-reviews", tag = "tool reviews", params(WhichReviews),
    responses((status = OK, body = Vec<ToolReviewSummary>)), extensions(("x-permission" = json!("review_tools"))))]
pub(crate) async fn list_tool_reviews(
    may: May<to::ReviewTools>,
    State(app): State<App>,
    Params(which): Params<WhichReviews>,
) -> Result<Json<Vec<ToolReviewSummary>>, Problem> {
    let data = reviewer(&may, &app)?;
    let of = Which { state: which.state.map(|state| state.as_str().to_owned()), ..Which::default() };
    let reviews = data.store.all_kept::<ToolReview>(&of).await?;
    let wanting = all_wanting(&data.store).await?;
    let bench = Bench::read(data, may.now()).await?;
    let people = |review: &Kept<ToolReview>| wanting.get(&review.id).map_or(0, BTreeSet::len);
    Ok(Json(reviews.iter().map(|review| bench.summary(review, people(review))).collect()))
}

/// One review.
#[utoipa::path(get, path = "/tool-reviews/{id}", tag = "tool reviews",
    params(("id" = Uuid, Path, description = "The review")),
    responses((status = OK, body = ToolReviewDetail)), extensions(("x-permission" = json!("review_tools"))))]
pub(crate) async fn get_tool_review(
    may: May<to::ReviewTools>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
) -> Result<Json<ToolReviewDetail>, Problem> {
    detail(&may, reviewer(&may, &app)?, id).await
}

/// Answer questions of a review that is under way.
#[utoipa::path(put, path = "/tool-reviews/{id}/answers", tag = "tool reviews", request_body = NewAnswers,
    params(("id" = Uuid, Path, description = "The review")),
    responses((status = OK, body = ToolReviewDetail)), extensions(("x-permission" = json!("review_tools"))))]
pub(crate) async fn answer_questions(
    may: May<to::ReviewTools>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Input(new): Input<NewAnswers>,
) -> Result<Json<ToolReviewDetail>, Problem> {
    let data = reviewer(&may, &app)?;
    let kept = kept::seen::<ToolReview>(&data.store, id, new.revision).await?;
    let mut review = kept.it.clone().editing().map_err(refused)?;
    let questionnaire = questionnaire()?;
    let mut questions = Vec::new();
    for NewAnswer { question, value, note } in new.answers {
        questions.push(question.clone());
        if value.trim().is_empty() {
            review.answers.remove(&question);
            continue;
        }
        questionnaire.check(&question, &value).map_err(invalid)?;
        if note.chars().count() > LONGEST_NOTE {
            return Err(invalid(format!("a note has at most {LONGEST_NOTE} characters")));
        }
        let answer = Answer { value, note, by: may.actor().name.clone(), at: may.now() };
        review.answers.insert(question, answer);
    }
    let act = may.act("tool_review.answered", id).with(json!({ "questions": questions }));
    data.commit(Change::new(act).replace(&kept, &review), may.now()).await?;
    detail(&may, data, id).await
}

/// Take a review, put a decision before the functions, agree, send it back, or close it. With the last agreement the
/// decision becomes the state of the tool that rules see.
#[utoipa::path(post, path = "/tool-reviews/{id}/steps", tag = "tool reviews", request_body = NewReviewStep,
    params(("id" = Uuid, Path, description = "The review")),
    responses((status = OK, body = ToolReviewDetail)), extensions(("x-permission" = json!("review_tools"))))]
pub(crate) async fn step_tool_review(
    may: May<to::ReviewTools>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Input(new): Input<NewReviewStep>,
) -> Result<Json<ToolReviewDetail>, Problem> {
    let data = reviewer(&may, &app)?;
    let kept = kept::seen::<ToolReview>(&data.store, id, new.revision).await?;
    let snapshot = data.engine.snapshot();
    let (what, command) = command(new.step, &may, &snapshot)?;
    let review = kept.it.clone().follow(command, may.now()).map_err(refused)?;
    let act = may.act(what, id).with(json!({ "tool": review.tool, "stage": review.stage.as_str() }));
    let change = Change::new(act).replace(&kept, &review);
    let change = match tool_decision(&review, &snapshot, may.now(), &may.actor().name) {
        Some(decision) => {
            let told = json!({ "state": decision.approval.state.as_str(), "until": decision.approval.until });
            change.and(may.act("tool.decided", &review.tool).with(told)).decide_tool(decision)
        }
        None => change,
    };
    data.commit(change, may.now()).await?;
    detail(&may, data, id).await
}

/// Opens `again`, which follows the decided review `kept`, unless the tool is being looked at already; which review
/// there is then.
pub(crate) async fn reopen(
    data: &Data,
    kept: &Kept<ToolReview>,
    again: &ToolReview,
    change: Change,
    now: Timestamp,
) -> Result<Uuid, Problem> {
    let of = Which { subject: Some(kept.it.tool.as_str().to_owned()), ..Which::default() };
    let reviews = data.store.all_kept::<ToolReview>(&of).await?;
    if let Some(open) = reviews.into_iter().find(|review| review.it.is_open()) {
        return Ok(open.id);
    }
    let id = next_review(&kept.it.tool, Some(kept.id));
    let opened = governance::Act::new("tool_review.opened", id, "bylaw")
        .with(json!({ "tool": again.tool, "cause": again.cause.as_str() }));
    data.commit(change.and(opened).add(id, again), now).await?;
    Ok(id)
}

/// What reviews are read from, for those who review: by their role, or because they speak for a function.
pub(crate) fn reviewer<'a>(may: &May<to::ReviewTools>, app: &'a App) -> Result<&'a Data, Problem> {
    if reviews(may.actor()) {
        return Ok(app.data(may));
    }
    let detail = "reviews are worked on by administrators, analysts and auditors, and by accounts that speak for a \
                  function such as `security`; an administrator can let yours";
    Err(Problem::new(Kind::Forbidden, detail))
}

fn reviews(actor: &Actor) -> bool {
    works_on_requests(actor.role, &actor.functions)
}

/// Whether an account works on what others ask for: by its role, or because it speaks for a function.
pub(crate) fn works_on_requests(role: Role, functions: &BTreeSet<String>) -> bool {
    matches!(role, Role::Administrator | Role::Analyst | Role::Auditor) || !functions.is_empty()
}

/// The step as a command, and the act that the audit log keeps of it.
fn command(
    step: ReviewStep,
    may: &May<to::ReviewTools>,
    snapshot: &Snapshot,
) -> Result<(&'static str, ReviewCommand), Problem> {
    let by = may.actor().name.clone();
    match step {
        ReviewStep::Take {} => Ok(("tool_review.taken", ReviewCommand::Take { by })),
        ReviewStep::Propose { decision } => {
            decision.check(may.now()).map_err(invalid)?;
            Ok(("tool_review.proposed", ReviewCommand::Propose { decision }))
        }
        ReviewStep::Sign { function } => {
            speaks_for(may, &function)?;
            let needed = snapshot.policy.front().workflow.tool_reviews.clone();
            let signature = Signature { function, by, at: may.now() };
            Ok(("tool_review.signed", ReviewCommand::Sign { signature, needed }))
        }
        ReviewStep::Return {} => Ok(("tool_review.returned", ReviewCommand::Return)),
        ReviewStep::Close { reason } => {
            let reason = kept::text(&reason, "reason")?;
            Ok(("tool_review.closed", ReviewCommand::Close { reason }))
        }
    }
}

/// Refuses whoever does not speak for `function`.
pub(crate) fn speaks_for<P>(may: &May<P>, function: &str) -> Result<(), Problem> {
    if may.actor().functions.contains(function) {
        return Ok(());
    }
    let detail = format!("your account does not speak for `{function}`; an administrator can let it");
    Err(Problem::new(Kind::Forbidden, detail))
}

/// What rules see of the tool after a step: what was decided or, from the first look on, that it is under review.
fn tool_decision(
    review: &ToolReview,
    snapshot: &Snapshot,
    now: Timestamp,
    by: &str,
) -> Option<store::ToolDecision> {
    let (approval, reason, decided_by) = match &review.stage {
        Stage::Decided { decision, signatures, .. } => {
            let reason = match decision.conditions.as_str() {
                "" => decision.reason.clone(),
                conditions => format!("{} Conditions: {conditions}", decision.reason),
            };
            let by: Vec<String> =
                signatures.iter().map(|made| format!("{} for {}", made.by, made.function)).collect();
            (decision.approval(), reason, by.join(", "))
        }
        Stage::InReview { .. } if !snapshot.approvals.contains_key(&review.tool) => {
            let approval = Approval { state: ToolState::UnderReview, ..Approval::default() };
            (approval, "the review has begun".to_owned(), by.to_owned())
        }
        _ => return None,
    };
    Some(store::ToolDecision { tool: review.tool.clone(), approval, at: now, decided_by, reason })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use store::Role;

    use super::works_on_requests;

    /// A role that works on requests sees names; `Role::Employee` alone does not.
    #[test]
    fn who_works_on_requests() {
        let legal: BTreeSet<String> = ["legal".to_owned()].into();
        for (role, functions, works) in [
            (Role::Administrator, &BTreeSet::new(), true),
            (Role::Analyst, &BTreeSet::new(), true),
            (Role::Auditor, &BTreeSet::new(), true),
            (Role::PolicyAuthor, &BTreeSet::new(), false),
            (Role::Employee, &BTreeSet::new(), false),
            (Role::Employee, &legal, true),
        ] {
            assert_eq!(works_on_requests(role, functions), works, "{role} {functions:?}");
        }
    }
}
