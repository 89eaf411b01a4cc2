use std::collections::VecDeque;

use super::salt::{Salt, power, roll};

/// Letters and digits of a gram.
pub(super) const GRAM: usize = 24;
/// Grams of which the least is a fingerprint: a common passage of `GRAM + WINDOW - 1` = 55 letters is always noticed.
const WINDOW: usize = 32;

/// Winnowing (Schleimer, Wilkerson, Aiken: Winnowing, SIGMOD 2003): of every window of grams the least hash is kept,
/// the last one where several are least.
pub(super) struct Winnow {
    /// Bytes of the current gram with their places.
    gram: VecDeque<(u8, usize)>,
    rolling: u64,
    /// Weight of the byte that leaves the gram.
    leaving: u64,
    /// Grams of the window that may still be the least, smallest first.
    least: VecDeque<Fingerprint>,
    grams: usize,
    last: Option<usize>,
}

/// A passage's mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fingerprint {
    pub(super) hash: u64,
    /// Where the first letter of its gram begins in the text.
    pub(super) start: usize,
    /// Where the last one begins.
    pub(super) last: usize,
    /// Number of its gram, counted from the beginning of the text.
    pub(super) gram: usize,
}

impl Default for Winnow {
    fn default() -> Self {
        Self {
            gram: VecDeque::with_capacity(GRAM + 1),
            rolling: 0,
            leaving: power(GRAM),
            least: VecDeque::with_capacity(WINDOW + 1),
            grams: 0,
            last: None,
        }
    }
}

impl Winnow {
    /// Takes the next letter or digit, which stands at `place`; gives a fingerprint where a window has a new least.
    pub(super) fn push(&mut self, byte: u8, place: usize, salt: &Salt) -> Option<Fingerprint> {
        self.gram.push_back((byte, place));
        self.rolling = roll(self.rolling, byte);
        if self.gram.len() > GRAM {
            let (gone, _) = self.gram.pop_front()?;
            self.rolling = self.rolling.wrapping_sub(self.leaving.wrapping_mul(u64::from(gone) + 1));
        }
        if self.gram.len() < GRAM {
            return None;
        }
        let start = self.gram.front().map_or(place, |(_, place)| *place);
        let gram = self.grams;
        let next = Fingerprint { hash: salt.mixed(self.rolling), start, last: place, gram };
        self.grams += 1;
        while self.least.back().is_some_and(|other| other.hash >= next.hash) {
            self.least.pop_back();
        }
        self.least.push_back(next);
        if self.least.front().is_some_and(|oldest| oldest.gram + WINDOW <= gram) {
            self.least.pop_front();
        }
        if gram + 1 < WINDOW { None } else { self.least_now() }
    }

    /// A text shorter than a window has its least all the same.
    pub(super) fn finish(&mut self) -> Option<Fingerprint> {
        if self.grams < WINDOW { self.least_now() } else { None }
    }

    fn least_now(&mut self) -> Option<Fingerprint> {
        let least = *self.least.front()?;
        let is_new = self.last.replace(least.gram) != Some(least.gram);
        is_new.then_some(least)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::{GRAM, Salt, WINDOW, Winnow};

    fn fingerprints(text: &[u8]) -> BTreeSet<u64> {
        let (salt, mut winnow) = (Salt::new(b"salt", None), Winnow::default());
        let found = text.iter().enumerate().filter_map(|(place, byte)| winnow.push(*byte, place, &salt));
        let mut found: BTreeSet<u64> = found.map(|found| found.hash).collect();
        found.extend(winnow.finish().map(|found| found.hash));
        found
    }

    proptest! {
        #[test]
        fn a_long_enough_passage_is_always_noticed(
            passage in prop::collection::vec(b'a'..=b'z', GRAM + WINDOW - 1..200),
            before in prop::collection::vec(b'a'..=b'z', 0..300),
            after in prop::collection::vec(b'a'..=b'z', 0..300),
        ) {
            let copy = [&before[..], &passage, &after].concat();
            prop_assert!(!fingerprints(&copy).is_disjoint(&fingerprints(&passage)));
        }
    }
}
