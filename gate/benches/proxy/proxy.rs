use std::{collections::BTreeMap, sync::Arc};

use engine::{Engine, LinkKey, Settings, Snapshot, taxonomy};
use gate::{Authority, Config, Durability, Entry, Gate, Recorder, SystemRoots, Trust};
use model::{Approval, ToolId, ToolState};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::child;

/// The host that most figures are about.
pub(crate) const MAIN: &str = "api.openai.com";
/// Hosts that are seen for the first time.
pub(crate) const HOSTS: usize = 50;

pub(crate) fn host(number: usize) -> String {
    format!("host-{number}.chatgpt.com")
}

pub(crate) async fn run() {
    let tool = std::env::var("TOOL").unwrap().parse().unwrap();
    let root = child::decode(&std::env::var("ROOT").unwrap());
    let config = Config {
        connect: (0..HOSTS).map(host).chain([MAIN.to_owned()]).map(|host| (host, tool)).collect(),
        trust: Trust { system: SystemRoots::Ignored, extra: vec![root] },
        ..Config::default()
    };
    let (recorder, mut entries) = Recorder::channel(1024, config.timeouts.record);
    // Keeping records is measured with the store; here they are acknowledged as soon as they come.
    tokio::spawn(async move {
        while let Some(entry) = entries.recv().await {
            if let Entry::Append { durable, .. } = entry {
                let _ = durable.send(Durability::Durable);
            }
        }
    });
    let files = Authority::create("Benchmark CA").unwrap();
    let authority = Authority::from_pem(&files.certificate_pem, &files.key_pem).unwrap();
    let certificate = authority.certificate().clone();
    let gate = Gate::new(config, Arc::new(engine()), authority, recorder, Box::new(Vec::new)).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    child::announce(listener.local_addr().unwrap(), &certificate);
    gate::serve(listener, Arc::new(gate), CancellationToken::new()).await.unwrap();
}

/// The default policy, all tools approved for all data but identity numbers, so that most prompts are forwarded.
pub(crate) fn engine() -> Engine {
    let catalog = catalog::Catalog::builtin().unwrap();
    let detectors = detect::Detectors::builtin().unwrap();
    let source = include_str!("../../../policies/balanced.md");
    let policy = policy::compile("balanced.md", source, &taxonomy(&detectors, &catalog));
    let policy = policy.unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let approved = |_: &ToolId| Approval { state: ToolState::Approved, ..Approval::default() };
    let approvals: BTreeMap<_, _> =
        catalog.tools().iter().map(|tool| (tool.id.clone(), approved(&tool.id))).collect();
    Engine::new(Snapshot {
        policy: Arc::new(policy),
        catalog: Arc::new(catalog),
        detectors: Arc::new(detectors),
        directory: Arc::new(
            identity::Directory::from_csv("id,name,kind,addresses\nanna,Anna,employee,127.0.0.0/8\n")
                .unwrap(),
        ),
        approvals: Arc::new(approvals),
        exceptions: Arc::default(),
        rollout: Arc::default(),
        standing: Arc::default(),
        settings: Arc::new(Settings {
            body_limit: 1024 * 1024,
            decoded_limit: 16 * 1024 * 1024,
            pass_through: Vec::new(),
            sandbox_networks: Vec::new(),
            tenants: Default::default(),
            accounts: Default::default(),
            key: LinkKey::new([7; 32]),
            capture: None,
            console_url: "https://bylaw.example".to_owned(),
        }),
    })
}
