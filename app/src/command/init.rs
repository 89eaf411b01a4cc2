use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::{config::Config, data::DataFolder};

/// The configuration that `bylaw init` writes.
pub(crate) const TEMPLATE: &str = include_str!("../../templates/bylaw.toml");
const PEOPLE: &str = include_str!("../../templates/people.csv");
pub(crate) const POLICY: &str = include_str!("../../../policies/balanced.md");

/// Write a first configuration, policy and certificate authority into a folder.
#[derive(Args)]
pub(crate) struct Init {
    /// The folder; made if it is not there.
    #[arg(default_value = ".")]
    folder: PathBuf,
}

impl Init {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let folder = &self.folder;
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
        let files = [("bylaw.toml", TEMPLATE), ("policy.md", POLICY), ("people.csv", PEOPLE)];
        for (name, _) in files {
            let path = folder.join(name);
            ensure!(!path.exists(), "`{}` is there already; nothing was written", path.display());
        }
        for (name, text) in files {
            let path = folder.join(name);
            fs::write(&path, text).with_context(|| format!("cannot write `{}`", path.display()))?;
        }
        let config = Config::read(&folder.join("bylaw.toml"))?;
        let data = DataFolder::open(&config.data)?;
        println!("wrote bylaw.toml, policy.md and people.csv to {}", folder.display());
        println!("wrote the certificate authority to {}", data.certificate_path().display());
        println!("\nnext: bylaw serve --config {}", folder.join("bylaw.toml").display());
        Ok(ExitCode::SUCCESS)
    }
}
