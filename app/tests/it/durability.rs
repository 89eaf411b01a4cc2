use std::{thread, time::Duration};

use crate::world::World;

/// Clients at once.
const CLIENTS: usize = 8;
/// Time under load before the kill.
const LOAD: Duration = Duration::from_millis(2_500);
const RUNS: usize = 5;

#[test]
fn kill_9_loses_no_record_on_sqlite() {
    (0..RUNS).for_each(|run| kill_under_load(&World::start(), run));
}

#[test]
fn kill_9_loses_no_record_on_postgresql() {
    let postgres = testkit::Postgres::start();
    (0..RUNS).for_each(|run| kill_under_load(&World::with_store(&postgres.database()), run));
}

/// Clients count the answers they got; after the kill the store must hold a record for each, and at most one more per
/// client, for the request whose answer was still on its way.
fn kill_under_load(world: &World, run: usize) {
    let answered: u64 = thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(|| answers_until_killed(world))).collect();
        thread::sleep(LOAD);
        world.kill();
        clients.into_iter().map(|client| client.join().unwrap()).sum()
    });
    let stored = stored(&world.store_url);
    println!("run {run}: {answered} answered, {stored} stored");
    assert!(answered > CLIENTS as u64, "the load never ran");
    assert!(
        answered <= stored && stored <= answered + CLIENTS as u64,
        "{answered} answered, {stored} stored"
    );
}

/// How many answers one client got on one connection before the program died.
fn answers_until_killed(world: &World) -> u64 {
    let body = r#"{"model":"gpt-5","messages":[{"role":"user","content":"Brainstorm a name for a bakery"}]}"#;
    let many = "https://api.openai.com/v1/chat/completions?n=[1-100000]";
    let answer = world.curl(&[
        "--json",
        body,
        "--output",
        "/dev/null",
        "--write-out",
        "%{http_code} ",
        "--fail-early",
        many,
    ]);
    answer.body.split_whitespace().filter(|status| *status == "200").count() as u64
}

pub(crate) fn stored(url: &str) -> u64 {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = store::Store::open(url).await.unwrap();
        let (day, now) = (Duration::from_secs(24 * 60 * 60), model::Timestamp::from_millis(now_millis()));
        let around = store::Span { from: now.minus(day), to: now.plus(day) };
        let overview = store.overview(around, day, 1).await.unwrap();
        store.close().await;
        overview.totals.exchanges
    })
}

fn now_millis() -> i64 {
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
    i64::try_from(since.as_millis()).unwrap()
}
