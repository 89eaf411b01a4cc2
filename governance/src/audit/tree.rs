use std::collections::BTreeMap;

use tlog_tiles::{
    Error, HashReader, check_record, prove_record, prove_tree, record_hash, stored_hash_index,
    stored_hashes_for_record_hash, sub_tree_index, tree_hash,
};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// A hash that the tree needs is not there, or the tree is smaller than what is asked of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a hash of the audit log's tree is missing; `bylaw audit verify` names the entry")]
pub struct BrokenTree;

/// What the tree holds for an entry (RFC 6962 §2.1).
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    record_hash(leaf).0
}

/// A Merkle tree to which leaves are appended. Knows all its hashes, or only those that it grows from.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    size: u64,
    hashes: Stored,
}

/// Hashes of complete subtrees by their place in storage (Crosby and Wallach 2009, §3.3).
#[derive(Clone, Debug, Default)]
struct Stored(BTreeMap<u64, Hash>);

impl HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, Error> {
        let found = indexes.iter().map(|index| self.0.get(index).copied().map(tlog_tiles::Hash));
        found.collect::<Option<_>>().ok_or(Error::IndexesNotInTree)
    }
}

impl Tree {
    /// Places of the hashes that a tree of `size` leaves grows from: at most one for each bit of `size`.
    pub fn edge(size: u64) -> Vec<u64> {
        sub_tree_index(0, size, Vec::new())
    }

    /// The place of the hash of leaf `sequence`.
    pub fn leaf_place(sequence: u64) -> u64 {
        stored_hash_index(0, sequence)
    }

    /// A tree of `size` leaves, from the hashes at the places of [`Tree::edge`], or from more.
    pub fn resume(size: u64, hashes: impl IntoIterator<Item = (u64, Hash)>) -> Result<Self, BrokenTree> {
        let hashes = Stored(hashes.into_iter().collect());
        let whole = Self::edge(size).iter().all(|place| hashes.0.contains_key(place));
        if whole { Ok(Self { size, hashes }) } else { Err(BrokenTree) }
    }

    /// How many leaves it has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf; the hashes that came with it, by place.
    pub fn append(&mut self, leaf: Hash) -> Result<Vec<(u64, Hash)>, BrokenTree> {
        let first = Self::leaf_place(self.size);
        let fresh = stored_hashes_for_record_hash(self.size, tlog_tiles::Hash(leaf), &self.hashes)
            .map_err(|_| BrokenTree)?;
        let fresh: Vec<(u64, Hash)> = (first..).zip(fresh.into_iter().map(|hash| hash.0)).collect();
        self.hashes.0.extend(fresh.iter().copied());
        self.size += 1;
        Ok(fresh)
    }

    /// The root over all leaves.
    pub fn root(&self) -> Result<Hash, BrokenTree> {
        self.root_at(self.size)
    }

    /// The root over the first `size` leaves.
    pub fn root_at(&self, size: u64) -> Result<Hash, BrokenTree> {
        self.within(size)?;
        tree_hash(size, &self.hashes).map(|hash| hash.0).map_err(|_| BrokenTree)
    }

    /// Hashes that prove leaf `sequence` under the root over the first `size` leaves.
    pub fn prove(&self, sequence: u64, size: u64) -> Result<Vec<Hash>, BrokenTree> {
        self.within(size)?;
        if sequence >= size {
            return Err(BrokenTree);
        }
        prove_record(size, sequence, &self.hashes).map(plain).map_err(|_| BrokenTree)
    }

    /// Hashes that prove that the tree of `old` leaves is the beginning of the one of `new` leaves.
    pub fn prove_extension(&self, old: u64, new: u64) -> Result<Vec<Hash>, BrokenTree> {
        self.within(new)?;
        if old == 0 || old > new {
            return Err(BrokenTree);
        }
        prove_tree(new, old, &self.hashes).map(plain).map_err(|_| BrokenTree)
    }

    /// Hashes above the leaves, by place.
    pub(super) fn inner(&self) -> Vec<(u64, Hash)> {
        let leaf = |place: u64| tlog_tiles::split_stored_hash_index(place).0 == 0;
        self.hashes
            .0
            .iter()
            .filter(|(place, _)| !leaf(**place))
            .map(|(place, hash)| (*place, *hash))
            .collect()
    }

    fn within(&self, size: u64) -> Result<(), BrokenTree> {
        if size <= self.size { Ok(()) } else { Err(BrokenTree) }
    }
}

fn plain(proof: Vec<tlog_tiles::Hash>) -> Vec<Hash> {
    proof.into_iter().map(|hash| hash.0).collect()
}

/// Whether `proof` proves a leaf hash to be the one numbered `sequence` under `root` over `size` leaves.
pub(super) fn proves(proof: &[Hash], size: u64, root: Hash, sequence: u64, leaf: Hash) -> Result<(), ()> {
    let proof = proof.iter().copied().map(tlog_tiles::Hash).collect();
    check_record(&proof, size, tlog_tiles::Hash(root), sequence, tlog_tiles::Hash(leaf)).map_err(drop)
}

/// Whether `proof` proves that `root` over `size` leaves extends `old_root` over `old` leaves.
#[cfg(test)]
pub(super) fn extends(proof: &[Hash], size: u64, root: Hash, old: u64, old_root: Hash) -> Result<(), ()> {
    let proof = proof.iter().copied().map(tlog_tiles::Hash).collect();
    tlog_tiles::check_tree(&proof, size, tlog_tiles::Hash(root), old, tlog_tiles::Hash(old_root))
        .map_err(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grown(size: u64) -> Tree {
        let mut tree = Tree::default();
        for number in 0..size {
            tree.append(leaf_hash(number.to_string().as_bytes())).unwrap();
        }
        tree
    }

    #[test]
    fn roots_are_those_of_rfc_6962() {
        // SHA-256 of nothing, and of 0x00: §2.1.
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(crate::audit::hex(&Tree::default().root().unwrap()), empty);
        let one = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d";
        assert_eq!(crate::audit::hex(&leaf_hash(b"")), one);
    }

    #[test]
    fn a_tree_grows_from_its_edge_as_it_would_have() {
        for size in 0..40 {
            let whole = grown(size);
            let edge = Tree::edge(size).into_iter().map(|place| (place, whole.hashes.0[&place]));
            let (mut resumed, mut whole) = (Tree::resume(size, edge).unwrap(), whole.clone());
            assert_eq!(resumed.append([9; 32]), whole.append([9; 32]), "{size}");
            assert_eq!(resumed.root(), whole.root(), "{size}");
        }
        assert_eq!(Tree::resume(5, []).err(), Some(BrokenTree));
    }

    #[test]
    fn every_leaf_and_every_beginning_can_be_proved() {
        let tree = grown(21);
        for size in 1..=21 {
            let root = tree.root_at(size).unwrap();
            for sequence in 0..size {
                let proof = tree.prove(sequence, size).unwrap();
                let leaf = leaf_hash(sequence.to_string().as_bytes());
                assert_eq!(proves(&proof, size, root, sequence, leaf), Ok(()));
                assert_eq!(proves(&proof, size, root, sequence, [0; 32]), Err(()));
            }
            for old in 1..=size {
                let (proof, old_root) =
                    (tree.prove_extension(old, size).unwrap(), tree.root_at(old).unwrap());
                assert_eq!(extends(&proof, size, root, old, old_root), Ok(()));
                assert_eq!(extends(&proof, size, root, old, [0; 32]), Err(()));
            }
        }
        assert_eq!(tree.prove(3, 22), Err(BrokenTree));
        assert_eq!(tree.prove(3, 3), Err(BrokenTree));
    }
}
