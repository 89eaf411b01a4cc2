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
mod tests {
    use model::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::{
        Act,
        audit::{LogKey, Proven, Root, Unproven, read_export, tile_files},
    };

    fn key() -> LogKey {
        LogKey::from_seed(&[4; 32]).unwrap()
    }

    /// A log as Bylaw writes it: a checkpoint after every entry, and the third payload erased.
    fn log(size: u64) -> Log {
        let (mut log, mut tree) = (Log::default(), Tree::default());
        for sequence in 0..size {
            let act = match sequence {
                5 => Act::new(PAYLOADS_ERASED, Removal::of_payloads(&[2]), "ada"),
                _ => Act::new("exception.granted", format!("DATA-{sequence}"), "ada"),
            };
            let payload = act.payload([sequence as u8; 16]);
            let at = Timestamp::from_millis(1_000 * sequence as i64);
            let (what, commitment) = (act.what.to_owned(), payload.commitment());
            let entry = Entry { sequence, at, what, subject: act.subject, commitment };
            log.hashes.extend(tree.append(leaf_hash(&entry.leaf())).unwrap());
            let root = Root { size: sequence + 1, hash: tree.root().unwrap() };
            log.checkpoints.insert(root.size, key().sign(root).unwrap());
            log.entries.push(entry);
            log.payloads.insert(sequence, payload);
        }
        if size > 5 {
            log.payloads.remove(&2);
            log.erased.insert(5, vec![2]);
        }
        log
    }

    fn first(log: &Log) -> Option<Fault> {
        verify(log, key().public(), None).faults.into_iter().next()
    }

    #[test]
    fn a_log_as_it_was_written_has_no_fault() {
        for size in [0, 1, 2, 5, 6, 9, 33] {
            let report = verify(&log(size), key().public(), None);
            let erased = u64::from(size > 5);
            let expected = Report {
                entries: size,
                payloads: size - erased,
                erased,
                checkpoints: size,
                faults: Vec::new(),
            };
            assert_eq!(report, expected, "{size}");
        }
    }

    /// What somebody with access to the database, but without the key, may do to entry `n` of 9.
    fn tamper(with: &str, n: u64) -> (Log, Fault) {
        let mut log = log(9);
        let at = n as usize;
        let sequence = n;
        let renumber = |log: &mut Log| {
            for (sequence, entry) in (0..).zip(&mut log.entries) {
                entry.sequence = sequence;
            }
        };
        let fault = match with {
            "alter" => {
                log.entries[at].subject = "DATA-X".to_owned();
                Fault::Altered { sequence }
            }
            "alter with its hash" => {
                log.entries[at].subject = "DATA-X".to_owned();
                log.hashes.insert(Tree::leaf_place(n), leaf_hash(&log.entries[at].leaf()));
                // The hash above it gives it away, or the checkpoint over it.
                return (log, Fault::Contradicted { sequence, size: n + 1 });
            }
            "delete" => {
                log.entries.remove(at);
                Fault::Missing { sequence }
            }
            "delete and close up" => {
                log.entries.remove(at);
                renumber(&mut log);
                Fault::OutOfOrder { sequence, was: n + 1 }
            }
            "swap with the next" => {
                log.entries.swap(at, at + 1);
                renumber(&mut log);
                Fault::OutOfOrder { sequence, was: n + 1 }
            }
            "back-date" => {
                log.entries[at].at = Timestamp::from_millis(-1);
                Fault::BackDated { sequence }
            }
            "insert" => {
                let new = Entry { subject: "new".to_owned(), ..log.entries[at].clone() };
                log.entries.insert(at, new);
                renumber(&mut log);
                Fault::Altered { sequence }
            }
            "truncate" => {
                log.entries.truncate(at);
                Fault::Truncated { sequence, size: n + 1 }
            }
            "truncate with hashes and checkpoints but one" => {
                log.entries.truncate(at);
                log.hashes.retain(|place, _| *place < Tree::leaf_place(n));
                log.checkpoints.retain(|size, _| *size <= n || *size == 9);
                Fault::Truncated { sequence, size: 9 }
            }
            "alter a payload" => {
                log.payloads.insert(n, Act::new("x", "y", "eve").payload([0; 16]));
                Fault::Payload { sequence }
            }
            "remove a payload" => {
                log.payloads.remove(&n);
                Fault::PayloadMissing { sequence }
            }
            "say that a payload was erased" => {
                log.payloads.remove(&n);
                log.erased.insert(n, vec![n]);
                Fault::Removal { sequence }
            }
            "alter a hash" => {
                log.hashes.insert(Tree::leaf_place(n), [0; 32]);
                Fault::Altered { sequence }
            }
            "swap a checkpoint" => {
                let other = log.checkpoints[&(9 - n)].clone();
                log.checkpoints.insert(n + 1, other);
                Fault::Misplaced { size: n + 1, signed: 9 - n }
            }
            "forge a checkpoint" => {
                let forger = LogKey::from_seed(&[5; 32]).unwrap();
                log.checkpoints.insert(n + 1, forger.sign(Root { size: n + 1, hash: [0; 32] }).unwrap());
                Fault::Checkpoint { size: n + 1, cause: crate::audit::CheckpointError::Stranger }
            }
            "remove the last checkpoints" => {
                log.checkpoints.retain(|size, _| *size <= n);
                Fault::Unsealed { sequence }
            }
            _ => panic!("{with}"),
        };
        (log, fault)
    }

