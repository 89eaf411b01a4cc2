use std::collections::BTreeSet;

use axum::{Json, extract::State, http::StatusCode};
use governance::{
    Check, Comment, CommentCommand, CommentState, ContentHash, Draft, Finding, Gate, Opinion, OpinionRefusal,
    Position, Stance, Way, position,
};
use model::{ClauseId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Change, Kept, Which};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    differences::{Differences, DraftClause, clauses, differences},
    drafts::{DraftSummary, found, reader, summary},
    policy::{LintNotice, mistake_notice},
};
use crate::{
    app::{App, Data},
    auth::{May, to},
    publication::{Submission, case, off_the_runtime},
    web::{
        input::{Input, Named},
        problem::{Kind, Problem},
    },
};

/// Longest comment or change request, in characters.
const LONGEST_REMARK: usize = 4_000;

/// A draft as reviewers see it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Review {
    draft: DraftSummary,
    /// Its clauses, in document order; none while it has mistakes.
    clauses: Vec<DraftClause>,
    mistakes: Vec<LintNotice>,
    differences: Differences,
    approvals: Vec<FunctionStanding>,
    comments: Vec<DraftComment>,
    checks: Vec<GateCheck>,
    /// The functions for which the reader may approve.
    mine: Vec<String>,
}

/// How a function stands to a draft.
#[derive(Serialize, ToSchema)]
pub(crate) struct FunctionStanding {
    function: String,
    standing: StandingWord,
    by: Option<String>,
    at: Option<Timestamp>,
    /// What its opinion is of, if that is not what the draft is now.
    hash: Option<String>,
    /// The changes it asks for.
    what: Option<String>,
}

/// How a function stands to a draft, in a word.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StandingWord {
    /// Nobody has said anything for it.
    Missing,
    /// It approved what the draft was before an edit.
    Void,
    /// Whoever approved also wrote.
    OwnWork,
    /// It asks for changes.
    ChangesAsked,
    /// It approved exactly this.
    Approved,
}

/// A remark on a draft.
#[derive(Serialize, ToSchema)]
pub(crate) struct DraftComment {
    id: Uuid,
    clause: Option<ClauseId>,
    text: String,
    by: String,
    at: Timestamp,
    resolved_by: Option<String>,
    resolved_at: Option<Timestamp>,
}

/// One check of the publication gate.
#[derive(Serialize, ToSchema)]
pub(crate) struct GateCheck {
    check: CheckWord,
    outcome: CheckOutcome,
    /// What was found, and what to do about it.
    says: String,
}

/// What a check looks at.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PublicationCheck)]
pub(crate) enum CheckWord {
    /// Builds on the version in force.
    Base,
    /// Has no mistakes.
    Valid,
    /// Examples pass.
    Examples,
    /// Invariants hold.
    Invariants,
    /// Was tried on recorded exchanges.
    Backtest,
    /// Is approved.
    Approvals,
}

/// How a check came out.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CheckOutcome {
    /// In order.
    Passed,
    /// Keeps the draft from coming into force.
    Failed,
    /// Was not asked for.
    Waived,
}

/// An opinion for a function.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewOpinion {
    function: String,
    /// The hash of the draft as it was read; refused if it has changed since.
    hash: String,
    stance: StanceWord,
    /// The changes that are asked for.
    what: Option<String>,
}

/// What an opinion comes to.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StanceWord {
    /// The draft may come into force.
    Approves,
    /// Not before something is changed.
    AsksForChanges,
}

/// A remark to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewComment {
    /// On which clause; on the whole if left out.
    clause: Option<ClauseId>,
    text: String,
}

/// Whether somebody has looked after a comment.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Resolution {
    resolved: bool,
}

/// See a draft as reviewers do: rendered, compared, with opinions, comments and what the gate says.
#[utoipa::path(get, path = "/drafts/{id}/review", tag = "drafts",
    params(("id" = Uuid, Path, description = "The draft")),
    responses((status = OK, body = Review)), extensions(("x-permission" = json!("review_policy"))))]
pub(crate) async fn get_review(
    may: May<to::ReviewPolicy>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
) -> Result<Json<Review>, Problem> {
    let data = reader(&may, &app)?;
    let draft = found(&data.store, id).await?;
    Ok(Json(review(data, draft, &may.actor().functions).await?))
}

