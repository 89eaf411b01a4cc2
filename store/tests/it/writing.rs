use std::time::Duration;

use model::Completion;
use store::{AppendError, ExchangeFilter, Options, RecordRow, Store};
use tokio::task::JoinSet;

use crate::{
    exchanges::listed,
    history::{BEGIN, completion, decide, find, id, instant, plain, record, varied},
    place::{Place, impatient, on_both},
};

on_both!(
    a_record_comes_back_as_it_was_appended,
    a_completion_may_come_before_its_record,
    a_repeated_record_is_stored_once,
    concurrent_appends_are_all_there_after_reopening,
    a_refused_record_does_not_harm_its_neighbours,
    closing_writes_what_is_queued,
    subscribers_see_each_record_once,
    other_writers_may_write_at_the_same_time,
);

async fn stored(store: &Store) -> usize {
    listed(store, &ExchangeFilter::default()).await.len()
}

async fn a_record_comes_back_as_it_was_appended(place: Place) {
    let store = place.open().await;
    let odd = record(BEGIN, 1, |record| {
        find(record, "pii.us_ssn", 2, "•••-••-4399");
        decide(record, "DATA-1", model::Action::Redact, model::Outcome::Redacted);
        record.exchange.path = "/a\0b/'\"%_\\ü".into();
        record.exchange.bytes_up = u64::MAX;
        record.exchange.model = None;
        record.exchange.uninspected = Some(model::Uninspected::Bomb);
    });
    for appended in [plain(BEGIN, 0), odd].into_iter().chain(varied(1, 20, 1_000)) {
        store.writer().append(appended.clone()).await.unwrap();
        let found = store.exchange(appended.exchange.id).await.unwrap();
        assert_eq!(found, Some(RecordRow { record: appended, completion: None }));
    }
    assert_eq!(store.exchange(id(BEGIN, 999)).await.unwrap(), None);
}

async fn a_completion_may_come_before_its_record(place: Place) {
    let store = place.open().await;
    let writer = store.writer();
    let before = completion(id(BEGIN, 1));
    let after =
        Completion { status: None, error: Some("upstream closed\0".into()), ..completion(id(BEGIN, 2)) };
    writer.complete(before.clone()).await;
    writer.flush().await;
    for number in [1, 2] {
        writer.append(plain(BEGIN, number)).await.unwrap();
    }
    writer.complete(after.clone()).await;
    writer.complete(Completion { status: Some(500), ..before.clone() }).await;
    writer.flush().await;
    assert_eq!(store.exchange(before.id).await.unwrap().unwrap().completion, Some(before));
    let storable = Completion { error: Some("upstream closed\u{fffd}".into()), ..after };
    assert_eq!(store.exchange(storable.id).await.unwrap().unwrap().completion, Some(storable));
    assert_eq!(writer.counts().completions_lost, 0);
}

async fn a_repeated_record_is_stored_once(place: Place) {
    let store = place.open().await;
    let writer = store.writer();
    let mut tasks = JoinSet::new();
    for _ in 0..20 {
        let (writer, repeated) =
            (writer.clone(), record(BEGIN, 1, |record| find(record, "pii.email", 1, "x")));
        tasks.spawn(async move { writer.append(repeated).await });
    }
    while let Some(result) = tasks.join_next().await {
        result.unwrap().unwrap();
    }
    assert_eq!(stored(&store).await, 1);
    let counts = writer.counts();
    assert_eq!((counts.records_appended, counts.records_repeated), (1, 19));
}

async fn concurrent_appends_are_all_there_after_reopening(place: Place) {
    const TASKS: u64 = 50;
    const EACH: u64 = 20;
    let store = place.open().await;
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let writer = store.writer();
        tasks.spawn(async move {
            for number in 0..EACH {
                writer.append(plain(BEGIN + number as i64, task * EACH + number)).await.unwrap();
            }
        });
    }
    while let Some(result) = tasks.join_next().await {
        result.unwrap();
    }
    let counts = store.writer().counts();
    assert_eq!(counts.records_appended, TASKS * EACH);
    assert!(counts.batches_committed < TASKS * EACH / 2, "no group commit: {counts:?}");
    store.close().await;
    assert_eq!(stored(&place.open().await).await as u64, TASKS * EACH);
}

