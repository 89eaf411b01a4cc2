use std::time::Duration;

use anyhow::{Context, Result};
use sensor::intake::{self, Tail};
use store::{IntakePosition, Store};
use tokio::{sync::mpsc, time::Instant};

use super::{Keeper, Pause};
use crate::config::FollowedLog;

/// How often a log is looked at for new lines.
const LOOK: Duration = Duration::from_secs(1);
/// Batches that may wait.
const WAITING: usize = 16;

/// Follows a log from where it was left; where that fails, again from there, after a pause.
pub(super) async fn follow(log: FollowedLog, store: Store, mut keeper: Keeper) {
    let source = format!("log {}", log.file.display());
    let mut pause = Pause::new();
    loop {
        let begun = Instant::now();
        let Err(error) = once(&log, &source, &store, &mut keeper).await else { return };
        keeper.counts().failed();
        pause.out(&source, &error, begun.elapsed()).await;
    }
}

async fn once(log: &FollowedLog, source: &str, store: &Store, keeper: &mut Keeper) -> Result<()> {
    let place = store.intake_position(source).await?;
    let place = place.map(|text| serde_json::from_str(&text)).transpose();
    let place = place.with_context(|| format!("cannot read how far `{}` was read", log.file.display()))?;
    let (sink, mut batches) = mpsc::channel(WAITING);
    let tail = tokio::spawn(intake::follow(Tail::resume(&log.file, place), LOOK, sink));
    while let Some(batch) = batches.recv().await {
        let position = batch.position.as_ref().map(serde_json::to_string).transpose()?;
        let position = position.map(|position| IntakePosition { source: source.to_owned(), position });
        keeper.keep(&[batch], position.as_slice()).await;
    }
    keeper.end();
    Ok(tail.await??)
}
