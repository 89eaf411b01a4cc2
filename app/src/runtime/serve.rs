use std::{
    fs,
    future::Future,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use anyhow::{Context, Result, anyhow};
use engine::{Engine, Exceptions, LinkKey, Settings};
use gate::{Gate, PacHost, Recorder, Strangers, Trust};
use governance::Act;
use policy::Policy;
use prometheus_client::registry::Registry;
use rustls_pki_types::{CertificateDer, pem::PemObject};
use server::Scheme;
use store::{Change, PolicyDraft, Store};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{
    config::Config,
    data::DataFolder,
    printing,
    registered::{self, Place},
    runtime::{
        Parts,
        canary::prober,
        intake::Intake,
        metrics::GateMetrics,
        now, recorder,
        sources::{self, Counts, Sources},
    },
};

/// Records that may wait for the store before exchanges wait too.
const WAITING_RECORDS: usize = 10_000;

/// A Bylaw that is up.
pub(crate) struct Ready {
    /// Where the gate listens.
    pub(crate) gate: SocketAddr,
    /// Where people reach the console.
    pub(crate) console_url: String,
    /// What it keeps.
    pub(crate) store: Store,
    /// What decides.
    pub(crate) engine: Arc<Engine>,
}

/// Runs gate and console until `stop`. Calls `ready` once both listen.
pub(crate) async fn serve<F>(
    config: Config,
    stop: CancellationToken,
    ready: impl FnOnce(Ready) -> F,
) -> Result<()>
where
    F: Future<Output = Result<()>>,
{
    let data = DataFolder::open(&config.data)?;
    let registered_at = Place::of(&config).changed();
    let parts = Parts::read(&config)?;
    let console = listen("console.listen", config.console_listen).await?;
    let proxy = listen("gate.listen", config.gate_listen).await?;
    let console_url = match &config.console_url {
        Some(url) => url.clone(),
        None => format!("http://{}", console.local_addr()?),
    };
    let (secret, key) = (server::Secret::new(data.secret), data.link_key());
    let (retention, canaries_every, canary_key) =
        (config.retention.clone(), config.canaries_every, data.link_key());
    let (learning, evidence) = (config.behavior, config.evidence.clone());
    let ca_pem = fs::read_to_string(data.certificate_path())?;
    let gate_config = gate_config(&config)?;
    let sources = Sources::open(config.sensor.clone(), &data.authority).await?;
    let sensor = config.sensor.clone();
    let store = Store::open(&config.store_url).await?;
    store.seal_with(secret.log_key()?);
    let engine = Arc::new(start_engine(&config, parts, &store, key, &console_url).await?);
    let writer = store.writer();

    let (recorder, entries) = Recorder::channel(WAITING_RECORDS, gate_config.timeouts.record);
    let hosts = pac_hosts(Arc::clone(&engine));
    tokio::spawn(registered::follow(config, registered_at, Arc::clone(&engine), stop.clone()));
    let gate = Arc::new(Gate::new(gate_config, Arc::clone(&engine), data.authority, recorder, hosts)?);
    let mut metrics = Registry::default();
    metrics.register_collector(Box::new(GateMetrics(Arc::clone(gate.metrics()))));
    let scheme = if console_url.starts_with("https://") { Scheme::Https } else { Scheme::Http };
    let settings = server::Settings {
        secret,
        scheme,
        trusted_proxies: Vec::new(),
        retention: retention.clone(),
        canaries_every,
        learning,
        clock: server::Clock::system(),
        upkeep: server::Upkeep::On,
    };
    let prober = Some(prober(reachable(proxy.local_addr()?), &ca_pem, canary_key)?);
    let counts = Counts::among(&mut metrics);
    let intake = Intake::new(Arc::clone(&engine), store.clone());
    let state = server::State {
        store: store.clone(),
        engine: Arc::clone(&engine),
        settings,
        prober,
        printer: printing::printer(),
        lines: Some(sources::taker(&sensor, store.clone(), intake.clone(), Arc::clone(&counts))),
        metrics,
    };

    let sensing = tokio::spawn(sources.take(store.clone(), intake, counts, stop.clone()));
    let keeper = evidence.map(|evidence| recorder::Keeper::new(store.clone(), evidence));
    let carrier = tokio::spawn(recorder::carry(entries, writer.clone(), keeper));
    let until = stop.clone();
    let serving = tokio::spawn(async move { server::serve(console, state, until.cancelled_owned()).await });
    let gate_address = proxy.local_addr()?;
    let moving = tokio::spawn(gate::serve(proxy, gate, stop.clone()));
    ready(Ready { gate: gate_address, console_url, store: store.clone(), engine }).await?;

    moving.await?.context("the gate stopped")?;
    serving.await?.context("the console stopped")?;
    sensing.await.context("the sensors stopped")?;
    // The gate is gone, and with it the last recorder: the carrier has seen everything.
    carrier.await?;
    writer.close().await;
    store.close().await;
    Ok(())
}

/// Where a program on this machine reaches what listens on `address`.
pub(crate) fn reachable(address: SocketAddr) -> SocketAddr {
    match address.ip().is_unspecified() {
        true => SocketAddr::from((Ipv4Addr::LOCALHOST, address.port())),
        false => address,
    }
}

/// An engine as the running installation has it, for commands that plan with it.
pub(crate) async fn engine_of(config: &Config, data: &DataFolder, store: &Store) -> Result<Engine> {
    start_engine(config, Parts::read(config)?, store, data.link_key(), "").await
}

async fn listen(key: &str, address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on `{address}`: stop the other program or change `{key}` in the configuration")
    })
}

