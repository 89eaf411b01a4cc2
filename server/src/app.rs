use std::{fmt, net::IpAddr, sync::Arc, time::Duration};

use axum::http::request::Parts;
use engine::Engine;
use governance::{audit::PublicKey, retention::Retention};
use ipnet::IpNet;
use model::Timestamp;
use prometheus_client::registry::Registry;
use store::{Change, CommitError, Store};
use tokio::{sync::Semaphore, time};
use tokio_util::sync::CancellationToken;

use crate::{
    auth::{Crowd, Guarded, May, Permitted, Secret, Throttle},
    canaries::Prober,
    chores,
    current::Current,
    learning::{self, Learning},
    lines::LineTaker,
    metrics::Metrics,
    printer::Printer,
    pseudonym::Pseudonyms,
    publication,
    seal::{Seal, SealError},
    trials::Trials,
    upkeep,
    web::{
        origin,
        problem::{Kind, Problem},
        security::Scheme,
    },
};

/// How often a node looks whether a draft's time has come.
const LOOK: Duration = Duration::from_secs(1);
/// Clients that follow live updates at once.
const LISTENERS: usize = 256;

/// What the server is started with.
pub struct State {
    /// Records, accounts and workflow state.
    pub store: Store,
    /// Decides; its snapshot is replaced when a policy is published or a tool decided.
    pub engine: Arc<Engine>,
    /// What the operator configured.
    pub settings: Settings,
    /// The way through the live gate, for canaries; `None` where there is no gate.
    pub prober: Option<Prober>,
    /// What makes PDF of policies; `None` where the program was built without.
    pub printer: Option<Printer>,
    /// Who reads lines of logs that are pushed; `None` where nobody does.
    pub lines: Option<LineTaker>,
    /// Metrics of the rest of the program, to be shown beside the server's.
    pub metrics: Registry,
}

/// What the operator configured for the server.
#[derive(Clone)]
pub struct Settings {
    /// From which pseudonyms are derived. Changing it gives everybody a new one.
    pub secret: Secret,
    /// How browsers reach the server.
    pub scheme: Scheme,
    /// Proxies in front of the server, whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// How long records are kept.
    pub retention: Retention,
    /// How often canaries are sent; never if `None`.
    pub canaries_every: Option<Duration>,
    /// How deviations are learned; not at all if `None`. Any number of nodes may learn: they agree on one at a time.
    pub learning: Option<behavior::Settings>,
    /// The one clock: everything below gets instants as values.
    pub clock: Clock,
    /// Whether this node looks after people.
    pub upkeep: Upkeep,
}

/// Whether a node assigns training and climbs the ladder. Any number of nodes of a fleet may, one must.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upkeep {
    /// It does.
    On,
    /// Another one does.
    Off,
}

/// Tells the time.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// Reads the time from `now`.
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The machine's clock.
    pub fn system() -> Self {
        Self::new(|| {
            let since =
                std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
            Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
        })
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<clock at {}>", self.now())
    }
}

/// What every request shares.
#[derive(Clone)]
pub(crate) struct App(Arc<Shared>);

struct Shared {
    data: Guarded<Data>,
    throttle: Throttle,
    crowd: Crowd,
    settings: Settings,
    prober: Option<Prober>,
    printer: Option<Printer>,
    lines: Option<LineTaker>,
    log_key: Option<PublicKey>,
    metrics: Metrics,
    stopping: CancellationToken,
    listeners: Arc<Semaphore>,
}

/// What a permission opens.
pub(crate) struct Data {
    pub(crate) store: Store,
    pub(crate) engine: Arc<Engine>,
    pub(crate) pseudonyms: Pseudonyms,
    pub(crate) current: Current,
    pub(crate) trials: Trials,
    pub(crate) learning: Learning,
    seal: Result<Seal, SealError>,
}

impl Data {
    /// Keeps a change, which counts for exchanges from now on.
    pub(crate) async fn commit(&self, change: Change, now: Timestamp) -> Result<(), Problem> {
        Ok(self.commit_quietly(change, now).await?)
    }

    /// What texts that people entrust to Bylaw are sealed with.
    pub(crate) fn seal(&self) -> Result<&Seal, Problem> {
        self.seal.as_ref().map_err(|error| Problem::internal("seal texts", error))
    }

    /// Keeps a change that nobody waits for; the snapshot follows.
    pub(crate) async fn commit_quietly(&self, change: Change, now: Timestamp) -> Result<(), CommitError> {
        self.store.commit(change, now).await?;
        Ok(self.current.refresh(now).await?)
    }
}

