use std::{collections::BTreeMap, sync::Arc};

use engine::{Engine, Exceptions, Holder, Rollout, taxonomy};
use governance::Stages;
use model::{Action, ClauseId, Record, Timestamp, Verdict};
use policy::Policy;
use store::{Beneficiary, PublishedPolicy, QueryError, Store};
use tokio::task;

use crate::{listed, publication, standing};

/// Gives a starting engine what people decided before: tools, exceptions and reasons that still count at `now`.
///
/// Call it before the first exchange; that the policy in force compiles is the caller's to see to.
pub async fn restore(store: &Store, engine: &Engine, now: Timestamp) -> Result<(), QueryError> {
    overlay(store, engine, now).await?;
    for justification in store.open_justifications(now).await? {
        if let Some(row) = store.exchange(justification.exchange).await? {
            engine.justify(justified(&row.record, justification.until));
        }
    }
    Ok(())
}

/// Gives the engine the policy in force and what people decided. Callers must not run two at once.
pub(crate) async fn overlay(store: &Store, engine: &Engine, now: Timestamp) -> Result<(), QueryError> {
    if let Some(catalog) = listed::with_listed(store, &engine.snapshot().catalog).await? {
        engine.update(|snapshot| snapshot.catalog = catalog);
    }
    let published = store.policy().await?;
    let policy = newer_policy(engine, published).await;
    let rollout = publication::rollout(store).await?;
    let decisions = store.tool_decisions().await?;
    let exceptions = Exceptions::new(store.open_exceptions(now).await?.into_iter().map(exception));
    let standing = standing::read(store, policy.as_ref().unwrap_or(&engine.snapshot().policy)).await?;
    engine.update(|snapshot| {
        // What was decided in the console comes after what the configuration says.
        let mut approvals = BTreeMap::clone(&snapshot.approvals);
        approvals.extend(decisions.into_iter().map(|(tool, decision)| (tool, decision.approval)));
        snapshot.approvals = Arc::new(approvals);
        snapshot.exceptions = Arc::new(exceptions);
        snapshot.standing = Arc::new(standing);
        if let Some(policy) = policy {
            snapshot.policy = policy;
        }
        match rollout {
            None => snapshot.rollout = Arc::default(),
            Some(kept) if kept.it.version == *snapshot.policy.version() => {
                snapshot.rollout = Arc::new(as_rollout(kept.it.stages));
            }
            // It belongs to a version that came after the policy was read: both are read again at once.
            Some(_) => {}
        }
    });
    Ok(())
}

/// The published policy, if the engine has another one and it compiles here.
async fn newer_policy(engine: &Engine, published: Option<PublishedPolicy>) -> Option<Arc<Policy>> {
    let published = published?;
    let snapshot = engine.snapshot();
    if *snapshot.policy.version() == published.publication.version {
        return None;
    }
    let version = published.publication.version.clone();
    let compiled = task::spawn_blocking(move || {
        let words = taxonomy(&snapshot.detectors, &snapshot.catalog);
        policy::compile(&published.publication.name, &published.source, &words)
    });
    match compiled.await {
        Ok(Ok(policy)) => {
            tracing::info!(policy = %version, "policy in force");
            Some(Arc::new(policy))
        }
        Ok(Err(mistakes)) => {
            let mistakes = mistakes.len();
            tracing::error!(policy = %version, mistakes, "the published policy does not compile on this node");
            None
        }
        Err(error) => {
            tracing::error!(policy = %version, cause = %error, "the published policy was not compiled");
            None
        }
    }
}

/// A rollout as the engine knows it.
fn as_rollout(stages: Stages) -> Rollout {
    let Stages { whole, clauses, groups } = stages;
    Rollout { whole, clauses, groups }
}

/// An exception as the engine knows it.
pub(crate) fn exception(stored: store::Exception) -> engine::Exception {
    let holder = match stored.beneficiary {
        Beneficiary::Person(person) => Holder::Person(person),
        Beneficiary::Group(group) => Holder::Group(group),
    };
    engine::Exception {
        clause: stored.clause,
        holder,
        tool: stored.tool,
        labels: stored.labels,
        from: stored.from,
        until: stored.until,
    }
}

/// What passes until `until` because its person gave a reason for the exchange in `record`.
pub(crate) fn justified(record: &Record, until: Timestamp) -> engine::Justification {
    engine::Justification {
        exchange: record.exchange.id,
        person: record.exchange.person.clone(),
        tool: record.facts.tool.id.clone(),
        clauses: asking(&record.verdict),
        digests: record.findings.iter().map(|finding| finding.digest.clone()).collect(),
        until,
    }
}

/// The clauses that ask for a reason; none if the policy's `otherwise` does.
pub(crate) fn asking(verdict: &Verdict) -> Vec<ClauseId> {
    let asking = verdict.duties.iter().filter(|duty| duty.action == Action::Justify);
    asking.map(|duty| duty.clause.clone()).collect()
}
