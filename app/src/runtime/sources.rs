//! Where evidence comes from while Bylaw runs: logs that are followed, and syslog.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, Result};
use model::Source;
use sensor::{
    Observation,
    intake::{self, Batch, Received, Tail},
    log::{self, Clock},
};
use store::{IntakePosition, Store};
use tokio::{
    fs::OpenOptions,
    io::AsyncWriteExt,
    net::{TcpListener, UdpSocket},
    sync::mpsc,
    task::JoinSet,
    time,
};
use tokio_util::sync::CancellationToken;

use crate::{
    config::{FollowedLog, SensorConfig},
    runtime::{intake::Intake, now},
};

/// How often a log is looked at for new lines.
const LOOK: Duration = Duration::from_secs(1);
/// Batches that may wait.
const WAITING: usize = 16;
/// How long to wait before what could not be kept is tried again.
const AGAIN: Duration = Duration::from_secs(5);
/// Lines of syslog that are kept together, and how long the first of them waits.
const TOGETHER: (usize, Duration) = (2_000, Duration::from_secs(1));

/// Takes evidence from everything that the configuration names, until `stop`.
pub(crate) async fn take(
    config: SensorConfig,
    store: Store,
    intake: Intake,
    stop: CancellationToken,
) -> Result<()> {
    let mut tasks = JoinSet::new();
    for log in config.logs {
        let keeper = Keeper::new(intake.clone(), log.format, config.aside.clone());
        tasks.spawn(follow(log, store.clone(), keeper));
    }
    let (sink, batches) = mpsc::channel(WAITING * 64);
    let received = Arc::new(Received::default());
    for address in config.syslog_udp {
        let socket = UdpSocket::bind(address).await;
        let socket = socket.with_context(|| format!("cannot listen for syslog on UDP `{address}`"))?;
        let (sink, received) = (sink.clone(), Arc::clone(&received));
        tasks.spawn(async move { Ok(intake::udp(socket, sink, received).await?) });
    }
    for address in config.syslog_tcp {
        let listener = TcpListener::bind(address).await;
        let listener = listener.with_context(|| format!("cannot listen for syslog on TCP `{address}`"))?;
        let (sink, received) = (sink.clone(), Arc::clone(&received));
        tasks.spawn(async move { Ok(intake::tcp(listener, sink, received).await?) });
    }
    drop(sink);
    tasks.spawn(gather(batches, Keeper::new(intake, None, config.aside)));
    while let Some(ended) = stop.run_until_cancelled(tasks.join_next()).await {
        match ended {
            None => stop.cancelled().await,
            Some(Ok(Ok(()))) => {}
            Some(Ok(Err(error))) => {
                let cause = error.chain().map(ToString::to_string).collect::<Vec<_>>().join(": ");
                tracing::error!(%cause, "a source of evidence ended");
            }
            Some(Err(error)) => tracing::error!(cause = %error, "a source of evidence ended"),
        }
    }
    Ok(())
}

/// Follows a log from where it was left.
async fn follow(log: FollowedLog, store: Store, mut keeper: Keeper) -> Result<()> {
    let source = format!("log {}", log.file.display());
    let place = store.intake_position(&source).await?;
    let place = place.map(|text| serde_json::from_str(&text)).transpose();
    let place = place.with_context(|| format!("cannot read how far `{}` was read", log.file.display()))?;
    let (sink, mut batches) = mpsc::channel(WAITING);
    let tail = tokio::spawn(intake::follow(Tail::resume(&log.file, place), LOOK, sink));
    while let Some(batch) = batches.recv().await {
        let position = batch.position.as_ref().map(serde_json::to_string).transpose()?;
        let position = position.map(|position| IntakePosition { source: source.clone(), position });
        keeper.keep(&[batch], position.as_slice()).await;
    }
    Ok(tail.await??)
}

/// Keeps messages of syslog, some together.
async fn gather(mut batches: mpsc::Receiver<Batch>, mut keeper: Keeper) -> Result<()> {
    let (most, patience) = TOGETHER;
    let mut some = Vec::new();
    while let Some(first) = batches.recv().await {
        some.push(first);
        let until = time::Instant::now() + patience;
        while some.len() < most
            && let Ok(Some(next)) = time::timeout_at(until, batches.recv()).await
        {
            some.push(next);
        }
        keeper.keep(&some, &[]).await;
        some.clear();
    }
    Ok(())
}

/// Reads lines of one source and keeps what they tell.
struct Keeper {
    intake: Intake,
    reader: log::Reader,
    /// Where lines go that cannot be read.
    aside: Option<PathBuf>,
}

impl Keeper {
    fn new(intake: Intake, format: Option<log::Format>, aside: Option<PathBuf>) -> Self {
        let clock = Clock { reference: Some(now()), ..Clock::default() };
        let settings = log::Settings { format, clock, ..log::Settings::default() };
        Self { intake, reader: log::Reader::with(settings), aside }
    }

    /// Keeps batches; tries again until that succeeds, so that nothing is lost while the store is away.
    async fn keep(&mut self, batches: &[Batch], positions: &[IntakePosition]) {
        self.reader.set_reference(now());
        let (mut observations, mut unread) = (Vec::<Observation>::new(), Vec::new());
        for batch in batches {
            let mut aside = |line: &[u8], bad: log::BadLine| {
                unread.extend_from_slice(format!("{}\t", bad.reason).as_bytes());
                unread.extend_from_slice(line);
                unread.push(b'\n');
            };
            batch.read(&mut self.reader, &mut |seen| observations.push(seen), &mut aside);
        }
        while let Err(error) = self.intake.keep(Source::Log, &observations, positions).await {
            tracing::warn!(cause = %error, "what logs tell cannot be kept; trying again");
            time::sleep(AGAIN).await;
        }
        if let Some(aside) = self.aside.as_deref().filter(|_| !unread.is_empty())
            && let Err(error) = set_aside(aside, &unread).await
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
