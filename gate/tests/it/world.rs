use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, LazyLock, Mutex},
    time::Duration,
};

use engine::{Engine, LinkKey, Settings, Snapshot, Tenants, taxonomy};
use gate::{Authority, Config, Durability, Entry, Gate, PacHost, Reach, Recorder, SystemRoots, Trust};
use model::{Activity, Completion, Record};
use rustls_pki_types::CertificateDer;
use tokio::{net::TcpListener, sync::mpsc, time::sleep};
use tokio_util::sync::CancellationToken;

use crate::upstream::{Certificate, PublicCa, Tool};

const POLICY: &str = r#"---
policy: test
title: Test policy
owner: security@example.com
review_every: 180d
approvals: [security]
otherwise: allow
---
## Data

### DATA-1 Identity numbers are redacted
They must not leave.

```rule
on: [prompt, upload]
data: pii.us_ssn
then: redact
severity: high
if uninspected: UNINSPECTED
```

### DATA-2 Confidential documents stay here
They must not leave.

```rule
on: [prompt, upload]
data: marking
then: block
severity: high
if uninspected: UNINSPECTED
```
"#;

/// A clause about answers, for worlds that want one.
pub(crate) const ANSWERS: &str = r#"
### ANS-1 Answers with addresses are withheld
They belong to someone.

```rule
on: receive
data: pii.email
then: block
if uninspected: allow
```
"#;

const PEOPLE: &str = "id,name,email,kind,department,groups,risk,addresses,password_hash,training,attested_until\n\
anna,Anna,anna@example.com,employee,sales,,low,,ANNAS_HASH,,\n";

/// A prompt that the policy allows.
pub(crate) const HELLO: &str = r#"{"model":"gpt-5","messages":[{"role":"user","content":"Hello there"}]}"#;
/// One that it redacts.
pub(crate) const SSN: &str =
    r#"{"model":"gpt-5","messages":[{"role":"user","content":"My SSN is 536-90-4399."}]}"#;
/// One that it blocks.
pub(crate) const CONFIDENTIAL: &str =
    r#"{"model":"gpt-5","messages":[{"role":"user","content":"CONFIDENTIAL\nThe plan is secret."}]}"#;
pub(crate) const CHAT: &str = "/v1/chat/completions";
pub(crate) const HOST: &str = "api.openai.com";

/// What the recorder does with records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keeping {
    Well,
    Slowly,
    Refusing,
    RefusingAnswers,
    Silent,
}

/// How the world differs from the ordinary one.
pub(crate) struct Setup {
    pub(crate) uninspected: &'static str,
    /// Clauses beside the ordinary ones.
    pub(crate) clauses: &'static str,
    pub(crate) body_limit: usize,
    pub(crate) pass_through: Vec<String>,
    /// Tenant controls, by id, each with one value.
    pub(crate) tenants: &'static [(&'static str, &'static str)],
    pub(crate) certificate: Certificate,
    pub(crate) protocols: &'static [&'static str],
    pub(crate) keeping: Keeping,
    pub(crate) people: String,
    pub(crate) config: Config,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            uninspected: "allow",
            clauses: "",
            body_limit: 1024 * 1024,
            pass_through: Vec::new(),
            tenants: &[],
            certificate: Certificate::Right,
            protocols: &["h2", "http/1.1"],
            keeping: Keeping::Well,
            people: PEOPLE.replace("ANNAS_HASH", ""),
            config: Config::default(),
        }
    }
}

/// A proxy, a tool behind it, and what was recorded.
pub(crate) struct World {
    pub(crate) proxy: SocketAddr,
    /// Certificate of the proxy's CA.
    pub(crate) ca: CertificateDer<'static>,
    /// Certificate of the CA of tools.
    pub(crate) public_ca: CertificateDer<'static>,
    pub(crate) tool: Tool,
    pub(crate) gate: Arc<Gate>,
    pub(crate) stop: CancellationToken,
    pub(crate) serving: tokio::task::JoinHandle<std::io::Result<()>>,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Default)]
