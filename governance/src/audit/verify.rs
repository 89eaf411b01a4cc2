use std::collections::{BTreeMap, BTreeSet};

use super::{
    checkpoint::PublicKey,
    fault::{Fault, GAP},
    removal::{PAYLOADS_ERASED, Removal},
    tree::{Hash, Tree, leaf_hash},
};
use crate::{Entry, Payload};

/// For so many altered entries it is looked whether they stand in another's place.
const TRACED: usize = 100;

/// Everything that is kept of a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// The entries, as they stand.
    pub entries: Vec<Entry>,
    /// What they commit to, by their place.
    pub payloads: BTreeMap<u64, Payload>,
    /// Hashes of the tree by their place in storage: those of the leaves, or all.
    pub hashes: BTreeMap<u64, Hash>,
    /// Checkpoints, by the number of entries they are kept for.
    pub checkpoints: BTreeMap<u64, String>,
    /// Places of the payloads that were erased, ascending, by the entry that says so.
    pub erased: BTreeMap<u64, Vec<u64>>,
}

/// What came of looking at a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How many entries there are.
    pub entries: u64,
    /// How many of their payloads are there and match.
    pub payloads: u64,
    /// How many were erased, and an entry says so.
    pub erased: u64,
    /// How many checkpoints match.
    pub checkpoints: u64,
    /// All that is wrong, the first entry first.
    pub faults: Vec<Fault>,
}

/// Compares everything that is kept with itself and with what the key signed; `witness` is a checkpoint that somebody
/// kept elsewhere.
pub fn verify(log: &Log, key: &PublicKey, witness: Option<&str>) -> Report {
    let mut check = Check::new(log, key);
    check.places_and_dates();
    check.tree();
    check.checkpoints();
    check.gaps();
    if let Some(witness) = witness {
        check.witness(witness);
    }
    check.payloads();
    let mut report = check.report;
    report.faults.sort_by_key(Fault::sequence);
    report
}

struct Check<'a> {
    log: &'a Log,
    key: &'a PublicKey,
    report: Report,
    /// What the entries give. Where one is missing, what the tree kept of it.
    computed: Tree,
    /// What the kept hashes of the leaves give.
    kept: Tree,
}

impl<'a> Check<'a> {
    fn new(log: &'a Log, key: &'a PublicKey) -> Self {
        let (mut computed, mut kept) = (Tree::default(), Tree::default());
        let by_place: BTreeMap<u64, &Entry> =
            log.entries.iter().map(|entry| (entry.sequence, entry)).collect();
        let end = by_place.keys().next_back().map_or(0, |last| last.saturating_add(1));
        for sequence in 0..end.min(MOST) {
            let hashed = by_place.get(&sequence).map(|entry| leaf_hash(&entry.leaf()));
            let stored = log.hashes.get(&Tree::leaf_place(sequence)).copied();
            // A tree that holds all its hashes can always grow.
            let _ = computed.append(hashed.or(stored).unwrap_or_default());
            let _ = kept.append(stored.or(hashed).unwrap_or_default());
        }
        let report = Report { entries: log.entries.len() as u64, ..Report::default() };
        Self { log, key, report, computed, kept }
    }

    fn fault(&mut self, fault: Fault) {
        self.report.faults.push(fault);
    }

    fn places_and_dates(&mut self) {
        let (mut expected, mut latest) = (0, None);
        for entry in &self.log.entries {
            let sequence = entry.sequence;
            if sequence < expected {
                self.fault(Fault::OutOfOrder { sequence: expected, was: sequence });
                continue;
            }
            for missing in expected..sequence.min(expected.saturating_add(MOST)) {
                self.fault(Fault::Missing { sequence: missing });
            }
            if latest.is_some_and(|latest| entry.at < latest) {
                self.fault(Fault::BackDated { sequence });
            }
            (expected, latest) = (sequence.saturating_add(1), Some(entry.at));
        }
    }

    /// The entries against the hashes kept when they were appended.
    fn tree(&mut self) {
        let sealed = self.sealed();
        let mut suspects = BTreeMap::new();
        for entry in &self.log.entries {
            let stored = self.log.hashes.get(&Tree::leaf_place(entry.sequence));
            match stored {
                Some(stored) if *stored == leaf_hash(&entry.leaf()) => {}
                Some(_) => drop(suspects.insert(entry.sequence, entry)),
                // What was never signed is named as that.
                None if entry.sequence >= sealed => {}
                None => self.fault(Fault::Hash { sequence: entry.sequence }),
            }
        }
        self.name(&suspects);
        self.inner_hashes();
    }

    /// Hashes above the leaves must follow from the kept hashes of the leaves.
    fn inner_hashes(&mut self) {
        let sealed = self.sealed();
        let whole = self.log.hashes.len() as u64 > sealed;
        for (place, hash) in self.kept.inner() {
            let (stored, sequence) = (self.log.hashes.get(&place), last_under(place));
            let missing = stored.is_none() && whole && sequence < sealed;
            if missing || stored.is_some_and(|stored| *stored != hash) {
                self.fault(Fault::Hash { sequence });
            }
        }
    }

