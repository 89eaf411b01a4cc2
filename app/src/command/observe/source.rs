use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, BufRead, Read, Write},
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, Result};
use indicatif::ProgressBar;
use model::Timestamp;
use sensor::{
    HostSource, Observation,
    intake::{decompressed, each_line},
    log, packet,
};

/// What could not be read, by reason.
#[derive(Debug, Default)]
pub(super) struct Unread {
    reasons: BTreeMap<String, u64>,
    failed: Vec<String>,
}

impl Unread {
    pub(super) fn add(&mut self, more: BTreeMap<String, u64>) {
        for (reason, count) in more {
            *self.reasons.entry(reason).or_default() += count;
        }
    }

    pub(super) fn failed(&mut self, why: String) {
        self.failed.push(why);
    }

    pub(super) fn is_failed(&self) -> bool {
        !self.failed.is_empty()
    }

    pub(super) fn tell(&self, out: &mut impl Write) -> io::Result<()> {
        for why in &self.failed {
            writeln!(out, "bylaw: {why}")?;
        }
        for (reason, count) in &self.reasons {
            writeln!(out, "bylaw: {count} not read: {reason}")?;
        }
        Ok(())
    }
}

/// Bytes of all files together.
pub(super) fn size(files: &[PathBuf]) -> u64 {
    files.iter().filter_map(|file| fs::metadata(file).ok()).map(|file| file.len()).sum()
}

/// Most of a log that is looked at to see what it is about, in bytes.
const GLANCE: u64 = 256 << 10;
/// Answers of DNS, and named flows, that are kept to name others.
const JOIN: usize = 1 << 20;

/// What a file tells to others: those that name things are read before those that need names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Tells {
    /// Questions and answers of DNS.
    Answers,
    /// Hosts, or nothing that could be read.
    Hosts,
    /// Flows between addresses.
    Flows,
}

/// The files in the order in which they are read: logs of DNS first, logs of flows last, else as given.
pub(super) fn in_order(mut files: Vec<PathBuf>, format: Option<log::Format>) -> Vec<PathBuf> {
    if files.len() > 1 {
        files.sort_by_cached_key(|file| tells(file, format).unwrap_or(Tells::Hosts));
    }
    files
}

fn tells(file: &Path, format: Option<log::Format>) -> io::Result<Tells> {
    if file.as_os_str() == "-" {
        return Ok(Tells::Hosts);
    }
    let mut input = decompressed(File::open(file)?)?;
    if packet::is_capture(input.fill_buf()?) {
        return Ok(Tells::Hosts);
    }
    let (mut all, mut asked, mut named) = (0_u64, 0_u64, 0_u64);
    let mut count = |seen: Observation| {
        all += 1;
        asked += u64::from(seen.host_from == Some(HostSource::Dns));
        named += u64::from(seen.host.is_some());
    };
    let mut reader = log::Reader::new(format);
    reader.set_reference(written(file));
    each_line(io::BufReader::new(input.take(GLANCE)), &mut |line| {
        // What cannot be read is counted when the file is read.
        let _ = reader.line(line, &mut count);
    })?;
    Ok(match () {
        () if asked * 2 > all => Tells::Answers,
        () if named * 2 < all => Tells::Flows,
        () => Tells::Hosts,
    })
}

/// Reads files one after another; what one log says of names counts for those after it.
pub(super) struct Files {
    lines: log::Reader,
}

impl Files {
    /// Reads logs of that format, or of any; `squid` is a `logformat` of Squid's.
    pub(super) fn new(
        format: Option<log::Format>,
        squid: Option<log::SquidFormat>,
        offset_minutes: i32,
    ) -> Self {
        let clock = log::Clock { reference: None, offset_minutes };
        Self { lines: log::Reader::with(log::Settings { format, clock, squid, join: JOIN }) }
    }

    /// Hands what `file` tells to `each`; what could not be read, by reason.
    pub(super) fn read(
        &mut self,
        file: &Path,
        progress: &ProgressBar,
        each: &mut dyn FnMut(Observation),
    ) -> Result<BTreeMap<String, u64>> {
        let name = || format!("cannot read `{}`", file.display());
        let raw: Box<dyn Read + Send> = match file.to_str() {
            Some("-") => Box::new(io::stdin()),
            _ => Box::new(progress.wrap_read(File::open(file).with_context(name)?)),
        };
        let mut input = decompressed(raw).with_context(name)?;
        let first = input.fill_buf().with_context(name)?;
        if packet::is_capture(first) {
            let summary = packet::read_capture(input, &packet::Limits::default(), each).with_context(name)?;
            let evicted = (summary.evicted > 0)
                .then(|| ("flows left the table early because it was full".to_owned(), summary.evicted));
            let unread =
                summary.unread.into_iter().map(|(reason, count)| (format!("packets: {reason}"), count));
            return Ok(unread.chain(evicted).collect());
        }
        self.lines.set_reference(written(file));
        self.lines(input, each).with_context(name)
    }

    fn lines(
        &mut self,
        input: impl BufRead,
        each: &mut dyn FnMut(Observation),
    ) -> io::Result<BTreeMap<String, u64>> {
        let before = self.lines.summary().clone();
        let read = each_line(input, &mut |line| {
            // Counted with its reason in the reader's summary.
            let _ = self.lines.line(line, each);
        });
        self.lines.finish();
        let bad = self.lines.summary().since(&before).bad;
        let bad = bad.into_iter().map(|(reason, count)| (format!("lines: {reason}"), count)).collect();
        read.map(|()| bad)
    }
}

/// About when a log was written: gives syslog's times their year.
fn written(file: &Path) -> Timestamp {
    let changed = fs::metadata(file).and_then(|file| file.modified()).unwrap_or_else(|_| SystemTime::now());
    let since = changed.duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
