//! How long a backtest takes: a SQLite store is filled with exchanges of 5,000 people in 30 days, then a draft is put to all
//! of them. What is recorded of them is invented: whatever holds something was redacted.
//!
//! `cargo bench -p server --bench backtest -- [records]`, by default 1,000,000.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a measurement fails by panicking")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use catalog::Catalog;
use detect::Detectors;
use model::{
    AccountKind, Action, Activity, ClauseId, Duty, Exchange, ExchangeId, Facts, Finding, Label, Outcome,
    PersonFacts, PersonId, PersonKind, Placement, PolicyVersion, Purpose, Record, Severity, Source,
    Timestamp, ToolFacts, ToolId, ToolState, Verdict, Visibility,
};
use rand::{Rng, SeedableRng, rngs::StdRng};
use store::{Options, Span, Store};

const BALANCED: &str = include_str!("../../policies/balanced.md");
const PEOPLE: u32 = 5_000;
const DAYS: i64 = 30;
const DAY: i64 = 24 * 60 * 60 * 1_000;
/// 2026-10-23T00:00:00Z.
const BEGIN: i64 = 1_792_713_600_000;
/// Callers that append at once while the store is filled.
const CALLERS: u64 = 2_048;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let records = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(1_000_000);
    let (catalog, detectors) = (Catalog::builtin().unwrap(), Detectors::builtin().unwrap());
    let words = engine::taxonomy(&detectors, &catalog);
    let compile = |source: &str| {
        policy::compile("balanced.md", source, &words).unwrap_or_else(|mistakes| panic!("{mistakes}"))
    };
    let draft = Arc::new(compile(&BALANCED.replacen("otherwise: coach", "otherwise: block", 1)));
    let invention = Arc::new(Invention::of(&catalog, &detectors));

    let folder = tempfile::tempdir().unwrap();
    let address = format!("sqlite://{}", folder.path().join("bench.db").display());
    let options = Options { batch: 1_024, patience: Duration::from_secs(60), ..Options::default() };
    let store = Store::open_with(&address, &options).await.unwrap();
    let begin = Instant::now();
    fill(&store, records, &invention).await;
    println!("filled with {records} records in {:.1?}", begin.elapsed());

    let span = Span { from: Timestamp::from_millis(BEGIN), to: Timestamp::from_millis(BEGIN + DAYS * DAY) };
    let (begin, cpu) = (Instant::now(), self::cpu());
    let report = server::backtest(&store, draft, span, Arc::default()).await.unwrap();
    println!(
        "backtest of {} records ({} sets of facts, {} people): {:.1?}, {:.1} s of processor time, {} changes",
        report.records,
        report.distinct,
        report.people,
        begin.elapsed(),
        self::cpu() - cpu,
        report.changes.len(),
    );
    store.close().await;
}

async fn fill(store: &Store, records: u64, invention: &Arc<Invention>) {
    let next = Arc::new(AtomicU64::new(0));
    let callers = (0..CALLERS).map(|_| {
        let (writer, next) = (store.writer(), Arc::clone(&next));
        let invention = Arc::clone(invention);
        tokio::spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= records {
                    break;
                }
                writer.append(invention.record(number, records)).await.unwrap();
            }
        })
    });
    for caller in callers.collect::<Vec<_>>() {
        caller.await.unwrap();
    }
}

/// What exchanges are made of.
struct Invention {
    tools: Vec<ToolFacts>,
    labels: Vec<Label>,
}

impl Invention {
    fn of(catalog: &Catalog, detectors: &Detectors) -> Self {
        let states = [ToolState::Approved, ToolState::Unreviewed, ToolState::Conditional, ToolState::Denied];
        let tools = catalog.tools().iter().take(40).zip(states.into_iter().cycle());
        let tools = tools.map(|(tool, state)| ToolFacts {
            id: ToolId::new(tool.id.as_str()),
            category: tool.category,
            state,
            approved_for: Default::default(),
        });
        Self { tools: tools.collect(), labels: detectors.labels().into_iter().take(120).collect() }
    }

