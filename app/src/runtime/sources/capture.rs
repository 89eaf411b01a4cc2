use std::{
    fs::{File, Metadata},
    io::{self, Read},
    os::unix::fs::{FileTypeExt, MetadataExt},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use model::Source;
use sensor::{
    Observation,
    packet::{self, Limits},
};
use serde::{Deserialize, Serialize};
use store::{IntakePosition, Store};
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, sleep, timeout_at},
};

use super::{Counts, Pause};
use crate::{config::Interface, runtime::intake::Intake};

/// Observations that are kept together.
const TOGETHER: usize = 2_000;
/// How long the first of them waits for others.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long to wait before what could not be kept is tried again.
const AGAIN: Duration = Duration::from_secs(5);
/// How often a capture is looked at for another one in its place.
const LOOK: Duration = Duration::from_secs(30);
/// Bytes of each packet: enough for any head, whole on links with the usual 1,500 bytes.
const SNAPPED: &str = "1600";

/// How far a capture file was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    /// What tells the file from another of its name.
    inode: u64,
    size: u64,
    changed: i64,
    /// How many of its observations were kept; they come in the same order each time it is read.
    kept: u64,
    whole: bool,
}

impl Place {
    fn of(told: &Metadata) -> Self {
        Self { inode: told.ino(), size: told.size(), changed: told.mtime(), ..Self::default() }
    }

    fn is_of(&self, told: &Metadata) -> bool {
        Self { kept: 0, whole: false, ..self.clone() } == Self::of(told)
    }
}

/// Reads the capture under this name, and each that takes its place; from a named pipe, one after another.
pub(super) async fn files(path: PathBuf, store: Store, intake: Intake, counts: Arc<Counts>) {
    let source = format!("capture {}", path.display());
    let mut pause = Pause::new();
    loop {
        let begun = Instant::now();
        if let Err(error) = file(&path, &source, &store, &intake, &counts).await {
            counts.failed();
            pause.out(&source, &error, begun.elapsed()).await;
        }
    }
}

async fn file(path: &Path, source: &str, store: &Store, intake: &Intake, counts: &Arc<Counts>) -> Result<()> {
    let name = || format!("cannot read the capture `{}`", path.display());
    let told = match std::fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            sleep(LOOK).await;
            return Ok(());
        }
        told => told.with_context(name)?,
    };
    let path = path.to_owned();
    let open = move || Ok(Box::new(File::open(path)?) as Box<dyn Read + Send>);
    if told.file_type().is_fifo() {
        return packets(open, None, intake, counts).await.with_context(name);
    }
    let known =
        store.intake_position(source).await?.and_then(|text| serde_json::from_str::<Place>(&text).ok());
    let place = known.filter(|place| place.is_of(&told)).unwrap_or_else(|| Place::of(&told));
    if place.whole {
        sleep(LOOK).await;
        return Ok(());
    }
    packets(open, Some(Numbered { source, place }), intake, counts).await.with_context(name)
}

/// Captures on an interface with `tcpdump`, which filters in the kernel and drops its privileges.
pub(super) async fn interface(interface: Interface, intake: Intake, counts: Arc<Counts>) {
    let source = format!("interface {}", interface.name);
    let mut pause = Pause::new();
    loop {
        let begun = Instant::now();
        let error = match live(&interface, &intake, &counts).await {
            Ok(()) => anyhow::anyhow!("tcpdump ended"),
            Err(error) => error,
        };
        counts.failed();
        pause.out(&source, &error, begun.elapsed()).await;
    }
}

async fn live(interface: &Interface, intake: &Intake, counts: &Arc<Counts>) -> Result<()> {
    let mut command = Command::new("tcpdump");
    command.args(["-i", &interface.name, "-s", SNAPPED, "-n", "-U", "-w", "-", "--", &interface.filter]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut command = tokio::process::Command::from(command);
    let mut child = command.kill_on_drop(true).spawn().context(
        "cannot run `tcpdump` for `sensor.interface`; install it, and let the service's account capture \
         (`setcap cap_net_raw+ep` on it)",
    )?;
    let output = child.stdout.take().context("tcpdump has no output")?.into_owned_fd()?;
    let open = move || Ok(Box::new(File::from(output)) as Box<dyn Read + Send>);
    let read = packets(open, None, intake, counts).await;
    let _ = child.start_kill();
    let ended = child.wait_with_output().await?;
    read?;
    if !ended.status.success() {
        let said = String::from_utf8_lossy(&ended.stderr);
        bail!("tcpdump ended: {}", said.lines().last().unwrap_or_default());
    }
    Ok(())
}

/// Where observations come from, if they are numbered, and how far they were kept.
struct Numbered<'a> {
    source: &'a str,
    place: Place,
}

/// Reads packets to their end, and keeps what they tell as flows end.
async fn packets(
    open: impl FnOnce() -> io::Result<Box<dyn Read + Send>> + Send + 'static,
    mut numbered: Option<Numbered<'_>>,
    intake: &Intake,
    counts: &Arc<Counts>,
) -> Result<()> {
    let (sink, mut observations) = mpsc::channel::<Observation>(TOGETHER);
    let skipped = numbered.as_ref().map_or(0, |numbered| numbered.place.kept);
    let (done, reading) = oneshot::channel();
    // A thread of its own: a pipe that nobody writes to must not keep Bylaw from stopping. Nobody takes what it says then.
    thread::Builder::new().name("capture".to_owned()).spawn(move || {
        let mut number = 0_u64;
        let mut each = |seen| {
            number += 1;
            if number > skipped {
                let _ = sink.blocking_send(seen);
            }
        };
        let read = open().map_err(anyhow::Error::from);
        let read = read.and_then(|input| Ok(packet::read_capture(input, &Limits::default(), &mut each)?));
        drop(sink);
        let _ = done.send(read);
    })?;
    let mut some = Vec::with_capacity(TOGETHER);
    while let Some(first) = observations.recv().await {
        some.push(first);
        let until = Instant::now() + PATIENCE;
        while some.len() < TOGETHER
            && let Ok(Some(next)) = timeout_at(until, observations.recv()).await
        {
            some.push(next);
        }
        if let Some(numbered) = &mut numbered {
            numbered.place.kept += some.len() as u64;
        }
        keep(intake, &some, numbered.as_ref()).await?;
        some.clear();
    }
    counts.captured(&reading.await??);
    if let Some(numbered) = &mut numbered {
        numbered.place.whole = true;
        keep(intake, &[], Some(numbered)).await?;
    }
    Ok(())
}

/// Keeps observations, with how far they go; tries again until that succeeds.
async fn keep(intake: &Intake, some: &[Observation], numbered: Option<&Numbered<'_>>) -> Result<()> {
    let position = |numbered: &Numbered<'_>| {
        let position = serde_json::to_string(&numbered.place)?;
        anyhow::Ok(IntakePosition { source: numbered.source.to_owned(), position })
    };
    let position = numbered.map(position).transpose()?;
    while let Err(error) = intake.keep(Source::Packet, some, position.as_slice()).await {
        tracing::warn!(cause = %error, "what packets tell cannot be kept; trying again");
        sleep(AGAIN).await;
    }
    Ok(())
}
