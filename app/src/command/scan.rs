//! `bylaw scan`: what files and folders hold.

mod files; // paths -> files, in order
mod finding; // what is reported of a finding
mod lines; // standard input, one text a line
mod report; // text, JSON, JSON lines, SARIF

use std::{
    io::{self, IsTerminal, Write},
    path::PathBuf,
    process::ExitCode,
    sync::{
        atomic::{AtomicUsize, Ordering::Relaxed},
        mpsc,
    },
    thread,
};

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

use crate::runtime::Parts;

use files::Scanned;

/// Say what files and folders hold; exit code 0 if nothing, 1 if something was found, 2 if something could not be read.
#[derive(Args)]
pub(crate) struct Scan {
    /// Files and folders; links inside folders are not followed.
    #[arg(required_unless_present = "stdin_jsonl")]
    paths: Vec<PathBuf>,
    /// How findings are written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Only findings with this label or below it, for example `secret`; may be given several times.
    #[arg(long = "label")]
    labels: Vec<String>,
    /// Only findings at least this sure, 0 to 1.
    #[arg(long, default_value_t = 0.0)]
    least: f32,
    /// Read lines of `{"id":…,"text":…}` and write, in the same order, `{"id":…,"findings":[…]}` with offsets in Unicode
    /// code points; mentions of places and organisations are included.
    #[arg(long, conflicts_with_all = ["paths", "format"])]
    stdin_jsonl: bool,
    /// Configuration with detectors of your own.
    #[arg(long)]
    config: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// `path:line:column label confidence excerpt`, excerpts masked.
    Text,
    /// One JSON array.
    Json,
    /// One JSON object a line.
    Jsonl,
    /// SARIF 2.1.0, for code hosts.
    Sarif,
}

impl Scan {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let detectors = Parts::of(self.config.as_deref())?.detectors;
        if self.stdin_jsonl {
            return lines::run(&detectors, io::stdin().lock(), &mut io::stdout().lock());
        }
        let wanted = finding::Wanted::new(&detectors, &self.labels, self.least)?;
        let (found, mut unreadable) = files::below(&self.paths);
        let mut report = report::Report::new(self.format, io::stdout().lock());
        let mut findings = 0;
        report.begin()?;
        let progress = progress(found.len());
        in_order(
            &found,
            |file| files::scan(&detectors, file),
            |file, scanned| {
                progress.inc(1);
                match scanned {
                    Scanned::Findings(all) => {
                        for one in all.into_iter().filter(|finding| wanted.wants(finding)) {
                            findings += 1;
                            progress.suspend(|| report.add(&one))?;
                        }
                    }
                    Scanned::Unreadable(error) => {
                        unreadable.push(format!("cannot read `{}`: {error}", file.display()));
                    }
                }
                Ok(())
            },
        )?;
        progress.finish_and_clear();
        report.end(&detectors)?;
        unreadable.iter().for_each(|problem| eprintln!("bylaw: {problem}"));
        if self.format == Format::Text && io::stderr().is_terminal() {
            eprintln!("{} files, {findings} findings", found.len());
        }
        Ok(match (unreadable.is_empty(), findings) {
            (false, _) => ExitCode::from(2),
            (true, 0) => ExitCode::SUCCESS,
            (true, _) => ExitCode::FAILURE,
        })
    }
}

/// A bar on a terminal, nothing elsewhere.
fn progress(files: usize) -> ProgressBar {
    let bar = if io::stderr().is_terminal() { ProgressBar::new(files as u64) } else { ProgressBar::hidden() };
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} files, {elapsed} of about {duration}");
    style.into_iter().for_each(|style| bar.set_style(style));
    bar
}

/// Does `work` on all processors and hands the results to `take` in the order of `items`.
fn in_order<T: Sync, R: Send>(
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
    mut take: impl FnMut(&T, R) -> Result<()>,
) -> Result<()> {
    let next = AtomicUsize::new(0);
    let workers = thread::available_parallelism().map_or(1, usize::from).min(items.len().max(1));
    // A slow item holds back the results behind it, so few are made in advance.
    let (done, results) = mpsc::sync_channel(workers * 4);
    thread::scope(|scope| {
        for _ in 0..workers {
            let (done, next, work) = (done.clone(), &next, &work);
            scope.spawn(move || {
                while let Some((at, item)) = take_next(items, next) {
                    if done.send((at, work(item))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(done);
        let mut waiting = std::collections::BTreeMap::new();
        let mut due = 0;
        for (at, result) in results {
            waiting.insert(at, result);
            while let Some(result) = waiting.remove(&due) {
                if let Some(item) = items.get(due) {
                    take(item, result)?;
                }
                due += 1;
            }
        }
        Ok(())
    })
}

fn take_next<'a, T>(items: &'a [T], next: &AtomicUsize) -> Option<(usize, &'a T)> {
    let at = next.fetch_add(1, Relaxed);
    items.get(at).map(|item| (at, item))
}

/// Writes a line, saying what could not be done if it fails.
fn write_line(out: &mut impl Write, line: &str) -> Result<()> {
    writeln!(out, "{line}").context("cannot write to standard output")
}

#[cfg(test)]
mod tests {
    use super::in_order;

    #[test]
    fn results_come_in_order_and_errors_end_the_work() {
        let items: Vec<u64> = (0..500).collect();
        let mut got = Vec::new();
        in_order(
            &items,
            |item| item * 2,
            |_, doubled| {
                got.push(doubled);
                Ok(())
            },
        )
        .unwrap();
        assert_eq!(got, items.iter().map(|item| item * 2).collect::<Vec<_>>());
        let few = |_: &u64, item| if item < 3 { Ok(()) } else { Err(anyhow::anyhow!("enough")) };
        assert!(in_order(&items, |item| *item, few).is_err());
    }
}