/// The engine with the policy in force and what people decided before.
async fn start_engine(
    config: &Config,
    parts: Parts,
    store: &Store,
    key: LinkKey,
    console_url: &str,
) -> Result<Engine> {
    let policy = policy_in_force(&parts, store).await?;
    let settings = Settings {
        body_limit: config.body_limit,
        decoded_limit: config.decoded_limit,
        pass_through: config.pass_through.clone(),
        sandbox_networks: config.sandbox_networks.clone(),
        tenants: parts.tenants.clone(),
        accounts: config.accounts.clone(),
        capture: config.evidence.as_ref().map(|evidence| evidence.capture.clone()),
        key,
        console_url: console_url.to_owned(),
    };
    let engine = Engine::new(parts.snapshot(policy, Exceptions::default(), settings));
    server::restore(store, &engine, now()).await?;
    Ok(engine)
}

/// The store's policy; a store without one gets the configured policy as its first.
async fn policy_in_force(parts: &Parts, store: &Store) -> Result<Policy> {
    if let Some(published) = store.policy().await? {
        return parts.compile(&published.publication.name, &published.source);
    }
    let policy = parts.first_policy()?;
    let draft = PolicyDraft {
        version: policy.version().clone(),
        name: policy.front().policy.clone(),
        source: policy.source().to_owned(),
    };
    let by = "configuration";
    let act = Act::new("policy.published", &draft.version, by);
    store.commit(Change::new(act).publish(draft, None, by), now()).await?;
    tracing::info!(policy = %policy.version(), file = parts.policy_name(), "first policy published");
    Ok(policy)
}

fn gate_config(config: &Config) -> Result<gate::Config> {
    let defaults = gate::Config::default();
    let mut extra = Vec::new();
    for path in &config.trust {
        let certificates: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(path)
            .and_then(Iterator::collect)
            .map_err(|error| anyhow!("{error}"))
            .with_context(|| format!("cannot read certificates from `{}`", path.display()))?;
        extra.extend(certificates);
    }
    Ok(gate::Config {
        strangers: if config.require_identity { Strangers::MustSignIn } else { Strangers::Welcome },
        ports: config.ports.clone(),
        allow: config.allow_addresses.clone(),
        connect: config.connect.iter().map(|(host, address)| (host.clone(), *address)).collect(),
        trust: Trust { extra, ..defaults.trust },
        limits: gate::Limits { connections: config.max_connections, ..defaults.limits },
        ..defaults
    })
}

/// The hosts whose TLS the gate opens, as the catalogue has them now.
fn pac_hosts(engine: Arc<Engine>) -> gate::PacHosts {
    Box::new(move || {
        let snapshot = engine.snapshot();
        let hosts = snapshot.catalog.inspected_hosts().map(|host| PacHost {
            name: host.name.to_string(),
            reach: match host.kind {
                catalog::HostKind::Exact => gate::Reach::Exact,
                catalog::HostKind::Suffix => gate::Reach::Suffix,
                catalog::HostKind::Wildcard => gate::Reach::Wildcard,
            },
        });
        let restricted = snapshot.settings.tenants.hosts();
        let restricted = restricted.map(|name| PacHost { name: name.to_owned(), reach: gate::Reach::Suffix });
        hosts.chain(restricted).collect()
    })
}
