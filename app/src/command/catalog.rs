use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::{Context, Result};
use clap::{Args, Subcommand};

use crate::{command::read, config::Config, update::Update};

/// What can be done about the catalogue.
#[derive(Subcommand)]
pub(crate) enum CatalogCommand {
    /// Say whether a bundle is signed, newer than what is in use, and loads.
    Verify(Offered),
    /// Verify a bundle and use it from the next start on.
    Apply(Offered),
    /// Sign files as a bundle; without files, those of this program.
    Seal(Seal),
}

#[derive(Args)]
pub(crate) struct Offered {
    /// The bundle.
    bundle: PathBuf,
    /// The configuration, which names the keys that are believed.
    #[arg(long, default_value = "bylaw.toml")]
    config: PathBuf,
}

#[derive(Args)]
pub(crate) struct Seal {
    /// Catalogue files.
    files: Vec<PathBuf>,
    /// Version; must be higher than any before, as the date written `20261123`.
    #[arg(long)]
    number: u64,
    /// File with the private key, in the form `PRIVATE+KEY+name+id+key`.
    #[arg(long)]
    key: PathBuf,
    /// Where to write the bundle.
    #[arg(long)]
    out: PathBuf,
}

impl CatalogCommand {
    pub(crate) fn run(self) -> Result<ExitCode> {
        match self {
            Self::Verify(offered) => {
                let bundle = Update::of(&Config::read(&offered.config)?).verify(&read(&offered.bundle)?)?;
                let version = bundle.version();
                println!(
                    "Version {version} with {} tools is signed and loads.",
                    bundle.into_catalog().tools().len()
                );
            }
            Self::Apply(offered) => {
                let version = Update::of(&Config::read(&offered.config)?).apply(&read(&offered.bundle)?)?;
                println!("Version {version} is in place; it is used from the next start on.");
            }
            Self::Seal(seal) => seal.run()?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Seal {
    fn run(self) -> Result<()> {
        let key = super::read_text(&self.key)?;
        let mut texts = Vec::new();
        for path in &self.files {
            texts.push((path.display().to_string(), super::read_text(path)?));
        }
        let files: Vec<(&str, &str)> = match texts.is_empty() {
            true => catalog::builtin_files(),
            false => texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect(),
        };
        let bundle = catalog::bundle::Bundle::seal(self.number, &files, key.trim())?;
        fs::write(&self.out, bundle).with_context(|| format!("cannot write `{}`", self.out.display()))
    }
}
