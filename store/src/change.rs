use std::collections::BTreeSet;

use governance::{Act, Lifecycle};
use model::{PolicyVersion, Timestamp};
use sea_orm::{DatabaseTransaction, DbErr};
use uuid::Uuid;

use crate::{
    Exception, Kept, PolicyDraft, QueryError, Store, ToolDecision, audit,
    error::Doing,
    exceptions, files,
    lifecycles::{self, Base, Written},
    policy_versions::{self, Placed},
    tool_decisions,
    users::{self, is_taken},
};

const COMMIT: &str = "keep the change";

/// What somebody changes, with what the audit log says of it: all of it is kept, or nothing.
pub struct Change {
    acts: Vec<Act>,
    steps: Vec<Result<Step, QueryError>>,
}

enum Step {
    Add(Written),
    Replace(Written, Base),
    Remove(Base),
    Except(Exception),
    EndException { id: Uuid, by: String },
    DecideTool(ToolDecision),
    Functions { user: String, functions: BTreeSet<String> },
    KeepFile { id: Uuid, bytes: Vec<u8> },
    DropFile(Uuid),
    Publish { draft: PolicyDraft, expected: Option<PolicyVersion>, by: String },
}

/// A change was not kept, no part of it.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// Somebody else changed or removed the same thing meanwhile, or made one of the same id.
    #[error("somebody else changed this {} meanwhile; look at it as it is now, then try again", kind.replace('_', " "))]
    Conflict {
        /// What it is.
        kind: &'static str,
        /// Which one.
        id: Uuid,
    },
    /// There is no account of that name.
    #[error("there is no user `{name}`")]
    UnknownUser {
        /// The name.
        name: String,
    },
    /// Another policy came into force since the author began.
    #[error(
        "the policy in force is now {}, not {}; look at what changed, then publish again",
        shown(current.as_ref()),
        shown(expected.as_ref())
    )]
    Superseded {
        /// The version that the author started from.
        expected: Option<PolicyVersion>,
        /// The version in force.
        current: Option<PolicyVersion>,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] QueryError),
}

impl Change {
    /// Nothing but an entry in the audit log, so far.
    pub fn new(act: Act) -> Self {
        Self { acts: vec![act], steps: Vec::new() }
    }

    /// Another entry in the audit log.
    pub fn and(mut self, act: Act) -> Self {
        self.acts.push(act);
        self
    }

    /// A new one.
    pub fn add<T: Lifecycle>(self, id: Uuid, it: &T) -> Self {
        self.step(Written::new(id, it).map(Step::Add))
    }

    /// Another state of one; refused if it was changed since `kept` was read.
    pub fn replace<T: Lifecycle>(self, kept: &Kept<T>, it: &T) -> Self {
        self.step(Written::new(kept.id, it).map(|written| Step::Replace(written, kept.base())))
    }

    /// One goes; refused if it was changed since `kept` was read.
    pub fn remove<T: Lifecycle>(self, kept: &Kept<T>) -> Self {
        self.step(Ok(Step::Remove(kept.base())))
    }

    /// An approved exception.
    pub fn except(self, exception: Exception) -> Self {
        self.step(Ok(Step::Except(exception)))
    }

    /// An exception is taken back, once; refused if it is over or unknown.
    pub fn end_exception(self, id: Uuid, by: impl Into<String>) -> Self {
        self.step(Ok(Step::EndException { id, by: by.into() }))
    }

    /// A decision about a tool; it counts from now on, earlier ones stay as history.
    pub fn decide_tool(self, decision: ToolDecision) -> Self {
        self.step(Ok(Step::DecideTool(decision)))
    }

    /// An account speaks for these functions, and no others, from now on; refused if there is none of that name.
    pub fn functions(self, user: impl Into<String>, functions: BTreeSet<String>) -> Self {
        self.step(Ok(Step::Functions { user: user.into(), functions }))
    }

