use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

use crate::tool::{Host, HostKind};

/// Finds the most specific catalogued host for a name: a trie over labels, the last label first.
///
/// A name is read backwards, label by label, and no further than catalogued names go; nothing is allocated, and no
/// name matches inside a label.
#[derive(Clone, Debug, Default)]
pub(crate) struct HostIndex {
    nodes: Vec<Node>,
    /// Label below a node -> its node.
    edges: HashMap<u64, Edge, BuildHasherDefault<AlreadyHashed>>,
    /// Edges whose hash another edge already has.
    collided: Vec<Edge>,
}

/// Position of a host in the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) tool: u32,
    pub(crate) host: u32,
}

#[derive(Clone, Debug, Default)]
struct Node {
    /// The name that ends here and everything below it.
    suffix: Option<Place>,
    /// The name that ends here, only.
    exact: Option<Place>,
    /// The name that ends here and has a `*` in one of its labels.
    wildcard: Option<Place>,
    /// Labels with a `*` below this node.
    stars: Vec<Star>,
}

#[derive(Clone, Debug)]
struct Edge {
    from: u32,
    label: Box<str>,
    to: u32,
}

#[derive(Clone, Debug)]
struct Star {
    before: Box<str>,
    after: Box<str>,
    to: u32,
}

/// How closely an entry covers a name: labels first, then how it is written.
type Rank = (u32, Written);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Written {
    Wildcard,
    Suffix,
    Exact,
}

const ROOT: u32 = 0;

impl HostIndex {
    pub(crate) fn insert(&mut self, host: &Host, place: Place) {
        let mut node = self.root();
        for label in host.name.rsplit('.') {
            node = match label.split_once('*') {
                Some((before, after)) if host.kind == HostKind::Wildcard => self.star(node, before, after),
                _ => self.step(node, label),
            };
        }
        let Some(node) = self.nodes.get_mut(node as usize) else { return };
        match host.kind {
            HostKind::Suffix => node.suffix = Some(place),
            HostKind::Exact => node.exact = Some(place),
            HostKind::Wildcard => node.wildcard = Some(place),
        }
    }

    /// The entry that covers the most labels of `host`, which is bare; a name written out wins over a wildcard.
    pub(crate) fn find(&self, host: &str) -> Option<Place> {
        let mut best = None;
        self.descend(ROOT, host.as_bytes(), 1, &mut best);
        best.map(|(_, place)| place)
    }

    /// Follows the labels of `rest`, the last first, from `node`.
    fn descend(&self, mut node: u32, mut rest: &[u8], mut depth: u32, best: &mut Option<(Rank, Place)>) {
        loop {
            let (hash, at) = last_label(rest);
            let (left, label) = match at {
                Some(dot) => (rest.get(..dot), rest.get(dot + 1..).unwrap_or_default()),
                None => (None, rest),
            };
            for star in self.nodes.get(node as usize).map_or(&[][..], |node| &node.stars) {
                if star.matches(label) {
                    self.end(star.to, left.is_none(), depth, best);
                    if let Some(left) = left {
                        self.descend(star.to, left, depth + 1, best);
                    }
                }
            }
            let Some(next) = self.edge(node, hash, label) else { return };
            self.end(next, left.is_none(), depth, best);
            let Some(left) = left else { return };
            (node, rest, depth) = (next, left, depth + 1);
        }
    }

    /// Keeps the best of the entries that end at `node`; `whole` if the name ends there too.
    fn end(&self, node: u32, whole: bool, depth: u32, best: &mut Option<(Rank, Place)>) {
        let Some(node) = self.nodes.get(node as usize) else { return };
        let exact = node.exact.filter(|_| whole).map(|place| (Written::Exact, place));
        let suffix = || node.suffix.map(|place| (Written::Suffix, place));
        let wildcard = || node.wildcard.filter(|_| whole).map(|place| (Written::Wildcard, place));
        let Some((written, place)) = exact.or_else(suffix).or_else(wildcard) else { return };
        if best.is_none_or(|(rank, _)| (depth, written) > rank) {
            *best = Some(((depth, written), place));
        }
    }

