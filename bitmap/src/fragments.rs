#[cfg(target_arch = "x86_64")]
use crate::avx2;
use crate::scalar;

/// Bytes of a fragment.
pub(crate) const LENGTH: usize = 4;
/// Groups among which fragments are shared out; a place is marked when all its bytes fit one group.
const GROUPS: usize = 8;

/// Marks where one of many fragments of four bytes may stand, whatever the case of its letters.
///
/// The "Teddy" method of Hyperscan (Wang et al., NSDI 2019, section 4.2): for each of four neighbouring bytes two tables
/// of 16 entries, one for either half of the byte, tell in which groups it may stand there. Marks too many places, never
/// too few.
#[derive(Clone, Debug, Default)]
pub struct Fragments {
    pub(crate) tables: [Halves; LENGTH],
}

/// For the lower and the upper half of a byte, the groups it may belong to, one bit each.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Halves {
    pub(crate) low: [u8; 16],
    pub(crate) high: [u8; 16],
}

impl Fragments {
    /// Prepares the search; `None` stands for any byte. Fewer fragments of rarer bytes mark fewer places in vain.
    #[must_use]
    pub fn new(fragments: &[[Option<u8>; LENGTH]]) -> Self {
        let folded = |byte: Option<u8>| byte.map(|byte| byte.to_ascii_lowercase());
        let mut sorted: Vec<_> = fragments.iter().map(|fragment| fragment.map(folded)).collect();
        // Those that hold any byte are kept together: they weaken the groups they are in.
        sorted.sort_unstable_by_key(|fragment| (fragment.contains(&None), *fragment));
        sorted.dedup();
        let mut all = Self::default();
        for (place, fragment) in sorted.iter().enumerate() {
            let group = 1_u8 << (place * GROUPS / sorted.len());
            for (halves, byte) in all.tables.iter_mut().zip(fragment) {
                halves.add(*byte, group);
            }
        }
        all
    }

    /// For every 64 bytes of the text, the places at which a fragment may begin. Zeros stand for what is behind the end.
    pub fn mark(&self, text: &[u8], marks: &mut Vec<u64>) {
        marks.reserve(text.len().div_ceil(crate::BLOCK));
        #[cfg(target_arch = "x86_64")]
        if let Some(vectors) = avx2::Vectors::detect() {
            return vectors.mark(self, text, marks);
        }
        scalar::mark(self, text, marks);
    }
}

impl Halves {
    /// Lets a byte, in either case, or any byte stand here in a group.
    fn add(&mut self, byte: Option<u8>, group: u8) {
        let Some(byte) = byte else {
            return self.low.iter_mut().chain(&mut self.high).for_each(|groups| *groups |= group);
        };
        for byte in [byte, byte.to_ascii_uppercase()] {
            let halves = [(&mut self.low, byte & 0xF), (&mut self.high, byte >> 4)];
            for (table, half) in halves {
                table.get_mut(usize::from(half)).into_iter().for_each(|groups| *groups |= group);
            }
        }
    }

    /// The groups a byte may belong to.
    pub(crate) fn groups(&self, byte: u8) -> u8 {
        let of = |table: &[u8; 16], half: u8| table.get(usize::from(half)).copied().unwrap_or(0);
        of(&self.low, byte & 0xF) & of(&self.high, byte >> 4)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Fragments;
    use crate::scalar;

    fn prepared(fragments: &[[u8; 4]]) -> Fragments {
        Fragments::new(&fragments.iter().map(|fragment| fragment.map(Some)).collect::<Vec<_>>())
    }

    fn places(fragments: &[[u8; 4]], text: &[u8]) -> Vec<usize> {
        let mut marks = Vec::new();
        prepared(fragments).mark(text, &mut marks);
        let at = |(block, bits): (usize, &u64)| crate::Bits(*bits).map(move |bit| block * 64 + bit);
        marks.iter().enumerate().flat_map(at).collect()
    }

    #[test]
    fn fragments_are_marked_in_any_case() {
        assert_eq!(places(&[*b"sswo", *b"://x"], b"PaSSword at http://x"), [2, 16]);
        let text = [&[b' '; 62][..], b"ssword"].concat();
        assert_eq!(places(&[*b"sswo"], &text), [62]);
        assert!(places(&[], b"anything").is_empty());
    }

    proptest! {
        #[test]
        fn no_fragment_is_missed_and_vectors_agree_with_scalars(
            fragments in prop::collection::vec(any::<[u8; 4]>(), 0..40),
            mut text in prop::collection::vec(any::<u8>(), 0..300),
            at in 0..300_usize,
        ) {
            if let (Some(fragment), Some(place)) = (fragments.first(), text.get_mut(at..at + 4)) {
                place.copy_from_slice(fragment);
                prop_assert!(places(&fragments, &text).contains(&at));
            }
            let (mut vectors, mut scalars) = (Vec::new(), Vec::new());
            let prepared = prepared(&fragments);
            prepared.mark(&text, &mut vectors);
            scalar::mark(&prepared, &text, &mut scalars);
            prop_assert_eq!(vectors, scalars);
        }
    }
}
