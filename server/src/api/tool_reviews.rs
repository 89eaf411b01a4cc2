use std::collections::{BTreeMap, BTreeSet};

use axum::{Json, extract::State};
use engine::Snapshot;
use governance::tool_review::{
    Answer, Cause, Decision, Evidence, Outcome, Question, Questionnaire, ReviewCommand, Rubric, Score,
    Section, Signature, Stage, Terms, TermsChange, ToolReview, terms_digest,
};
use model::{Approval, Label, Timestamp, ToolId, ToolState};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Change, Kept, Role, Which};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::tool_requests::{all_wanting, name, next_review, wanting};
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
/// Longest text of a vendor's terms, in characters.
const LONGEST_TERMS: usize = 500_000;

/// The review of a tool, in short.
#[derive(Serialize, ToSchema)]
pub(crate) struct ToolReviewSummary {
    id: Uuid,
    revision: u64,
    tool: ToolId,
    name: String,
    /// Where a tool that the catalogue does not know is reached.
    host: Option<String>,
    state: ToolReviewState,
    cause: Cause,
    /// How many people want the tool.
    people: usize,
    /// Who gathers answers and evidence.
    reviewer: Option<String>,
    /// What the answers add up to, in per cent.
    score: Option<u8>,
    outcome: Option<Outcome>,
    until: Option<Timestamp>,
    opened_at: Timestamp,
    changed_at: Timestamp,
}

/// How far a review is.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ToolReviewState {
    /// Nobody looks at it yet.
    Open,
    /// Someone gathers answers and evidence.
    InReview,
    /// A decision waits for the functions that must agree.
    Proposed,
    /// It was decided.
    Decided,
    /// It ended without a decision.
    Closed,
}

/// The review of a tool as reviewers work on it.
#[derive(Serialize, ToSchema)]
pub(crate) struct ToolReviewDetail {
    review: ToolReviewSummary,
    /// Why people want the tool, under pseudonyms.
    wishes: Vec<Wish>,
    sections: Vec<Section>,
    answers: BTreeMap<String, Answer>,
    evidence: Vec<Evidence>,
    terms: Option<Terms>,
    score: Score,
    decision: Option<Decision>,
    signatures: Vec<Signature>,
    /// The functions that must agree.
    needed: Vec<String>,
    /// Those of them for which the reader may agree.
    mine: Vec<String>,
    closed: Option<String>,
    /// Earlier reviews of the tool, the latest first.
    earlier: Vec<ToolReviewSummary>,
}

/// Why somebody wants a tool.
#[derive(Serialize, ToSchema)]
pub(crate) struct Wish {
    pseudonym: String,
    purpose: String,
    data: Vec<Label>,
    asked_at: Timestamp,
}

/// How tools are questioned and scored.
#[derive(Serialize, ToSchema)]
pub(crate) struct ToolRubric {
    questionnaire: Questionnaire,
    /// Weights that differ from the questionnaire's, by question.
    weights: BTreeMap<String, u8>,
    /// Counts the changes of the weights; 0 before the first.
    revision: u64,
    /// What the policy asks beside what is always asked.
    topics: Vec<String>,
    /// The functions that must agree to a decision.
    needed: Vec<String>,
}

/// Weights that differ from the questionnaire's.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewWeights {
    /// The revision that was read.
    revision: u64,
    /// Weights by question, 0 to 10.
    weights: BTreeMap<String, u8>,
}

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

/// The vendor's terms as they are now.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewTerms {
    /// The revision that was read.
    revision: u64,
    /// Where they are.
    link: String,
    /// Their text, as copied from there; only its digest is kept.
    text: String,
}

/// How the terms compare with those that were read before.
#[derive(Serialize, ToSchema)]
pub(crate) struct NotedTerms {
    change: TermsComparison,
    /// The review to go on with: another one, if the terms of a decided tool changed.
    review: Uuid,
}

/// How terms compare.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TermsComparison {
    /// There were none before.
    First,
    /// They are the same.
    Same,
    /// They differ.
    Changed,
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

/// How tools are questioned and scored.
#[utoipa::path(get, path = "/tool-reviews/rubric", tag = "tool reviews",
    responses((status = OK, body = ToolRubric)), extensions(("x-permission" = json!("review_tools"))))]
pub(crate) async fn get_tool_rubric(
    may: May<to::ReviewTools>,
    State(app): State<App>,
) -> Result<Json<ToolRubric>, Problem> {
    Ok(Json(Bench::read(reviewer(&may, &app)?, may.now()).await?.shown()))
}

/// Change how much questions count; scores change at once, decisions do not.
#[utoipa::path(put, path = "/tool-reviews/rubric", tag = "tool reviews", request_body = NewWeights,
    responses((status = OK, body = ToolRubric)), extensions(("x-permission" = json!("decide_tools"))))]
