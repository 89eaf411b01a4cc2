//! How right learned behaviour is: `cargo xtask score-behavior RUN…`.
//!
//! Replays simulated organisations, whose answer key says which deviations are right, and prints what `docs/behaviour-accuracy.md`
//! tells. A run is what `../shared/sim/organisation.py` and `to_csv.py` write: `RUN.json`, `RUN.events.csv`, `RUN.people.csv`,
//! `RUN.tools.csv`.

mod frog; // people who raise what they do day by day
mod key; // which incidents a run holds
mod run; // the tables of a run, through a learner
mod sheet; // what was found, missed, and raised in vain

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, ensure};
use behavior::Settings;
use clap::Args;

use self::{frog::Raise, key::Key, run::Run, sheet::Sheet};

/// What to score.
#[derive(Args)]
pub(crate) struct Options {
    /// Prefixes of runs, or folders of them.
    #[arg(required = true)]
    runs: Vec<PathBuf>,
    /// Alerts wanted a week; can be given again.
    #[arg(long, default_values_t = [5.0])]
    budget: Vec<f64>,
    /// List the incidents that were missed and what was raised in vain.
    #[arg(long)]
    show: bool,
    /// Let some people raise what they do by so many per cent a day, instead of looking for incidents; can be given again.
    #[arg(long)]
    raise: Vec<f64>,
    /// What these people raise; can be given again.
    #[arg(long, value_enum, default_values_t = [Raise::Bytes])]
    what: Vec<Raise>,
    /// How many people raise it in one run.
    #[arg(long, default_value_t = 4)]
    people: usize,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let mut runs = Vec::new();
    for path in &options.runs {
        runs.extend(found(path)?);
    }
    ensure!(!runs.is_empty(), "no run there; `to_csv.py` writes RUN.events.csv beside RUN.json");
    for budget in &options.budget {
        let settings = Settings { budget: *budget, ..Settings::default() };
        if options.raise.is_empty() {
            incidents(&runs, settings, options.show)?;
        }
    }
    for what in &options.what {
        for rate in &options.raise {
            let told = frog::raise(&runs, *what, rate / 100.0, options.people, options.show)?;
            println!("{told}");
        }
    }
    Ok(())
}

fn incidents(runs: &[Run], settings: Settings, show: bool) -> Result<()> {
    let mut all = Sheet::default();
    for run in runs {
        let (key, raised) = (Key::read(run)?, run.replay(settings)?);
        let sheet = Sheet::of(&key, &raised);
        if show {
            print!("{}", sheet.details());
        }
        println!("{}: {}", run.name(), sheet.line(settings.budget));
        all.add(sheet);
    }
    println!("{}", all.table(settings.budget));
    Ok(())
}

/// The run of that prefix, or all runs of a folder, by name.
fn found(path: &PathBuf) -> Result<Vec<Run>> {
    if !path.is_dir() {
        return Ok(vec![Run::at(path)]);
    }
    let entries = fs::read_dir(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    let mut names: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    names.sort();
    let prefix = |path: &PathBuf| path.to_str()?.strip_suffix(".events.csv").map(PathBuf::from);
    Ok(names.iter().filter_map(prefix).map(|prefix| Run::at(&prefix)).collect())
}
