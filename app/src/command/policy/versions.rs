use std::{path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::Args;
use model::Action;
use policy::analysis::{self, Change};
use serde_json::{Value, json};

use super::{Around, compile, count};

/// Changes printed each way; two policies that have little in common differ in more ways than one reads.
const PRINTED: usize = 20;

#[derive(Args)]
pub(crate) struct Diff {
    /// The version in force.
    old: PathBuf,
    /// The version to come.
    new: PathBuf,
    #[command(flatten)]
    around: Around,
}

impl Diff {
    /// Exit code 0 if both say the same of every exchange, 1 otherwise.
    pub(super) fn run(&self) -> Result<ExitCode> {
        let parts = self.around.parts()?;
        let (old, new) = (compile(&self.old, &parts)?, compile(&self.new, &parts)?);
        let changes = analysis::compare(&old, &new);
        if self.around.json {
            let changes: Vec<Value> = changes.iter().map(as_json).collect();
            println!("{}", serde_json::to_string_pretty(&changes)?);
        } else {
            let (relaxed, tightened): (Vec<&Change>, Vec<&Change>) =
                changes.iter().partition(|change| change.relaxes());
            print("what is relaxed", &relaxed);
            print("what is tightened", &tightened);
            println!("{} relaxed, {} tightened", count(relaxed.len(), "kind of exchange"), tightened.len());
        }
        Ok(if changes.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn print(title: &str, changes: &[&Change]) {
    if !changes.is_empty() {
        println!("{title}:");
        for change in changes.iter().take(PRINTED) {
            let perhaps = if change.settled { "" } else { "perhaps " };
            println!("  {}: {perhaps}{}, so far {}", change.sentence, does(change.to), does(change.from));
        }
        match changes.len().checked_sub(PRINTED) {
            None | Some(0) => println!(),
            Some(more) => println!("  … and {more} more, as `--json` tells\n"),
        }
    }
}

const fn does(action: Action) -> &'static str {
    match action {
        Action::Allow => "allowed",
        Action::Coach => "held once, with advice",
        Action::Justify => "held until a reason is stated",
        Action::Redact => "redacted",
        Action::Block => "blocked",
    }
}

fn as_json(change: &Change) -> Value {
    json!({
        "from": change.from, "to": change.to, "relaxes": change.relaxes(),
        "sentence": change.sentence, "facts": change.facts, "settled": change.settled,
    })
}
