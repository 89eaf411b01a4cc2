use std::{collections::HashMap, time::Duration};

use model::Timestamp;
use serde_json::json;
use store::{Forgotten, QueryError};
use tokio::time;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    Settings,
    app::Data,
    canaries::{self, Prober},
};

/// How often it is looked whether there is something to do, and the audit log commits to the records written since.
const LOOK: Duration = Duration::from_secs(60);
/// How often records are removed that are kept no longer.
const REMOVE: Duration = Duration::from_secs(60 * 60);

/// Does what has to be done now and then until `stop`.
pub(crate) async fn run(data: &Data, settings: &Settings, prober: Option<&Prober>, stop: &CancellationToken) {
    let mut ticks = time::interval(LOOK);
    ticks.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
    let (mut removed_at, mut tried_at) = (None, settings.clock.now());
    let mut own = OwnTimes { started: tried_at, sent: HashMap::new() };
    while stop.run_until_cancelled(ticks.tick()).await.is_some() {
        let now = settings.clock.now();
        commit(data, now).await;
        if removed_at.is_none_or(|at: Timestamp| at.plus(REMOVE) <= now) {
            removed_at = Some(now);
            remove(data, settings, now).await;
            expire(data, now).await;
        }
        if let (Some(prober), Some(every)) = (prober, settings.canaries_every)
            && tried_at.plus(every) <= now
        {
            tried_at = now;
            if let Err(error) = canaries::run(&data.store, &data.engine, prober, "schedule", now).await {
                tracing::warn!(cause = %error, "canaries were not run");
            }
        }
        if let Some(prober) = prober {
            own.send_due(data, prober, now).await;
        }
    }
    commit(data, settings.clock.now()).await;
}

/// When this node sent the canaries that have a time of their own.
struct OwnTimes {
    started: Timestamp,
    sent: HashMap<Uuid, Timestamp>,
}

impl OwnTimes {
    async fn send_due(&mut self, data: &Data, prober: &Prober, now: Timestamp) {
        let tried = |id: Uuid| self.sent.get(&id).copied().unwrap_or(self.started);
        let due = canaries::due(&data.store, |kept| tried(kept.id).max(kept.created_at), now).await;
        let sent = match due {
            Ok(due) if due.is_empty() => return,
            Ok(due) => {
                self.sent.extend(due.iter().map(|kept| (kept.id, now)));
                canaries::run_own(&data.store, &data.engine, prober, &due, now).await
            }
            Err(error) => Err(error.into()),
        };
        if let Err(error) = sent {
            tracing::warn!(cause = %error, "canaries with a time of their own were not sent");
        }
    }
}

async fn commit(data: &Data, now: Timestamp) {
    loop {
        match data.store.commit_records(now).await {
            Ok(0) => return,
            Ok(records) => tracing::debug!(records, "records committed to"),
            Err(error) => {
                tracing::warn!(cause = %error, "the audit log could not commit to the latest records; trying again");
                return;
            }
        }
    }
}

async fn remove(data: &Data, settings: &Settings, now: Timestamp) {
    if let Err(error) = removed(data, settings, now).await {
        tracing::warn!(cause = %error, "records that are kept no longer were not all removed; trying again");
    }
}

async fn expire(data: &Data, now: Timestamp) {
    loop {
        match data.store.expire_captures(now).await {
            Ok(0) => return,
            Ok(captures) => tracing::info!(captures, "captured content removed, as it is kept no longer"),
            Err(error) => {
                tracing::warn!(cause = %error, "captured content that is kept no longer was not all removed; trying again");
                return;
            }
        }
    }
}

async fn removed(data: &Data, settings: &Settings, now: Timestamp) -> Result<(), QueryError> {
    for expired in settings.retention.expired(now) {
        loop {
            let ids = data.store.expired(expired.label.as_ref(), expired.before).await?;
            let why = json!({ "why": "retention", "label": expired.label, "before": expired.before });
            if ids.is_empty() || data.store.remove_records(&ids, "retention", why, now).await? == 0 {
                break;
            }
        }
        // What was seen on the network says nothing of labels: it is kept as long as records are.
        if expired.label.is_none() {
            let gone = data.store.forget_sightings(expired.before).await?;
            if gone != Forgotten::default() {
                let Forgotten { hosts, concealed } = gone;
                tracing::info!(
                    hosts,
                    concealed,
                    "what was seen on the network removed, as it is kept no longer"
                );
            }
        }
    }
    Ok(())
}
