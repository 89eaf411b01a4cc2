use std::{path::Path, time::Duration};

use sea_orm::{DatabaseConnection, DbErr, RuntimeErr, SqlxPostgresConnector, SqlxSqliteConnector};
use sqlx::{
    ConnectOptions,
    pool::PoolOptions,
    postgres::PgConnectOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tokio::time::{Instant, sleep};

use crate::{Options, address::Address};

/// Ways into one database.
pub(crate) struct Connections {
    pub(crate) read: DatabaseConnection,
    pub(crate) write: DatabaseConnection,
}

pub(crate) async fn connect(address: &Address, options: &Options) -> Result<Connections, DbErr> {
    match address {
        Address::Sqlite(path) => sqlite(path, options).await,
        Address::Postgres { url, .. } => postgres(url, options).await,
    }
    .map_err(|cause| DbErr::Conn(RuntimeErr::SqlxError(cause.into())))
}

/// One connection writes, as SQLite has one writer; several read, as its write-ahead log lets them.
///
/// `synchronous=FULL` flushes the log to the disk in every commit: a committed record survives the end of the process
/// and the loss of power. The group commit of [`crate::Writer`] spreads its cost over the records of a batch.
async fn sqlite(path: &Path, options: &Options) -> Result<Connections, sqlx::Error> {
    let both = SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(options.patience)
        .pragma("temp_store", "memory")
        .pragma("cache_size", "-32000")
        .disable_statement_logging();
    let writing = both
        .clone()
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("journal_size_limit", "67108864")
        .optimize_on_close(true, 1_000);
    // Longer than SQLite waits for a lock, so that the lock is what is reported.
    let patience = options.patience.saturating_mul(2);
    let write =
        first(options.patience, || pool::<sqlx::Sqlite>(1, patience).connect_with(writing.clone())).await?;
    let read = pool::<sqlx::Sqlite>(options.readers, patience).connect_lazy_with(both.read_only(true));
    Ok(Connections {
        read: SqlxSqliteConnector::from_sqlx_sqlite_pool(read),
        write: SqlxSqliteConnector::from_sqlx_sqlite_pool(write),
    })
}

/// Makes the first connection to a file, again until `patience` ends while another program holds it.
///
/// SQLite does not wait for a lock by itself when two connections turn a new file into one with a write-ahead log, since
/// each might wait for the other (<https://sqlite.org/c3ref/busy_handler.html>): one of them is refused at once.
async fn first<T, F: Future<Output = Result<T, sqlx::Error>>>(
    patience: Duration,
    connect: impl Fn() -> F,
) -> Result<T, sqlx::Error> {
    let end = Instant::now() + patience;
    loop {
        match connect().await {
            Err(error) if is_busy(&error) && Instant::now() < end => sleep(Duration::from_millis(10)).await,
            outcome => return outcome,
        }
    }
}

/// Durability is the server's: with its default `synchronous_commit=on` a committed record is on its disk.
async fn postgres(url: &str, options: &Options) -> Result<Connections, sqlx::Error> {
    let connecting = url.parse::<PgConnectOptions>()?.application_name("bylaw").disable_statement_logging();
    let write = pool::<sqlx::Postgres>(4, options.patience).connect_with(connecting.clone()).await?;
    let read = pool::<sqlx::Postgres>(options.readers, options.patience).connect_lazy_with(connecting);
    Ok(Connections {
        read: SqlxPostgresConnector::from_sqlx_postgres_pool(read),
        write: SqlxPostgresConnector::from_sqlx_postgres_pool(write),
    })
}

fn pool<D: sqlx::Database>(connections: u32, patience: Duration) -> PoolOptions<D> {
    PoolOptions::new().max_connections(connections.max(1)).acquire_timeout(patience)
}

/// The primary result code of SQLite in `error`, if it has one.
pub(crate) fn sqlite_code(error: &DbErr) -> Option<u32> {
    let (DbErr::Conn(RuntimeErr::SqlxError(cause))
    | DbErr::Exec(RuntimeErr::SqlxError(cause))
    | DbErr::Query(RuntimeErr::SqlxError(cause))) = error
    else {
        return None;
    };
    primary_code(cause)
}

fn primary_code(error: &sqlx::Error) -> Option<u32> {
    let sqlx::Error::Database(cause) = error else { return None };
    cause.try_downcast_ref::<sqlx::sqlite::SqliteError>()?;
    cause.code()?.parse::<u32>().ok().map(|code| code & 0xff)
}

/// `SQLITE_BUSY` or `SQLITE_LOCKED` (<https://sqlite.org/rescode.html>).
fn is_busy(error: &sqlx::Error) -> bool {
    matches!(primary_code(error), Some(5 | 6))
}
