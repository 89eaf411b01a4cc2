use std::{collections::BTreeMap, sync::Arc};

use engine::{Engine, Exceptions, Holder};
use model::{Action, ClauseId, Record, Timestamp, Verdict};
use store::{Beneficiary, QueryError, Store};

/// Gives a starting engine what people decided before: tools, exceptions and reasons that still count at `now`.
///
/// Call it before the first exchange; the policy in force is the caller's to read, as it may not compile any more.
pub async fn restore(store: &Store, engine: &Engine, now: Timestamp) -> Result<(), QueryError> {
    let decisions = store.tool_decisions().await?;
    let exceptions = Exceptions::new(store.open_exceptions(now).await?.into_iter().map(exception));
    engine.update(|snapshot| {
        // What was decided in the console comes after what the configuration says.
        let mut approvals = BTreeMap::clone(&snapshot.approvals);
        approvals.extend(decisions.into_iter().map(|(tool, decision)| (tool, decision.approval)));
        snapshot.approvals = Arc::new(approvals);
        snapshot.exceptions = Arc::new(exceptions);
    });
    for justification in store.open_justifications(now).await? {
        if let Some(row) = store.exchange(justification.exchange).await? {
            engine.justify(justified(&row.record, justification.until));
        }
    }
    Ok(())
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
