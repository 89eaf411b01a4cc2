//! A real server on a real SQLite store, on a free port, with a clock that tests can move.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::SeqCst},
    },
    time::Duration,
};

use catalog::Catalog;
use detect::Detectors;
use engine::{Engine, Exceptions, LinkKey, Snapshot};
use governance::{Act, retention::Retention};
use identity::Directory;
use model::{PersonId, Sensitive, Timestamp};
use server::{Clock, Printer, Scheme, Secret, Settings, State, Upkeep, canaries::Prober, hash_password};
use store::{Change, Digest, OneTimeLogin, PolicyDraft, Role, Store, User};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use crate::client::Client;

pub(crate) const POLICY: &str = include_str!("policy.md");
pub(crate) const PASSWORD: &str = "correct horse battery";
/// 2026-11-22T12:00:00Z.
pub(crate) const NOON: i64 = 1_795_348_800_000;

const PEOPLE: &str = "id,name,email,kind,department\n\
    anna.kovacs,Anna Kovacs,anna@example.com,employee,Legal\n\
    ben.osei,Ben Osei,ben@example.com,employee,Sales\n";

pub(crate) struct World {
    pub(crate) base: String,
    pub(crate) store: Store,
    pub(crate) engine: Arc<Engine>,
    pub(crate) key: LinkKey,
    clock: Arc<AtomicI64>,
    stop: oneshot::Sender<()>,
    served: JoinHandle<std::io::Result<()>>,
    folder: Arc<tempfile::TempDir>,
    /// Where the store is.
    address: String,
    policy: String,
}

