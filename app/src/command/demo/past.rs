use std::net::IpAddr;

use anyhow::Result;
use engine::{Body, Engine, Head, Identity, Opening};
use model::{Outcome, Record, Sensitive, Source, Timestamp};
use sandbox::organisation::{Organisation, Visit};
use store::{AppendError, Store};
use tokio::task::JoinSet;

use crate::runtime::now;

/// Records on their way to the store at once.
const AT_ONCE: usize = 512;

/// Writes what the organisation did in the five weeks before now, so that there is something to learn from.
///
/// Every visit goes through the engine, which finds in it what it would have found then. It is kept as what a log tells of: it
/// is learned from, and nothing else follows from it. How many records there are.
pub(super) async fn write(organisation: &Organisation, engine: &Engine, store: &Store) -> Result<u64> {
    let until = now();
    let (mut written, mut appends) = (0, JoinSet::<Result<(), AppendError>>::new());
    for visit in organisation.past(until) {
        let record = tokio::task::block_in_place(|| observed(engine, visit));
        let Some(record) = record else { continue };
        let writer = store.writer();
        appends.spawn(async move { writer.append(record).await });
        written += 1;
        // The store takes records in the order of their coming; the learner needs that of time only within an entry.
        while appends.len() >= AT_ONCE {
            if let Some(done) = appends.join_next().await {
                done??;
            }
        }
    }
    while let Some(done) = appends.join_next().await {
        done??;
    }
    store.commit_records(until).await?;
    Ok(written)
}

/// What a log would have told of a visit.
fn observed(engine: &Engine, visit: Visit<'_>) -> Option<Record> {
    let Visit { at, member, host, request } = visit;
    let password = Sensitive::new(member.password.clone());
    let identity = engine.identify(IpAddr::from([127, 0, 0, 1]), Some((&member.id, &password)));
    let (Identity::Known(who) | Identity::Unknown(who)) = identity else { return None };
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let head =
        Head { method: request.method().as_str(), host, path_and_query: path, headers: request.headers() };
    let decision = match engine.open(&who, &head, at) {
        Opening::Ignore => return None,
        Opening::Decided(decision) => *decision,
        Opening::Inspect(inspection) => inspection.close(Body::Whole(request.body().clone()), at),
    };
    decision.record.map(|record| seen(record, at))
}

fn seen(mut record: Record, at: Timestamp) -> Record {
    record.exchange.source = Source::Log;
    record.exchange.at = at;
    record.outcome = Outcome::Observed;
    record
}
