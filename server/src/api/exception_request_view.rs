//! Requests for exceptions as the API shows them.

use std::collections::BTreeSet;

use engine::Snapshot;
use governance::{
    exception_request::{Asked, ExceptionRequest as Request, ExceptionStage, RequestHolder},
    tool_review::Signature,
};
use model::{ClauseId, Label, PersonId, Timestamp, ToolId};
use serde::{Deserialize, Serialize};
use store::Kept;
use utoipa::ToSchema;
use uuid::Uuid;

use super::exception_requests::needed;
use crate::auth::May;

/// An exception that was asked for, and what became of it.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExceptionRequest {
    id: Uuid,
    revision: u64,
    /// The account that asked.
    by: String,
    person: Option<PersonId>,
    group: Option<String>,
    clause: ClauseId,
    clause_title: Option<String>,
    tool: Option<ToolId>,
    labels: Vec<Label>,
    lasts_seconds: u64,
    reason: String,
    asked_at: Timestamp,
    pub(super) state: ExceptionRequestState,
    /// The functions that must agree, as the policy in force has it.
    needed: Vec<String>,
    /// Those that agreed.
    signatures: Vec<Signature>,
    /// Those for which the reader may agree now.
    mine: Vec<String>,
    /// The exception, once it was granted.
    exception: Option<Uuid>,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    /// Why it was denied.
    denied: Option<String>,
}

/// What became of a request.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ExceptionRequestState {
    /// It waits for functions.
    Requested,
    /// It counts.
    InForce,
    /// Its time is over.
    Over,
    /// A function did not agree.
    Denied,
    /// Whoever asked no longer does.
    Withdrawn,
    /// It was taken back before its end.
    Revoked,
}

pub(super) fn shown<P>(kept: Kept<Request>, snapshot: &Snapshot, may: &May<P>) -> ExceptionRequest {
    let (request, now, actor) = (kept.it, may.now(), may.actor());
    let needed = needed(&request, snapshot).unwrap_or_default();
    let agreed: BTreeSet<&String> = request.signatures.iter().map(|made| &made.function).collect();
    let open =
        request.stage == ExceptionStage::Requested && !request.concerns(&actor.name, actor.person.as_ref());
    let mine = needed
        .iter()
        .filter(|function| open && actor.functions.contains(*function) && !agreed.contains(function));
    let mine = mine.cloned().collect();
    let (exception, from, until) = match &request.stage {
        ExceptionStage::Granted { exception, from, until } => (Some(*exception), Some(*from), Some(*until)),
        ExceptionStage::Revoked { exception, at, .. } => (Some(*exception), None, Some(*at)),
        ExceptionStage::Requested | ExceptionStage::Denied { .. } | ExceptionStage::Withdrawn => {
            (None, None, None)
        }
    };
    let state = ExceptionRequestState::of(&request.stage, now);
    let Asked { holder, clause, tool, labels, lasts, reason } = request.asked;
    let (person, group) = match holder {
        RequestHolder::Person(person) => (Some(person), None),
        RequestHolder::Group(group) => (None, Some(group)),
    };
    ExceptionRequest {
        id: kept.id,
        revision: kept.revision,
        by: request.by,
        person,
        group,
        clause_title: snapshot.policy.clause(&clause).map(|clause| clause.title.clone()),
        clause,
        tool,
        labels: labels.into_iter().collect(),
        lasts_seconds: lasts.0,
        reason,
        asked_at: kept.created_at,
        state,
        needed: needed.into_iter().collect(),
        signatures: request.signatures,
        mine,
        exception,
        from,
        until,
        denied: match request.stage {
            ExceptionStage::Denied { reason, .. } => Some(reason),
            _ => None,
        },
    }
}

impl ExceptionRequestState {
    fn of(stage: &ExceptionStage, now: Timestamp) -> Self {
        match stage {
            ExceptionStage::Requested => Self::Requested,
            ExceptionStage::Granted { until, .. } if now < *until => Self::InForce,
            ExceptionStage::Granted { .. } => Self::Over,
            ExceptionStage::Denied { .. } => Self::Denied,
            ExceptionStage::Withdrawn => Self::Withdrawn,
            ExceptionStage::Revoked { .. } => Self::Revoked,
        }
    }
}
