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
        let expected =
            Report { entries: size, payloads: size - erased, erased, checkpoints: size, faults: Vec::new() };
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
        let entry =
            Entry { sequence, at, what: "x".into(), subject: "y".into(), commitment: payload.commitment() };
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
