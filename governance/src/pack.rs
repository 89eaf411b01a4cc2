use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    Entry,
    audit::{Files, Proven, PublicKey, Unproven, hex},
};

/// What an entry is called that says which evidence pack was made.
pub const PACK_MADE: &str = "evidence_pack.made";
/// The list of a pack's files with their hashes.
pub const MANIFEST: &str = "manifest.json";
/// What proves the manifest and the entries.
pub const PROOF: &str = "proof.json";

/// The files of a pack by name, each with its SHA-256 in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// What it is evidence for.
    pub framework: String,
    /// Every file but the manifest and the proof.
    pub files: BTreeMap<String, String>,
}

/// What proves a pack: the log's entry about it, and entries that it cites.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// The log's public key; compare it with the one that `bylaw audit key` prints.
    pub key: String,
    /// The checkpoint that everything here is proved under.
    pub checkpoint: String,
    /// The entry that holds the manifest's hash.
    pub pack: Proven,
    /// Entries of the log that the pack cites.
    pub entries: Vec<Proven>,
}

/// What a pack proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackReport {
    /// What it is evidence for.
    pub framework: String,
    /// How many files are as they were when it was made.
    pub files: usize,
    /// The log's entry about it.
    pub made: Entry,
    /// How many cited entries are in the log.
    pub entries: usize,
    /// How many of their payloads were erased before it was made.
    pub erased: usize,
    /// How many entries the checkpoint covers.
    pub size: u64,
}

/// A pack is not what was made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackFault {
    /// A file is not there.
    #[error("`{0}` is missing")]
    Missing(String),
    /// A file was altered.
    #[error("`{0}` was altered")]
    Altered(String),
    /// A file was added.
    #[error("`{0}` was added: the manifest does not name it")]
    Added(String),
    /// A file of its own is not in the form it has.
    #[error("`{0}` cannot be read")]
    Unreadable(&'static str),
    /// The log does not hold what it should.
    #[error(transparent)]
    Unproven(#[from] Unproven),
    /// The log speaks of another manifest.
    #[error("`manifest.json` is not the one that entry {sequence} of the audit log speaks of")]
    OtherManifest {
        /// The entry's place.
        sequence: u64,
    },
    /// The key in the pack is not the one to verify with.
    #[error("the pack was made by another installation: its key is `{0}`")]
    OtherKey(String),
}

/// The manifest of files that a pack will hold, and the subject of the entry about it.
pub fn manifest(framework: &str, files: &Files) -> (Vec<u8>, String) {
    let hashed = files.iter().map(|(name, bytes)| (name.clone(), sha256(bytes))).collect();
    let manifest = Manifest { framework: framework.to_owned(), files: hashed };
    // Strings can always be written as JSON.
    let bytes = serde_json::to_vec_pretty(&manifest).unwrap_or_default();
    let subject = subject(framework, &bytes);
    (bytes, subject)
}

/// Verifies a pack offline, with a key known from elsewhere, or with the one in it.
pub fn verify_pack(files: &Files, key: Option<&PublicKey>) -> Result<PackReport, PackFault> {
    let manifest_bytes = file(files, MANIFEST)?;
    let manifest: Manifest =
        serde_json::from_slice(manifest_bytes).map_err(|_| PackFault::Unreadable(MANIFEST))?;
    let proof: Proof =
        serde_json::from_slice(file(files, PROOF)?).map_err(|_| PackFault::Unreadable(PROOF))?;
    let own: PublicKey = proof.key.parse().map_err(|_| PackFault::Unreadable(PROOF))?;
    if key.is_some_and(|key| key.to_string() != proof.key) {
        return Err(PackFault::OtherKey(proof.key));
    }
    let made = proof.pack.check(&proof.checkpoint, &own)?;
    if made.what != PACK_MADE || made.subject != subject(&manifest.framework, manifest_bytes) {
        return Err(PackFault::OtherManifest { sequence: made.sequence });
    }
    for (name, hash) in &manifest.files {
        if sha256(file(files, name)?) != *hash {
            return Err(PackFault::Altered(name.clone()));
        }
    }
    let own_files = [MANIFEST, PROOF];
    let known = |name: &&String| manifest.files.contains_key(*name) || own_files.contains(&name.as_str());
    if let Some(added) = files.keys().find(|name| !known(name)) {
        return Err(PackFault::Added(added.clone()));
    }
    for entry in &proof.entries {
        entry.check(&proof.checkpoint, &own)?;
    }
    let root = own.open(&proof.checkpoint).map_err(Unproven::from)?;
    Ok(PackReport {
        framework: manifest.framework,
        files: manifest.files.len(),
        made,
        entries: proof.entries.len(),
        erased: proof.entries.iter().filter(|entry| entry.payload.is_none()).count(),
        size: root.size,
    })
}

fn file<'a>(files: &'a Files, name: &str) -> Result<&'a [u8], PackFault> {
    files.get(name).map(Vec::as_slice).ok_or_else(|| PackFault::Missing(name.to_owned()))
}

