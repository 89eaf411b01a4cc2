use std::{fs, os::unix::fs::PermissionsExt};

use store::{OpenError, Store};
use tokio::task::JoinSet;

use crate::{
    history::{BEGIN, plain},
    place::{Place, file, impatient, on_both},
};

on_both!(reopening_changes_nothing, many_may_open_at_once, a_newer_schema_is_refused,);

async fn reopening_changes_nothing(place: Place) {
    for number in 0..3 {
        let store = place.open().await;
        store.writer().append(plain(BEGIN, number)).await.unwrap();
        store.close().await;
    }
    let page = place.open().await.exchanges(&Default::default(), None, 10).await.unwrap();
    assert_eq!(page.items.len(), 3);
}

async fn many_may_open_at_once(place: Place) {
    open_together(&place).await;
}

async fn open_together(place: &Place) {
    let mut tasks = JoinSet::new();
    for _ in 0..8 {
        let url = place.url();
        tasks.spawn(async move { Store::open(&url).await });
    }
    while let Some(result) = tasks.join_next().await {
        result.unwrap().unwrap();
    }
}

/// SQLite refuses one of two that make the same new file at the same moment; often enough to see it, they do here.
#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn a_new_file_may_be_opened_by_many() {
    for _ in 0..20 {
        open_together(&Place::sqlite()).await;
    }
}

async fn a_newer_schema_is_refused(place: Place) {
    place.open().await.close().await;
    let insert = "INSERT INTO seaql_migrations VALUES ('9999_later', 0)";
    place.execute(insert, insert).await;
    let error = Store::open(&place.url()).await.unwrap_err();
    assert!(matches!(&error, OpenError::Newer { step, .. } if step == "9999_later"), "{error:?}");
    assert!(error.to_string().contains("newer version of Bylaw"));
}

/// What opening says of a place where there can be no store.
async fn check(url: &str, expected: &str) {
    let error = Store::open_with(url, &impatient()).await.unwrap_err();
    assert!(error.to_string().contains(expected), "`{error}` should contain `{expected}`");
}

#[tokio::test]
async fn refusals_name_the_place_and_the_remedy() {
    let folder = testkit::folder();
    let path = |name: &str| folder.join(name).display().to_string();
    fs::write(path("notes.txt"), "Not a database, however often one looks. ".repeat(99)).unwrap();
    check("bylaw.db", "write `sqlite:///folder/bylaw.db`").await;
    check(&format!("sqlite://{}", path("no/bylaw.db")), &format!("no folder `{}`", path("no"))).await;
    check(&format!("sqlite://{}", path("notes.txt")), "is not a SQLite database").await;
    check(&format!("sqlite://{}", folder.path().display()), "give the account that runs Bylaw write access")
        .await;
    check("sqlite:///proc/bylaw.db", "cannot write store `/proc/bylaw.db`").await;
    let port = testkit::free_port();
    let url = format!("postgres://bylaw:s3cret@127.0.0.1:{port}/bylaw");
    check(&url, &format!("cannot connect to store `postgres://bylaw@127.0.0.1:{port}/bylaw`")).await;
}

#[tokio::test]
async fn a_password_is_never_shown() {
    let url = format!("postgres://bylaw:s3cret@127.0.0.1:{}/bylaw", testkit::free_port());
    let error = Store::open_with(&url, &impatient()).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("s3cret"));
}

#[tokio::test]
async fn a_locked_file_is_named() {
    let place = Place::sqlite();
    place.open().await.close().await;
    let pool = sqlx::SqlitePool::connect(&place.url()).await.unwrap();
    let mut other = pool.acquire().await.unwrap();
    sqlx::raw_sql("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE").execute(&mut *other).await.unwrap();
    check(&place.url(), "is locked by another program").await;
}

#[tokio::test]
async fn only_the_owner_may_read_the_files() {
    let folder = testkit::folder();
    let store = Store::open(&format!("sqlite://{}", file(&folder).display())).await.unwrap();
    store.writer().append(plain(BEGIN, 1)).await.unwrap();
    let files: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() >= 2, "{files:?}");
    for path in files {
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} has mode {mode:o}", path.display());
    }
}