    /// How many entries were ever signed, as far as is kept.
    fn sealed(&self) -> u64 {
        self.log.checkpoints.last_key_value().map_or(0, |(size, _)| *size)
    }

    /// Says of each entry that is not what it was whether it stands in another's place.
    fn name(&mut self, suspects: &BTreeMap<u64, &Entry>) {
        let leaf = |(place, hash): (&u64, &Hash)| match tlog_tiles::split_stored_hash_index(*place) {
            (0, sequence) => Some((*hash, sequence)),
            _ => None,
        };
        let places: BTreeMap<Hash, u64> = self.log.hashes.iter().filter_map(leaf).collect();
        for (number, (&sequence, entry)) in suspects.iter().enumerate() {
            let belongs = (number < TRACED).then(|| place_of(entry, &places)).flatten();
            self.fault(match belongs {
                Some(was) => Fault::OutOfOrder { sequence, was },
                None => Fault::Altered { sequence },
            });
        }
    }

    fn checkpoints(&mut self) {
        let (mut sealed, mut contradicted) = (0, false);
        for (&size, note) in &self.log.checkpoints {
            let root = match self.key.open(note) {
                Ok(root) => root,
                Err(cause) => {
                    self.fault(Fault::Checkpoint { size, cause });
                    continue;
                }
            };
            if root.size != size {
                self.fault(Fault::Misplaced { size, signed: root.size });
                continue;
            }
            if size > self.computed.size() {
                let sequence = self.computed.size();
                self.fault(Fault::Truncated { sequence, size });
            } else if self.computed.root_at(size) == Ok(root.hash) {
                self.report.checkpoints += 1;
            } else if self.kept.root_at(size) != Ok(root.hash) && !contradicted {
                contradicted = true;
                self.fault(Fault::Contradicted { sequence: sealed, size });
            }
            sealed = size;
        }
        for sequence in sealed..self.computed.size() {
            self.fault(Fault::Unsealed { sequence });
        }
    }

    /// Entries that Bylaw found in its log without having signed them.
    fn gaps(&mut self) {
        for entry in self.log.entries.iter().filter(|entry| entry.what == GAP) {
            let places = entry.subject.split_once("..").and_then(|(first, end)| {
                Some(first.parse::<u64>().ok()?..end.parse::<u64>().ok()?.min(entry.sequence))
            });
            for sequence in places.unwrap_or(entry.sequence..entry.sequence + 1) {
                self.report.faults.push(Fault::Unsealed { sequence });
            }
        }
    }

    fn witness(&mut self, note: &str) {
        match self.key.open(note) {
            Err(cause) => self.fault(Fault::Checkpoint { size: 0, cause }),
            Ok(root) if root.size > self.computed.size() => {
                let sequence = self.computed.size();
                self.fault(Fault::Truncated { sequence, size: root.size });
            }
            Ok(root) if self.computed.root_at(root.size) != Ok(root.hash) => {
                self.fault(Fault::Rewritten { size: root.size });
            }
            Ok(_) => self.report.checkpoints += 1,
        }
    }

    fn payloads(&mut self) {
        let erased = self.erased();
        for entry in &self.log.entries {
            let sequence = entry.sequence;
            match self.log.payloads.get(&sequence) {
                Some(payload) if payload.commitment() == entry.commitment => self.report.payloads += 1,
                Some(_) => self.fault(Fault::Payload { sequence }),
                None if erased.contains(&sequence) => self.report.erased += 1,
                None => self.fault(Fault::PayloadMissing { sequence }),
            }
        }
    }

    /// Places of the payloads that an entry says are erased.
    fn erased(&mut self) -> BTreeSet<u64> {
        let mut all = BTreeSet::new();
        for (&sequence, places) in &self.log.erased {
            let entry = self.log.entries.iter().find(|entry| entry.sequence == sequence);
            let said = entry.filter(|entry| entry.what == PAYLOADS_ERASED).map(|entry| entry.subject.parse());
            if said != Some(Ok(Removal::of_payloads(places))) {
                // One fault, at the entry that is wrong, instead of one for each payload.
                self.fault(Fault::Removal { sequence });
            }
            all.extend(places);
        }
        all
    }
}

/// A log that claims more entries than this is not walked to its end.
const MOST: u64 = 1 << 26;

/// Where an entry's content belongs, if that is elsewhere.
fn place_of(entry: &Entry, places: &BTreeMap<Hash, u64>) -> Option<u64> {
    let elsewhere = |sequence: &u64| {
        let moved = Entry { sequence: *sequence, ..entry.clone() };
        places.get(&leaf_hash(&moved.leaf())) == Some(sequence) && *sequence != entry.sequence
    };
    places.values().copied().find(elsewhere)
}

/// The leaf with which the hash at a place in storage was made.
fn last_under(place: u64) -> u64 {
    let (level, number) = tlog_tiles::split_stored_hash_index(place);
    ((number + 1) << level) - 1
}

#[cfg(test)]
mod tests;
