//! The catalogue update that is in use: a signed bundle in the data folder.

use std::{fs, io::ErrorKind, path::PathBuf};

use anyhow::{Context, Result};
use catalog::bundle::Bundle;

use crate::config::Config;

const FILE: &str = "catalogue.bundle";

/// Where an update lies, and whose signature it must have.
pub(crate) struct Update<'a> {
    path: PathBuf,
    trusted: Vec<&'a str>,
}

impl<'a> Update<'a> {
    pub(crate) fn of(config: &'a Config) -> Self {
        Self {
            path: config.data.join(FILE),
            trusted: config.bundle_keys.iter().map(String::as_str).collect(),
        }
    }

    /// The update in use, if one was applied. It is verified again: the data folder may have been changed.
    pub(crate) fn applied(&self) -> Result<Option<Bundle>> {
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read `{}`", self.path.display()));
            }
        };
        let opened = Bundle::open(&bytes, &self.trusted, 0);
        opened.map(Some).with_context(|| {
            format!(
                "cannot use the catalogue update `{}`; remove it to use the built-in catalogue",
                self.path.display()
            )
        })
    }

    /// The bundle, if it may be used instead of what is in use.
    pub(crate) fn verify(&self, bytes: &[u8]) -> Result<Bundle> {
        let current = self.applied()?.map_or(0, |bundle| bundle.version());
        Ok(Bundle::open(bytes, &self.trusted, current)?)
    }

    /// Puts the bundle into use, whole or not at all; tells its version.
    pub(crate) fn apply(&self, bytes: &[u8]) -> Result<u64> {
        let version = self.verify(bytes)?.version();
        let fresh = self.path.with_extension("new");
        fs::create_dir_all(self.path.parent().unwrap_or(&self.path))
            .and_then(|()| fs::write(&fresh, bytes))
            .and_then(|()| fs::rename(&fresh, &self.path))
            .with_context(|| format!("cannot write `{}`", self.path.display()))?;
        Ok(version)
    }
}
