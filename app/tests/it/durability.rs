use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::Duration,
};

use crate::world::World;

/// Clients at once.
const CLIENTS: usize = 8;
/// Time under load before the kill.
const LOAD: Duration = Duration::from_millis(1_500);
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

/// Clients count the answers they got; after the kill the store must hold at least as many records.
fn kill_under_load(world: &World, run: usize) {
    world.ask("Brainstorm a name for a bakery");
    let (answered, sent, stop) = (AtomicU64::new(1), AtomicU64::new(1), AtomicBool::new(false));
    thread::scope(|scope| {
        for _ in 0..CLIENTS {
            let world = &*world;
            let (answered, sent, stop) = (&answered, &sent, &stop);
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    sent.fetch_add(1, Ordering::Relaxed);
                    if world.ask("Brainstorm a name for a bakery").status != 0 {
                        answered.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
        thread::sleep(LOAD);
        world.kill();
        stop.store(true, Ordering::Relaxed);
    });
    let stored = stored(&world.store_url);
    let (answered, sent) = (answered.into_inner(), sent.into_inner());
    println!("run {run}: sent {sent}, answered {answered}, stored {stored}");
    assert!(answered > 1, "the load never ran");
    assert!(answered <= stored && stored <= sent, "run {run}: sent {sent}, answered {answered}, stored {stored}");
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