    fn record(&self, number: u64, records: u64) -> Record {
        let mut random = StdRng::seed_from_u64(number);
        let at =
            BEGIN + i64::try_from(u128::from(number) * (DAYS * DAY) as u128 / u128::from(records)).unwrap();
        let facts = self.facts(&mut random);
        let findings = facts.labels.keys().map(finding).collect();
        let verdict = said(&facts);
        let outcome = if verdict.action == Action::Allow { Outcome::Forwarded } else { Outcome::Redacted };
        let person = random.random_range(0..PEOPLE);
        Record { exchange: exchange(at, person, &facts), facts, findings, verdict, outcome }
    }

    /// Four in five exchanges hold nothing; purposes, departments, accounts and tools vary.
    fn facts(&self, random: &mut StdRng) -> Facts {
        let pick = |random: &mut StdRng, count: usize| random.random_range(0..count);
        let found = if random.random_bool(0.2) { random.random_range(1..4) } else { 0 };
        let label = |random: &mut StdRng| self.labels.get(pick(random, self.labels.len())).cloned();
        let labels = (0..found).filter_map(|_| Some((label(random)?, random.random_range(1..5)))).collect();
        let purpose = Purpose::ALL.get(pick(random, Purpose::ALL.len() * 2)).copied();
        let accounts = [AccountKind::Corporate, AccountKind::Corporate, AccountKind::Personal];
        Facts {
            activity: if random.random_bool(0.9) { Activity::Prompt } else { Activity::Upload },
            person: PersonFacts {
                kind: PersonKind::Employee,
                department: Some(format!("department-{}", pick(random, 12))),
                ..PersonFacts::default()
            },
            tool: self.tools.get(pick(random, self.tools.len())).cloned().unwrap(),
            account: accounts.get(pick(random, accounts.len())).copied().unwrap(),
            labels,
            purpose,
            sandbox: false,
            visibility: Visibility::Content,
            exempt: Default::default(),
        }
    }
}

fn exchange(at: i64, person: u32, facts: &Facts) -> Exchange {
    let at = Timestamp::from_millis(at);
    Exchange {
        id: ExchangeId::at(at),
        at,
        source: Source::Proxy,
        person: PersonId::new(format!("person-{person}")),
        method: "POST".to_owned(),
        host: format!("{}.example.com", facts.tool.id),
        path: "/backend-api/conversation".to_owned(),
        model: Some("gpt-5".to_owned()),
        conversation: None,
        files: Vec::new(),
        bytes_up: 2_048,
        uninspected: None,
    }
}

fn said(facts: &Facts) -> Verdict {
    let labels: Vec<Label> = facts.labels.keys().cloned().collect();
    let duty = (!labels.is_empty()).then(|| Duty {
        clause: ClauseId::new("DATA-1"),
        action: Action::Redact,
        severity: Severity::High,
        labels,
        uninspected: false,
    });
    Verdict {
        action: duty.as_ref().map_or(Action::Allow, |duty| duty.action),
        otherwise: false,
        duties: duty.into_iter().collect(),
        policy: PolicyVersion::new("0123456789ab"),
        faults: Vec::new(),
        held_back: None,
    }
}

fn finding(label: &Label) -> Finding {
    Finding {
        label: label.clone(),
        placement: Placement { part: 0, start: 10, end: 21 },
        confidence: 0.9,
        detector: label.as_str().to_owned(),
        excerpt: "•••-••-4399".to_owned(),
        digest: "0123456789abcdef".to_owned(),
    }
}

/// Seconds of processor time this process has used (user and system, in clock ticks of 10 ms; proc(5)).
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).unwrap().parse::<f64>().unwrap();
    (ticks(11) + ticks(12)) / 100.0
}
