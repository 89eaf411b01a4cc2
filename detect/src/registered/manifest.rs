use std::{fs, io, path::Path};

use model::Label;
use serde::{Deserialize, Serialize};

use super::{lengths::Lengths, table::Table};

const FILE: &str = "registry.json";

/// What is registered, as written in the registry's folder.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    pub(super) version: u32,
    /// Random, in hexadecimal.
    pub(super) salt: String,
    /// Tells a wrong secret from the right one, without telling the secret.
    pub(super) proof: u64,
    /// Next number for an entry or a segment; never used twice.
    pub(super) next: u32,
    pub(super) entries: Vec<Entry>,
    /// Files of records, by number.
    pub(super) segments: Vec<u32>,
}

/// A table or document that is registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its id, as findings tell it.
    pub id: String,
    /// Number in the records.
    pub(super) number: u32,
    /// How long its cells are.
    #[serde(default)]
    pub(super) lengths: Lengths,
    /// What it is.
    pub registered: Registered,
}

/// What an entry is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Registered {
    /// A table.
    Table {
        /// How it is recognised.
        table: Table,
        /// Number of its rows.
        rows: u32,
    },
    /// A document.
    Document {
        /// What findings are, for example `ip.registered_document`.
        label: Label,
        /// Number of its different fingerprints.
        fingerprints: u32,
    },
}

impl Manifest {
    pub(super) fn read(folder: &Path) -> io::Result<Self> {
        serde_json::from_slice(&fs::read(folder.join(FILE))?).map_err(io::Error::from)
    }

    /// Replaces the file in one step, so that a reader sees the old or the new one.
    pub(super) fn write(&self, folder: &Path) -> io::Result<()> {
        let written = folder.join("registry.json.new");
        fs::write(&written, serde_json::to_vec_pretty(self)?)?;
        fs::rename(written, folder.join(FILE))
    }

    pub(super) fn number(&mut self) -> u32 {
        let number = self.next;
        self.next = self.next.saturating_add(1);
        number
    }
}
