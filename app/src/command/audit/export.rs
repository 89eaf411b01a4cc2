use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::{Context, Result, ensure};
use clap::Args;
use governance::audit::tile_files;

use super::{Installation, store};
use crate::command::serve::block_on;

/// Write the log as files.
#[derive(Args)]
pub(crate) struct Export {
    /// The folder; made if it is not there, and must be empty.
    folder: PathBuf,
    #[command(flatten)]
    installation: Installation,
}

impl Export {
    pub(super) fn run(self) -> Result<ExitCode> {
        let config = self.installation.config()?;
        let key = super::key(&config)?;
        let log = block_on(async {
            let store = store(&config).await?;
            let log = store.whole_log().await?;
            store.close().await;
            Ok(log)
        })?;
        let folder = self.folder.display();
        fs::create_dir_all(&self.folder).with_context(|| format!("cannot make the folder `{folder}`"))?;
        let mut there = fs::read_dir(&self.folder).with_context(|| format!("cannot read `{folder}`"))?;
        ensure!(there.next().is_none(), "`{folder}` is not empty; name another folder");
        let mut files = tile_files(&log);
        files.insert("key".to_owned(), format!("{}\n", key.public()).into_bytes());
        for (name, bytes) in &files {
            let path = self.folder.join(name);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent).with_context(|| format!("cannot make `{}`", parent.display()))?;
            }
            fs::write(&path, bytes).with_context(|| format!("cannot write `{}`", path.display()))?;
        }
        println!("{} entries in {} files in {folder}", log.entries.len(), files.len());
        Ok(ExitCode::SUCCESS)
    }
}
