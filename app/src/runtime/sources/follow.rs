use std::time::Duration;

use anyhow::{Context, Result};
use sensor::intake::{self, Tail};
use store::{IntakePosition, Store};
use tokio::sync::mpsc;

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
        let begun = tokio::time::Instant::now();
        let Err(error) = once(&log, &source, &store, &mut keeper).await else { return };
        keeper.counts().failed();
        let cause = error.chain().map(ToString::to_string).collect::<Vec<_>>().join(": ");
        let wait = pause.after(begun.elapsed());
        tracing::warn!(source, %cause, seconds = wait.as_secs(), "a source of evidence failed; it is tried again");
        tokio::time::sleep(wait).await;
    }
}
