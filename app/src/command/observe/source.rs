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
    Observation,
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

/// Hands what `file` tells to `each`; what could not be read, by reason.
pub(super) fn read(
    file: &Path,
    format: Option<log::Format>,
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
        let unread = summary.unread.into_iter().map(|(reason, count)| (format!("packets: {reason}"), count));
        return Ok(unread.chain(evicted).collect());
    }
    lines(input, format, written(file), each).with_context(name)
}

/// About when a log was written: gives syslog's times their year.
fn written(file: &Path) -> Timestamp {
    let changed = fs::metadata(file).and_then(|file| file.modified()).unwrap_or_else(|_| SystemTime::now());
    let since = changed.duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

fn lines(
    input: impl BufRead,
    format: Option<log::Format>,
    written: Timestamp,
    each: &mut dyn FnMut(Observation),
) -> io::Result<BTreeMap<String, u64>> {
    let mut reader = log::Reader::new(format);
    reader.set_reference(written);
    let mut unread = BTreeMap::new();
    each_line(input, &mut |line| {
        if let Err(bad) = reader.line(line, each) {
            *unread.entry(format!("lines: {}", bad.reason)).or_default() += 1;
        }
    })?;
    reader.finish(each);
    Ok(unread)
}
