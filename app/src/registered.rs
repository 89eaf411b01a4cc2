//! What an organisation has registered, kept in the data folder.

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, SystemTime},
};

use anyhow::Result;
use detect::registered::{Registry, Snapshot};
use engine::Engine;
use tokio_util::sync::CancellationToken;

use crate::{config::Config, data::DataFolder};

const MANIFEST: &str = "registry.json";
/// How often a running Bylaw looks for changes.
const EVERY: Duration = Duration::from_secs(2);

/// The registry of an installation. Its hashes are worth nothing without the installation's secret.
pub(crate) struct Place<'a> {
    config: &'a Config,
}

impl<'a> Place<'a> {
    pub(crate) fn of(config: &'a Config) -> Self {
        Self { config }
    }

    fn folder(&self) -> PathBuf {
        self.config.data.join("registered")
    }

    /// When the registry was last changed, if something was ever registered.
    pub(crate) fn changed(&self) -> Option<SystemTime> {
        self.folder().join(MANIFEST).metadata().and_then(|about| about.modified()).ok()
    }

    /// The registry, if something was ever registered.
    pub(crate) fn open(&self) -> Result<Option<Registry>> {
        if !self.folder().join(MANIFEST).exists() {
            return Ok(None);
        }
        let data = DataFolder::open(&self.config.data)?;
        Ok(Some(Registry::open(&self.folder(), Some(&data.secret))?))
    }

    /// The registry, made if there is none.
    pub(crate) fn open_or_create(&self) -> Result<Registry> {
        let data = DataFolder::open(&self.config.data)?;
        Ok(Registry::open_or_create(&self.folder(), Some(&data.secret))?)
    }

    /// What is registered, for scanning.
    pub(crate) fn snapshot(&self) -> Result<Option<Snapshot>> {
        Ok(self.open()?.map(|registry| registry.snapshot()).transpose()?)
    }
}

/// Follows what other processes register, until `stop`. `seen` is [`Place::changed`] of before it was first read.
pub(crate) async fn follow(
    config: Config,
    mut seen: Option<SystemTime>,
    engine: Arc<Engine>,
    stop: CancellationToken,
) {
    let place = Place::of(&config);
    while stop.run_until_cancelled(tokio::time::sleep(EVERY)).await.is_some() {
        let now = place.changed();
        if now == seen {
            continue;
        }
        match place.snapshot() {
            Ok(Some(registered)) => {
                seen = now;
                engine.update(|snapshot| {
                    let detectors = detect::Detectors::clone(&snapshot.detectors);
                    snapshot.detectors = detectors.with_registered(registered).into();
                });
                tracing::info!("registered data changed");
            }
            Ok(None) => {}
            // Looked at again: a merge may have removed files between reading their names and opening them.
            Err(error) => tracing::warn!(error = format!("{error:#}"), "registered data not read"),
        }
    }
}
