//! A process that appends is killed; whatever it had acknowledged must be there.

use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
};

use model::ExchangeId;
use store::{ExchangeFilter, Store};

use crate::{
    exchanges::listed,
    history::{BEGIN, find, record},
    place::{Place, on_both},
};

on_both!(sigkill_loses_nothing_acknowledged);

const URL: &str = "BYLAW_TEST_APPEND_TO";
const FIRST: &str = "BYLAW_TEST_APPEND_FROM";
const TASKS: u64 = 16;

/// Not a test of its own: what the killed process does, in this same test program.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn appends_until_killed() {
    let Ok(url) = std::env::var(URL) else { return };
    let first: u64 = std::env::var(FIRST).unwrap().parse().unwrap();
    let store = Store::open(&url).await.unwrap();
    let tasks = (first..first + TASKS).map(|number| tokio::spawn(append_for_ever(store.clone(), number)));
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
}

async fn append_for_ever(store: Store, first: u64) {
    for number in (first..).step_by(TASKS as usize) {
        let appended = record(BEGIN + number as i64, number, |record| find(record, "pii.email", 1, "a•••"));
        let id = appended.exchange.id;
        store.writer().append(appended).await.unwrap();
        // One write, so that the lines of tasks do not mix and none is left in a buffer.
        std::io::stdout().write_all(format!("\nacknowledged {id}\n").as_bytes()).unwrap();
        std::io::stdout().flush().unwrap();
    }
}

async fn sigkill_loses_nothing_acknowledged(place: Place) {
    let mut acknowledged = BTreeSet::new();
    for round in 1..=3 {
        let url = place.url();
        let more =
            tokio::task::spawn_blocking(move || acknowledge_and_die(&url, round * 1_000_000)).await.unwrap();
        assert!(more.len() >= 300, "round {round}: the appender ended after {}", more.len());
        acknowledged.extend(more);
        let store = place.open().await;
        let stored = listed(&store, &ExchangeFilter::default()).await;
        let lost: Vec<_> = acknowledged.difference(&stored).collect();
        assert!(lost.is_empty(), "round {round}: lost {lost:?}");
        let labelled = ExchangeFilter { label: Some("pii".parse().unwrap()), ..ExchangeFilter::default() };
        assert_eq!(listed(&store, &labelled).await, stored, "round {round}: a record was half written");
        store.close().await;
    }
}

/// Starts the appender, kills it in full flight, and returns what it said was written.
fn acknowledge_and_die(url: &str, first: u64) -> Vec<ExchangeId> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "killed::appends_until_killed", "--nocapture"])
        .env(URL, url)
        .env(FIRST, first.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut ids: Vec<_> =
        lines.by_ref().map_while(Result::ok).filter_map(|line| acknowledged(&line)).take(300).collect();
    child.kill().unwrap();
    ids.extend(lines.map_while(Result::ok).filter_map(|line| acknowledged(&line)));
    child.wait().unwrap();
    ids
}

fn acknowledged(line: &str) -> Option<ExchangeId> {
    line.strip_prefix("acknowledged ")?.parse().ok()
}
