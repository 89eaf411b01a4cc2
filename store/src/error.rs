use std::fmt;

use sea_orm::{DbErr, RuntimeErr};

/// What the database, or the way to it, said; the `source` of this crate's errors.
#[derive(Clone, Debug, thiserror::Error)]
#[error(transparent)]
pub struct DatabaseError(#[from] DbErr);

/// Reading or changing stored state failed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum QueryError {
    /// The database does not answer or cannot write; the same call may succeed later.
    #[error("cannot {doing}: the store is not available")]
    Unavailable {
        /// The operation, as in "list the exchanges".
        doing: &'static str,
        /// What the database said.
        #[source]
        cause: DatabaseError,
    },
    /// The database refused.
    #[error("cannot {doing}: the store refused it")]
    Refused {
        /// The operation.
        doing: &'static str,
        /// What the database said.
        #[source]
        cause: DatabaseError,
    },
    /// What is stored is not what this version writes.
    #[error("cannot {doing}: {noun} `{id}` in the store cannot be read: {reason}")]
    Unreadable {
        /// The operation.
        doing: &'static str,
        /// What was being read, as in "record".
        noun: &'static str,
        /// Which one.
        id: String,
        /// What is wrong with it; never content.
        reason: String,
    },
}

/// Whether a failure is about the way to the database or about what was asked of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Away, full, locked, shutting down: the same request may succeed later.
    Unavailable,
    /// This request will not succeed.
    Refused,
}

/// Names the operation in which a database error happened.
pub(crate) trait Doing<T> {
    fn doing(self, doing: &'static str) -> Result<T, QueryError>;
}

impl<T> Doing<T> for Result<T, DbErr> {
    fn doing(self, doing: &'static str) -> Result<T, QueryError> {
        self.map_err(|cause| QueryError::new(doing, cause))
    }
}

impl QueryError {
    pub(crate) fn new(doing: &'static str, cause: DbErr) -> Self {
        match fault(&cause) {
            Fault::Unavailable => Self::Unavailable { doing, cause: DatabaseError(cause) },
            Fault::Refused => Self::Refused { doing, cause: DatabaseError(cause) },
        }
    }

    pub(crate) fn unreadable(
        doing: &'static str,
        noun: &'static str,
        id: impl fmt::Display,
        reason: impl fmt::Display,
    ) -> Self {
        Self::Unreadable { doing, noun, id: id.to_string(), reason: reason.to_string() }
    }
}

/// Sorts a failure by what the caller can do about it.
pub(crate) fn fault(error: &DbErr) -> Fault {
    match error {
        DbErr::Conn(_) | DbErr::ConnectionAcquire(_) => Fault::Unavailable,
        DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) => {
            sqlx_fault(cause)
        }
        _ => Fault::Refused,
    }
}

fn sqlx_fault(error: &sqlx::Error) -> Fault {
    match error {
        sqlx::Error::Database(cause) => code_fault(cause.as_ref()),
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed => Fault::Unavailable,
        _ => Fault::Refused,
    }
}

fn code_fault(error: &dyn sqlx::error::DatabaseError) -> Fault {
    let code = error.code().unwrap_or_default();
    let unavailable = if error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() {
        code.parse().is_ok_and(sqlite_is_unavailable)
    } else {
        postgres_is_unavailable(&code)
    };
    if unavailable { Fault::Unavailable } else { Fault::Refused }
}

/// Primary result codes (<https://www.sqlite.org/rescode.html>): busy, locked, out of memory, read-only, interrupted,
/// input/output error, full, cannot open.
pub(crate) fn sqlite_is_unavailable(code: u32) -> bool {
    matches!(code & 0xff, 5 | 6 | 7 | 8 | 9 | 10 | 13 | 14)
}

/// Classes of SQLSTATE (<https://www.postgresql.org/docs/current/errcodes-appendix.html>): connection, read-only
/// transaction, rollback for concurrency, resources, operator intervention, system error.
fn postgres_is_unavailable(code: &str) -> bool {
    code == "25006" || ["08", "40", "53", "57", "58"].iter().any(|class| code.starts_with(class))
}

#[cfg(test)]
mod tests {
    use super::{postgres_is_unavailable, sqlite_is_unavailable};

    #[test]
    fn sqlite_codes() {
        for (code, unavailable) in
            [(5, true), (261, true), (778, true), (13, true), (1555, false), (1, false)]
        {
            assert_eq!(sqlite_is_unavailable(code), unavailable, "{code}");
        }
    }

    #[test]
    fn postgres_codes() {
        for (code, unavailable) in [("57P01", true), ("08006", true), ("53100", true), ("23505", false)] {
            assert_eq!(postgres_is_unavailable(code), unavailable, "{code}");
        }
    }
}
