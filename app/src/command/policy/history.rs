use std::{path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

use anyhow::Result;
use clap::Args;
use policy::{
    Policy,
    backtest::{Burden, Change, Report},
};
use serde_json::{Value, json};
use store::{Span, Store};

use super::compile;
use crate::{
    command::serve::block_on,
    config::Config,
    runtime::{self, Parts},
};

#[derive(Args)]
pub(crate) struct History {
    /// The draft.
    file: PathBuf,
    /// The configuration, whose store holds the records.
    #[arg(long, default_value = "bylaw.toml")]
    config: PathBuf,
    /// How many days back.
    #[arg(long, default_value_t = 30)]
    days: u64,
    /// Print JSON for programs.
    #[arg(long)]
    json: bool,
}

impl History {
    /// Exit code 0 if no verdict changes, 1 otherwise.
    pub(super) fn run(&self) -> Result<ExitCode> {
        let config = Config::read(&self.config)?;
        let draft = Arc::new(compile(&self.file, &Parts::read(&config)?)?);
        let report = block_on(self.backtest(draft, &config.store_url))?;
        if self.json {
            println!("{}", serde_json::to_string_pretty(&as_json(&report))?);
        } else {
            print(&report);
        }
        Ok(if report.changes.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    async fn backtest(&self, draft: Arc<Policy>, store: &str) -> Result<Report> {
        let store = Store::open(store).await?;
        let back = Duration::from_secs(self.days.saturating_mul(24 * 3_600));
        let span = Span { from: runtime::now().minus(back), to: runtime::now() };
        let report = server::backtest(&store, draft, span, Arc::default()).await;
        store.close().await;
        Ok(report?)
    }
}

fn print(report: &Report) {
    let Report { records, people, distinct, weeks, .. } = report;
    println!("{records} records of {people} people over {weeks:.1} weeks, {distinct} sets of facts");
    for change in &report.changes {
        let Change { from, to, exchanges, people, .. } = change;
        let because = change.clause.as_ref().map_or("no clause speaks of it", |clause| clause.as_str());
        println!("\n{from} -> {to} ({because}): {exchanges} exchanges of {people} people");
        println!("  tools        {}", most(change.tools.iter().map(|(tool, count)| (tool.as_str(), *count))));
        println!(
            "  departments  {}",
            most(change.departments.iter().map(|(name, count)| (name.as_str(), *count)))
        );
        for case in &change.examples {
            let found: Vec<String> =
                case.findings.iter().map(|(label, excerpt)| format!("{label} {excerpt}")).collect();
            println!("  for example  {} {} {}", case.at, case.tool, found.join(", "));
        }
    }
    println!(
        "\ninterruptions per person and week: {:.2}, so far {:.2}",
        report.friction(&report.after),
        report.friction(&report.before)
    );
    println!("passing with something sensitive: {}", exposed(&report.after));
    println!("                          so far: {}", exposed(&report.before));
}

/// The five with most, and how many.
fn most<'a>(counts: impl Iterator<Item = (&'a str, u64)>) -> String {
    let mut counts: Vec<(&str, u64)> = counts.collect();
    counts.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
    let named: Vec<String> = counts.iter().take(5).map(|(name, count)| format!("{name} {count}")).collect();
    if named.is_empty() { "none".to_owned() } else { named.join(", ") }
}

fn exposed(burden: &Burden) -> String {
    most(burden.exposed.iter().map(|(family, count)| (family.as_str(), *count)))
}

fn as_json(report: &Report) -> Value {
    let burden = |burden: &Burden| {
        json!({
            "interruptions": burden.interruptions,
            "per_person_and_week": report.friction(burden),
            "exposed": burden.exposed,
        })
    };
    let changes: Vec<Value> = report.changes.iter().map(change_as_json).collect();
    json!({
        "records": report.records, "people": report.people, "distinct": report.distinct, "weeks": report.weeks,
        "changes": changes, "before": burden(&report.before), "after": burden(&report.after),
    })
}

fn change_as_json(change: &Change) -> Value {
    let examples: Vec<Value> = change
        .examples
        .iter()
        .map(|case| json!({"id": case.id, "at": case.at, "tool": case.tool, "findings": case.findings}))
        .collect();
    json!({
        "from": change.from, "to": change.to, "clause": change.clause, "exchanges": change.exchanges,
        "people": change.people, "tools": change.tools, "departments": change.departments,
        "examples": examples,
    })
}
