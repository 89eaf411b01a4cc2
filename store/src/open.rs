use std::{
    fs, io, os::unix::fs::OpenOptionsExt, path::Path, path::PathBuf, sync::Arc, sync::OnceLock,
    time::Duration,
};

use governance::audit::LogKey;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;

use crate::{
    DatabaseError, Writer,
    address::{Address, folder},
    connect::{self, Connections},
    error::{Fault, fault},
    migrations::Migrator,
};

/// Records, accounts and workflow state in one database; cheap to clone.
#[derive(Clone, Debug)]
pub struct Store(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    read: DatabaseConnection,
    write: DatabaseConnection,
    writer: Writer,
    log_key: OnceLock<LogKey>,
}

/// How a store is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// Connections for queries.
    pub readers: u32,
    /// Records that may wait to be written before [`Writer::append`] waits too.
    pub queue: usize,
    /// Most records and completions written in one transaction.
    pub batch: usize,
    /// How long to wait for a connection, a lock, or room in the queue before giving up.
    pub patience: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { readers: 4, queue: 8_192, batch: 512, patience: Duration::from_secs(5) }
    }
}

/// A store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Neither SQLite nor PostgreSQL.
    #[error(
        "this is not the address of a store; write `sqlite:///folder/bylaw.db` or `postgres://user@host/database`"
    )]
    Address,
    /// The folder of the file is not there.
    #[error("cannot open store `{path}`: there is no folder `{folder}`; create it, or name another one", path = path.display(), folder = folder.display())]
    NoFolder {
        /// The file.
        path: PathBuf,
        /// Its folder.
        folder: PathBuf,
    },
    /// The file or its folder cannot be written.
    #[error("cannot write store `{path}`; give the account that runs Bylaw write access to the file and its folder", path = path.display())]
    NotWritable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// The file holds something else.
    #[error("`{path}` is not a SQLite database; name another file, or restore this one from a backup", path = path.display())]
    NotADatabase {
        /// The file.
        path: PathBuf,
    },
    /// Another program holds the file.
    #[error("store `{path}` is locked by another program; stop it (`fuser {path}` names it) and try again", path = path.display())]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// The server does not answer, or not to us.
    #[error(
        "cannot connect to store `{place}`; check that PostgreSQL runs there and that user, password and database are right"
    )]
    Unreachable {
        /// Its address, without password.
        place: String,
        /// What the database said.
        #[source]
        cause: DatabaseError,
    },
    /// A newer version of Bylaw has changed the schema.
    #[error(
        "store `{place}` was written by a newer version of Bylaw (its schema has `{step}`); run that version or a later one"
    )]
    Newer {
        /// Its address, without password.
        place: String,
        /// The first schema step this version does not know.
        step: String,
    },
    /// The schema could not be read or brought up to date; nothing was changed.
    #[error("cannot bring the schema of store `{place}` up to date; nothing was changed")]
    Schema {
        /// Its address, without password.
        place: String,
        /// What the database said.
        #[source]
        cause: DatabaseError,
    },
}

impl Store {
    /// Opens the store at `sqlite://path` or `postgres://…`, creating or updating its schema.
    ///
    /// Must be called within a Tokio runtime, where the writer then runs.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        Self::open_with(url, &Options::default()).await
    }

    /// [`Store::open`] with other options than the default ones.
    pub async fn open_with(url: &str, options: &Options) -> Result<Self, OpenError> {
        let address = Address::parse(url).ok_or(OpenError::Address)?;
        if let Address::Sqlite(path) = &address {
            prepare(path)?;
        }
        let Connections { read, write } = connect::connect(&address, options)
            .await
            .map_err(|cause| refuse(&address, Step::Connect, cause))?;
        migrate(&write, &address).await?;
        let writer = Writer::start(write.clone(), options);
        Ok(Self(Arc::new(Inner { read, write, writer, log_key: OnceLock::new() })))
    }

    /// Signs every entry of the audit log from now on; without it, nobody can tell later that entries are genuine.
    ///
    /// The first key stays: a log has one.
    pub fn seal_with(&self, key: LogKey) {
        // An error means that there is a key already.
        let _ = self.0.log_key.set(key);
    }

    pub(crate) fn log_key(&self) -> Option<&LogKey> {
        self.0.log_key.get()
    }

    /// The one way to write records.
    pub fn writer(&self) -> Writer {
        self.0.writer.clone()
    }

    /// Writes what is queued, then closes every connection; later calls fail.
    pub async fn close(&self) {
        self.0.writer.close().await;
        for connection in [&self.0.read, &self.0.write] {
            if let Err(error) = connection.close_by_ref().await {
                tracing::warn!(%error, "store connection not closed cleanly");
            }
        }
    }

    pub(crate) fn read(&self) -> &DatabaseConnection {
        &self.0.read
    }

    pub(crate) fn write(&self) -> &DatabaseConnection {
        &self.0.write
    }

    /// A transaction that sees no concurrent change to what it reads and then writes.
    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        begin(self.write()).await
    }
}

