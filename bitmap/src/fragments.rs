use crate::scalar;
#[cfg(target_arch = "x86_64")]
use crate::{avx2, avx512};

/// Bytes of a fragment.
pub(crate) const LENGTH: usize = 4;
/// Sets of tables, each of eight groups among which fragments are shared out; a place is marked when all its bytes fit
/// one group.
pub(crate) const SETS: usize = 4;
/// How often every literal is moved to where it fits best.
const ROUNDS: usize = 2;
/// The most fragments of a literal that are considered.
const CONSIDERED: usize = 6;

/// Marks where one of many literals may stand, by a fragment of four bytes of each, whatever the case of its letters.
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
#[derive(Clone, Copy, Debug)]
pub(crate) struct Halves {
    pub(crate) low: [u8; 16],
    pub(crate) high: [u8; 16],
    /// What both say of each byte together. The highest bit of a byte does not count: fragments are of ASCII, and other
    /// bytes may be marked like those that they differ from in it.
    pub(crate) both: [u8; 128],
}

impl Default for Halves {
    fn default() -> Self {
        Self { low: [0; 16], high: [0; 16], both: [0; 128] }
    }
}

/// A fragment; `None` stands for any byte.
type Fragment = [Option<u8>; LENGTH];

impl Fragments {
    /// Prepares the search for a fragment of each literal, and tells where in the literals they begin. Chosen so that few
    /// places are marked in vain: fewer literals, of four bytes and more, mark fewer.
    #[must_use]
    pub fn of(literals: &[&[u8]]) -> (Self, Vec<usize>) {
        let often = Often::new();
        let mut open: Vec<(usize, Vec<(usize, Fragment)>)> =
            literals.iter().map(|literal| considered(literal, &often)).enumerate().collect();
        // Those with the least choice choose first.
        open.sort_by_key(|(_, fragments)| fragments.len());
        let mut groups: [Group; 8 * SETS] = std::array::from_fn(|_| Group::default());
        let mut places = vec![0; literals.len()];
        for _ in 0..ROUNDS {
            for (literal, fragments) in &open {
                groups.iter_mut().for_each(|group| group.remove(*literal, &often));
                let choices = (0..groups.len()).flat_map(|group| fragments.iter().map(move |f| (group, f)));
                let cost = |(group, (_, fragment)): &(usize, &(usize, Fragment))| {
                    groups.get(*group).map_or(f32::MAX, |group| group.cost(fragment, &often))
                };
                let best = choices.min_by(|one, other| cost(one).total_cmp(&cost(other)));
                let Some((group, (place, fragment))) = best else { continue };
                groups.get_mut(group).into_iter().for_each(|group| group.add(*literal, *fragment, &often));
                places.get_mut(*literal).into_iter().for_each(|known| *known = *place);
            }
        }
        let mut sets = [Tables::default(); SETS];
        for (set, groups) in sets.iter_mut().zip(groups.chunks(8)) {
            groups.iter().zip(0..).for_each(|(group, number)| group.enter(set, number));
            set.iter_mut().for_each(Halves::put_together);
        }
        (Self { sets }, places)
    }

    /// For every 64 bytes of the text, the places at which a fragment may begin. Zeros stand for what is behind the end.
    pub fn mark(&self, text: &[u8], marks: &mut Vec<u64>) {
        marks.reserve(text.len().div_ceil(crate::BLOCK));
        #[cfg(target_arch = "x86_64")]
        if let Some(vectors) = avx512::Vectors::detect() {
            return vectors.mark(self, text, marks);
        } else if let Some(vectors) = avx2::Vectors::detect() {
            return vectors.mark(self, text, marks);
        }
        scalar::mark(self, text, marks);
    }
}

/// The fragments of a literal that are rarest in ordinary text, with their places.
fn considered(literal: &[u8], often: &Often) -> Vec<(usize, Fragment)> {
    let folded = |byte: &u8| Some(byte.to_ascii_lowercase());
    let whole = literal.array_windows::<LENGTH>().map(|four| four.each_ref().map(folded)).enumerate();
    let mut all: Vec<(usize, Fragment)> = whole.collect();
    if all.is_empty() {
        let mut bytes = literal.iter().map(folded);
        all.push((0, std::array::from_fn(|_| bytes.next().flatten())));
    }
    let share = |fragment: &Fragment| Group::default().cost(fragment, often);
    all.sort_by(|(_, one), (_, other)| share(one).total_cmp(&share(other)));
    all.truncate(CONSIDERED);
    all
}

/// Fragments that are told apart from all other bytes together, and how much of ordinary text looks like them.
#[derive(Default)]
struct Group {
    members: Vec<(usize, Fragment)>,
    places: [Rectangle; LENGTH],
    share: f32,
}

/// Bytes as a set of lower and a set of upper halves; every one of these combined with every one of those.
#[derive(Clone, Copy, Default)]
struct Rectangle {
    low: u16,
    high: u16,
}

impl Group {
    fn add(&mut self, literal: usize, fragment: Fragment, often: &Often) {
        self.members.push((literal, fragment));
        self.places = with(&self.places, &fragment);
        self.share = often.share(&self.places);
    }