pub(crate) async fn set_tool_rubric(
    may: May<to::DecideTools>,
    State(app): State<App>,
    Input(new): Input<NewWeights>,
) -> Result<Json<ToolRubric>, Problem> {
    let data = app.data(&may);
    let bench = Bench::read(data, may.now()).await?;
    let rubric = Rubric::new(new.weights, bench.questionnaire).map_err(invalid)?;
    let before = bench.rubric.as_ref().map(|kept| &kept.it.weights);
    let act =
        may.act("tool_rubric.changed", "weights").with(json!({ "before": before, "now": rubric.weights }));
    let change = match &bench.rubric {
        Some(kept) if kept.revision == new.revision => Change::new(act).replace(kept, &rubric),
        None if new.revision == 0 => Change::new(act).add(RUBRIC, &rubric),
        _ => return Err(refused("somebody else changed the weights since you loaded them; load them again")),
    };
    data.commit(change, may.now()).await?;
    Ok(Json(Bench::read(data, may.now()).await?.shown()))
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

/// Note the vendor's terms. Where they are no longer those that a decision rests on, another review is opened.
#[utoipa::path(post, path = "/tool-reviews/{id}/terms", tag = "tool reviews", request_body = NewTerms,
    params(("id" = Uuid, Path, description = "The review")),
    responses((status = OK, body = NotedTerms)), extensions(("x-permission" = json!("review_tools"))))]
