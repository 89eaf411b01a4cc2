use std::{
    future::Future,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use engine::{Engine, Evidence};
use model::{Record, Timestamp};
use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    authority::Authority,
    config::Config,
    dial::{DialError, Dialer, TrustError},
    leaf::{LeafError, Leaves},
    metrics::Metrics,
    pac::PacHost,
    problem::Problem,
    recorder::{Pending, RecordError, Recorder},
    upstream::SendError,
};

/// Password checks at once; each takes tens of milliseconds of CPU on purpose.
const LOGINS: usize = 2;

/// The hosts that the PAC file lists, asked for each time it is served.
pub type PacHosts = Box<dyn Fn() -> Vec<PacHost> + Send + Sync>;

/// Everything the forward proxy works with.
pub struct Gate {
    pub(crate) config: Config,
    pub(crate) engine: Arc<Engine>,
    pub(crate) recorder: Recorder,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) leaves: Leaves,
    pub(crate) dialer: Dialer,
    pub(crate) pac_hosts: PacHosts,
    /// One permit per KiB of request bodies that may be held.
    pub(crate) held: Arc<Semaphore>,
    pub(crate) connections: Arc<Semaphore>,
    pub(crate) logins: Semaphore,
    /// Everything that runs, to be waited for.
    tasks: TaskTracker,
    /// Asks everything to end what it does and begin nothing new.
    pub(crate) stopping: CancellationToken,
    /// Ends everything.
    pub(crate) stopped: CancellationToken,
}

/// Why the gate cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Upstreams could not be verified.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// Clients could not be shown certificates.
    #[error(transparent)]
    Leaves(#[from] LeafError),
}

impl Gate {
    /// A gate that asks `engine`, shows clients certificates signed by `authority`, and keeps records with `recorder`.
    pub fn new(
        config: Config,
        engine: Arc<Engine>,
        authority: Authority,
        recorder: Recorder,
        pac_hosts: PacHosts,
    ) -> Result<Self, StartError> {
        Ok(Self {
            leaves: Leaves::new(authority, config.limits.leaves)?,
            dialer: Dialer::new(&config)?,
            held: Arc::new(Semaphore::new((config.limits.held_bytes / 1024).min(Semaphore::MAX_PERMITS))),
            connections: Arc::new(Semaphore::new(config.limits.connections.min(Semaphore::MAX_PERMITS))),
            logins: Semaphore::new(LOGINS),
            metrics: Arc::default(),
            tasks: TaskTracker::new(),
            stopping: CancellationToken::new(),
            stopped: CancellationToken::new(),
            config,
            engine,
            recorder,
            pac_hosts,
        })
    }

    /// What was counted so far.
    pub fn metrics(&self) -> &Arc<Metrics> {
        &self.metrics
    }

    /// Runs `task` so that stopping waits for it.
    pub(crate) fn spawn<F>(&self, task: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.tasks.spawn(task);
    }

    /// Keeps a record, and returns once it is durable.
    pub(crate) async fn record(&self, record: Record) -> Result<(), Problem> {
        let pending = self.hand_over(record, None).await?;
        self.durable(pending).await
    }

    /// Sets a record on its way, with what is captured of its exchange.
    pub(crate) async fn hand_over(
        &self,
        record: Record,
        evidence: Option<Box<Evidence>>,
    ) -> Result<Pending, Problem> {
        self.recorder.hand_over(record, evidence).await.map_err(|error| self.record_problem(error))
    }

    /// Waits until a record is durable.
    pub(crate) async fn durable(&self, pending: Pending) -> Result<(), Problem> {
        pending.durable().await.map_err(|error| self.record_problem(error))
    }

    fn record_problem(&self, error: RecordError) -> Problem {
        self.metrics.records_refused.increment();
        tracing::error!(%error, "exchange not recorded, its answer is withheld");
        error.into()
    }

    /// Counts and words why an upstream could not be reached.
    pub(crate) fn dial_problem(&self, error: &DialError) -> Problem {
        match error {
            DialError::Forbidden { .. } => self.metrics.addresses_refused.increment(),
            _ => self.metrics.upstreams_failed.increment(),
        }
        tracing::debug!(%error, "upstream not reached");
        error.into()
    }

    /// Counts and words why an upstream did not answer.
    pub(crate) fn send_problem(&self, error: &SendError) -> Problem {
        match error {
            SendError::Dial(error) => return self.dial_problem(error),
            SendError::Request { .. } => self.metrics.malformed_refused.increment(),
            SendError::Late { .. } | SendError::Broken { .. } => self.metrics.upstreams_failed.increment(),
        }
        tracing::debug!(%error, "upstream did not answer");
        error.into()
    }

    /// Lets what is under way end, for as long as configured, then ends it.
    pub(crate) async fn stop(&self) {
        self.stopping.cancel();
        self.tasks.close();
        if tokio::time::timeout(self.config.timeouts.drain, self.tasks.wait()).await.is_err() {
            self.stopped.cancel();
            // What was cut off still reports how its exchanges ended.
            let _ = tokio::time::timeout(self.config.timeouts.record, self.tasks.wait()).await;
        }
    }
}

/// The clock, read here at the rim.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