/// Say what a function thinks of a draft. The latest opinion of a function counts.
#[utoipa::path(post, path = "/drafts/{id}/opinions", tag = "drafts", request_body = NewOpinion,
    params(("id" = Uuid, Path, description = "The draft")),
    responses((status = NO_CONTENT)), extensions(("x-permission" = json!("review_policy"))))]
pub(crate) async fn give_opinion(
    may: May<to::ReviewPolicy>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Input(new): Input<NewOpinion>,
) -> Result<StatusCode, Problem> {
    may.session()?;
    let data = reader(&may, &app)?;
    let draft = open(found(&data.store, id).await?)?;
    let stance = match new.stance {
        StanceWord::Approves => Stance::Approves,
        StanceWord::AsksForChanges => {
            Stance::AsksForChanges { what: checked(new.what.as_deref().unwrap_or_default(), "what")? }
        }
    };
    let opinion = Opinion {
        draft: id.to_string(),
        function: new.function,
        hash: ContentHash::given(new.hash),
        by: may.actor().account.clone(),
        at: may.now(),
        stance,
    };
    let actor = may.actor();
    let opinion = opinion.given(&actor.functions, &draft.it.hash(), &draft.it.writers)?;
    let what = match opinion.stance {
        Stance::Approves => "draft.approved",
        Stance::AsksForChanges { .. } => "draft.changes_asked",
    };
    let act = may.act(what, id).with(json!({ "function": opinion.function, "hash": opinion.hash }));
    data.commit(Change::new(act).add(Uuid::now_v7(), &opinion), may.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Comment on a draft or one of its clauses.
#[utoipa::path(post, path = "/drafts/{id}/comments", tag = "drafts", request_body = NewComment,
    params(("id" = Uuid, Path, description = "The draft")),
    responses((status = CREATED, body = DraftComment)), extensions(("x-permission" = json!("review_policy"))))]
pub(crate) async fn add_comment(
    may: May<to::ReviewPolicy>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Input(new): Input<NewComment>,
) -> Result<(StatusCode, Json<DraftComment>), Problem> {
    let data = reader(&may, &app)?;
    found(&data.store, id).await?;
    let comment = Comment {
        draft: id.to_string(),
        clause: new.clause,
        text: checked(&new.text, "text")?,
        by: may.actor().account.clone(),
        at: may.now(),
        state: CommentState::Open,
    };
    let number = Uuid::now_v7();
    let act = may.act("draft.commented", id).with(json!({ "clause": comment.clause, "comment": number }));
    data.commit(Change::new(act).add(number, &comment), may.now()).await?;
    Ok((StatusCode::CREATED, Json(shown_comment(number, comment))))
}

/// Resolve a comment, or take that back.
#[utoipa::path(put, path = "/comments/{id}", tag = "drafts", request_body = Resolution,
    params(("id" = Uuid, Path, description = "The comment")),
    responses((status = OK, body = DraftComment)), extensions(("x-permission" = json!("review_policy"))))]
pub(crate) async fn resolve_comment(
    may: May<to::ReviewPolicy>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Input(resolution): Input<Resolution>,
) -> Result<Json<DraftComment>, Problem> {
    let data = reader(&may, &app)?;
    let kept: Option<Kept<Comment>> = data.store.kept(id).await?;
    let comment = kept.ok_or_else(|| Problem::not_found("comment", &id.to_string()))?;
    let (command, what) = if resolution.resolved {
        let by = may.actor().account.clone();
        (CommentCommand::Resolve { by, at: may.now() }, "comment.resolved")
    } else {
        (CommentCommand::Reopen, "comment.reopened")
    };
    let next = comment.it.clone().apply(command);
    let next = next.map_err(|refusal| Problem::new(Kind::Conflict, refusal.to_string()))?;
    data.commit(Change::new(may.act(what, id)).replace(&comment, &next), may.now()).await?;
    Ok(Json(shown_comment(id, next)))
}

