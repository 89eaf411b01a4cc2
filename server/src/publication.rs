//! How a policy comes into force: what is known of a candidate, what the gate says, and what is kept when it opens.

use std::{collections::BTreeSet, sync::Arc};

use engine::{Snapshot, run_examples, taxonomy};
use governance::{
    Act, Candidate, ContentHash, Draft, DraftCommand, Gate, Opinion, Rollout, RolloutCommand, Stages, Trial,
    Way, gate,
};
use model::{PolicyVersion, Timestamp};
use policy::{Mistake, Policy, analysis};
use store::{Change, Kept, PolicyDraft, QueryError, Store, Which};
use tokio::task;

use crate::{app::Data, web::problem::Problem};

/// The name that messages give a policy that came through the API.
pub(crate) const DOCUMENT: &str = "policy.md";

/// A document, as far as it can be looked at by itself.
pub(crate) struct Examined {
    pub(crate) policy: Option<Policy>,
    pub(crate) mistakes: Vec<Mistake>,
    examples: usize,
    failing: Vec<String>,
    invariants: usize,
    broken: Vec<String>,
}

/// A document and what the gate says of it.
pub(crate) struct Case {
    pub(crate) examined: Examined,
    pub(crate) hash: ContentHash,
    /// The functions that must approve it.
    pub(crate) functions: BTreeSet<String>,
    pub(crate) opinions: Vec<Opinion>,
    pub(crate) gate: Gate,
    /// The stored version that it would follow; `None` if none was ever published.
    pub(crate) follows: Option<PolicyVersion>,
}

/// What is asked to come into force.
pub(crate) struct Submission<'a> {
    pub(crate) source: &'a str,
    pub(crate) base: Option<&'a PolicyVersion>,
    /// The draft it is, if it is one.
    pub(crate) draft: Option<&'a Kept<Draft>>,
    pub(crate) way: &'a Way,
}

/// Compiles a document and runs its examples and invariants. CPU work: call it off the runtime's threads.
pub(crate) fn examine(snapshot: &Snapshot, source: &str) -> Examined {
    let words = taxonomy(&snapshot.detectors, &snapshot.catalog);
    let policy = match policy::compile(DOCUMENT, source, &words) {
        Ok(policy) => policy,
        Err(mistakes) => {
            return Examined {
                policy: None,
                mistakes: mistakes.into_iter().collect(),
                examples: 0,
                failing: Vec::new(),
                invariants: 0,
                broken: Vec::new(),
            };
        }
    };
    let results = run_examples(&policy, snapshot);
    let failing = results.iter().filter_map(|result| {
        let difference = result.difference.as_ref()?;
        Some(format!("{} on line {} ({})", result.clause, result.line, difference.replace('\n', ", ")))
    });
    let proofs = analysis::prove(&policy);
    Examined {
        examples: results.len(),
        failing: failing.collect(),
        invariants: proofs.len(),
        broken: proofs.iter().filter_map(broken).collect(),
        mistakes: Vec::new(),
        policy: Some(policy),
    }
}

fn broken(proof: &analysis::Proof<'_>) -> Option<String> {
    let says = &proof.invariant.says;
    match &proof.outcome {
        analysis::Outcome::Holds | analysis::Outcome::Empty => None,
        analysis::Outcome::Refuted(refutation) => {
            Some(format!("“{says}”, but not of {}", refutation.sentence))
        }
        analysis::Outcome::Unsettled(part) => Some(format!("“{says}”, which `{part}` leaves open")),
    }
}

/// Looks at a document as it would come into force now.
pub(crate) async fn case(data: &Data, submission: &Submission<'_>) -> Result<Case, Problem> {
    let snapshot = data.engine.snapshot();
    let source = submission.source.to_owned();
    let looked_at = Arc::clone(&snapshot);
    let examined = off_the_runtime(move || examine(&looked_at, &source)).await?;
    let hash = ContentHash::of(submission.source);
    let opinions = match submission.draft {
        Some(draft) => opinions(&data.store, draft.id).await?,
        None => Vec::new(),
    };
    let follows = published(data).await?;
    let in_force = follows.as_ref().unwrap_or(snapshot.policy.version());
    let functions = functions(&snapshot.policy, examined.policy.as_ref());
    let unwritten = BTreeSet::new();
    let gate = gate(
        &Candidate {
            hash: &hash,
            base: submission.base,
            in_force,
            mistakes: examined.mistakes.len(),
            examples: examined.examples,
            failing: examined.failing.clone(),
            invariants: examined.invariants,
            broken: examined.broken.clone(),
            backtested: backtested(&data.store, &hash).await?,
            functions: &functions,
            opinions: &opinions,
            writers: submission.draft.map_or(&unwritten, |draft| &draft.it.writers),
        },
        submission.way,
    );
    Ok(Case { examined, hash, functions, opinions, gate, follows })
}

/// The version in force: the one that was published last.
pub(crate) async fn in_force(data: &Data) -> Result<PolicyVersion, QueryError> {
    let published = published(data).await?;
    Ok(published.unwrap_or_else(|| data.engine.snapshot().policy.version().clone()))
}

/// The stored version that was published last.
async fn published(data: &Data) -> Result<Option<PolicyVersion>, QueryError> {
    Ok(data.store.policy().await?.map(|published| published.publication.version))
}