pub(crate) async fn note_terms(
    may: May<to::ReviewTools>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Input(new): Input<NewTerms>,
) -> Result<Json<NotedTerms>, Problem> {
    let data = reviewer(&may, &app)?;
    let kept = kept::seen::<ToolReview>(&data.store, id, new.revision).await?;
    questionnaire()?.check("rights.terms", &new.link).map_err(invalid)?;
    if new.text.trim().is_empty() || new.text.chars().count() > LONGEST_TERMS {
        return Err(invalid(format!("`text` is the text of the terms, at most {LONGEST_TERMS} characters")));
    }
    let terms = Terms {
        link: new.link,
        sha256: terms_digest(&new.text),
        by: may.actor().name.clone(),
        at: may.now(),
    };
    let change = Terms::compare(kept.it.terms.as_ref(), &new.text);
    let act =
        may.act("tool_review.terms_noted", id).with(json!({ "sha256": terms.sha256, "link": terms.link }));
    let review = match (kept.it.decided(), change) {
        (Some(_), TermsChange::Changed) => {
            let cause = Cause::TermsChanged { note: format!("noted by {}", may.actor().name) };
            let again = ToolReview { terms: Some(terms), ..kept.it.again(id, cause) };
            reopen(data, &kept, &again, Change::new(act), may.now()).await?
        }
        (Some(_), TermsChange::First | TermsChange::Same) | (None, _)
            if kept.it.stage.as_str() != "closed" =>
        {
            let noted = ToolReview { terms: Some(terms), ..kept.it.clone() };
            data.commit(Change::new(act).replace(&kept, &noted), may.now()).await?;
            id
        }
        _ => return Err(refused("a review that is closed takes no terms; ask for the tool again")),
    };
    Ok(Json(NotedTerms { change: change.into(), review }))
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

/// The one rubric there is.
const RUBRIC: Uuid = Uuid::from_u128(0xb71a_0001);

/// What reviews are shown with.
struct Bench {
    questionnaire: &'static Questionnaire,
    rubric: Option<Kept<Rubric>>,
    weights: Rubric,
    snapshot: std::sync::Arc<Snapshot>,
    now: Timestamp,
}

impl Bench {
    async fn read(data: &Data, now: Timestamp) -> Result<Self, Problem> {
        let rubric = data.store.kept::<Rubric>(RUBRIC).await?;
        let weights = rubric.as_ref().map(|kept| kept.it.clone()).unwrap_or_default();
        Ok(Self { questionnaire: questionnaire()?, rubric, weights, snapshot: data.engine.snapshot(), now })
    }

    fn topics(&self) -> &[String] {
        &self.snapshot.policy.front().workflow.review_topics
    }

    fn needed(&self) -> &BTreeSet<String> {
        &self.snapshot.policy.front().workflow.tool_reviews
    }

    fn score(&self, review: &ToolReview) -> Score {
        self.weights.score(self.questionnaire, self.topics(), &review.answers, self.now)
    }

    /// The sections that are asked, each question with its weight as it counts.
    fn sections(&self) -> Vec<Section> {
        let weighed =
            |question: &Question| Question { weight: self.weights.weight(question), ..question.clone() };
        let section = |section: &Section| Section {
            questions: section.questions.iter().map(weighed).collect(),
            ..section.clone()
        };
        self.questionnaire.asked(self.topics()).map(section).collect()
    }

    fn shown(&self) -> ToolRubric {
        ToolRubric {
            questionnaire: self.questionnaire.clone(),
            weights: self.weights.weights.clone(),
            revision: self.rubric.as_ref().map_or(0, |kept| kept.revision),
            topics: self.topics().to_vec(),
            needed: self.needed().iter().cloned().collect(),
        }
    }

    fn summary(&self, kept: &Kept<ToolReview>, people: usize) -> ToolReviewSummary {
        let review = &kept.it;
        let reviewer = match &review.stage {
            Stage::InReview { reviewer } | Stage::Proposed { reviewer, .. } => Some(reviewer.clone()),
            Stage::Open | Stage::Decided { .. } | Stage::Closed { .. } => None,
        };
        ToolReviewSummary {
            id: kept.id,
            revision: kept.revision,
            tool: review.tool.clone(),
            name: name(&self.snapshot, review),
            host: review.listing.as_ref().and_then(|listing| listing.host.clone()),
            state: ToolReviewState::of(&review.stage),
            cause: review.cause.clone(),
            people,
            reviewer,
            score: self.score(review).percent,
            outcome: review.decided().map(|decision| decision.outcome),
            until: review.decided().and_then(|decision| decision.until),
            opened_at: kept.created_at,
            changed_at: kept.changed_at,
        }
    }
}

async fn detail(
    may: &May<to::ReviewTools>,
    data: &Data,
    id: Uuid,
) -> Result<Json<ToolReviewDetail>, Problem> {
    let kept = kept::found::<ToolReview>(&data.store, id).await?;
    let bench = Bench::read(data, may.now()).await?;
    let people = wanting(&data.store, &kept.it.tool).await?;
    let count = |id: &Uuid| people.get(id).map_or(0, BTreeSet::len);
    let of = Which { subject: Some(kept.it.tool.as_str().to_owned()), ..Which::default() };
    let earlier = data
        .store
        .all_kept::<ToolReview>(&of)
        .await?
        .into_iter()
        .filter(|other| other.id != id && other.created_at <= kept.created_at);
    let earlier = earlier.map(|other| bench.summary(&other, count(&other.id))).collect();
    let (decision, signatures) = match &kept.it.stage {
        Stage::Proposed { decision, signatures, .. } | Stage::Decided { decision, signatures, .. } => {
            (Some(decision.clone()), signatures.clone())
        }
        Stage::Open | Stage::InReview { .. } | Stage::Closed { .. } => (None, Vec::new()),
    };
    let closed = match &kept.it.stage {
        Stage::Closed { reason } => Some(reason.clone()),
        _ => None,
    };
    Ok(Json(ToolReviewDetail {
        review: bench.summary(&kept, count(&id)),
        wishes: wishes(data, &kept).await?,
        sections: bench.sections(),
        score: bench.score(&kept.it),
        answers: kept.it.answers,
        evidence: kept.it.evidence,
        terms: kept.it.terms,
        decision,
        signatures,
        mine: bench.needed().intersection(&may.actor().functions).cloned().collect(),
        needed: bench.needed().iter().cloned().collect(),
        closed,
        earlier,
    }))
}

async fn wishes(data: &Data, review: &Kept<ToolReview>) -> Result<Vec<Wish>, Problem> {
    let of = Which {
        subject: Some(review.it.tool.as_str().to_owned()),
        state: Some("wanted".to_owned()),
        ..Which::default()
    };
    let wanted = data.store.all_kept::<governance::tool_review::ToolRequest>(&of).await?;
    let mine = wanted.into_iter().filter(|wanted| wanted.it.review == review.id);
    let wish = mine.map(|wanted| Wish {
        pseudonym: data.pseudonyms.of(&wanted.it.person),
        purpose: wanted.it.purpose,
        data: wanted.it.data,
        asked_at: wanted.created_at,
    });
    Ok(wish.collect())
}

/// The questions, which are part of the program.
pub(crate) fn questionnaire() -> Result<&'static Questionnaire, Problem> {
    Questionnaire::shipped().map_err(|error| Problem::internal("read the questionnaire", error))
}

impl ToolReviewState {
    const fn of(stage: &Stage) -> Self {
        match stage {
            Stage::Open => Self::Open,
            Stage::InReview { .. } => Self::InReview,
            Stage::Proposed { .. } => Self::Proposed,
            Stage::Decided { .. } => Self::Decided,
            Stage::Closed { .. } => Self::Closed,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::InReview => "in_review",
            Self::Proposed => "proposed",
            Self::Decided => "decided",
            Self::Closed => "closed",
        }
    }
}

impl std::convert::From<TermsChange> for TermsComparison {
    fn from(change: TermsChange) -> Self {
        match change {
            TermsChange::First => Self::First,
            TermsChange::Same => Self::Same,
            TermsChange::Changed => Self::Changed,
        }
    }
}