fn subject(framework: &str, manifest: &[u8]) -> String {
    format!("{framework} sha256:{}", sha256(manifest))
}

fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use model::Timestamp;

    use super::*;
    use crate::{
        Act,
        audit::{LogKey, Root, Tree, leaf_hash},
    };

    fn key(byte: u8) -> LogKey {
        LogKey::from_seed(&[byte; 32]).unwrap()
    }

    fn pack() -> Files {
        let mut files = Files::from([("summary.md".to_owned(), b"# Evidence".to_vec())]);
        let (bytes, subject) = manifest("gdpr", &files);
        let mut tree = Tree::default();
        let entries: Vec<_> = (0..)
            .zip([Act::new("policy.published", "v1", "ada"), Act::new(PACK_MADE, subject, "ada")])
            .map(|(sequence, act)| {
                let payload = act.payload([1; 16]);
                let (what, commitment) = (act.what.to_owned(), payload.commitment());
                let at = Timestamp::from_millis(5);
                let entry = Entry { sequence, at, what, subject: act.subject, commitment };
                tree.append(leaf_hash(&entry.leaf())).unwrap();
                (entry, payload)
            })
            .collect();
        let prove = |place: usize| Proven::new(&entries[place].0, Some(&entries[place].1), &tree, 2).unwrap();
        let proof = Proof {
            key: key(1).public().to_string(),
            checkpoint: key(1).sign(Root { size: 2, hash: tree.root().unwrap() }).unwrap(),
            pack: prove(1),
            entries: vec![prove(0)],
        };
        files.insert(MANIFEST.to_owned(), bytes);
        files.insert(PROOF.to_owned(), serde_json::to_vec(&proof).unwrap());
        files
    }

    #[track_caller]
    fn check(change: impl FnOnce(&mut Files), expected: &str) {
        let mut files = pack();
        change(&mut files);
        let result = verify_pack(&files, Some(key(1).public()));
        let said = match result {
            Ok(report) => format!("{} files, {} entries", report.files, report.entries),
            Err(fault) => fault.to_string(),
        };
        assert!(said.contains(expected), "{said}");
    }

    fn replace(files: &mut Files, name: &str, from: &str, to: &str) {
        let text = String::from_utf8(files[name].clone()).unwrap();
        assert!(text.contains(from), "{text}");
        files.insert(name.to_owned(), text.replace(from, to).into_bytes());
    }

    #[test]
    fn a_pack_proves_itself_and_nothing_else() {
        check(|_| {}, "1 files, 1 entries");
        check(|files| replace(files, "summary.md", "Evidence", "Evidenz"), "`summary.md` was altered");
        check(|files| drop(files.remove("summary.md")), "`summary.md` is missing");
        check(|files| drop(files.insert("more".into(), vec![])), "`more` was added");
        check(|files| drop(files.remove(PROOF)), "`proof.json` is missing");
        check(|files| replace(files, MANIFEST, "gdpr", "hipaa"), "not the one that entry 1");
        check(
            |files| replace(files, PROOF, "policy.published", "policy.withdrawn"),
            "entry 0 is not in the log",
        );
        check(
            |files| replace(files, PROOF, "{\\\"by\\\":\\\"ada", "{\\\"by\\\":\\\"eve"),
            "payload of entry",
        );
        check(|files| drop(files.insert(PROOF.into(), b"{".to_vec())), "`proof.json` cannot be read");
        let own = verify_pack(&pack(), None).unwrap();
        assert_eq!((own.size, own.made.sequence), (2, 1));
        let other = verify_pack(&pack(), Some(key(2).public())).unwrap_err();
        assert!(matches!(other, PackFault::OtherKey(_)), "{other}");
    }
}
