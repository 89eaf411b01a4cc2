use std::{io::Read, path::PathBuf, process::ExitCode};

use anyhow::{Context, Result, ensure};
use clap::{Args, Subcommand};
use model::Sensitive;

use crate::{config::Config, data::DataFolder};

/// What can be done about accounts.
#[derive(Subcommand)]
pub(crate) enum AccountsCommand {
    /// Print the keyed hash of an API key, for `[accounts] api_keys`. The key is read from standard input.
    Hash(Hash),
}

#[derive(Args)]
pub(crate) struct Hash {
    /// The configuration, whose data folder holds this installation's secret.
    #[arg(long, default_value = "bylaw.toml")]
    config: PathBuf,
}

impl AccountsCommand {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let Self::Hash(hash) = self;
        let config = Config::read(&hash.config)?;
        let mut key = String::new();
        std::io::stdin()
            .take(4_096)
            .read_to_string(&mut key)
            .context("cannot read the key from standard input")?;
        let key = Sensitive::new(key.trim().to_owned());
        ensure!(!key.reveal().is_empty(), "standard input is empty: give the API key there");
        println!("{}", DataFolder::open(&config.data)?.link_key().api_key(key.reveal()));
        Ok(ExitCode::SUCCESS)
    }
}
