use std::{path::PathBuf, time::Duration};

use store::{Options, Store};
use testkit::{Folder, Postgres};

/// An empty database of its own for one test.
pub(crate) enum Place {
    Sqlite(Folder),
    Postgres(String),
}

/// Makes two tests of each function: one on SQLite, one on PostgreSQL.
macro_rules! on_both {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(crate::place::Place::sqlite()).await;
            })+
        }

        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(crate::place::Place::postgres()).await;
            })+
        }
    };
}
pub(crate) use on_both;

impl Place {
    pub(crate) fn sqlite() -> Self {
        Self::Sqlite(testkit::folder())
    }

    pub(crate) fn postgres() -> Self {
        Self::Postgres(Postgres::shared().database())
    }

    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite(folder) => format!("sqlite://{}", file(folder).display()),
            Self::Postgres(url) => url.clone(),
        }
    }

    pub(crate) async fn open(&self) -> Store {
        self.open_with(&Options::default()).await
    }

    pub(crate) async fn open_with(&self, options: &Options) -> Store {
        Store::open_with(&self.url(), options).await.unwrap()
    }

    /// Runs SQL beside the store, the right one of two.
    pub(crate) async fn execute(&self, on_sqlite: &'static str, on_postgres: &'static str) {
        match self {
            Self::Sqlite(_) => {
                let pool = sqlx::SqlitePool::connect(&self.url()).await.unwrap();
                sqlx::raw_sql(on_sqlite).execute(&pool).await.unwrap();
                pool.close().await;
            }
            Self::Postgres(url) => {
                let pool = sqlx::PgPool::connect(url).await.unwrap();
                sqlx::raw_sql(on_postgres).execute(&pool).await.unwrap();
                pool.close().await;
            }
        }
    }

    /// Runs SQL that both databases read.
    pub(crate) async fn edit(&self, sql: &str) {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(_) => {
                let pool = sqlx::SqlitePool::connect(&self.url()).await.unwrap();
                sqlx::raw_sql(sql).execute(&pool).await.unwrap();
                pool.close().await;
            }
            Self::Postgres(url) => {
                let pool = sqlx::PgPool::connect(url).await.unwrap();
                sqlx::raw_sql(sql).execute(&pool).await.unwrap();
                pool.close().await;
            }
        }
    }

    /// Copies what the audit log is verified from, for [`Place::restore`].
    pub(crate) async fn remember(&self) {
        let copy = |table: &&str| format!("CREATE TABLE kept_{table} AS SELECT * FROM {table};");
        self.edit(&AUDITED.iter().map(copy).collect::<String>()).await;
    }

    /// Puts back what [`Place::remember`] copied.
    pub(crate) async fn restore(&self) {
        let back =
            |table: &&str| format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept_{table};");
        self.edit(&AUDITED.iter().map(back).collect::<String>()).await;
    }
}

const AUDITED: [&str; 9] = [
    "audit_entries",
    "audit_payloads",
    "audit_hashes",
    "audit_checkpoints",
    "audit_erased",
    "records",
    "record_documents",
    "record_batches",
    "records_removed",
];

pub(crate) fn file(folder: &Folder) -> PathBuf {
    folder.join("bylaw.db")
}

/// Gives up soon, for tests of what happens then.
pub(crate) fn impatient() -> Options {
    Options { patience: Duration::from_millis(300), ..Options::default() }
}