/// Who must approve: whom the candidate names, and whom the policy in force names.
fn functions(in_force: &Policy, candidate: Option<&Policy>) -> BTreeSet<String> {
    let named = in_force.front().approvals.iter();
    named.chain(candidate.into_iter().flat_map(|policy| &policy.front().approvals)).cloned().collect()
}

/// What was said of a draft, the latest last.
pub(crate) async fn opinions(store: &Store, draft: uuid::Uuid) -> Result<Vec<Opinion>, QueryError> {
    let which = Which { subject: Some(draft.to_string()), ..Which::default() };
    Ok(store.all_kept::<Opinion>(&which).await?.into_iter().rev().map(|kept| kept.it).collect())
}

/// When a backtest of exactly this content was done last.
async fn backtested(store: &Store, hash: &ContentHash) -> Result<Option<Timestamp>, QueryError> {
    let which = Which { subject: Some(hash.as_str().to_owned()), ..Which::default() };
    Ok(store.all_kept::<Trial>(&which).await?.iter().filter_map(|trial| trial.it.done_at()).max())
}

/// The rollout of the version in force, if one was begun for it.
pub(crate) async fn rollout(store: &Store) -> Result<Option<Kept<Rollout>>, QueryError> {
    for state in ["under_way", "complete"] {
        let which = Which { state: Some(state.to_owned()), ..Which::default() };
        if let Some(rollout) = store.all_kept(&which).await?.into_iter().next() {
            return Ok(Some(rollout));
        }
    }
    Ok(None)
}

/// What comes into force, in place of what, by whom, how strictly.
pub(crate) struct Entry<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) follows: Option<PolicyVersion>,
    pub(crate) by: &'a str,
    pub(crate) stages: Stages,
}

/// What is kept when a policy comes into force.
pub(crate) async fn entering(store: &Store, act: Act, entry: Entry<'_>) -> Result<Change, QueryError> {
    let Entry { policy, follows, by, stages } = entry;
    let draft = PolicyDraft {
        version: policy.version().clone(),
        name: policy.front().policy.clone(),
        source: policy.source().to_owned(),
    };
    let mut change = Change::new(act);
    if let Some(running) = rollout(store).await?
        && let Ok(ended) = running.it.clone().apply(RolloutCommand::End)
    {
        change = change.replace(&running, &ended);
    }
    if stages.hold_back() {
        change = change.add(uuid::Uuid::now_v7(), &Rollout::begin(draft.version.clone(), stages));
    }
    Ok(change.publish(draft, follows, by))
}

/// The stages that a version takes over where its publisher says nothing: what was held back stays held back.
pub(crate) async fn inherited(store: &Store, policy: &Policy) -> Result<Stages, QueryError> {
    let stages = rollout(store).await?.map(|rollout| rollout.it.stages).unwrap_or_default();
    Ok(stages.of_clauses(|clause| policy.clause(clause).is_some()))
}

/// Puts the drafts into force whose time has come; returns those that cannot be, with the reason.
///
/// Every node does this: the store lets one of them succeed, and the others find it done.
pub(crate) async fn keep_dates(data: &Data, now: Timestamp) -> Result<(), Problem> {
    let which = Which { state: Some("scheduled".to_owned()), ..Which::default() };
    for draft in data.store.all_kept::<Draft>(&which).await? {
        if let governance::DraftState::Scheduled { at, by, rollout } = &draft.it.state
            && *at <= now
        {
            let (by, rollout) = (by.clone(), rollout.clone());
            come_into_force(data, &draft, &by, rollout, now).await?;
        }
    }
    Ok(())
}

async fn come_into_force(
    data: &Data,
    draft: &Kept<Draft>,
    by: &str,
    stages: Stages,
    now: Timestamp,
) -> Result<(), Problem> {
    let submission = Submission {
        source: &draft.it.source,
        base: draft.it.base.as_ref(),
        draft: Some(draft),
        way: &Way::Reviewed,
    };
    let case = case(data, &submission).await?;
    let change = match (&case.examined.policy, case.gate.blocking().as_slice()) {
        (Some(policy), []) => {
            let version = policy.version().clone();
            let act = Act::new("policy.published", &version, by)
                .with(serde_json::json!({ "draft": draft.id, "hash": case.hash, "scheduled": true }));
            let entry = Entry { policy, follows: case.follows.clone(), by, stages };
            let command = DraftCommand::Publish { version, at: now };
            draft.it.clone().apply(command).map(|published| (act, Some(entry), published))
        }
        (_, wanting) => {
            let why = wanting.join("; ");
            let act =
                Act::new("draft.returned", draft.id, "schedule").with(serde_json::json!({ "why": why }));
            draft.it.clone().apply(DraftCommand::Return { why }).map(|returned| (act, None, returned))
        }
    };
    let Ok((act, entry, next)) = change else { return Ok(()) };
    let change = match entry {
        Some(entry) => entering(&data.store, act, entry).await?,
        None => Change::new(act),
    };
    match data.store.commit(change.replace(draft, &next), now).await {
        // Another node was first.
        Ok(()) | Err(store::CommitError::Conflict { .. } | store::CommitError::Superseded { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(data.current.refresh(now).await?)
}

/// Runs CPU work where no request waits for it.
pub(crate) async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    task::spawn_blocking(work).await.map_err(|error| Problem::internal("work on the policy", &error))
}