struct Kept {
    records: Vec<Record>,
    completions: Vec<Completion>,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(Setup::default()).await
    }

    pub(crate) async fn with(mut setup: Setup) -> Self {
        let (tool, public_ca) = (Tool::default(), PublicCa::new());
        let names = [HOST, "chatgpt.com", "plain.example", "login.microsoftonline.com"];
        let encrypted = tool.start(&public_ca, &names, setup.certificate, setup.protocols).await;
        let plain = tool.start_plain().await;
        for name in names {
            setup.config.connect.entry(name.to_owned()).or_insert(encrypted);
        }
        for name in ["tool.example", "other.example"] {
            setup.config.connect.entry(name.to_owned()).or_insert(plain);
        }
        setup.config.trust =
            Trust { system: SystemRoots::Ignored, extra: vec![public_ca.certificate.clone()] };
        let patience = setup.config.timeouts.record;
        let (recorder, entries) = Recorder::channel(64, patience);
        let kept = Arc::<Mutex<Kept>>::default();
        tokio::spawn(keep(entries, Arc::clone(&kept), setup.keeping));
        let files = Authority::create("Test CA").unwrap();
        let authority = Authority::from_pem(&files.certificate_pem, &files.key_pem).unwrap();
        let ca = authority.certificate().clone();
        let hosts = vec![PacHost { name: "openai.com".to_owned(), reach: Reach::Suffix }];
        let engine = Arc::new(engine(&setup));
        let pac_hosts = Box::new(move || hosts.clone());
        let gate = Arc::new(Gate::new(setup.config, engine, authority, recorder, pac_hosts).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let proxy = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let serving = tokio::spawn(gate::serve(listener, Arc::clone(&gate), stop.clone()));
        let public_ca = public_ca.certificate;
        Self { proxy, ca, public_ca, tool, gate, stop, serving, kept }
    }

    pub(crate) fn records(&self) -> Vec<Record> {
        self.kept.lock().unwrap().records.clone()
    }

    /// The records, as outcome and host, once there are `count` of them.
    pub(crate) async fn outcomes(&self, count: usize) -> Vec<String> {
        self.until(|kept| kept.records.len() >= count).await;
        let line = |record: &Record| format!("{} {}", record.outcome.as_str(), record.exchange.host);
        self.records().iter().map(line).collect()
    }

    /// The completions, once there are `count` of them.
    pub(crate) async fn completions(&self, count: usize) -> Vec<Completion> {
        self.until(|kept| kept.completions.len() >= count).await;
        self.kept.lock().unwrap().completions.clone()
    }

    pub(crate) fn kept_completions(&self) -> usize {
        self.kept.lock().unwrap().completions.len()
    }

    async fn until(&self, enough: impl Fn(&Kept) -> bool) {
        for _ in 0..500 {
            if enough(&self.kept.lock().unwrap()) {
                return;
            }
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// The counter `name`, over all its labels or with one label's value.
    pub(crate) fn counted(&self, name: &str, label: Option<&str>) -> u64 {
        let samples = self.gate.metrics().samples();
        let matching = samples.iter().filter(|sample| sample.name == format!("bylaw_gate_{name}_total"));
        let matching =
            matching.filter(|sample| label.is_none() || sample.label.map(|(_, value)| value) == label);
        matching.map(|sample| sample.value).sum()
    }
}

/// What all worlds share, because building it takes a while without optimisation.
static PARTS: LazyLock<(Arc<catalog::Catalog>, Arc<detect::Detectors>)> = LazyLock::new(|| {
    let local = r#"
        [[tool]]
        id = "plain-tool"
        name = "Plain tool"
        vendor = "Example"
        category = "self_hosted"
        hosts = [{ name = "tool.example", role = "api" }]
        endpoints = [{ path = "/v1/chat/completions", activity = "prompt", dialect = "openai_chat" }]
    "#;
    let catalog = catalog::Catalog::builtin().unwrap().with_local("local.toml", local).unwrap();
    (Arc::new(catalog), Arc::new(detect::Detectors::builtin().unwrap()))
});

fn engine(setup: &Setup) -> Engine {
    let (catalog, detectors) = &*PARTS;
    let source = format!("{}{}", POLICY.replace("UNINSPECTED", setup.uninspected), setup.clauses);
    let policy = policy::compile("test.md", &source, &taxonomy(detectors, catalog));
    let policy = policy.unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let directory =
        identity::Directory::from_csv(&setup.people).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    Engine::new(Snapshot {
        policy: Arc::new(policy),
        catalog: Arc::clone(catalog),
        detectors: Arc::clone(detectors),
        directory: Arc::new(directory),
        approvals: Arc::new(BTreeMap::new()),
        exceptions: Arc::default(),
        rollout: Arc::default(),
        standing: Arc::default(),
        settings: Arc::new(Settings {
            body_limit: setup.body_limit,
            decoded_limit: 16 * 1024 * 1024,
            pass_through: setup.pass_through.clone(),
            sandbox_networks: Vec::new(),
            tenants: tenants(catalog, setup.tenants),
            accounts: Default::default(),
            key: LinkKey::new([7; 32]),
            capture: None,
            console_url: "https://bylaw.example".to_owned(),
        }),
    })
}

fn tenants(catalog: &catalog::Catalog, given: &[(&str, &str)]) -> Tenants {
    let one = |(control, value): &(&str, &str)| {
        ((*control).to_owned(), catalog::TenantGiven::One((*value).to_owned()))
    };
    Tenants::new(catalog, &given.iter().map(one).collect()).unwrap_or_else(|error| panic!("{error}"))
}

async fn keep(mut entries: mpsc::Receiver<Entry>, kept: Arc<Mutex<Kept>>, keeping: Keeping) {
    let mut unanswered = Vec::new();
    while let Some(entry) = entries.recv().await {
        match entry {
            Entry::Append { durable, .. } if keeping == Keeping::Refusing => {
                let _ = durable.send(Durability::Lost);
            }
            Entry::Append { record, durable, .. }
                if keeping == Keeping::RefusingAnswers && record.facts.activity == Activity::Receive =>
            {
                let _ = durable.send(Durability::Lost);
            }
            Entry::Append { durable, .. } if keeping == Keeping::Silent => unanswered.push(durable),
            Entry::Append { record, durable, .. } => {
                if keeping == Keeping::Slowly {
                    sleep(Duration::from_millis(150)).await;
                }
                kept.lock().unwrap().records.push(*record);
                let _ = durable.send(Durability::Durable);
            }
            Entry::Complete(completion) => kept.lock().unwrap().completions.push(completion),
        }
    }
}