    #[test]
    fn whatever_is_done_to_an_entry_is_found_and_named() {
        let everywhere = 0..9;
        let mut tried = 0;
        for (with, where_) in [
            ("alter", everywhere.clone()),
            ("alter with its hash", everywhere.clone()),
            ("delete", 0..8),
            ("delete and close up", 0..8),
            ("swap with the next", 0..8),
            ("back-date", 1..9),
            ("insert", everywhere.clone()),
            ("truncate", everywhere.clone()),
            ("truncate with hashes and checkpoints but one", everywhere.clone()),
            ("alter a payload", everywhere.clone()),
            ("remove a payload", 0..2),
            ("remove a payload", 3..9),
            ("say that a payload was erased", 6..9),
            ("alter a hash", everywhere.clone()),
            ("swap a checkpoint", 0..4),
            ("swap a checkpoint", 5..9),
            ("forge a checkpoint", everywhere.clone()),
            ("remove the last checkpoints", everywhere.clone()),
        ] {
            for n in where_ {
                let (log, expected) = tamper(with, n);
                let report = verify(&log, key().public(), None);
                assert!(report.faults.contains(&expected), "{with} {n}: {:?}", report.faults);
                assert_eq!(report.faults[0].sequence(), n, "{with} {n}: {:?}", report.faults);
                tried += 1;
            }
        }
        assert!(tried > 130, "{tried}");
    }

    #[test]
    fn whoever_kept_a_checkpoint_finds_history_rewritten_with_the_key() {
        let kept = log(9).checkpoints[&6].clone();
        let mut rewritten = log(3);
        let (mut tree, at) = (Tree::default(), Timestamp::from_millis(9_000));
        for entry in &rewritten.entries {
            tree.append(leaf_hash(&entry.leaf())).unwrap();
        }
        for sequence in 3..9 {
            let payload = Act::new("x", "y", "eve").payload([0; 16]);
            let entry = Entry {
                sequence,
                at,
                what: "x".into(),
                subject: "y".into(),
                commitment: payload.commitment(),
            };
            rewritten.hashes.extend(tree.append(leaf_hash(&entry.leaf())).unwrap());
            let root = Root { size: sequence + 1, hash: tree.root().unwrap() };
            rewritten.checkpoints.insert(root.size, key().sign(root).unwrap());
            rewritten.payloads.insert(sequence, payload);
            rewritten.entries.push(entry);
        }
        assert_eq!(first(&rewritten), None, "it is consistent in itself");
        let report = verify(&rewritten, key().public(), Some(&kept));
        assert_eq!(report.faults, [Fault::Rewritten { size: 6 }]);
        assert_eq!(verify(&log(9), key().public(), Some(&kept)).faults, []);
        assert_eq!(
            verify(&log(3), key().public(), Some(&kept)).faults,
            [Fault::Truncated { sequence: 3, size: 6 }]
        );
    }

    #[test]
    fn an_export_says_what_the_log_says() {
        for size in [0, 1, 9, 256, 300] {
            let log = log(size);
            let read = read_export(&tile_files(&log)).unwrap();
            assert_eq!((&read.entries, &read.payloads), (&log.entries, &log.payloads));
            assert_eq!(verify(&read, key().public(), None), verify(&log, key().public(), None), "{size}");
        }
        let mut files = tile_files(&log(9));
        let bundle = files.get_mut("tile/entries/000.p/9").unwrap();
        let place = bundle.windows(6).position(|bytes| bytes == b"DATA-4").unwrap();
        bundle[place + 5] = b'5';
        assert_eq!(first(&read_export(&files).unwrap()), Some(Fault::Altered { sequence: 4 }));
        files.insert("tile/entries/000.p/9".into(), vec![0, 255, 1]);
        assert!(read_export(&files).unwrap_err().to_string().contains("is cut off"));
    }

    #[test]
    fn an_entry_proves_itself() {
        let log = log(9);
        let tree = Tree::resume(9, log.hashes.clone()).unwrap();
        let note = &log.checkpoints[&9];
        for entry in &log.entries {
            let proven = Proven::new(entry, log.payloads.get(&entry.sequence), &tree, 9).unwrap();
            assert_eq!(proven.check(note, key().public()).as_ref(), Ok(entry));
            let altered = Proven { leaf: proven.leaf.replace("DATA", "BAND"), ..proven.clone() };
            if altered != proven {
                let sequence = entry.sequence;
                assert_eq!(altered.check(note, key().public()), Err(Unproven::NotInLog { sequence }));
            }
            if let Some((salt, _)) = &proven.payload {
                let payload = Some((salt.clone(), "{}".to_owned()));
                let altered = Proven { payload, ..proven.clone() };
                let sequence = entry.sequence;
                assert_eq!(altered.check(note, key().public()), Err(Unproven::Payload { sequence }));
            }
        }
    }

    proptest! {
        /// No single byte of an exported log can change unnoticed.
        #[test]
        fn no_byte_of_an_export_changes_unnoticed(file in 0_usize..40, byte in 0_usize..4_000, bit in 0_u8..8) {
            static EXPORT: std::sync::LazyLock<crate::audit::Files> =
                std::sync::LazyLock::new(|| tile_files(&log(9)));
            let mut files = EXPORT.clone();
            let path = files.keys().nth(file % files.len()).unwrap().clone();
            let bytes = files.get_mut(&path).unwrap();
            let place = byte % bytes.len();
            bytes[place] ^= 1 << bit;
            // The copy of the latest checkpoint is for followers of the log; `checkpoints/` is what is looked at.
            prop_assume!(path != "checkpoint");
            let noticed = match read_export(&files) {
                Err(_) => true,
                Ok(read) => !verify(&read, key().public(), None).faults.is_empty(),
            };
            prop_assert!(noticed, "{path} {place}");
        }
    }
}
