//! Reviews of tools as the API shows them.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use governance::tool_review::{
    Answer, Cause, Decision, Evidence, Outcome, Score, Section, Signature, Stage, Terms, ToolReview,
};
use model::{Label, Timestamp, ToolId};
use serde::{Deserialize, Serialize};
use store::{Kept, Which};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    tool_requests::{name, wanting},
    tool_rubric::Bench,
};
use crate::{
    app::Data,
    auth::{May, to},
    kept,
    web::problem::Problem,
};

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

impl Bench {
    pub(super) fn summary(&self, kept: &Kept<ToolReview>, people: usize) -> ToolReviewSummary {
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

pub(super) async fn detail(
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

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::InReview => "in_review",
            Self::Proposed => "proposed",
            Self::Decided => "decided",
            Self::Closed => "closed",
        }
    }
}
