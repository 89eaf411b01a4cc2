use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

use crate::{
    name,
    tool::{Host, HostKind},
};

/// Finds the most specific catalogued host for a name in one pass over its bytes, without allocating.
///
/// Every suffix of a name that begins at a label is hashed as the name is read backwards, and looked up: names never
/// match inside a label.
#[derive(Clone, Debug, Default)]
pub(crate) struct HostIndex {
    slots: HashMap<u64, Vec<Slot>, BuildHasherDefault<AlreadyHashed>>,
}

/// Position of a host in the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) tool: u32,
    pub(crate) host: u32,
}

#[derive(Clone, Debug)]
struct Slot {
    /// For wildcards, the labels right of the last `*`.
    suffix: Box<str>,
    entries: Vec<(Cover, Place)>,
}

#[derive(Clone, Debug)]
enum Cover {
    Suffix,
    Exact,
    Wildcard(Box<str>),
}

impl HostIndex {
    pub(crate) fn insert(&mut self, host: &Host, place: Place) {
        let (suffix, cover) = match host.kind {
            HostKind::Suffix => (&*host.name, Cover::Suffix),
            HostKind::Exact => (&*host.name, Cover::Exact),
            HostKind::Wildcard => (literal_tail(&host.name), Cover::Wildcard(host.name.clone())),
        };
        let slots = self.slots.entry(hash(suffix)).or_default();
        match slots.iter_mut().find(|slot| *slot.suffix == *suffix) {
            Some(slot) => slot.entries.push((cover, place)),
            None => slots.push(Slot { suffix: suffix.into(), entries: vec![(cover, place)] }),
        }
    }

    /// The entry that covers the most labels of `host`, which is bare; a name written out wins over a wildcard.
    pub(crate) fn find(&self, host: &str) -> Option<Place> {
        let mut best: Option<(u32, Place)> = None;
        let mut state = SEED;
        let mut labels = 1;
        for (at, byte) in host.bytes().enumerate().rev() {
            if byte == b'.' {
                self.probe(state, host, at + 1, labels, &mut best);
                labels += 1;
            }
            state = step(state, byte);
        }
        self.probe(state, host, 0, labels, &mut best);
        best.map(|(_, place)| place)
    }

    fn probe(&self, hash: u64, host: &str, from: usize, labels: u32, best: &mut Option<(u32, Place)>) {
        let Some(slots) = self.slots.get(&hash) else { return };
        let Some(suffix) = host.get(from..) else { return };
        let Some(slot) = slots.iter().find(|slot| slot.suffix.eq_ignore_ascii_case(suffix)) else { return };
        for (cover, place) in &slot.entries {
            let rank = match cover {
                Cover::Suffix => labels * 2 + 1,
                Cover::Exact if from == 0 => labels * 2 + 2,
                Cover::Wildcard(pattern) if name::matches_wildcard(pattern, host) => {
                    (pattern.split('.').count() as u32) * 2
                }
                Cover::Exact | Cover::Wildcard(_) => continue,
            };
            if best.is_none_or(|(highest, _)| rank > highest) {
                *best = Some((rank, *place));
            }
        }
    }
}

/// The labels right of the last label with a `*`.
fn literal_tail(pattern: &str) -> &str {
    let after_star = pattern.rfind('*').map_or(0, |at| at + 1);
    let tail = pattern.get(after_star..).unwrap_or(pattern);
    tail.split_once('.').map_or(tail, |(_, labels)| labels)
}

// FNV-1a over the lower-case bytes, last byte first: http://www.isthe.com/chongo/tech/comp/fnv/
const SEED: u64 = 0xcbf2_9ce4_8422_2325;

fn step(state: u64, byte: u8) -> u64 {
    (state ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0000_0100_0000_01b3)
}

fn hash(suffix: &str) -> u64 {
    suffix.bytes().rev().fold(SEED, step)
}

/// Takes the key, which is a hash, as the hash.
#[derive(Default)]
struct AlreadyHashed(u64);

impl Hasher for AlreadyHashed {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |state, byte| step(state, *byte));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::{HostIndex, Place};
    use crate::tool::{Host, HostKind, Inspection, Role};

    fn index(names: &[(&str, HostKind)]) -> HostIndex {
        let mut index = HostIndex::default();
        for (at, (name, kind)) in names.iter().enumerate() {
            let host =
                Host { name: (*name).into(), kind: *kind, role: Role::App, inspection: Inspection::Possible };
            index.insert(&host, Place { tool: at as u32, host: 0 });
        }
        index
    }

    #[test]
    fn the_most_specific_entry_wins() {
        use HostKind::{Exact, Suffix, Wildcard};
        let index = index(&[
            ("a.com", Suffix),
            ("b.a.com", Suffix),
            ("b.a.com", Exact),
            ("*.b.a.com", Wildcard),
            ("only.org", Exact),
            ("10.0.0.7", Exact),
            ("c.b.a.com", Suffix),
        ]);
        for (host, expected) in [
            ("a.com", Some(0)),
            ("z.a.com", Some(0)),
            ("B.A.com", Some(2)),
            ("c.b.a.com", Some(6)),
            ("d.b.a.com", Some(3)),
            ("e.d.b.a.com", Some(1)),
            ("only.org", Some(4)),
            ("www.only.org", None),
            ("10.0.0.7", Some(5)),
            ("xa.com", None),
            ("com", None),
            ("", None),
            (".", None),
        ] {
            assert_eq!(index.find(host).map(|place| place.tool), expected, "{host}");
        }
    }
}
