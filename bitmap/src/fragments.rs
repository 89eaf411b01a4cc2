#[cfg(target_arch = "x86_64")]
use crate::avx2;
use crate::scalar;

/// Bytes of a fragment.
pub(crate) const LENGTH: usize = 4;
/// Sets of tables, each of eight groups among which fragments are shared out; a place is marked when all its bytes fit
/// one group.
const SETS: usize = 2;

/// Marks where one of many fragments of four bytes may stand, whatever the case of its letters.
///
/// The "Teddy" method of Hyperscan (Wang et al., NSDI 2019, section 4.2): for each of four neighbouring bytes two tables
/// of 16 entries, one for either half of the byte, tell in which groups it may stand there. Marks too many places, never
/// too few.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fragments {
    pub(crate) sets: [Tables; SETS],
}

/// Tables for each byte of a fragment.
pub(crate) type Tables = [Halves; LENGTH];

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
        sorted.sort_unstable();
        sorted.dedup();
        let mut groups = [[Tables::default(); 8]; SETS];
        for fragment in &sorted {
            // Each goes where it lets in least that was kept out before.
            let cost = |group: &&mut Tables| share(&with(group, fragment)) - share(group);
            let best = groups.iter_mut().flatten().min_by(|one, other| cost(one).total_cmp(&cost(other)));
            best.into_iter().for_each(|group| *group = with(group, fragment));
        }
        Self { sets: groups.map(|set| set.iter().zip(0..).fold(Tables::default(), joined)) }
    }

    /// Where in a literal the fragment begins that is rarest in ordinary text.
    #[must_use]
    pub fn rarest(literal: &[u8]) -> usize {
        let share = |four: &[u8; LENGTH]| four.iter().map(|byte| often(*byte)).product::<f32>();
        let places = literal.array_windows().enumerate();
        places
            .min_by(|(_, one), (_, other)| share(one).total_cmp(&share(other)))
            .map_or(0, |(place, _)| place)
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

/// A group, and one fragment more in it.
fn with(group: &Tables, fragment: &[Option<u8>; LENGTH]) -> Tables {
    let mut group = *group;
    group.iter_mut().zip(fragment).for_each(|(halves, byte)| halves.add(*byte));
    group
}

/// A set of groups, and one more as group number `place`.
fn joined(mut set: Tables, (group, place): (&Tables, u8)) -> Tables {
    for (halves, others) in set.iter_mut().zip(group) {
        halves.low.iter_mut().zip(others.low).for_each(|(groups, bit)| *groups |= bit << place);
        halves.high.iter_mut().zip(others.high).for_each(|(groups, bit)| *groups |= bit << place);
    }
    set
}

/// The share of places in ordinary text that a group marks, if neighbouring bytes have nothing to do with each other.
fn share(group: &Tables) -> f32 {
    let used = |table: [u8; 16]| (0_u8..).zip(table).filter(|(_, groups)| *groups != 0);
    let open = |halves: &Halves| {
        let bytes =
            used(halves.high).flat_map(|(high, _)| used(halves.low).map(move |(low, _)| high << 4 | low));
        bytes.map(often).sum::<f32>()
    };
    group.iter().map(open).product()
}

impl Halves {
    /// Lets a byte, in either case, or any byte stand here in the first group.
    fn add(&mut self, byte: Option<u8>) {
        let Some(byte) = byte else {
            return self.low.iter_mut().chain(&mut self.high).for_each(|groups| *groups |= 1);
        };
        for byte in [byte, byte.to_ascii_uppercase()] {
            let halves = [(&mut self.low, byte & 0xF), (&mut self.high, byte >> 4)];
            for (table, half) in halves {
                table.get_mut(usize::from(half)).into_iter().for_each(|groups| *groups |= 1);
            }
        }
    }

    /// The groups a byte may belong to.
    pub(crate) fn groups(&self, byte: u8) -> u8 {
        let of = |table: &[u8; 16], half: u8| table.get(usize::from(half)).copied().unwrap_or(0);
        of(&self.low, byte & 0xF) & of(&self.high, byte >> 4)
    }
}

/// The share of a byte, in either case, in English text and code together.
fn often(byte: u8) -> f32 {
    match byte.to_ascii_lowercase() {
        b' ' => 0.16,
        b'e' => 0.09,
        b't' | b'a' | b'o' | b'i' | b'n' | b's' | b'r' => 0.055,
        b'l' | b'd' | b'h' | b'c' | b'u' => 0.03,
        b'm' | b'p' | b'f' | b'g' | b'y' | b'b' | b'w' => 0.017,
        b'v' | b'k' | b'_' | b'.' | b',' | b'-' | b'\n' => 0.009,
        b'(' | b')' | b'=' | b'"' | b'/' | b':' | b';' | b'\'' | b'0'..=b'9' => 0.006,
        b'j' | b'q' | b'x' | b'z' | b' '..=b'~' => 0.002,
        _ => 0.0005,
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
