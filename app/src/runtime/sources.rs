//! Where evidence comes from while Bylaw runs: logs that are followed, syslog, pushes, captures of packets.

mod again; // pauses before something is tried again
mod capture; // packets from files, pipes and interfaces
mod counts; // what is shown among the metrics
mod follow; // logs
mod keeper; // lines -> what is kept
mod listen; // syslog
mod push; // bodies of requests

use std::sync::Arc;

use anyhow::Result;
use gate::Authority;
use store::Store;
use tokio::{sync::mpsc, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{config::SensorConfig, runtime::intake::Intake};

use self::{again::Pause, keeper::Keeper, listen::Listener};
pub(crate) use self::{counts::Counts, push::taker};

/// Batches of syslog that may wait.
const WAITING: usize = 1_024;

/// Everything that the configuration names, with its ports open.
pub(crate) struct Sources {
    config: SensorConfig,
    listeners: Vec<Listener>,
}

impl Sources {
    /// Opens the ports.
    ///
    /// # Errors
    /// A port that is taken, a certificate that cannot be read.
    pub(crate) async fn open(config: SensorConfig, authority: &Authority) -> Result<Self> {
        let listeners = listen::bind(&config, authority).await?;
        Ok(Self { config, listeners })
    }

    /// Takes evidence until `stop`. A source that fails is tried again, after pauses that grow.
    pub(crate) async fn take(
        self,
        store: Store,
        intake: Intake,
        counts: Arc<Counts>,
        stop: CancellationToken,
    ) {
        let Self { config, listeners } = self;
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
            tasks.spawn(listener.receive(sink.clone(), Arc::clone(&counts)));
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
    }
}
