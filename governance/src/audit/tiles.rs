use std::collections::BTreeMap;

use tlog_tiles::Tile;

use super::{
    tree::{Hash, Tree},
    verify::Log,
};
use crate::{Entry, Payload};

/// Height of a tile: 256 hashes (<https://c2sp.org/tlog-tiles>).
const HEIGHT: u8 = 8;
const WIDTH: usize = 1 << HEIGHT;

/// Files by their path under the export's folder.
pub type Files = BTreeMap<String, Vec<u8>>;

/// A folder is not the export of a log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{path}` {reason}; export the log again")]
pub struct InvalidExport {
    /// The file.
    pub path: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

/// A log as files: `checkpoint`, tiles and entry bundles as <https://c2sp.org/tlog-tiles> lays them out, and beside them
/// what that does not know: `payloads/N` (salt, then body), `checkpoints/N`, `erased/N` (sequence numbers, one a line).
pub fn tile_files(log: &Log) -> Files {
    let mut files = Files::new();
    let leaves: Vec<Hash> = log.entries.iter().map(|entry| super::leaf_hash(&entry.leaf())).collect();
    hash_tiles(&leaves, &mut files);
    for (number, bundle) in log.entries.chunks(WIDTH).enumerate() {
        let bytes = bundle.iter().flat_map(|entry| framed(&entry.leaf())).collect();
        files.insert(path("entries", number as u64, bundle.len()), bytes);
    }
    for (sequence, payload) in &log.payloads {
        let bytes = [&payload.salt[..], &payload.body].concat();
        files.insert(format!("payloads/{sequence}"), bytes);
    }
    for (size, note) in &log.checkpoints {
        files.insert(format!("checkpoints/{size}"), note.clone().into_bytes());
    }
    if let Some((_, note)) = log.checkpoints.last_key_value() {
        files.insert("checkpoint".to_owned(), note.clone().into_bytes());
    }
    for (entry, erased) in &log.erased {
        let lines: String = erased.iter().map(|sequence| format!("{sequence}\n")).collect();
        files.insert(format!("erased/{entry}"), lines.into_bytes());
    }
    files
}

/// Reads what [`tile_files`] writes; what the entries say is not judged here.
pub fn read_export(files: &Files) -> Result<Log, InvalidExport> {
    let mut log = Log::default();
    let mut bundles = BTreeMap::new();
    for (path, bytes) in files {
        let invalid = |reason| InvalidExport { path: path.clone(), reason };
        let numbered = |prefix: &str| path.strip_prefix(prefix).and_then(|number| number.parse::<u64>().ok());
        if let Some(place) = path.strip_prefix("tile/entries/") {
            let number = bundle_number(place).ok_or_else(|| invalid("has no place in the log"))?;
            // Of a bundle that was exported again since it grew, the longer counts.
            let longest = bundles.entry(number).or_insert((path, bytes));
            if bytes.len() > longest.1.len() {
                *longest = (path, bytes);
            }
        } else if let Some(sequence) = numbered("payloads/") {
            let (salt, body) = bytes.split_first_chunk().ok_or_else(|| invalid("is too short"))?;
            log.payloads.insert(sequence, Payload { salt: *salt, body: body.to_vec() });
        } else if let Some(size) = numbered("checkpoints/") {
            let note = String::from_utf8(bytes.clone()).map_err(|_| invalid("is no text"))?;
            log.checkpoints.insert(size, note);
        } else if let Some(entry) = numbered("erased/") {
            let lines = std::str::from_utf8(bytes).map_err(|_| invalid("is no text"))?;
            let sequences = lines.lines().map(str::parse).collect::<Result<_, _>>();
            log.erased.insert(entry, sequences.map_err(|_| invalid("is no list of entries"))?);
        } else if path.starts_with("tile/0/") {
            let number = bundle_number(path.trim_start_matches("tile/0/"));
            let number = number.ok_or_else(|| invalid("has no place in the log"))?;
            for (place, hash) in bytes.as_chunks::<32>().0.iter().enumerate() {
                let sequence = number * WIDTH as u64 + place as u64;
                log.hashes.insert(Tree::leaf_place(sequence), *hash);
            }
        }
    }
    for (path, bytes) in bundles.into_values() {
        let invalid = |reason| InvalidExport { path: path.clone(), reason };
        for leaf in unframed(bytes).ok_or_else(|| invalid("is cut off"))? {
            log.entries
                .push(Entry::from_leaf(leaf).ok_or_else(|| invalid("holds an entry that cannot be read"))?);
        }
    }
    Ok(log)
}

/// Hash tiles of every level; a tile above holds the roots of full tiles below.
fn hash_tiles(leaves: &[Hash], files: &mut Files) {
    let (mut level, mut hashes) = (0, leaves.to_vec());
    while !hashes.is_empty() {
        let mut above = Vec::new();
        for (number, tile) in hashes.chunks(WIDTH).enumerate() {
            files.insert(path(&level.to_string(), number as u64, tile.len()), tile.concat());
            if tile.len() == WIDTH {
                above.push(Tile::subtree_hash(&tile.concat()).0);
            }
        }
        (level, hashes) = (level + 1, above);
    }
}

/// `tile/<level>/<number>`, the number in groups of three digits, with `.p/<width>` where the tile is not full.
fn path(level: &str, number: u64, width: usize) -> String {
    let mut groups = format!("{:03}", number % 1000);
    let mut rest = number / 1000;
    while rest > 0 {
        groups = format!("x{:03}/{groups}", rest % 1000);
        rest /= 1000;
    }
    let partial = if width == WIDTH { String::new() } else { format!(".p/{width}") };
    format!("tile/{level}/{groups}{partial}")
}

fn bundle_number(place: &str) -> Option<u64> {
    let groups = place.split(".p/").next()?.split('/');
    groups
        .map(|group| group.trim_start_matches('x'))
        .try_fold(0_u64, |number, group| number.checked_mul(1000)?.checked_add(group.parse().ok()?))
}

/// An entry in a bundle: its length as a big-endian u16, then its bytes.
fn framed(leaf: &[u8]) -> Vec<u8> {
    let length = u16::try_from(leaf.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes(), leaf].concat()
}

fn unframed(mut bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut leaves = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<2>() {
        let (leaf, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        leaves.push(leaf);
        bytes = rest;
    }
    bytes.is_empty().then_some(leaves)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_layout() {
        for (level, number, width, expected) in [
            ("0", 0, 256, "tile/0/000"),
            ("1", 67, 7, "tile/1/067.p/7"),
            ("entries", 1_234_067, 256, "tile/entries/x001/x234/067"),
        ] {
            assert_eq!(path(level, number, width), expected);
        }
        assert_eq!(bundle_number("x001/x234/067.p/8"), Some(1_234_067));
        assert_eq!(bundle_number("x001/y"), None);
    }

    #[test]
    fn bundles_are_read_as_they_are_written() {
        let bundle = [framed(b"one"), framed(b"")].concat();
        assert_eq!(unframed(&bundle), Some(vec![&b"one"[..], b""]));
        assert_eq!(unframed(&bundle[..3]), None);
    }
}