async fn a_refused_record_does_not_harm_its_neighbours(place: Place) {
    let store = place.open().await;
    place
        .execute(
            "CREATE TRIGGER t BEFORE INSERT ON records WHEN NEW.host = 'bad' BEGIN SELECT RAISE(ABORT, 'bad'); END",
            "ALTER TABLE records ADD CHECK (host <> 'bad')",
        )
        .await;
    let mut tasks = JoinSet::new();
    for number in 0..100 {
        let host = if number % 33 == 7 { "bad" } else { "good" };
        let (writer, appended) =
            (store.writer(), record(BEGIN, number, |record| record.exchange.host = host.into()));
        tasks.spawn(async move { (host, writer.append(appended).await) });
    }
    let mut refused = 0;
    while let Some(result) = tasks.join_next().await {
        match result.unwrap() {
            ("good", Ok(())) => {}
            ("bad", Err(AppendError::Refused { .. })) => refused += 1,
            (host, result) => panic!("a record of host {host} got {result:?}"),
        }
    }
    assert_eq!((refused, stored(&store).await), (3, 97));
    assert_eq!(store.writer().counts().records_refused, 3);
}

async fn closing_writes_what_is_queued(place: Place) {
    let store = place.open().await;
    let writer = store.writer();
    let mut tasks = JoinSet::new();
    for number in 0..200 {
        let writer = writer.clone();
        tasks.spawn(async move { writer.append(plain(BEGIN, number)).await });
    }
    tokio::task::yield_now().await;
    store.close().await;
    let mut written = 0;
    while let Some(result) = tasks.join_next().await {
        match result.unwrap() {
            Ok(()) => written += 1,
            Err(AppendError::Closed) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    assert!(matches!(writer.append(plain(BEGIN, 999)).await, Err(AppendError::Closed)));
    assert_eq!(stored(&place.open().await).await, written);
}

async fn subscribers_see_each_record_once(place: Place) {
    let store = place.open().await;
    let mut live = store.writer().subscribe();
    for number in [1, 2, 2, 3] {
        store.writer().append(plain(BEGIN, number)).await.unwrap();
    }
    for number in [1, 2, 3] {
        assert_eq!(*live.recv().await.unwrap(), plain(BEGIN, number));
    }
    assert!(live.try_recv().is_err());
}

async fn other_writers_may_write_at_the_same_time(place: Place) {
    let (one, other) = (place.open().await, place.open().await);
    let mut tasks = JoinSet::new();
    for number in 0..100 {
        let writer = if number % 2 == 0 { one.writer() } else { other.writer() };
        tasks.spawn(async move { writer.append(plain(BEGIN, number)).await.unwrap() });
    }
    while let Some(result) = tasks.join_next().await {
        result.unwrap();
    }
    assert_eq!(stored(&one).await, 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_held_by_another_program_is_reported_and_survived() {
    let place = Place::sqlite();
    let store = place.open_with(&impatient()).await;
    let pool = sqlx::SqlitePool::connect(&place.url()).await.unwrap();
    let mut other = pool.acquire().await.unwrap();
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut *other).await.unwrap();
    let failed = store.writer().append(plain(BEGIN, 1)).await;
    assert!(matches!(failed, Err(AppendError::Unavailable { .. })), "{failed:?}");
    sqlx::raw_sql("ROLLBACK").execute(&mut *other).await.unwrap();
    store.writer().append(plain(BEGIN, 1)).await.unwrap();
    assert_eq!(store.writer().counts().records_failed, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_goes_is_reported_and_one_that_comes_back_is_used() {
    let postgres = testkit::Postgres::start();
    let store = Store::open_with(&postgres.database(), &impatient()).await.unwrap();
    store.writer().append(plain(BEGIN, 1)).await.unwrap();
    postgres.stop();
    let failed = store.writer().append(plain(BEGIN, 2)).await;
    assert!(matches!(failed, Err(AppendError::Unavailable { .. })), "{failed:?}");
    let query = store.exchange(id(BEGIN, 1)).await;
    assert!(matches!(query, Err(store::QueryError::Unavailable { .. })), "{query:?}");
    postgres.resume();
    store.writer().append(plain(BEGIN, 2)).await.unwrap();
    assert_eq!(stored(&store).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_is_reported() {
    let place = Place::sqlite();
    let options = Options { queue: 1, patience: Duration::from_millis(100), ..Options::default() };
    let store = place.open_with(&options).await;
    let pool = sqlx::SqlitePool::connect(&place.url()).await.unwrap();
    let mut other = pool.acquire().await.unwrap();
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut *other).await.unwrap();
    let mut tasks = JoinSet::new();
    for number in 0..10 {
        let writer = store.writer();
        tasks.spawn(async move { writer.append(plain(BEGIN, number)).await });
    }
    let mut overloaded = 0;
    while let Some(result) = tasks.join_next().await {
        overloaded += u64::from(matches!(result.unwrap(), Err(AppendError::Overloaded { .. })));
    }
    assert!(overloaded > 0);
    assert_eq!(store.writer().counts().records_overloaded, overloaded);
}

#[test]
fn instants_of_ids_sort() {
    assert!(id(BEGIN, 5) < id(BEGIN + 1, 0));
    assert_eq!(instant(BEGIN).as_millis(), BEGIN);
}
