use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, Result};
use behavior::{Band, Explanation, Unit, amount};
use clap::Args;
use model::{PersonId, Timestamp};
use server::Secret;
use store::Store;

use crate::{
    command::serve::block_on,
    config::Config,
    data::DataFolder,
    runtime::{Parts, now},
};

/// A share of active days that makes an hour a usual one.
const USUAL_HOUR: f64 = 0.2;

/// What a running Bylaw kept last, at most ten minutes old.
#[derive(Args)]
pub(crate) struct Explain {
    /// The person: id, e-mail address or account name of the directory.
    person: String,
    /// The configuration, which names the store and the directory.
    #[arg(long, default_value = "bylaw.toml")]
    config: PathBuf,
    /// Print JSON for programs.
    #[arg(long)]
    json: bool,
}

impl Explain {
    pub(super) fn run(self) -> Result<ExitCode> {
        let config = Config::read(&self.config)?;
        let directory = Parts::read(&config)?.directory;
        let named = directory.person(&self.person).or_else(|| directory.named(&self.person));
        let person = named.map_or_else(|| PersonId::new(self.person.as_str()), |person| person.id.clone());
        let settings = config.behavior.unwrap_or_default();
        let secret = Secret::new(DataFolder::open(&config.data)?.secret);
        let known = block_on(async {
            let store = Store::open(&config.store_url).await?;
            store.seal_with(secret.log_key()?);
            let known = server::explain_kept(&store, &person, settings, "command line", now()).await;
            store.close().await;
            Ok(known?)
        })?;
        if self.json {
            println!("{}", serde_json::to_string_pretty(&known).context("cannot write JSON")?);
        } else {
            print(&known);
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn print(known: &Explanation) {
    let program =
        if known.program { "; acts like a program, so it is compared with itself only" } else { "" };
    println!("{}, known since {}, {:.0} active days{program}", known.person, day(known.first), known.days);
    println!("\nA usual day (10 % to 90 %), the peers' median, and today:");
    known.bands.iter().filter(|band| band.is_told()).for_each(print_band);
    let hours = known.hours.iter().enumerate().filter(|(_, share)| **share >= USUAL_HOUR);
    println!("\nUsual hours (UTC): {}", listed(hours.map(|(hour, _)| hour.to_string())));
    let labels = known.labels.iter().filter(|(_, own, _)| *own >= 0.01);
    let labels = labels.map(|(label, own, peers)| {
        let name = if label.is_empty() { "nothing sensitive" } else { label };
        format!("{name} {:.0} % (peers {:.0} %)", own * 100.0, peers * 100.0)
    });
    println!("Content: {}", listed(labels));
    let tools =
        known.tools.iter().map(|(tool, first, last)| format!("{tool} ({} to {})", day(*first), day(*last)));
    println!("Tools: {}", listed(tools));
    println!("Risk: {}, {}", known.risk.level.as_str(), amount(known.risk.evidence, Unit::Nats));
    for reason in &known.risk.reasons {
        let words = |value| amount(value, reason.unit);
        println!(
            "  {}: {}, usual {} to {}",
            reason.family.as_str(),
            words(reason.observed),
            words(reason.expected.low),
            words(reason.expected.high)
        );
    }
}

fn print_band(band: &Band) {
    let words = |value| amount(value, band.unit);
    let peers = band.expected.peers.map_or_else(|| "-".to_owned(), words);
    println!("  {:<28} {:<34} {peers:<16} {}", band.name(), band.usual(), words(band.observed));
}

fn day(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}

fn listed(all: impl Iterator<Item = String>) -> String {
    let all: Vec<String> = all.collect();
    if all.is_empty() { "none".to_owned() } else { all.join(", ") }
}
