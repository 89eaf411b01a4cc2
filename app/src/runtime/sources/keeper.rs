use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::Result;
use model::Source;
use sensor::{
    Observation,
    intake::Batch,
    log::{self, Clock},
};
use store::IntakePosition;
use tokio::{fs::OpenOptions, io::AsyncWriteExt, time};

use super::Counts;
use crate::{
    config::FollowedLog,
    runtime::{intake::Intake, now},
};

/// How long to wait before what could not be kept is tried again.
const AGAIN: Duration = Duration::from_secs(5);

/// Reads lines of one source and keeps what they tell.
pub(super) struct Keeper {
    intake: Intake,
    reader: log::Reader,
    /// Where lines go that cannot be read.
    aside: Option<PathBuf>,
    counts: Arc<Counts>,
}

/// What batches told, before it is kept.
pub(super) struct Told {
    pub(super) observations: Vec<Observation>,
    /// How many lines there were, and which could not be read.
    pub(super) lines: log::Summary,
    unread: Vec<u8>,
}

impl Keeper {
    /// Reads lines of any format.
    pub(super) fn new(
        intake: Intake,
        offset_minutes: i32,
        aside: Option<PathBuf>,
        counts: Arc<Counts>,
    ) -> Self {
        let clock = Clock { reference: Some(now()), offset_minutes };
        let reader = log::Reader::with(log::Settings { clock, ..log::Settings::default() });
        Self { intake, reader, aside, counts }
    }

    /// Reads lines as the configuration says of a log.
    pub(super) fn for_log(
        log: &FollowedLog,
        intake: Intake,
        aside: Option<PathBuf>,
        counts: Arc<Counts>,
    ) -> Self {
        let clock = Clock { reference: Some(now()), offset_minutes: log.offset_minutes };
        let settings =
            log::Settings { format: log.format, squid: log.squid.clone(), clock, ..log::Settings::default() };
        Self { intake, reader: log::Reader::with(settings), aside, counts }
    }

    pub(super) fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Keeps batches; tries again until that succeeds, so that nothing is lost while the store is away.
    pub(super) async fn keep(&mut self, batches: &[Batch], positions: &[IntakePosition]) {
        let told = self.read(batches);
        while let Err(error) = self.store(&told, positions).await {
            tracing::warn!(cause = %error, "what logs tell cannot be kept; trying again");
            time::sleep(AGAIN).await;
        }
        self.settle(told).await;
    }

    /// Reads batches, and counts what they came to.
    pub(super) fn read(&mut self, batches: &[Batch]) -> Told {
        self.reader.set_reference(now());
        let before = self.reader.summary().clone();
        let (mut observations, mut unread) = (Vec::<Observation>::new(), Vec::new());
        for batch in batches {
            let mut aside = |line: &[u8], bad: log::BadLine| {
                unread.extend_from_slice(format!("{}\t", bad.reason).as_bytes());
                unread.extend_from_slice(line);
                unread.push(b'\n');
            };
            batch.read(&mut self.reader, &mut |seen| observations.push(seen), &mut aside);
        }
        let lines = self.reader.summary().since(&before);
        Told { observations, lines, unread }
    }

    /// What stood at the head of the lines so far says nothing of the next ones.
    pub(super) fn end(&mut self) {
        self.reader.finish();
    }

    /// Keeps what batches told, once.
    pub(super) async fn store(&self, told: &Told, positions: &[IntakePosition]) -> Result<()> {
        self.intake.keep(Source::Log, &told.observations, positions).await
    }

    /// Counts what was kept, and sets aside what could not be read.
    pub(super) async fn settle(&self, told: Told) {
        self.counts.read(&told.lines);
        if let Some(aside) = self.aside.as_deref().filter(|_| !told.unread.is_empty())
            && let Err(error) = set_aside(aside, &told.unread).await
        {
            tracing::warn!(cause = %error, file = %aside.display(), "lines that cannot be read cannot be set aside");
        }
    }
}

async fn set_aside(file: &Path, lines: &[u8]) -> std::io::Result<()> {
    let mut file = OpenOptions::new().create(true).append(true).open(file).await?;
    file.write_all(lines).await?;
    file.flush().await
}
