use std::{collections::BTreeMap, sync::Arc, time::Duration};

use model::Timestamp;
use sensor::{
    intake::{self, PushError},
    log::Summary,
};
use serde::{Deserialize, Serialize};
use server::{LineTaker, Lines, LinesOutcome, LinesRefused, LinesTaken};
use store::{IntakePosition, Store};
use tokio::sync::Mutex;

use super::{Counts, Keeper};
use crate::{
    config::SensorConfig,
    runtime::{intake::Intake, now},
};

/// How places of pushes begin in the store.
const PUSHES: &str = "push ";
/// For how long a push is known again.
const KNOWN: Duration = Duration::from_secs(24 * 60 * 60);
/// How often those that are known no longer are looked for.
const TIDIED: Duration = Duration::from_secs(60 * 60);

/// What a push came to, as it is remembered for when it is sent again.
#[derive(Serialize, Deserialize)]
struct Remembered {
    lines: u64,
    observations: u64,
    unread: BTreeMap<String, u64>,
}

/// Takes what is pushed, one body after another: what one says of names counts for the next.
pub(crate) fn taker(config: &SensorConfig, store: Store, intake: Intake, counts: Arc<Counts>) -> LineTaker {
    let keeper = Keeper::new(intake, config.offset_minutes, config.aside.clone(), counts);
    let reading = Arc::new(Mutex::new(Reading { store, keeper, tidied: Timestamp::from_millis(0) }));
    LineTaker::new(move |lines| {
        let reading = Arc::clone(&reading);
        async move { reading.lock().await.take(lines).await }
    })
}

/// Whoever reads pushes.
struct Reading {
    store: Store,
    keeper: Keeper,
    tidied: Timestamp,
}

impl Reading {
    async fn take(&mut self, lines: Lines) -> Result<LinesTaken, LinesRefused> {
        let Self { store, keeper, tidied } = self;
        let now = now();
        if tidied.plus(TIDIED) < now {
            store.forget_intake(PUSHES, now.minus(KNOWN)).await.map_err(unkept)?;
            *tidied = now;
        }
        take(store, keeper, lines).await
    }
}

async fn take(store: &Store, keeper: &mut Keeper, lines: Lines) -> Result<LinesTaken, LinesRefused> {
    let source = place(&lines);
    if let Some(before) = store.intake_position(&source).await.map_err(unkept)? {
        keeper.counts().repeated();
        let Remembered { lines, observations, unread } = serde_json::from_str(&before).map_err(unkept)?;
        return Ok(LinesTaken { lines, observations, unread, outcome: LinesOutcome::Repeated });
    }
    let batch = tokio::task::spawn_blocking(move || intake::push(&lines.body)).await.map_err(unkept)?;
    let batch = batch.map_err(|error: PushError| LinesRefused::Body(error.to_string()))?;
    let told = keeper.read(&[batch]);
    keeper.end();
    let kept = remembered(&told.lines);
    let position = serde_json::to_string(&kept).map_err(unkept)?;
    keeper.store(&told, &[IntakePosition { source, position }]).await.map_err(unkept)?;
    keeper.settle(told).await;
    let Remembered { lines, observations, unread } = kept;
    Ok(LinesTaken { lines, observations, unread, outcome: LinesOutcome::Kept })
}

/// Under what a push is remembered: its sender and the sender's name for it, or its bytes.
fn place(lines: &Lines) -> String {
    let Lines { body, from, key } = lines;
    match key {
        Some(key) => format!("{PUSHES}{from} key {key}"),
        None => format!("{PUSHES}{from} body {}", intake::digest(body)),
    }
}

fn remembered(summary: &Summary) -> Remembered {
    let unread = summary.bad.iter().map(|(reason, count)| ((*reason).to_owned(), *count)).collect();
    Remembered { lines: summary.lines, observations: summary.observations, unread }
}

fn unkept(cause: impl std::fmt::Display) -> LinesRefused {
    tracing::warn!(%cause, "what was pushed cannot be kept");
    LinesRefused::Unkept
}
