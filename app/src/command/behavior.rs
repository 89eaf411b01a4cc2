//! `bylaw behavior`: what the learner would have raised.

use std::{
    fs::File,
    io::{self, BufReader, BufWriter, IsTerminal, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result, ensure};
use behavior::{
    Counts, Learner, Settings,
    replay::{self, TableSummary},
};
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};

/// What can be asked of learned behaviour.
#[derive(Subcommand)]
pub(crate) enum BehaviorCommand {
    /// Let past events from a table run through a new learner and write what it raises.
    Replay(Replay),
}

impl BehaviorCommand {
    pub(crate) fn run(self) -> Result<ExitCode> {
        match self {
            Self::Replay(replay) => replay.run(),
        }
    }
}

/// Events, people and tools are comma-separated tables with a header; rows that cannot be read are counted and named by line.
#[derive(Args)]
pub(crate) struct Replay {
    /// Columns `ts` (seconds), `person`, `tool` and, if known, `bytes_up,bytes_down,device,asn,content,client,account,file`.
    events: PathBuf,
    /// Columns `person,department,site`.
    #[arg(long)]
    people: Option<PathBuf>,
    /// Columns `tool,state`; a tool that is not named is unreviewed.
    #[arg(long)]
    tools: Option<PathBuf>,
    /// Alerts wanted a week.
    #[arg(long, default_value_t = Settings::default().budget)]
    budget: f64,
    /// Days of learning before anything is raised.
    #[arg(long, default_value_t = 14)]
    learning_days: u32,
    /// Where alerts are written, as `ts,people,score,reasons`; `-` writes to standard output.
    #[arg(long, default_value = "-")]
    alerts: PathBuf,
}

impl Replay {
    fn run(self) -> Result<ExitCode> {
        ensure!(
            self.budget.is_finite() && self.budget > 0.0,
            "`--budget {}` is not a number of alerts a week above 0",
            self.budget
        );
        let learning = std::time::Duration::from_secs(u64::from(self.learning_days) * 86_400);
        let mut learner = Learner::new(Settings { budget: self.budget, learning, ..Settings::default() });
        let mut problems = Vec::new();
        let tools = match &self.tools {
            Some(path) => {
                let (tools, summary) = replay::read_tools(open(path)?).with_context(|| named(path))?;
                problems.push((path.clone(), summary));
                tools
            }
            None => Default::default(),
        };
        if let Some(path) = &self.people {
            let summary = replay::read_people(open(path)?, &mut learner).with_context(|| named(path))?;
            problems.push((path.clone(), summary));
        }
        let mut out = output(&self.alerts)?;
        let cannot_write = || format!("cannot write `{}`", self.alerts.display());
        replay::write_header(&mut out).with_context(cannot_write)?;
        let mut written = Ok(());
        let progress = progress(&self.events);
        let mut raise = |deviation| {
            if written.is_ok() {
                written = replay::write_alert(&mut out, &deviation);
            }
        };
        let summary = replay::replay(open(&self.events)?, &tools, &mut learner, &mut raise, &mut |bytes| {
            progress.set_position(bytes);
        });
        progress.finish_and_clear();
        let summary = summary.with_context(|| named(&self.events))?;
        written.and_then(|()| out.flush()).with_context(cannot_write)?;
        problems.push((self.events.clone(), summary.clone()));
        problems.iter().for_each(|(path, summary)| report_bad_rows(path, summary));
        report(&summary, &learner);
        Ok(ExitCode::SUCCESS)
    }
}

fn named(path: &Path) -> String {
    format!("cannot use `{}`", path.display())
}

fn open(path: &Path) -> Result<BufReader<File>> {
    let file = File::open(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    Ok(BufReader::with_capacity(1 << 20, file))
}

fn output(path: &Path) -> Result<Box<dyn Write>> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdout().lock()));
    }
    let file = File::create(path).with_context(|| format!("cannot write `{}`", path.display()))?;
    Ok(Box::new(BufWriter::new(file)))
}

/// A bar over the file's bytes on a terminal, nothing elsewhere.
fn progress(path: &Path) -> ProgressBar {
    let size = std::fs::metadata(path).map_or(0, |about| about.len());
    let bar = if io::stderr().is_terminal() { ProgressBar::new(size) } else { ProgressBar::hidden() };
    let style =
        ProgressStyle::with_template("{bar:40} {bytes} of {total_bytes}, {elapsed} of about {duration}");
    style.into_iter().for_each(|style| bar.set_style(style));
    bar
}

fn report_bad_rows(path: &Path, summary: &TableSummary) {
    for bad in &summary.first_bad {
        eprintln!("bylaw: `{}`, line {}: {}", path.display(), bad.line, bad.reason);
    }
    let all: u64 = summary.bad.values().sum();
    let named = summary.first_bad.len() as u64;
    if all > named {
        eprintln!("bylaw: `{}`: {} more rows that cannot be used", path.display(), all - named);
    }
}

fn report(summary: &TableSummary, learner: &Learner) {
    let spending = learner.spending();
    eprintln!(
        "{} events of {} people; {} raised in {:.1} weeks after learning, {:.1} a week were asked for",
        summary.rows,
        learner.people(),
        spending.raised,
        spending.weeks,
        spending.asked
    );
    let Counts { late, too_late, ahead, duplicates, absurd, no_room, .. } = learner.counts();
    for (count, what) in [
        (late, "late by up to a day, added where not learned yet"),
        (too_late, "too late to be learned"),
        (ahead, "far ahead of all others, not learned"),
        (duplicates, "the same as the one before, not learned"),
        (absurd, "with more bytes than an exchange can have, learned with fewer"),
        (no_room, "of people for whom there was no room, not learned"),
    ] {
        if count > 0 {
            eprintln!("{count} events {what}");
        }
    }
}
