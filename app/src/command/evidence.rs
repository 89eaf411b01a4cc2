//! `bylaw evidence`: content that was captured, opened where the private key is.

use std::{
    fs,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::PathBuf,
    process::ExitCode,
};

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use model::Sensitive;

use super::{read, read_text};
use crate::sealed;

/// What can be done about captured content.
#[derive(Subcommand)]
pub(crate) enum EvidenceCommand {
    /// Write a new private key to a file, and print the public key for `[evidence] recipients`. Keep the file away from the
    /// server.
    Keygen(Keygen),
    /// Open captured content that was revealed, with the private key, and print it.
    Open(Open),
}

#[derive(Args)]
pub(crate) struct Keygen {
    /// The file; it must not be there yet.
    file: PathBuf,
}

#[derive(Args)]
pub(crate) struct Open {
    /// What was downloaded; `-` for standard input.
    file: PathBuf,
    /// The file with the private key.
    #[arg(long)]
    identity: PathBuf,
}

impl EvidenceCommand {
    pub(crate) fn run(self) -> Result<ExitCode> {
        match self {
            Self::Keygen(keygen) => keygen.run(),
            Self::Open(open) => open.run(),
        }
    }
}

impl Keygen {
    fn run(&self) -> Result<ExitCode> {
        let (identity, public) = sealed::generate()?;
        let file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&self.file);
        file.and_then(|mut file| file.write_all(identity.reveal().as_bytes()).and_then(|()| file.sync_all()))
            .with_context(|| format!("cannot write a new file `{}`", self.file.display()))?;
        println!("{public}");
        Ok(ExitCode::SUCCESS)
    }
}

impl Open {
    fn run(&self) -> Result<ExitCode> {
        let identity = Sensitive::new(read_text(&self.identity)?);
        let opened = sealed::open(&identity, &read(&self.file)?)
            .with_context(|| format!("cannot open `{}`", self.file.display()))?;
        io::stdout().write_all(&opened).context("cannot write to standard output")?;
        Ok(ExitCode::SUCCESS)
    }
}