impl App {
    pub(crate) fn new(state: State) -> Self {
        let State { store, engine, settings, prober, printer, lines, metrics } = state;
        let metrics = Metrics::new(metrics, store.writer());
        let pseudonyms = Pseudonyms::new(&settings.secret);
        let log_key = settings.secret.log_key().ok();
        if let Some(key) = &log_key {
            store.seal_with(key.clone());
        }
        let current = Current::new(store.clone(), Arc::clone(&engine));
        let (trials, seal) = (Trials::default(), Seal::new(&settings.secret));
        Self(Arc::new(Shared {
            data: Guarded::new(Data {
                current,
                store,
                engine,
                pseudonyms,
                trials,
                learning: Learning::default(),
                seal,
            }),
            crowd: Crowd::default(),
            throttle: Throttle::default(),
            settings,
            prober,
            printer,
            lines,
            log_key: log_key.map(|key| key.public().clone()),
            metrics,
            stopping: CancellationToken::new(),
            listeners: Arc::new(Semaphore::new(LISTENERS)),
        }))
    }

    /// Store and engine, for someone who may do something with them.
    pub(crate) fn data<P: Permitted>(&self, may: &May<P>) -> &Data {
        self.0.data.open(may)
    }

    pub(crate) fn guarded(&self) -> &Guarded<Data> {
        &self.0.data
    }

    pub(crate) fn crowd(&self) -> &Crowd {
        &self.0.crowd
    }

    pub(crate) fn throttle(&self) -> &Throttle {
        &self.0.throttle
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    pub(crate) fn scheme(&self) -> Scheme {
        self.0.settings.scheme
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.0.settings.clock.now()
    }

    pub(crate) fn client_address(&self, parts: &Parts) -> IpAddr {
        origin::client_address(parts, &self.0.settings.trusted_proxies)
    }

    pub(crate) fn listeners(&self) -> &Arc<Semaphore> {
        &self.0.listeners
    }

    /// Store and engine for the server's own tasks.
    pub(crate) fn for_tasks(&self) -> &Data {
        self.0.data.for_tasks()
    }

    /// What the audit log is verified with.
    pub(crate) fn log_key(&self) -> Result<&PublicKey, Problem> {
        let missing = || Problem::new(Kind::Internal, "the audit log has no key");
        self.0.log_key.as_ref().ok_or_else(missing)
    }

    /// What makes PDF of policies.
    pub(crate) fn printer(&self) -> Result<&Printer, Problem> {
        let detail = "this Bylaw was built without PDF; build it with `cargo build --release --features pdf`, or take Markdown";
        self.0.printer.as_ref().ok_or_else(|| Problem::new(Kind::Conflict, detail))
    }

    /// The way through the live gate.
    pub(crate) fn prober(&self) -> Result<&Prober, Problem> {
        let none =
            || Problem::new(Kind::Conflict, "no gate runs beside this server, so canaries have no way to go");
        self.0.prober.as_ref().ok_or_else(none)
    }

    /// Who reads lines that are pushed.
    pub(crate) fn line_taker(&self) -> Result<&LineTaker, Problem> {
        let none =
            || Problem::new(Kind::Conflict, "no sensor runs beside this server, so nobody reads lines");
        self.0.lines.as_ref().ok_or_else(none)
    }

    /// Commits to new records and removes old ones, until the server stops.
    pub(crate) async fn keep(self) {
        chores::run(self.for_tasks(), &self.0.settings, self.0.prober.as_ref(), &self.0.stopping).await;
    }

    /// Keeps the engine in step with what other nodes change, until the server stops.
    pub(crate) async fn follow(self) {
        self.for_tasks().current.follow(&self.0.settings.clock, &self.0.stopping).await;
    }

    /// Puts scheduled drafts into force when their time has come, until the server stops.
    pub(crate) async fn keep_dates(self) {
        let mut ticks = time::interval(LOOK);
        ticks.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
        while self.0.stopping.run_until_cancelled(ticks.tick()).await.is_some() {
            if let Err(problem) = publication::keep_dates(self.for_tasks(), self.now()).await {
                tracing::warn!(?problem, "scheduled drafts could not be looked at; trying again");
            }
        }
    }

    /// Looks after people until the server stops, if this node is to.
    pub(crate) async fn look_after(self) {
        match self.0.settings.upkeep {
            Upkeep::On => upkeep::run(self.for_tasks(), &self.0.settings.clock, &self.0.stopping).await,
            Upkeep::Off => {}
        }
    }

    /// Learns from what is stored until the server stops, if this node is to.
    pub(crate) async fn learn(self) {
        let Settings { learning, clock, .. } = &self.0.settings;
        if let Some(settings) = learning {
            learning::run(self.0.data.for_tasks(), *settings, clock, &self.0.stopping).await;
        }
    }

    /// Resolves when live updates must end, so that the server can stop.
    pub(crate) fn stopping(&self) -> CancellationToken {
        self.0.stopping.clone()
    }

    pub(crate) fn stop_live_updates(&self) {
        self.0.stopping.cancel();
    }
}
