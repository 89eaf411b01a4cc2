use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use model::Label;

use super::{
    lengths::Lengths,
    manifest::{Entry, Registered},
    record::Record,
    salt::Salt,
    segment::{Next, Segment},
    table::{ColumnKind, Table},
    watch::Watch,
};
use crate::hit::Hit;

/// What is registered, for scanning; clones share it, and it stays as it is while the registry changes.
#[derive(Clone)]
pub struct Snapshot(Arc<Inner>);

struct Inner {
    salt: Salt,
    segments: Vec<Segment>,
    known: BTreeMap<u32, Known>,
    lengths: Lengths,
    has_tables: bool,
    has_documents: bool,
    failed: AtomicU64,
}

/// An entry, ready for scanning.
pub(super) struct Known {
    pub(super) id: Arc<str>,
    pub(super) label: Label,
    pub(super) kind: KnownKind,
}

pub(super) enum KnownKind {
    Table(KnownTable),
    Document { fingerprints: u32 },
}

pub(super) struct KnownTable {
    pub(super) columns: Vec<(String, ColumnKind)>,
    /// Columns of each rule.
    pub(super) rules: Vec<Vec<u16>>,
    pub(super) within: usize,
}

/// Something registered, found in a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// The id it is registered under.
    pub id: Arc<str>,
    /// The label it is registered with.
    pub label: Label,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Probability that it is what was registered, 0 to 1.
    pub confidence: f32,
    /// What of it was found.
    pub matched: Matched,
}

/// What of a registered table or document was found.
#[derive(Clone, Debug, PartialEq)]
pub enum Matched {
    /// Values of one row, of these columns.
    Row {
        /// Their headers.
        columns: Vec<String>,
    },
    /// A passage.
    Passage {
        /// How much of the document has appeared in the text, 0 to 1: in the whole text where [`Snapshot::scan`] found
        /// it, up to the end of this passage in a stream.
        share: f32,
    },
}

impl From<Match> for Hit {
    fn from(found: Match) -> Self {
        let Match { id, label, start, end, confidence, matched } = found;
        let share = match matched {
            Matched::Row { .. } => None,
            Matched::Passage { share } => Some(share),
        };
        Self { label, start, end, confidence, detector: format!("registered.{id}").into(), share }
    }
}

impl Snapshot {
    pub(super) fn new(salt: Salt, segments: Vec<Segment>, entries: &[Entry]) -> Self {
        let known: BTreeMap<u32, Known> =
            entries.iter().map(|entry| (entry.number, Known::new(entry))).collect();
        let has_tables = known.values().any(|known| matches!(known.kind, KnownKind::Table(_)));
        let has_documents = known.values().any(|known| matches!(known.kind, KnownKind::Document { .. }));
        let lengths = entries.iter().fold(Lengths::NONE, |all, entry| all.or(entry.lengths));
        let failed = AtomicU64::new(0);
        Self(Arc::new(Inner { salt, segments, known, lengths, has_tables, has_documents, failed }))
    }

    /// What of the registry stands in a text, by start.
    pub fn scan(&self, text: &[u8]) -> Vec<Match> {
        let mut watch = Watch::new(self.clone());
        let mut found = watch.push(text);
        found.extend(watch.finish());
        for one in &mut found {
            if let Matched::Passage { share } = &mut one.matched {
                *share = watch.share(&one.id);
            }
        }
        found.sort_by_key(|one| (one.start, one.end));
        found
    }

    /// Labels of everything registered.
    pub fn labels(&self) -> impl Iterator<Item = &Label> {
        self.0.known.values().map(|known| &known.label)
    }

    /// Lookups that failed because a file could not be read; what they were for was not found.
    pub fn failed_lookups(&self) -> u64 {
        self.0.failed.load(Ordering::Relaxed)
    }

    /// Bytes held in memory for lookups.
    pub fn resident(&self) -> usize {
        self.0.segments.iter().map(Segment::resident).sum()
    }

    pub(super) fn salt(&self) -> &Salt {
        &self.0.salt
    }

    /// How long registered cells are.
    pub(super) fn lengths(&self) -> Lengths {
        self.0.lengths
    }

    pub(super) fn has_tables(&self) -> bool {
        self.0.has_tables
    }

    pub(super) fn has_documents(&self) -> bool {
        self.0.has_documents
    }

    pub(super) fn known(&self, owner: u32) -> Option<&Known> {
        self.0.known.get(&owner)
    }

    pub(super) fn known_all(&self) -> impl Iterator<Item = (u32, &Known)> {
        self.0.known.iter().map(|(number, known)| (*number, known))
    }

    pub(super) fn may_hold(&self, quick: u64) -> bool {
        self.0.segments.iter().any(|segment| segment.may_hold(quick))
    }

    /// At most `most` records of a hash, of what is still registered.
    pub(super) fn find(&self, hash: u64, quick: u64, most: usize) -> Vec<Record> {
        let mut found = Vec::new();
        for segment in self.0.segments.iter().filter(|segment| segment.may_hold(quick)) {
            self.note(segment.find(hash, |record| {
                if self.0.known.contains_key(&record.owner) {
                    found.push(record);
                }
                if found.len() < most { Next::More } else { Next::Enough }
            }));
        }
        found
    }

    /// The column in which a row holds that hash.
    pub(super) fn column(&self, hash: u64, owner: u32, row: u32) -> Option<u16> {
        self.0.segments.iter().find_map(|segment| self.note(segment.holds_row(hash, owner, row)).flatten())
    }

    fn note<T>(&self, outcome: std::io::Result<T>) -> Option<T> {
        if outcome.is_err() {
            self.0.failed.fetch_add(1, Ordering::Relaxed);
        }
        outcome.ok()
    }
}

impl Known {
    fn new(entry: &Entry) -> Self {
        let (label, kind) = match &entry.registered {
            Registered::Table { table, .. } => (&table.label, KnownKind::Table(KnownTable::new(table))),
            Registered::Document { label, fingerprints } => {
                (label, KnownKind::Document { fingerprints: *fingerprints })
            }
        };
        Self { id: entry.id.as_str().into(), label: label.clone(), kind }
    }
}

impl KnownTable {
    fn new(table: &Table) -> Self {
        let place = |name: &String| {
            (0_u16..).zip(&table.columns).find(|(_, column)| column.name == *name).map(|(place, _)| place)
        };
        Self {
            columns: table.columns.iter().map(|column| (column.name.clone(), column.kind)).collect(),
            rules: table.rules.iter().map(|rule| rule.iter().filter_map(place).collect()).collect(),
            within: table.within,
        }
    }
}
