use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use behavior::{Deviation, Learner, Settings, replay};

/// The files of one simulated organisation.
#[derive(Clone, Debug)]
pub(super) struct Run {
    prefix: PathBuf,
}

impl Run {
    pub(super) fn at(prefix: &Path) -> Self {
        Self { prefix: prefix.to_owned() }
    }

    /// The prefix's last part.
    pub(super) fn name(&self) -> String {
        self.prefix.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// One of its files.
    pub(super) fn open(&self, ending: &str) -> Result<BufReader<File>> {
        let path = format!("{}.{ending}", self.prefix.display());
        let file = File::open(&path).with_context(|| format!("cannot read `{path}`"))?;
        Ok(BufReader::with_capacity(1 << 20, file))
    }

    /// What a new learner raises.
    pub(super) fn replay(&self, settings: Settings) -> Result<Vec<Deviation>> {
        self.replay_events(self.open("events.csv")?, settings)
    }

    /// The same with other events of the same people.
    pub(super) fn replay_events(&self, events: impl BufRead, settings: Settings) -> Result<Vec<Deviation>> {
        let (tools, _) = replay::read_tools(self.open("tools.csv")?)?;
        let mut learner = Learner::new(settings);
        replay::read_people(self.open("people.csv")?, &mut learner)?;
        let mut raised = Vec::new();
        let mut take = |deviation| raised.push(deviation);
        replay::replay(events, &tools, &mut learner, &mut take, &mut |_| {})?;
        Ok(raised)
    }
}
