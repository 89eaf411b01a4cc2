//! `bylaw audit`: the log of what people did, verified without asking the server.

mod export; // the log as files
mod verify; // what is kept, against itself and the key

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use governance::audit::LogKey;
use store::Store;

use crate::{config::Config, data::DataFolder};

/// What can be done with the audit log.
#[derive(Subcommand)]
pub(crate) enum AuditCommand {
    /// Verify the log and the records it commits to, an export of it, or an evidence pack; name the first bad entry.
    Verify(verify::Verify),
    /// Write the log as files that anybody can verify (c2sp.org/tlog-tiles).
    Export(export::Export),
    /// Print the log's public key.
    Key(Installation),
}

/// Which installation.
#[derive(Args)]
pub(crate) struct Installation {
    /// The configuration.
    #[arg(long, default_value = "bylaw.toml")]
    config: PathBuf,
}

impl AuditCommand {
    pub(crate) fn run(self) -> Result<ExitCode> {
        match self {
            Self::Verify(verify) => verify.run(),
            Self::Export(export) => export.run(),
            Self::Key(installation) => {
                println!("{}", installation.key()?.public());
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}

impl Installation {
    fn config(&self) -> Result<Config> {
        Ok(Config::read(&self.config)?)
    }

    fn key(&self) -> Result<LogKey> {
        key(&self.config()?)
    }
}

fn key(config: &Config) -> Result<LogKey> {
    let data = DataFolder::open(&config.data)?;
    server::Secret::new(data.secret).log_key().context("the data folder's secret makes no key")
}

async fn store(config: &Config) -> Result<Store> {
    Ok(Store::open(&config.store_url).await?)
}
