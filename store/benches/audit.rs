//! What an entry of the audit log costs: hashed into the tree and signed, against the same change without a key; one by one and
//! many in one change; in a short log and in a long one.
//!
//! `cargo bench -p store --bench audit -- [entries]`, by default 20,000. Compare the columns, not runs on different machines.
#![expect(clippy::unwrap_used, reason = "a measurement fails by panicking")]

use std::time::{Duration, Instant};

use governance::{Act, audit::LogKey};
use model::Timestamp;
use serde_json::json;
use store::{Change, Store};

/// Entries in one change, as when everybody is assigned a module.
const TOGETHER: u64 = 200;
/// Changes that are timed.
const TIMED: usize = 300;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let entries = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(20_000);
    println!("{:<34} {:>12} {:>12}", "", "signed", "without key");
    let folder = tempfile::tempdir().unwrap();
    let signed = open(&folder, "signed").await;
    signed.seal_with(LogKey::from_seed(&[7; 32]).unwrap());
    let plain = open(&folder, "plain").await;
    for (name, size) in [("one entry, in an empty log", 0), ("one entry, after many", entries)] {
        grow(&signed, size).await;
        grow(&plain, size).await;
        row(name, one(&signed).await, one(&plain).await);
    }
    row("each of 200 in one change", each(&signed).await, each(&plain).await);
    println!("log of {} entries", signed.audit_size().await.unwrap());
}

async fn open(folder: &tempfile::TempDir, name: &str) -> Store {
    Store::open(&format!("sqlite://{}", folder.path().join(name).display())).await.unwrap()
}

fn row(name: &str, signed: Duration, plain: Duration) {
    println!("{name:<34} {signed:>12.1?} {plain:>12.1?}");
}

fn act(number: u64) -> Act {
    Act::new("exception.granted", number, "ada").with(json!({ "reason": "migration of the billing system" }))
}

async fn commit(store: &Store, acts: std::ops::Range<u64>) {
    let mut acts = acts.map(act);
    let change = Change::new(acts.next().unwrap());
    store.commit(acts.fold(change, Change::and), Timestamp::from_millis(1)).await.unwrap();
}

async fn grow(store: &Store, size: u64) {
    let mut done = store.audit_size().await.unwrap();
    while done < size {
        commit(store, done..(done + TOGETHER).min(size)).await;
        done += TOGETHER;
    }
}

/// Median of a change with one entry.
async fn one(store: &Store) -> Duration {
    let mut times = Vec::with_capacity(TIMED);
    for number in 0..TIMED as u64 {
        let begun = Instant::now();
        commit(store, number..number + 1).await;
        times.push(begun.elapsed());
    }
    times.sort();
    times.get(TIMED / 2).copied().unwrap()
}

/// Of a change with many entries, what one adds.
async fn each(store: &Store) -> Duration {
    let mut least = Duration::MAX;
    for _ in 0..10 {
        let begun = Instant::now();
        commit(store, 0..TOGETHER).await;
        least = least.min(begun.elapsed());
    }
    least / u32::try_from(TOGETHER).unwrap()
}