async fn review(data: &Data, draft: Kept<Draft>, mine: &BTreeSet<String>) -> Result<Review, Problem> {
    let submission = Submission {
        source: &draft.it.source,
        base: draft.it.base.as_ref(),
        draft: Some(&draft),
        way: &Way::Reviewed,
    };
    let case = case(data, &submission).await?;
    let of_draft = Which { subject: Some(draft.id.to_string()), ..Which::default() };
    let comments = data.store.all_kept::<Comment>(&of_draft).await?;
    let approvals = case.functions.iter().map(|function| {
        shown_standing(function, &position(function, &case.opinions, &case.hash, &draft.it.writers))
    });
    let approvals = approvals.collect();
    let snapshot = data.engine.snapshot();
    let policy = case.examined.policy;
    let (clauses, differences) = off_the_runtime(move || match policy {
        Some(policy) => (clauses(&snapshot.policy, &policy), differences(&snapshot.policy, &policy)),
        None => (Vec::new(), Differences::unknown()),
    })
    .await?;
    Ok(Review {
        clauses,
        mistakes: case.examined.mistakes.into_iter().map(mistake_notice).collect(),
        differences,
        approvals,
        comments: comments.into_iter().rev().map(|kept| shown_comment(kept.id, kept.it)).collect(),
        checks: gate_checks(&case.gate),
        mine: mine.iter().filter(|function| case.functions.contains(*function)).cloned().collect(),
        draft: summary(data, &draft).await?,
    })
}

fn open(draft: Kept<Draft>) -> Result<Kept<Draft>, Problem> {
    match draft.it.state {
        governance::DraftState::Open { .. } => Ok(draft),
        _ => Err(Problem::new(Kind::Conflict, "this draft is not open for review any more; begin a new one")),
    }
}

fn checked(text: &str, field: &str) -> Result<String, Problem> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > LONGEST_REMARK {
        let detail = format!("write 1 to {LONGEST_REMARK} characters in `{field}`");
        return Err(Problem::new(Kind::Invalid, detail));
    }
    Ok(text.to_owned())
}

pub(crate) fn gate_checks(gate: &Gate) -> Vec<GateCheck> {
    let shown = |(check, finding): &(Check, Finding)| {
        let (outcome, says) = match finding {
            Finding::Passed(says) => (CheckOutcome::Passed, says),
            Finding::Failed(says) => (CheckOutcome::Failed, says),
            Finding::Waived(says) => (CheckOutcome::Waived, says),
        };
        let check = match check {
            Check::Base => CheckWord::Base,
            Check::Valid => CheckWord::Valid,
            Check::Examples => CheckWord::Examples,
            Check::Invariants => CheckWord::Invariants,
            Check::Backtest => CheckWord::Backtest,
            Check::Approvals => CheckWord::Approvals,
        };
        GateCheck { check, outcome, says: says.clone() }
    };
    gate.checks.iter().map(shown).collect()
}

fn shown_standing(function: &str, standing: &Position<'_>) -> FunctionStanding {
    let (word, opinion) = match standing {
        Position::Missing => (StandingWord::Missing, None),
        Position::Void(opinion) => (StandingWord::Void, Some(*opinion)),
        Position::OwnWork(opinion) => (StandingWord::OwnWork, Some(*opinion)),
        Position::ChangesAsked(opinion) => (StandingWord::ChangesAsked, Some(*opinion)),
        Position::Approved(opinion) => (StandingWord::Approved, Some(*opinion)),
    };
    FunctionStanding {
        function: function.to_owned(),
        standing: word,
        by: opinion.map(|opinion| opinion.by.clone()),
        at: opinion.map(|opinion| opinion.at),
        hash: opinion.map(|opinion| opinion.hash.to_string()),
        what: opinion.and_then(|opinion| match &opinion.stance {
            Stance::AsksForChanges { what } => Some(what.clone()),
            Stance::Approves => None,
        }),
    }
}

fn shown_comment(id: Uuid, comment: Comment) -> DraftComment {
    let (resolved_by, resolved_at) = match comment.state {
        CommentState::Open => (None, None),
        CommentState::Resolved { by, at } => (Some(by), Some(at)),
    };
    DraftComment {
        id,
        clause: comment.clause,
        text: comment.text,
        by: comment.by,
        at: comment.at,
        resolved_by,
        resolved_at,
    }
}

impl From<OpinionRefusal> for Problem {
    fn from(refusal: OpinionRefusal) -> Self {
        let kind = match refusal {
            OpinionRefusal::Stale { .. } => Kind::Conflict,
            OpinionRefusal::Function { .. } | OpinionRefusal::OwnWork { .. } => Kind::Forbidden,
        };
        Self::new(kind, refusal.to_string())
    }
}
