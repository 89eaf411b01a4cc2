use std::{
    fs::File,
    io::{self, BufReader, BufWriter, IsTerminal, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use behavior::{
    Counts, Deviation, Learner, Settings,
    replay::{self, TableSummary},
};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use server::Secret;
use store::{ExchangeFilter, Store};

use crate::{command::serve::block_on, config::Config, data::DataFolder, runtime::Parts};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Events, people and tools are comma-separated tables with a header; rows that cannot be read are counted and named by line.
#[derive(Args)]
pub(crate) struct Replay {
    /// Columns `ts` (seconds), `person`, `tool` and, if known, `bytes_up,bytes_down,device,asn,content,client,account,file`.
    #[arg(required_unless_present = "stored")]
    events: Option<PathBuf>,
    /// Take the exchanges that Bylaw has stored instead, to try a budget on the past; people are written as pseudonyms.
    #[arg(long, conflicts_with_all = ["events", "people", "tools"])]
    stored: bool,
    /// The configuration, which names the store and the directory.
    #[arg(long, default_value = "bylaw.toml")]
    config: PathBuf,
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
    pub(super) fn run(self) -> Result<ExitCode> {
        ensure!(
            self.budget.is_finite() && self.budget > 0.0,
            "`--budget {}` is not a number of alerts a week above 0",
            self.budget
        );
        let learning = Duration::from_secs(u64::from(self.learning_days) * 86_400);
        let settings = Settings { budget: self.budget, learning, ..Settings::default() };
        let (events, learner) = match &self.events {
            Some(events) => self.replay_table(events, settings)?,
            None => self.replay_stored(settings)?,
        };
        report(events, &learner);
        Ok(ExitCode::SUCCESS)
    }

    fn replay_table(&self, events: &Path, settings: Settings) -> Result<(u64, Learner)> {
        let mut learner = Learner::new(settings);
        let mut problems = Vec::new();
        let tools = match &self.tools {
            Some(path) => {
                let (tools, summary) = replay::read_tools(open(path)?).with_context(|| named(path))?;
                problems.push((path.as_path(), summary));
                tools
            }
            None => Default::default(),
        };
        if let Some(path) = &self.people {
            let summary = replay::read_people(open(path)?, &mut learner).with_context(|| named(path))?;
            problems.push((path, summary));
        }
        let (table, mut alerts) = (open(events)?, Alerts::to(&self.alerts)?);
        let size = std::fs::metadata(events).map_or(0, |about| about.len());
        let progress = progress(size, "{bar:40} {bytes} of {total_bytes}, {elapsed} of about {duration}");
        let mut raise = |deviation| alerts.write(&deviation);
        let summary = replay::replay(table, &tools, &mut learner, &mut raise, &mut |bytes| {
            progress.set_position(bytes);
        });
        progress.finish_and_clear();
        let summary = summary.with_context(|| named(events))?;
        alerts.end()?;
        let rows = summary.rows;
        problems.push((events, summary));
        problems.iter().for_each(|(path, summary)| report_bad_rows(path, summary));
        Ok((rows, learner))
    }

    fn replay_stored(&self, settings: Settings) -> Result<(u64, Learner)> {
        let config = Config::read(&self.config)?;
        let parts = Parts::read(&config)?;
        let secret = Secret::new(DataFolder::open(&config.data)?.secret);
        block_on(async {
            let store = Store::open(&config.store_url).await?;
            let all = stored(&store).await?;
            let progress = progress(all, "{bar:40} {pos} of {len} exchanges, {elapsed} of about {duration}");
            let mut alerts = Alerts::to(&self.alerts)?;
            let mut records = 0;
            let mut seen = |count| {
                records = count;
                progress.set_position(count);
            };
            let mut raise = |deviation| alerts.write(&deviation);
            let people = parts.directory.people();
            let learner =
                server::replay_stored(&store, people, settings, &secret, &mut raise, &mut seen).await;
            progress.finish_and_clear();
            store.close().await;
            let learner = learner?;
            alerts.end()?;
            Ok((records, learner))
        })
    }
}

/// How many exchanges there are.
async fn stored(store: &Store) -> Result<u64> {
    let days = store.activity(&ExchangeFilter::default(), DAY).await?;
    Ok(days.iter().map(|day| day.exchanges).sum())
}

/// The table of what was raised.
struct Alerts {
    path: PathBuf,
    out: Box<dyn Write>,
    /// The first failure; nothing is written after it.
    written: io::Result<()>,
}

impl Alerts {
    fn to(path: &Path) -> Result<Self> {
        let mut out = output(path)?;
        let written = replay::write_header(&mut out);
        Ok(Self { path: path.to_owned(), out, written })
    }

    fn write(&mut self, deviation: &Deviation) {
        if self.written.is_ok() {
            self.written = replay::write_alert(&mut self.out, deviation);
        }
    }

    fn end(mut self) -> Result<()> {
        let written = self.written.and_then(|()| self.out.flush());
        written.with_context(|| format!("cannot write `{}`", self.path.display()))
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

/// A bar up to `size` on a terminal, nothing elsewhere.
fn progress(size: u64, template: &str) -> ProgressBar {
    let bar = if io::stderr().is_terminal() { ProgressBar::new(size) } else { ProgressBar::hidden() };
    ProgressStyle::with_template(template).into_iter().for_each(|style| bar.set_style(style));
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

fn report(events: u64, learner: &Learner) {
    let spending = learner.spending();
    eprintln!(
        "{} events of {} people; {} raised in {:.1} weeks after learning, {:.1} a week were asked for",
        events,
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
