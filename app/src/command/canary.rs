use std::{fs, net::SocketAddr, path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::{Args, Subcommand};
use server::canaries;
use store::Store;

use crate::{
    command::serve::block_on,
    config::Config,
    data::DataFolder,
    runtime::{engine_of, now, prober, reachable},
};

/// What can be done with canaries.
#[derive(Subcommand)]
pub(crate) enum CanaryCommand {
    /// Send the policy's examples through the running gate and compare what it decides with what the policy promises.
    Run(Run),
}

/// Send them now.
#[derive(Args)]
pub(crate) struct Run {
    /// The configuration of the running installation.
    #[arg(long, default_value = "bylaw.toml")]
    config: PathBuf,
    /// Where the gate listens, if not where the configuration says.
    #[arg(long)]
    gate: Option<SocketAddr>,
    /// Print JSON for programs.
    #[arg(long)]
    json: bool,
}

impl CanaryCommand {
    pub(crate) fn run(self) -> Result<ExitCode> {
        match self {
            Self::Run(run) => run.run(),
        }
    }
}

impl Run {
    fn run(self) -> Result<ExitCode> {
        let config = Config::read(&self.config)?;
        let data = DataFolder::open(&config.data)?;
        let run = block_on(async {
            let store = Store::open(&config.store_url).await?;
            store.seal_with(server::Secret::new(data.secret).log_key()?);
            let engine = engine_of(&config, &data, &store).await?;
            let ca_pem = fs::read_to_string(data.certificate_path())?;
            let prober =
                prober(reachable(self.gate.unwrap_or(config.gate_listen)), &ca_pem, data.link_key())?;
            let run = canaries::run(&store, &engine, &prober, "command line", now()).await?;
            store.close().await;
            Ok(run)
        })?;
        let failed = run.results.iter().filter(|result| !result.passes()).count();
        if self.json {
            println!("{}", serde_json::to_string_pretty(&run)?);
        } else {
            for result in &run.results {
                let which = match &result.own {
                    Some(name) => format!("“{name}”"),
                    None => format!("example {}", result.example),
                };
                println!("{} {which} at {}: {}", result.clause, result.tool, result.says());
            }
            println!("{} canaries, {failed} failed", run.results.len());
            if !run.untested.is_empty() {
                let untested: Vec<&str> = run.untested.iter().map(model::ClauseId::as_str).collect();
                println!("no example fits what is decided about tools: {}", untested.join(", "));
            }
        }
        Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