    /// A file, which what is added or replaced beside it names.
    pub fn keep_file(self, id: Uuid, bytes: Vec<u8>) -> Self {
        self.step(Ok(Step::KeepFile { id, bytes }))
    }

    /// A file that nothing names any more goes.
    pub fn drop_file(self, id: Uuid) -> Self {
        self.step(Ok(Step::DropFile(id)))
    }

    /// Puts `draft` in force in place of `expected` (`None`: as the first); refused if another is in force.
    pub fn publish(self, draft: PolicyDraft, expected: Option<PolicyVersion>, by: impl Into<String>) -> Self {
        self.step(Ok(Step::Publish { draft, expected, by: by.into() }))
    }

    fn step(mut self, step: Result<Step, QueryError>) -> Self {
        self.steps.push(step);
        self
    }
}

impl Store {
    /// Keeps a change and its entries in the audit log in one transaction.
    pub async fn commit(&self, change: Change, now: Timestamp) -> Result<(), CommitError> {
        let Change { acts, steps } = change;
        let steps = steps.into_iter().collect::<Result<Vec<_>, _>>()?;
        let transaction = self.begin().await.doing(COMMIT)?;
        // First, as it makes whoever else changes something wait: what is read below stays true until the end.
        audit::append(&transaction, &acts, now, self.log_key()).await.doing(COMMIT)?;
        for step in steps {
            take(&transaction, step, now).await?;
        }
        transaction.commit().await.doing(COMMIT)?;
        Ok(())
    }
}

async fn take(transaction: &DatabaseTransaction, step: Step, now: Timestamp) -> Result<(), CommitError> {
    match step {
        Step::Add(written) => {
            let (kind, id) = (written.kind, written.id);
            let added = written.insert(transaction, now.as_millis()).await;
            new(added, CommitError::Conflict { kind, id })
        }
        Step::Replace(written, base) => {
            changed(written.replace(transaction, base, now.as_millis()).await, base.kind, base.id)
        }
        Step::Remove(base) => changed(lifecycles::remove(transaction, base).await, base.kind, base.id),
        Step::Except(exception) => {
            let added = exceptions::insert(transaction, &exception).await;
            new(added, CommitError::Conflict { kind: EXCEPTION, id: exception.id })
        }
        Step::EndException { id, by } => {
            changed(exceptions::revoke(transaction, id, &by, now).await, EXCEPTION, id)
        }
        Step::DecideTool(decision) => Ok(tool_decisions::insert(transaction, &decision).await?),
        Step::Functions { user, functions } => {
            match users::set_functions(transaction, &user, &functions).await.doing(COMMIT)? {
                0 => Err(CommitError::UnknownUser { name: user }),
                _ => Ok(()),
            }
        }
        Step::KeepFile { id, bytes } => {
            new(files::insert(transaction, id, bytes).await, CommitError::Conflict { kind: FILE, id })
        }
        Step::DropFile(id) => changed(files::remove(transaction, id).await, FILE, id),
        Step::Publish { draft, expected, by } => {
            let placed = policy_versions::insert(transaction, &draft, expected.as_ref(), &by, now);
            match placed.await.doing(COMMIT)? {
                Placed::InForce => Ok(()),
                Placed::Superseded(current) => Err(CommitError::Superseded { expected, current }),
            }
        }
    }
}

const EXCEPTION: &str = "exception";
const FILE: &str = "file";

fn new(added: Result<(), DbErr>, taken: CommitError) -> Result<(), CommitError> {
    match added {
        Ok(()) => Ok(()),
        Err(error) if is_taken(&error) => Err(taken),
        Err(error) => Err(QueryError::new(COMMIT, error).into()),
    }
}

fn changed(rows: Result<u64, DbErr>, kind: &'static str, id: Uuid) -> Result<(), CommitError> {
    match rows.doing(COMMIT)? {
        0 => Err(CommitError::Conflict { kind, id }),
        _ => Ok(()),
    }
}

fn shown(version: Option<&PolicyVersion>) -> String {
    version.map_or_else(|| "none".to_owned(), |version| format!("`{version}`"))
}