/// On SQLite the write lock is taken at once, so that a transaction cannot fail half-way for want of it.
pub(crate) async fn begin(connection: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let immediately =
        (connection.get_database_backend() == DbBackend::Sqlite).then_some(SqliteTransactionMode::Immediate);
    let options =
        TransactionOptions { sqlite_transaction_mode: immediately, ..TransactionOptions::default() };
    connection.begin_with_options(options).await
}

/// Makes the file, readable by its owner only, so that SQLite's companions of it are too.
fn prepare(path: &Path) -> Result<(), OpenError> {
    let folder = folder(path);
    if !folder.is_dir() {
        return Err(OpenError::NoFolder { path: path.to_owned(), folder: folder.to_owned() });
    }
    let opened = fs::OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path);
    opened.map(drop).map_err(|cause| OpenError::NotWritable { path: path.to_owned(), cause })
}

/// All steps in one transaction; on PostgreSQL behind a lock, so that nodes starting together do not collide.
async fn migrate(connection: &DatabaseConnection, address: &Address) -> Result<(), OpenError> {
    let refuse = |cause| refuse(address, Step::Schema, cause);
    let transaction = begin(connection).await.map_err(refuse)?;
    if transaction.get_database_backend() == DbBackend::Postgres {
        transaction.execute_unprepared(SCHEMA_LOCK).await.map_err(refuse)?;
    }
    let applied = Migrator::get_migration_models(&transaction).await.map_err(refuse)?;
    let known = Migrator::get_migration_files();
    let unknown = applied.into_iter().find(|step| known.iter().all(|ours| ours.name() != step.version));
    if let Some(step) = unknown {
        return Err(OpenError::Newer { place: address.shown(), step: step.version });
    }
    Migrator::up(&transaction, None).await.map_err(refuse)?;
    transaction.commit().await.map_err(refuse)
}

/// The number is ours alone: "bylaw" in ASCII.
const SCHEMA_LOCK: &str = "SELECT pg_advisory_xact_lock(422943940983)";

#[derive(Clone, Copy)]
enum Step {
    Connect,
    Schema,
}

fn refuse(address: &Address, step: Step, cause: DbErr) -> OpenError {
    let place = address.shown();
    match (address, connect::sqlite_code(&cause), step) {
        (Address::Sqlite(path), Some(5 | 6), _) => OpenError::Locked { path: path.clone() },
        (Address::Sqlite(path), Some(11 | 26), _) => OpenError::NotADatabase { path: path.clone() },
        (Address::Sqlite(path), Some(8 | 14), _) => {
            OpenError::NotWritable { path: path.clone(), cause: io::Error::other(cause) }
        }
        (Address::Postgres { .. }, _, Step::Connect) => {
            OpenError::Unreachable { place, cause: DatabaseError::from(cause) }
        }
        (Address::Postgres { .. }, _, _) if fault(&cause) == Fault::Unavailable => {
            OpenError::Unreachable { place, cause: DatabaseError::from(cause) }
        }
        _ => OpenError::Schema { place, cause: DatabaseError::from(cause) },
    }
}
