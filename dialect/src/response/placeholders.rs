use std::{collections::HashMap, ops::Range};

use memchr::{memchr, memchr2, memchr3};
use model::Sensitive;

/// What stands in an answer for something else, and what that is.
pub(super) struct Placeholders {
    originals: HashMap<Vec<u8>, Sensitive>,
    /// Sorted, to tell whether bytes begin one.
    sorted: Vec<Vec<u8>>,
    /// Lengths that occur, longest first.
    lengths: Vec<usize>,
    /// First bytes that occur.
    first: Vec<u8>,
}

/// What was found in bytes that may go on.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// Placeholders, in order.
    pub(super) matches: Vec<Range<usize>>,
    /// Where what may be the beginning of a placeholder begins; the end if there is none.
    pub(super) settled: usize,
}

/// Whether more bytes may follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum More {
    MayFollow,
    None,
}

impl Placeholders {
    pub(super) fn new(originals: impl IntoIterator<Item = (String, Sensitive)>) -> Self {
        let originals: HashMap<Vec<u8>, Sensitive> =
            originals.into_iter().map(|(p, o)| (p.into_bytes(), o)).filter(|(p, _)| !p.is_empty()).collect();
        let mut sorted: Vec<Vec<u8>> = originals.keys().cloned().collect();
        sorted.sort_unstable();
        let mut lengths: Vec<usize> = sorted.iter().map(Vec::len).collect();
        lengths.sort_unstable_by(|a, b| b.cmp(a));
        lengths.dedup();
        let mut first: Vec<u8> = sorted.iter().filter_map(|p| p.first().copied()).collect();
        first.dedup();
        Self { originals, sorted, lengths, first }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }

    /// What `placeholder` stands for.
    pub(super) fn original(&self, placeholder: &[u8]) -> Option<&Sensitive> {
        self.originals.get(placeholder)
    }

    /// Finds placeholders in `bytes`, leftmost first, the longest where several begin. The result is the same however
    /// the bytes were cut, because nothing is decided that more bytes could change.
    pub(super) fn find(&self, bytes: &[u8], more: More) -> Found {
        let mut found = Found { matches: Vec::new(), settled: bytes.len() };
        let mut at = 0;
        while let Some(run) = self.next_candidate(bytes.get(at..).unwrap_or_default()) {
            at += run;
            let rest = bytes.get(at..).unwrap_or_default();
            if more == More::MayFollow && self.begins_one(rest) {
                found.settled = at;
                break;
            }
            let length = self.length_at(rest);
            found.matches.extend(length.map(|length| at..at + length));
            at += length.unwrap_or(1);
        }
        found
    }

    fn next_candidate(&self, bytes: &[u8]) -> Option<usize> {
        match self.first.as_slice() {
            [] => None,
            [a] => memchr(*a, bytes),
            [a, b] => memchr2(*a, *b, bytes),
            [a, b, c] => memchr3(*a, *b, *c, bytes),
            many => bytes.iter().position(|byte| many.contains(byte)),
        }
    }

    /// Whether `rest` is the beginning of a placeholder, and not all of it.
    fn begins_one(&self, rest: &[u8]) -> bool {
        let next = self.sorted.partition_point(|placeholder| placeholder.as_slice() <= rest);
        self.sorted.get(next).is_some_and(|placeholder| placeholder.starts_with(rest))
    }

    fn length_at(&self, rest: &[u8]) -> Option<usize> {
        self.lengths
            .iter()
            .copied()
            .find(|length| rest.get(..*length).is_some_and(|start| self.originals.contains_key(start)))
    }
}

#[cfg(test)]
mod tests {
    use super::{More, Placeholders};

    fn check(text: &str, more: More, matches: &[&str], settled: usize) {
        let known = ["[A_1]", "[A_2]", "[AB_1]", "<x", "<xy"].map(|p| (p.to_owned(), Default::default()));
        let found = Placeholders::new(known).find(text.as_bytes(), more);
        let got: Vec<&str> = found.matches.iter().map(|range| &text[range.clone()]).collect();
        assert_eq!((got.as_slice(), found.settled), (matches, settled), "{text}");
    }

    #[test]
    fn placeholders_are_found_and_beginnings_held() {
        check("a [A_1][AB_1] [A_3]", More::MayFollow, &["[A_1]", "[AB_1]"], 19);
        check("a [A_", More::MayFollow, &[], 2);
        check("a [A_", More::None, &[], 5);
        check("[[A_1]", More::MayFollow, &["[A_1]"], 6);
        check("[[", More::MayFollow, &[], 1);
        check("<x", More::MayFollow, &[], 0);
        check("<x", More::None, &["<x"], 2);
        check("<xz<xy", More::MayFollow, &["<x", "<xy"], 6);
    }
}