    fn remove(&mut self, literal: usize, often: &Often) {
        let before = self.members.len();
        self.members.retain(|(known, _)| *known != literal);
        if self.members.len() < before {
            let none = [Rectangle::default(); LENGTH];
            self.places = self.members.iter().fold(none, |places, (_, fragment)| with(&places, fragment));
            self.share = often.share(&self.places);
        }
    }

    /// How much more of ordinary text it would mark, if neighbouring bytes had nothing to do with each other.
    fn cost(&self, fragment: &Fragment, often: &Often) -> f32 {
        often.share(&with(&self.places, fragment)) - self.share
    }

    fn enter(&self, tables: &mut Tables, number: u8) {
        for (halves, place) in tables.iter_mut().zip(&self.places) {
            for (table, set) in [(&mut halves.low, place.low), (&mut halves.high, place.high)] {
                table
                    .iter_mut()
                    .zip(0..)
                    .for_each(|(groups, half)| *groups |= u8::from(set >> half & 1 == 1) << number);
            }
        }
    }
}

fn with(places: &[Rectangle; LENGTH], fragment: &Fragment) -> [Rectangle; LENGTH] {
    let mut places = *places;
    places.iter_mut().zip(fragment).for_each(|(place, byte)| place.add(*byte));
    places
}

impl Rectangle {
    /// Lets a byte, in either case, or any byte stand here. Bytes outside ASCII are not told apart from any.
    fn add(&mut self, byte: Option<u8>) {
        let Some(byte) = byte.filter(u8::is_ascii) else {
            return *self = Self { low: u16::MAX, high: u16::MAX };
        };
        for byte in [byte, byte.to_ascii_uppercase()] {
            self.low |= 1 << (byte & 0xF);
            self.high |= 1 << (byte >> 4);
        }
    }
}

impl Halves {
    fn put_together(&mut self) {
        let (ascii, others) = self.high.split_at_mut(8);
        others.copy_from_slice(ascii);
        let of = |table: &[u8; 16], half: u8| table.get(usize::from(half)).copied().unwrap_or(0);
        for (groups, byte) in self.both.iter_mut().zip(0_u8..) {
            *groups = of(&self.low, byte & 0xF) & of(&self.high, byte >> 4);
        }
    }

    /// The groups a byte may belong to.
    pub(crate) fn groups(&self, byte: u8) -> u8 {
        self.both.get(usize::from(byte & 0x7F)).copied().unwrap_or(0)
    }
}

/// The share of bytes in English text and code together: for every upper half, that of each set of eight lower halves.
struct Often(Box<[[[f32; 256]; 2]; 16]>);

impl Often {
    fn new() -> Self {
        let mut sums = Box::new([[[0.0; 256]; 2]; 16]);
        for (halves, high) in sums.iter_mut().zip(0_u8..) {
            for (sets, first) in halves.iter_mut().zip([0_u8, 8]) {
                for set in 1..sets.len() {
                    let least = u8::try_from(set.trailing_zeros()).unwrap_or(0);
                    let others = sets.get(set & (set - 1)).copied().unwrap_or(0.0);
                    let sum = others + often(high << 4 | (first + least));
                    sets.get_mut(set).into_iter().for_each(|known| *known = sum);
                }
            }
        }
        Self(sums)
    }

    /// The share of places that a group marks.
    fn share(&self, places: &[Rectangle; LENGTH]) -> f32 {
        let of = |place: &Rectangle| {
            let [first, second] = place.low.to_le_bytes().map(usize::from);
            let rows = self.0.iter().zip(0..).filter(|(_, high)| place.high >> high & 1 == 1);
            let row = |sums: &[f32; 256], set: usize| sums.get(set).copied().unwrap_or(0.0);
            rows.map(|([one, other], _)| row(one, first) + row(other, second)).sum::<f32>()
        };
        places.iter().map(of).product()
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
        Fragments::of(&fragments.iter().map(<[u8; 4]>::as_slice).collect::<Vec<_>>()).0
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

    #[test]
    fn literals_are_known_by_their_rarest_bytes() {
        let literals: [&[u8]; 4] = [b"-----BEGIN ", b"seventeen", b"Q~", b"x"];
        let (prepared, places) = Fragments::of(&literals);
        let text = b"  seventeen Q~ -----BEGIN x";
        let mut marks = Vec::new();
        prepared.mark(text, &mut marks);
        for (literal, place) in literals.iter().zip(places) {
            let at = text.windows(literal.len()).position(|here| here == *literal).unwrap() + place;
            assert_eq!(marks[0] >> at & 1, 1, "{literal:?}");
        }
    }

    #[test]
    fn texts_of_every_length_have_all_their_blocks() {
        let prepared = prepared(&[*b"abcd"]);
        for length in 0..600 {
            let text = b"abcd".repeat(150);
            let text = &text[..length];
            let (mut vectors, mut scalars) = (Vec::new(), Vec::new());
            prepared.mark(text, &mut vectors);
            scalar::mark(&prepared, text, &mut scalars);
            assert_eq!(vectors, scalars, "{length} bytes");
        }
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
