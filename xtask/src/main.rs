//! Chores of this workspace: `cargo xtask <chore>`.

mod bench;
mod captures;
mod fuzz;
mod graph;
mod mutate_policy;
mod names;
mod openapi;
mod phone_plans;
mod score;
mod train;

use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;

/// Chores of this workspace.
#[derive(Parser)]
#[command(name = "cargo xtask")]
enum Chore {
    /// Compare the crate table in ARCHITECTURE.md with what the crates really use.
    CheckGraph {
        /// Write the table instead of comparing it.
        #[arg(long)]
        write: bool,
    },
    /// Write the API's description and the console's types generated from it.
    Openapi {
        /// Compare instead of writing.
        #[arg(long)]
        check: bool,
    },
    /// Compare what the sensor reads from its captures with what tshark reads.
    CompareCaptures(captures::Options),
    /// Score the detectors by labelled texts and print where we stand.
    Score(score::Options),
    /// Write the phone numbering plans from libphonenumber's metadata.
    PhonePlans {
        /// `metadata.max.json` of the npm package `libphonenumber-js`.
        metadata: PathBuf,
    },
    /// Train the tagger of names and write its weights, or judge it by cross-validation.
    Names(names::Arguments),
    /// Change each rule of the starter policies in one way at a time; their examples must notice 95 % of the changes.
    MutatePolicy {
        /// Only this policy, `balanced` for example.
        name: Option<String>,
    },
    /// Throw mutated inputs at the scanner, the decoders and the readers of files.
    Fuzz(fuzz::Options),
    /// Run the benchmarks and print where we stand.
    Bench {
        /// Only the benchmarks of this crate.
        crate_name: Option<String>,
    },
    /// Train a classifier of `detect` and write its weights.
    Train {
        /// Which one: `attack`, `purpose` or `topic`.
        name: String,
        /// Folders of ordinary texts, which belong to none of its classes but the last.
        #[arg(long)]
        background: Vec<PathBuf>,
    },
}

fn main() -> Result<()> {
    match Chore::parse() {
        Chore::CheckGraph { write } => graph::run(write),
        Chore::Openapi { check } => openapi::run(check),
        Chore::CompareCaptures(options) => captures::run(&options),
        Chore::Score(options) => score::run(options),
        Chore::PhonePlans { metadata } => phone_plans::run(&metadata),
        Chore::Train { name, background } => train::run(&name, &background),
        Chore::Names(arguments) => names::run(&arguments),
        Chore::MutatePolicy { name } => mutate_policy::run(name.as_deref()),
        Chore::Fuzz(options) => fuzz::run(&options),
        Chore::Bench { crate_name } => bench::run(crate_name.as_deref()),
    }
}

/// The workspace's folder.
fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map(PathBuf::from).unwrap_or(here)
}

/// The program that runs cargo: the one that runs us.
fn cargo() -> std::process::Command {
    let mut command = std::process::Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}
