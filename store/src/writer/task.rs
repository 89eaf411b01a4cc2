use std::{sync::Arc, time::Duration};

use model::{Completion, Record};
use sea_orm::{DatabaseConnection, DbErr};
use tokio::{
    sync::{broadcast, mpsc, oneshot},
    time,
};

use super::{AppendError, batch};
use crate::{
    DatabaseError, Options,
    counters::Counters,
    error::{Fault, fault},
    row::Rows,
};

pub(super) enum Command {
    Write(Item),
    Flush(oneshot::Sender<()>),
    Close,
}

/// Something to write.
pub(super) enum Item {
    Record { rows: Box<Rows>, acknowledge: oneshot::Sender<Result<(), AppendError>> },
    Completion(Completion),
}

pub(super) struct Task {
    connection: DatabaseConnection,
    commands: mpsc::Receiver<Command>,
    batch: usize,
    patience: Duration,
    live: broadcast::Sender<Arc<Record>>,
    counters: Arc<Counters>,
}

/// Why a transaction was not committed.
enum Failure {
    Database(DbErr),
    TimedOut,
}

impl Task {
    pub(super) fn new(
        connection: DatabaseConnection,
        commands: mpsc::Receiver<Command>,
        options: &Options,
        live: broadcast::Sender<Arc<Record>>,
        counters: Arc<Counters>,
    ) -> Self {
        let (batch, patience) = (options.batch.clamp(1, batch::LIMIT), options.patience);
        Self { connection, commands, batch, patience, live, counters }
    }

    /// Runs until the queue is closed, by command or as nobody can use it any more, and empty.
    pub(super) async fn run(mut self) {
        let mut waiting = Vec::with_capacity(self.batch);
        while self.commands.recv_many(&mut waiting, self.batch).await > 0 {
            self.serve(waiting.drain(..)).await;
        }
    }

    /// Writes everything among `commands`, then answers the rest of them.
    async fn serve(&mut self, commands: impl Iterator<Item = Command>) {
        let (mut items, mut done) = (Vec::new(), Vec::new());
        for command in commands {
            match command {
                Command::Write(item) => items.push(item),
                Command::Flush(waiter) => done.push(waiter),
                Command::Close => self.commands.close(),
            }
        }
        self.write(items).await;
        for waiter in done {
            // Nobody waits any more: nothing to tell.
            let _ = waiter.send(());
        }
    }

    /// One transaction for all; where something in it is refused, each half by itself, down to the culprit.
    async fn write(&self, items: Vec<Item>) {
        let mut groups = vec![items];
        while let Some(mut group) = groups.pop() {
            if group.is_empty() {
                continue;
            }
            match self.commit(&group).await {
                Ok(written) => self.acknowledge(group, written),
                Err(Failure::Database(cause)) if fault(&cause) == Fault::Refused && group.len() > 1 => {
                    self.counters.split();
                    let second = group.split_off(group.len() / 2);
                    groups.extend([second, group]);
                }
                Err(failure) => self.fail(group, &failure),
            }
        }
    }

    async fn commit(&self, group: &[Item]) -> Result<batch::Written, Failure> {
        // The connection may be waited for, and so may a lock and the disk.
        match time::timeout(self.patience.saturating_mul(2), batch::commit(&self.connection, group)).await {
            Ok(result) => result.map_err(Failure::Database),
            Err(_) => Err(Failure::TimedOut),
        }
    }

    fn acknowledge(&self, group: Vec<Item>, mut written: batch::Written) {
        let (mut appended, mut repeated, mut completions) = (0, 0, 0);
        for item in group {
            match item {
                Item::Record { rows, acknowledge } => {
                    // Whoever appended may have gone; the record is written all the same.
                    let _ = acknowledge.send(Ok(()));
                    if written.remove(&rows.main.id) {
                        appended += 1;
                        // No subscriber is no error.
                        let _ = self.live.send(rows.record);
                    } else {
                        repeated += 1;
                    }
                }
                Item::Completion(_) => completions += 1,
            }
        }
        self.counters.committed(appended, repeated, completions);
    }

    fn fail(&self, group: Vec<Item>, failure: &Failure) {
        let count = group.len();
        tracing::error!(count, reason = %failure, "records not written");
        for item in group {
            match item {
                Item::Record { acknowledge, .. } => {
                    let error = self.error(failure);
                    match error {
                        AppendError::Refused { .. } => self.counters.refused(),
                        _ => self.counters.failed(),
                    }
                    // Whoever appended may have gone; the failure is logged and counted.
                    let _ = acknowledge.send(Err(error));
                }
                Item::Completion(_) => self.counters.completions_lost(1),
            }
        }
    }

    fn error(&self, failure: &Failure) -> AppendError {
        match failure {
            Failure::TimedOut => AppendError::TimedOut { waited: self.patience.saturating_mul(2) },
            Failure::Database(cause) => {
                let unavailable = fault(cause) == Fault::Unavailable;
                let cause = DatabaseError::from(cause.clone());
                if unavailable { AppendError::Unavailable { cause } } else { AppendError::Refused { cause } }
            }
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Database(cause) => cause.fmt(f),
            Self::TimedOut => f.write_str("the store did not answer in time"),
        }
    }
}
