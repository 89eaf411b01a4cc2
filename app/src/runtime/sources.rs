//! Where evidence comes from while Bylaw runs: logs that are followed, syslog, pushes, captures of packets.

mod again; // pauses before something is tried again
mod capture; // packets from files, pipes and interfaces
mod counts; // what is shown among the metrics
mod follow; // logs
mod keeper; // lines -> what is kept
mod listen; // syslog
mod push; // bodies of requests

use std::{future::Future, sync::Arc};

use anyhow::Result;
use gate::Authority;
use sensor::intake::Received;
use store::Store;
use tokio::{sync::mpsc, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{config::SensorConfig, runtime::intake::Intake};

pub(crate) use self::{counts::Counts, push::taker};
use self::{again::Pause, keeper::Keeper};

/// Batches of syslog that may wait.
const WAITING: usize = 1_024;

/// Takes evidence from everything that the configuration names, until `stop`. A source that fails is tried again, after pauses that grow.
///
/// # Errors
/// What is configured and cannot be had at all: an address that is taken, a certificate that cannot be read.
pub(crate) async fn take(
    config: SensorConfig,
    authority: &Authority,
    store: Store,
    intake: Intake,
    counts: Arc<Counts>,
    stop: CancellationToken,
) -> Result<()> {
    let received = Arc::clone(counts.received());
    let listeners = listen::bind(&config, authority).await?;
    let mut tasks = JoinSet::new();
    for log in config.logs {
        let keeper = Keeper::for_log(&log, intake.clone(), config.aside.clone(), Arc::clone(&counts));
        tasks.spawn(follow::follow(log, store.clone(), keeper));
    }
    for file in config.captures {
        tasks.spawn(capture::files(file, store.clone(), intake.clone(), Arc::clone(&counts)));
    }
    if let Some(interface) = config.interface {
        tasks.spawn(capture::interface(interface, intake.clone(), Arc::clone(&counts)));
    }
    let (sink, batches) = mpsc::channel(WAITING);
    for listener in listeners {
        tasks.spawn(listener.receive(sink.clone(), Arc::<Received>::clone(&received), Arc::clone(&counts)));
    }
    drop(sink);
    let keeper = Keeper::new(intake, config.offset_minutes, config.aside, counts);
    tasks.spawn(listen::gather(batches, keeper));
    while let Some(ended) = stop.run_until_cancelled(tasks.join_next()).await {
        match ended {
            None => stop.cancelled().await,
            Some(Ok(())) => {}
            Some(Err(error)) => tracing::error!(cause = %error, "a source of evidence ended"),
        }
    }
    Ok(())
}

/// Does `work` over and over, each time it fails after a longer pause; ends when it ends well.
async fn kept_up<F>(what: &str, counts: &Counts, mut pause: Pause, mut work: impl FnMut() -> F)
where
    F: Future<Output = Result<()>>,
{
    loop {
        let begun = tokio::time::Instant::now();
        let Err(error) = work().await else { return };
        counts.failed();
        let cause = error.chain().map(ToString::to_string).collect::<Vec<_>>().join(": ");
        let wait = pause.after(begun.elapsed());
        tracing::warn!(source = what, %cause, seconds = wait.as_secs(), "a source of evidence failed; it is tried again");
        tokio::time::sleep(wait).await;
    }
}