    fn edge(&self, from: u32, label_hash: u64, label: &[u8]) -> Option<u32> {
        let edge = self.edges.get(&key(from, label_hash))?;
        if edge.is(from, label) {
            return Some(edge.to);
        }
        self.collided.iter().find(|edge| edge.is(from, label)).map(|edge| edge.to)
    }

    fn root(&mut self) -> u32 {
        if self.nodes.is_empty() {
            self.nodes.push(Node::default());
        }
        ROOT
    }

    /// The node below `from` at `label`, made if need be.
    fn step(&mut self, from: u32, label: &str) -> u32 {
        let (hash, _) = last_label(label.as_bytes());
        if let Some(to) = self.edge(from, hash, label.as_bytes()) {
            return to;
        }
        let edge = Edge { from, label: label.into(), to: self.new_node() };
        let to = edge.to;
        match self.edges.entry(key(from, hash)) {
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(edge);
            }
            std::collections::hash_map::Entry::Occupied(_) => self.collided.push(edge),
        }
        to
    }

    fn star(&mut self, from: u32, before: &str, after: &str) -> u32 {
        let same = |star: &&Star| *star.before == *before && *star.after == *after;
        if let Some(star) = self.nodes.get(from as usize).and_then(|node| node.stars.iter().find(same)) {
            return star.to;
        }
        let to = self.new_node();
        if let Some(node) = self.nodes.get_mut(from as usize) {
            node.stars.push(Star { before: before.into(), after: after.into(), to });
        }
        to
    }

    fn new_node(&mut self) -> u32 {
        self.nodes.push(Node::default());
        (self.nodes.len() - 1) as u32
    }
}

impl Edge {
    fn is(&self, from: u32, label: &[u8]) -> bool {
        self.from == from && self.label.as_bytes().eq_ignore_ascii_case(label)
    }
}

impl Star {
    /// Whether `label` begins and ends as the star does, with something between.
    fn matches(&self, label: &[u8]) -> bool {
        let (before, after) = (self.before.as_bytes(), self.after.as_bytes());
        label.len() > before.len() + after.len()
            && label.get(..before.len()).is_some_and(|head| head.eq_ignore_ascii_case(before))
            && label.get(label.len() - after.len()..).is_some_and(|tail| tail.eq_ignore_ascii_case(after))
    }
}

/// Hash of the last label, and where the dot before it is.
fn last_label(name: &[u8]) -> (u64, Option<usize>) {
    // FNV-1a over the lower-case bytes, last byte first: http://www.isthe.com/chongo/tech/comp/fnv/
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for (at, byte) in name.iter().enumerate().rev() {
        if *byte == b'.' {
            return (hash, Some(at));
        }
        hash = (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0000_0100_0000_01b3);
    }
    (hash, None)
}

fn key(from: u32, label_hash: u64) -> u64 {
    (label_hash ^ u64::from(from)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Takes the key, which is a hash, as the hash.
#[derive(Default)]
struct AlreadyHashed(u64);

impl Hasher for AlreadyHashed {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| key(u32::from(*byte), hash));
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
            ("runtime.*.cloud.net", Wildcard),
            ("*-ai.cloud.net", Wildcard),
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
            ("runtime.eu-1.cloud.net", Some(7)),
            ("x.runtime.eu-1.cloud.net", None),
            ("runtime.cloud.net", None),
            ("EU-AI.Cloud.net", Some(8)),
            ("-ai.cloud.net", None),
            ("x.eu-ai.cloud.net", None),
            ("xa.com", None),
            ("com", None),
            ("", None),
            (".", None),
            ("..a.com", Some(0)),
            ("café.a.com", Some(0)),
        ] {
            assert_eq!(index.find(host).map(|place| place.tool), expected, "{host}");
        }
    }
}
