use super::salt::{Salt, power, roll};

/// Letters and digits of a gram.
pub(super) const GRAM: usize = 24;
/// Grams of which the least is a fingerprint: a common passage of `GRAM + WINDOW - 1` = 55 letters is always noticed.
const WINDOW: usize = 32;
/// Letters and grams that are kept, each at the place that its number leaves when divided by this.
const KEPT: usize = 64;

/// Winnowing (Schleimer, Wilkerson, Aiken: Winnowing, SIGMOD 2003): of every window of grams the least hash is kept,
/// the last one where several are least.
pub(super) struct Winnow {
    /// The last letters, and where they stand.
    letters: [(u8, usize); KEPT],
    /// How many letters there were.
    count: usize,
    rolling: u64,
    /// Weight of the byte that leaves the gram.
    leaving: u64,
    /// Hashes of the last grams.
    hashes: [u64; KEPT],
    /// The least of the window, by its hash and number.
    least: Option<(u64, usize)>,
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
            letters: [(0, 0); KEPT],
            count: 0,
            rolling: 0,
            leaving: power(GRAM),
            hashes: [0; KEPT],
            least: None,
            last: None,
        }
    }
}

impl Winnow {
    /// Takes the next letter or digit, which stands at `place`; gives a fingerprint where a window has a new least.
    #[inline]
    pub(super) fn push(&mut self, byte: u8, place: usize, salt: &Salt) -> Option<Fingerprint> {
        let gone = self.letter(self.count.wrapping_sub(GRAM)).0;
        self.rolling = roll(self.rolling, byte);
        if self.count >= GRAM {
            self.rolling = self.rolling.wrapping_sub(self.leaving.wrapping_mul(u64::from(gone) + 1));
        }
        self.letters.get_mut(self.count % KEPT).into_iter().for_each(|kept| *kept = (byte, place));
        self.count += 1;
        let gram = self.count.checked_sub(GRAM)?;
        let hash = salt.mixed(self.rolling);
        self.hashes.get_mut(gram % KEPT).into_iter().for_each(|kept| *kept = hash);
        match self.least {
            Some((least, number)) if least < hash && number + WINDOW > gram => {}
            Some((least, _)) if least < hash => self.least = self.least_of(gram),
            _ => self.least = Some((hash, gram)),
        }
        if gram + 1 < WINDOW { None } else { self.least_now() }
    }

    /// A text shorter than a window has its least all the same.
    pub(super) fn finish(&mut self) -> Option<Fingerprint> {
        let grams = (self.count + 1).saturating_sub(GRAM);
        if grams < WINDOW { self.least_now() } else { None }
    }

    fn letter(&self, number: usize) -> (u8, usize) {
        self.letters.get(number % KEPT).copied().unwrap_or_default()
    }

    /// The least of the window that ends with a gram.
    fn least_of(&self, gram: usize) -> Option<(u64, usize)> {
        let window = (gram + 1).saturating_sub(WINDOW)..=gram;
        let hash = |number: usize| self.hashes.get(number % KEPT).copied().unwrap_or(u64::MAX);
        window.map(|number| (hash(number), number)).min_by_key(|(hash, number)| (*hash, usize::MAX - number))
    }

    fn least_now(&mut self) -> Option<Fingerprint> {
        let (hash, gram) = self.least?;
        let is_new = self.last.replace(gram) != Some(gram);
        let (start, last) = (self.letter(gram).1, self.letter(gram + GRAM - 1).1);
        is_new.then_some(Fingerprint { hash, start, last, gram })
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
