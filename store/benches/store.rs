//! Rows appended per second and how long queries take, on SQLite and on PostgreSQL with an honest disk.
//!
//! `cargo bench -p store -- [records] [sqlite|postgres]`, by default 100,000 records on both.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a measurement fails by panicking")]

#[path = "../tests/it/history.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod history;

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use history::{BEGIN, HOUR, decide, find, id, instant, plain};
use model::{Action, Outcome, PersonId, Record, ToolId};
use rand::{Rng, SeedableRng, rngs::StdRng};
use store::{ExchangeFilter, Span, Store};
use testkit::{Disk, Postgres};

const DAYS: i64 = 30;
const END: i64 = BEGIN + DAYS * 24 * HOUR;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let records = arguments.iter().find_map(|argument| argument.parse().ok()).unwrap_or(100_000);
    let wanted = |name: &str| {
        let named = |other: &str| arguments.iter().any(|argument| argument == other);
        named(name) || !(named("sqlite") || named("postgres"))
    };
    if wanted("sqlite") {
        let folder = testkit::folder();
        println!("SQLite");
        measure(&format!("sqlite://{}", folder.join("bench.db").display()), records).await;
    }
    if wanted("postgres") {
        let postgres = Postgres::start_on(Disk::Honest);
        println!("PostgreSQL");
        measure(&postgres.database(), records).await;
    }
}

async fn measure(url: &str, records: u64) {
    let store = Store::open(url).await.unwrap();
    let next = Arc::new(AtomicU64::new(0));
    append(&store, &next, records, 1, Duration::from_secs(3)).await;
    append(&store, &next, records, 64, Duration::from_secs(3)).await;
    append(&store, &next, records, 2_048, Duration::MAX).await;
    queries(&store).await;
    store.close().await;
}

/// `tasks` callers append, each waiting for its acknowledgement, until `records` are stored or the time is over.
async fn append(store: &Store, next: &Arc<AtomicU64>, records: u64, tasks: u64, time: Duration) {
    let (begin, first, cpu) = (Instant::now(), next.load(Ordering::Relaxed), cpu());
    let batches = store.writer().counts().batches_committed;
    let callers = (0..tasks).map(|_| {
        let (writer, next) = (store.writer(), Arc::clone(next));
        tokio::spawn(async move {
            let mut waits = Vec::new();
            while begin.elapsed() < time {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= records {
                    break;
                }
                let (record, asked) = (invent(number, records), Instant::now());
                writer.append(record).await.unwrap();
                waits.push(asked.elapsed());
            }
            waits
        })
    });
    let mut waits = Vec::new();
    for caller in callers.collect::<Vec<_>>() {
        waits.extend(caller.await.unwrap());
    }
    waits.sort();
    let (taken, batches) = (begin.elapsed(), store.writer().counts().batches_committed - batches);
    println!(
        "  append, {tasks:>4} callers: {:>7.0} records/s, {:>6.0} per CPU-second of this process, {:>4.0} per commit, \
         waits p50 {:.1?} p99 {:.1?} (from record {first})",
        waits.len() as f64 / taken.as_secs_f64(),
        waits.len() as f64 / (self::cpu() - cpu),
        waits.len() as f64 / batches.max(1) as f64,
        waits[waits.len() / 2],
        waits[waits.len() * 99 / 100],
    );
}

async fn queries(store: &Store) {
    let any = ExchangeFilter::default;
    let list = |name: &'static str, filter: ExchangeFilter| async move {
        time(name, || store.exchanges(&filter, None, 50)).await;
    };
    list("page, newest", any()).await;
    list("page, common tool", ExchangeFilter { tools: vec![ToolId::new("tool-0")], ..any() }).await;
    list("page, one person of 500", ExchangeFilter { persons: vec![PersonId::new("person-77")], ..any() })
        .await;
    list("page, common label", ExchangeFilter { label: Some("pii".parse().unwrap()), ..any() }).await;
    list("page, rare label", ExchangeFilter { label: Some("secret.aws".parse().unwrap()), ..any() }).await;
    let both = ExchangeFilter { label: Some("pii".parse().unwrap()), actions: vec![Action::Block], ..any() };
    list("page, label and action", both).await;
    list("page, rare clause", ExchangeFilter { clause: Some("IP-7".parse().unwrap()), ..any() }).await;
    let department = ExchangeFilter { departments: vec!["department-3".into()], ..any() };
    list("page, one department of 12", department).await;
    list("page, common word", ExchangeFilter { text: Some("chat".into()), ..any() }).await;
    list("page, word that never occurs", ExchangeFilter { text: Some("xylophone".into()), ..any() }).await;
    time("one exchange", || store.exchange(id(BEGIN, 0))).await;
    for (name, hours, width) in
        [("overview, day", 24, 1), ("overview, week", 7 * 24, 6), ("overview, 30 days", DAYS * 24, 24)]
    {
        let span = Span { from: instant(END - hours * HOUR), to: instant(END) };
        time(name, || store.overview(span, Duration::from_secs(3_600 * width), 20)).await;
    }
    time("clause counts", || store.clause_counts(instant(END))).await;
    let month = Span { from: instant(BEGIN), to: instant(END) };
    time("tool usage, 30 days", || store.tool_usage(month)).await;
}

/// The median of some runs, after one that does not count.
async fn time<T, E: std::fmt::Debug, F: Future<Output = Result<T, E>>>(name: &str, query: impl Fn() -> F) {
    query().await.unwrap();
    let mut taken = Vec::new();
    for _ in 0..5 {
        let begin = Instant::now();
        query().await.unwrap();
        taken.push(begin.elapsed());
    }
    taken.sort();
    println!("  {name:<30} {:>9.2} ms", taken[2].as_secs_f64() * 1_000.0);
}

/// 30 days of 500 people in 12 departments with 30 tools.
fn invent(number: u64, records: u64) -> Record {
    let mut random = StdRng::seed_from_u64(number);
    let at = BEGIN + (END - BEGIN) / records as i64 * number as i64;
    let mut record = plain(at, number);
    let person = random.random_range(0..500);
    let tool = random.random_range(0_u32..900).isqrt();
    record.exchange.person = PersonId::new(format!("person-{person}"));
    record.facts.person.department = Some(format!("department-{}", person % 12));
    record.facts.tool.id = ToolId::new(format!("tool-{}", 29 - tool));
    record.exchange.host = format!("tool-{}.example.com", 29 - tool);
    match random.random_range(0..1_000) {
        0..100 => {
            find(&mut record, "pii.email", 2, "•••@example.com");
            decide(&mut record, "DATA-1", Action::Redact, Outcome::Redacted);
        }
        100..150 => {
            find(&mut record, "source_code.rust", 1, "fn •••");
            decide(&mut record, "CODE-2", Action::Coach, Outcome::Coached);
        }
        150..160 => {
            find(&mut record, "pii.us_ssn", 1, "•••-••-4399");
            decide(&mut record, "DATA-2", Action::Block, Outcome::Blocked);
        }
        160 => {
            find(&mut record, "secret.aws", 1, "AKIA…");
            decide(&mut record, "IP-7", Action::Block, Outcome::Blocked);
        }
        _ => decide(&mut record, "USE-1", Action::Allow, Outcome::Forwarded),
    }
    record
}

/// Seconds of processor time this process has used (user and system, in clock ticks of 10 ms; proc(5)).
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}