/// How a server is started.
struct Plan {
    scheme: Scheme,
    policy: String,
    upkeep: Upkeep,
    prober: Option<Prober>,
    lines: Option<server::LineTaker>,
    learning: Option<behavior::Settings>,
    retention: Retention,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            scheme: Scheme::Http,
            policy: POLICY.to_owned(),
            upkeep: Upkeep::Off,
            prober: None,
            lines: None,
            learning: None,
            retention: Retention::default(),
        }
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(Scheme::Http).await
    }

    pub(crate) async fn with(scheme: Scheme) -> Self {
        Self::begin(Plan { scheme, ..Plan::default() }).await
    }

    /// With another policy to begin with.
    pub(crate) async fn of(policy: &str) -> Self {
        Self::begin(Plan { policy: policy.to_owned(), ..Plan::default() }).await
    }

    /// A server that assigns training and climbs the ladder.
    pub(crate) async fn looking_after_people() -> Self {
        Self::begin(Plan { upkeep: Upkeep::On, ..Plan::default() }).await
    }

    /// A server that learns what is usual.
    pub(crate) async fn learning(settings: behavior::Settings) -> Self {
        Self::begin(Plan { learning: Some(settings), ..Plan::default() }).await
    }

    /// Another server that learns, on the same store, with the same clock.
    pub(crate) async fn learning_too(&self, settings: behavior::Settings) -> Self {
        let plan = Plan { policy: self.policy.clone(), learning: Some(settings), ..Plan::default() };
        self.start_beside(plan).await
    }

    /// A server whose canaries go this way.
    pub(crate) async fn probed(prober: Prober) -> Self {
        Self::begin(Plan { prober: Some(prober), ..Plan::default() }).await
    }

    /// A server whose pushed lines go there.
    pub(crate) async fn pushed(lines: server::LineTaker) -> Self {
        Self::begin(Plan { lines: Some(lines), ..Plan::default() }).await
    }

    /// Another server that looks after people, on the same store, with the same clock.
    pub(crate) async fn looking_after_people_too(&self) -> Self {
        self.another(Upkeep::On).await
    }

    /// Another server on the same store, with the same clock.
    pub(crate) async fn beside(&self) -> Self {
        self.another(Upkeep::Off).await
    }

    /// Another server on the same store, which removes what was kept for so long.
    pub(crate) async fn keeping(&self, retention: Retention) -> Self {
        let plan = Plan { policy: self.policy.clone(), retention, ..Plan::default() };
        self.start_beside(plan).await
    }

    async fn another(&self, upkeep: Upkeep) -> Self {
        let plan = Plan { policy: self.policy.clone(), upkeep, ..Plan::default() };
        self.start_beside(plan).await
    }

    async fn start_beside(&self, plan: Plan) -> Self {
        Self::start(Arc::clone(&self.folder), self.address.clone(), Arc::clone(&self.clock), plan).await
    }

    /// On a database of PostgreSQL.
    pub(crate) async fn on(address: String) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        Self::start(folder, address, Arc::new(AtomicI64::new(NOON)), Plan::default()).await
    }

    async fn begin(plan: Plan) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let address = format!("sqlite://{}", folder.path().join("bylaw.db").display());
        Self::start(folder, address, Arc::new(AtomicI64::new(NOON)), plan).await
    }

    async fn start(
        folder: Arc<tempfile::TempDir>,
        address: String,
        clock: Arc<AtomicI64>,
        plan: Plan,
    ) -> Self {
        let Plan { scheme, policy, upkeep, prober, lines, learning, retention } = plan;
        let store = Store::open(&address).await.unwrap();
        store.seal_with(Secret::new([6; 32]).log_key().unwrap());
        let key = LinkKey::new([5; 32]);
        let engine = Arc::new(Engine::new(snapshot(&key, &policy)));
        let ticking = Arc::clone(&clock);
        let state = State {
            store: store.clone(),
            engine: Arc::clone(&engine),
            settings: Settings {
                secret: Secret::new([6; 32]),
                scheme,
                retention,
                canaries_every: None,
                learning,
                trusted_proxies: vec!["127.0.0.0/8".parse().unwrap()],
                clock: Clock::new(move || Timestamp::from_millis(ticking.load(SeqCst))),
                upkeep,
            },
            prober,
            printer: Some(Printer::new(|policy| Ok(format!("%PDF of {}", policy.version()).into_bytes()))),
            lines,
            metrics: Default::default(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(server::serve(listener, state, async move {
            let _ = stopped.await;
        }));
        Self { base, store, engine, key, clock, stop, served, folder, address, policy }
    }

    /// Sets the clock, also back.
    pub(crate) fn set_clock(&self, at: Timestamp) {
        self.clock.store(at.as_millis(), SeqCst);
    }

    /// Puts the policy of the tests with `more` at its end into force, and waits until this server follows it.
    pub(crate) async fn publish(&self, more: &str) {
        let words = engine::taxonomy(&self.engine.snapshot().detectors, &self.engine.snapshot().catalog);
        let source = format!("{POLICY}\n{more}");
        let policy =
            policy::compile("policy.md", &source, &words).unwrap_or_else(|mistakes| panic!("{mistakes}"));
        let version = policy.version().clone();
        let draft = PolicyDraft { version: version.clone(), name: policy.front().policy.clone(), source };
        let before = self.store.policy().await.unwrap().map(|policy| policy.publication.version);
        let act = Act::new("policy.published", &version, "test");
        let change = Change::new(act).publish(draft, before, "test");
        self.store.commit(change, self.now()).await.unwrap();
        while *self.engine.snapshot().policy.version() != version {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.clock.load(SeqCst))
    }

    pub(crate) fn wait(&self, time: Duration) {
        self.clock.fetch_add(i64::try_from(time.as_millis()).unwrap(), SeqCst);
    }

    /// Adds an account named after its role; `employee` is Anna's.
    pub(crate) async fn add(&self, role: Role) {
        let person = (role == Role::Employee).then(|| PersonId::new("anna.kovacs"));
        self.add_user(role.as_str(), role, person, &[]).await;
    }

    async fn add_user(&self, name: &str, role: Role, person: Option<PersonId>, functions: &[&str]) {
        let user = User {
            name: name.to_owned(),
            password_hash: Some(hash_password(Sensitive::new(PASSWORD)).await.unwrap()),
            role,
            person,
            created_at: self.now(),
            disabled_at: None,
            functions: functions.iter().map(|&function| function.to_owned()).collect(),
        };
        self.store.create_user(&user).await.unwrap();
    }

    /// A client signed in to a new account that speaks for these functions.
    pub(crate) async fn speaking_for(&self, name: &str, role: Role, functions: &[&str]) -> Client {
        self.add_user(name, role, None, functions).await;
        let mut client = Client::new(&self.base);
        client.sign_in(name, PASSWORD).await.expect(200);
        client
    }

    /// A new employee's account of somebody in the directory.
    pub(crate) async fn person(&self, name: &str, person: &str) {
        self.add_user(name, Role::Employee, Some(PersonId::new(person)), &[]).await;
    }

    /// A client signed in to a new account of somebody in the directory that speaks for these functions.
    pub(crate) async fn person_for(&self, name: &str, person: &str, functions: &[&str]) -> Client {
        self.add_user(name, Role::Employee, Some(PersonId::new(person)), functions).await;
        let mut client = Client::new(&self.base);
        client.sign_in(name, PASSWORD).await.expect(200);
        client
    }

    /// Where the store's files lie.
    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Gives the engine another policy, past the gate of publication.
    pub(crate) fn put_in_force(&self, policy: &str) {
        let policy = snapshot(&self.key, policy).policy;
        self.engine.update(|snapshot| snapshot.policy = policy);
    }

    /// A client signed in to a new account with this role.
    pub(crate) async fn signed_in(&self, role: Role) -> Client {
        self.add(role).await;
        let mut client = Client::new(&self.base);
        client.sign_in(role.as_str(), PASSWORD).await.expect(200);
        client
    }

    pub(crate) fn stranger(&self) -> Client {
        Client::new(&self.base)
    }

    /// A code that signs `user` in once within an hour.
    pub(crate) async fn one_time_code(&self, user: &str) -> String {
        let token = server::Token::random();
        let login = OneTimeLogin {
            digest: Digest::of(token.reveal()),
            user: user.to_owned(),
            created_at: self.now(),
            expires_at: self.now().plus(Duration::from_secs(3_600)),
        };
        self.store.create_one_time_login(&login).await.unwrap();
        token.reveal().to_owned()
    }

    /// Stops the server and waits for it.
    pub(crate) async fn stop(self) {
        let _ = self.stop.send(());
        self.served.await.unwrap().unwrap();
    }
}

fn snapshot(key: &LinkKey, policy: &str) -> Snapshot {
    let catalog = Catalog::builtin().unwrap();
    let detectors = Detectors::builtin().unwrap();
    let words = engine::taxonomy(&detectors, &catalog);
    let policy = policy::compile("policy.md", policy, &words).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    Snapshot {
        policy: Arc::new(policy),
        catalog: Arc::new(catalog),
        detectors: Arc::new(detectors),
        directory: Arc::new(Directory::from_csv(PEOPLE).unwrap()),
        approvals: Arc::new(BTreeMap::new()),
        exceptions: Arc::new(Exceptions::default()),
        rollout: Arc::default(),
        standing: Arc::default(),
        settings: Arc::new(engine::Settings {
            body_limit: 1 << 20,
            decoded_limit: 8 << 20,
            pass_through: Vec::new(),
            sandbox_networks: Vec::new(),
            tenants: Default::default(),
            accounts: Default::default(),
            key: key.clone(),
            capture: None,
            console_url: "http://localhost".to_owned(),
        }),
    }
}
