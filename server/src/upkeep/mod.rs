//! What a node does for people without being asked: it assigns training and climbs the policy's ladder.
//!
//! Every step has an id that follows from its cause, so that it is taken once, however often it is considered, before and
//! after a restart, and on however many nodes.

mod climb; // violations -> steps of the ladder
mod roster; // people and modules -> assignments
mod weigh; // violations -> incidents

use std::{sync::Arc, time::Duration};

use model::{Record, Timestamp};
use store::{CommitError, QueryError};
use tokio::{sync::broadcast::error::RecvError, time};
use tokio_util::sync::CancellationToken;

use crate::app::{Clock, Data};

/// How often everything is looked at, whether or not something happened.
const ROUND: Duration = Duration::from_secs(60);
/// Records can be stored so much later than they are dated.
const LATE: Duration = Duration::from_secs(60 * 60);
/// Where the latest round's time is kept.
const SEEN: &str = "upkeep.seen";

/// Why a step of the upkeep was not taken; the next round takes it.
#[derive(Debug, thiserror::Error)]
enum UpkeepError {
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error(transparent)]
    Commit(#[from] CommitError),
}

/// Looks after people until `stop`: at once when a record is stored here, and in rounds for all the rest.
pub(crate) async fn run(data: &Data, clock: &Clock, stop: &CancellationToken) {
    let mut records = data.store.writer().subscribe();
    let mut rounds = time::interval(ROUND);
    rounds.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = rounds.tick() => told(round(data, clock.now()).await),
            record = records.recv() => match record {
                Ok(record) => told(see(data, &record, clock.now()).await),
                Err(RecvError::Lagged(missed)) => {
                    tracing::info!(missed, "records came faster than they were looked at; the next round has them");
                    rounds.reset_immediately();
                }
                Err(RecvError::Closed) => return,
            },
        }
    }
}

fn told(outcome: Result<(), UpkeepError>) {
    if let Err(error) = outcome {
        tracing::warn!(cause = %error, "looking after people was interrupted; the next round goes on");
    }
}

async fn see(data: &Data, record: &Arc<Record>, now: Timestamp) -> Result<(), UpkeepError> {
    climb::expose(data, record, now).await?;
    weigh::weigh(data, record, now).await?;
    match climb::concerns(data, record) {
        Some(person) => climb::climb(data, person, now).await,
        None => Ok(()),
    }
}

/// Everything since the latest round, and whoever has to take a module.
async fn round(data: &Data, now: Timestamp) -> Result<(), UpkeepError> {
    let since = seen(data).await?.unwrap_or(now);
    climb::catch_up(data, since.minus(LATE), now).await?;
    roster::assign_all(data, now).await?;
    data.store.put_setting(SEEN, now.as_millis().to_string().as_bytes()).await?;
    Ok(())
}

async fn seen(data: &Data) -> Result<Option<Timestamp>, QueryError> {
    let kept = data.store.setting(SEEN).await?;
    let text = kept.and_then(|bytes| String::from_utf8(bytes).ok());
    Ok(text.and_then(|text| text.parse().ok()).map(Timestamp::from_millis))
}

/// A step that somebody else took meanwhile needs no second one.
fn once(committed: Result<(), CommitError>) -> Result<(), UpkeepError> {
    match committed {
        Ok(()) | Err(CommitError::Conflict { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
