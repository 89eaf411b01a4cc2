use std::{collections::BTreeSet, time::Duration};

use engine::Snapshot;
use governance::{
    Act, id_of,
    ladder::{self, Case, Lesson, Reached, Remedy},
    training::{Assignment, Library},
};
use model::{Action, Outcome, PersonId, Record, Severity, Source, Timestamp};
use policy::{Clause, ladder::Ladder};
use serde_json::json;
use store::{Change, Cursor, ExchangeFilter, PAGE_LIMIT};

use super::{UpkeepError, once, weigh::weigh};
use crate::{app::Data, standing::theirs};

/// Who takes these steps, for the audit log.
const BY: &str = "bylaw";
/// Until an assigned module is due.
pub(super) const DUE: Duration = Duration::from_secs(14 * 24 * 60 * 60);
/// Pages of exchanges looked at for one person or round; more violations than fit change nothing any more.
const PAGES: usize = 20;

/// Whom a record brings nearer to a step of the ladder.
pub(super) fn concerns<'a>(data: &Data, record: &'a Record) -> Option<&'a PersonId> {
    let policy = &data.engine.snapshot().policy;
    let (_, ladder) = policy.ladder()?;
    (!ladder::violations(record, ladder).is_empty()).then_some(&record.exchange.person)
}

/// Opens the response to an exposure of data, if the record tells of one.
pub(super) async fn expose(data: &Data, record: &Record, now: Timestamp) -> Result<(), UpkeepError> {
    let Some(response) = ladder::exposed(record, now) else { return Ok(()) };
    let id = id_of(&response.key());
    if data.store.kept::<ladder::Response>(id).await?.is_some() {
        return Ok(());
    }
    let act = Act::new("exposure.opened", id, BY).with(
        json!({ "exchange": response.exchange, "clauses": response.clauses, "labels": response.labels }),
    );
    once(data.commit_quietly(Change::new(act).add(id, &response), now).await)
}

/// Looks again at everything that was recorded from `since` to `now`.
pub(super) async fn catch_up(data: &Data, since: Timestamp, now: Timestamp) -> Result<(), UpkeepError> {
    let filter = ExchangeFilter {
        from: Some(since),
        sources: vec![Source::Proxy],
        actions: Action::ALL.into_iter().filter(|action| *action > Action::Allow).collect(),
        ..ExchangeFilter::default()
    };
    let mut people = BTreeSet::new();
    for record in records(data, &filter).await? {
        weigh(data, &record, now).await?;
        people.extend(concerns(data, &record).cloned());
    }
    // What a rollout only observes is allowed, and goes on as it is.
    let gone = ExchangeFilter {
        outcomes: vec![Outcome::Forwarded, Outcome::Acknowledged],
        severities: vec![Severity::High, Severity::Critical],
        actions: Vec::new(),
        ..filter
    };
    for record in records(data, &gone).await? {
        expose(data, &record, now).await?;
        weigh(data, &record, now).await?;
    }
    for person in people {
        climb(data, &person, now).await?;
    }
    Ok(())
}

/// Opens a case for each step of the ladder that `person` has reached.
pub(super) async fn climb(data: &Data, person: &PersonId, now: Timestamp) -> Result<(), UpkeepError> {
    let snapshot = data.engine.snapshot();
    let Some((clause, ladder)) = snapshot.policy.ladder() else { return Ok(()) };
    let filter = ExchangeFilter {
        from: Some(now.minus(ladder.window)),
        persons: vec![person.clone()],
        sources: vec![Source::Proxy],
        outcomes: Outcome::ALL.into_iter().filter(|outcome| *outcome != Outcome::Rejected).collect(),
        actions: Action::ALL.into_iter().filter(|action| *action > Action::Allow).collect(),
        ..ExchangeFilter::default()
    };
    let violations = records(data, &filter).await?;
    let violations = violations.iter().flat_map(|record| ladder::violations(record, ladder)).collect();
    let tally = ladder::tally(violations, ladder, now);
    let cases: Vec<Case> = theirs(&data.store, person).await?.into_iter().map(|kept| kept.it).collect();
    for reached in ladder::climb(ladder, &tally, &cases, now) {
        let earlier = cases.iter().filter(|case| case.step == reached.step.at).count();
        let change = opened(&snapshot, clause, ladder, person, reached, earlier, now);
        once(data.commit_quietly(change, now).await)?;
    }
    let assignments: Vec<Assignment> =
        theirs(&data.store, person).await?.into_iter().map(|kept| kept.it).collect();
    let from = now.minus(ladder.window);
    let further = ladder::further(&tally.counted, &cases, &assignments, Library::builtin(), from);
    if further.is_empty() {
        return Ok(());
    }
    let exchanges: Vec<_> = further.iter().map(|lesson| lesson.exchange).collect();
    let act = Act::new("ladder.further_training", further.len(), BY);
    let act = act.with(json!({ "person": person, "exchanges": exchanges }));
    once(data.commit_quietly(assigned(Change::new(act), person, &further, now), now).await)
}

/// A case, with the training that it assigns.
fn opened(
    snapshot: &Snapshot,
    clause: &Clause,
    ladder: &Ladder,
    person: &PersonId,
    reached: Reached,
    earlier: usize,
    now: Timestamp,
) -> Change {
    let version = snapshot.policy.version().clone();
    let case = Case::open(person.clone(), clause.id.clone(), version, reached, now);
    let id = id_of(&case.key(earlier));
    let detail = json!({
        "person": person, "step": case.step, "points": case.points, "remedy": case.remedy,
        "exchanges": case.violations.iter().map(|violation| violation.exchange).collect::<Vec<_>>(),
        "window_s": ladder.window.as_secs(),
    });
    let change = Change::new(Act::new("ladder.reached", id, BY).with(detail)).add(id, &case);
    match case.remedy {
        Remedy::AssignTraining => {
            assigned(change, person, &ladder::lessons(&case.violations, Library::builtin()), now)
        }
        _ => change,
    }
}

/// The same with what is to be learned.
fn assigned(change: Change, person: &PersonId, lessons: &[Lesson], now: Timestamp) -> Change {
    let assignments = lessons.iter().map(|lesson| lesson.assigned(person, now, now.plus(DUE)));
    assignments.fold(change, |change, assignment| assign(change, &assignment))
}

/// The same with an assignment and its entry in the audit log.
pub(super) fn assign(change: Change, assignment: &Assignment) -> Change {
    let detail = json!({ "person": assignment.person, "cause": assignment.cause, "due": assignment.due });
    let act = Act::new("training.assigned", &assignment.module, BY).with(detail);
    change.and(act).add(id_of(&assignment.key()), assignment)
}

pub(super) async fn records(data: &Data, filter: &ExchangeFilter) -> Result<Vec<Record>, UpkeepError> {
    let mut records = Vec::new();
    let mut cursor: Option<Cursor> = None;
    for _ in 0..PAGES {
        let page = data.store.exchanges(filter, cursor, PAGE_LIMIT).await?;
        records.extend(page.items.into_iter().map(|row| row.record));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    Ok(records)
}
