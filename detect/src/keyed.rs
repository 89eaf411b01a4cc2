use std::collections::BTreeMap;

use bitmap::Fragments;

use crate::{byte_set::ByteSet, written::Case};

/// Bytes of which a key is made.
const KEYED: usize = 4;
/// What of each byte counts: folding case needs no more than dropping the bit that tells it.
const FOLDED: u32 = 0x1F1F_1F1F;
const KEYS: usize = 1 << 16;

static WORD: ByteSet = ByteSet::new("A-Za-z0-9_");

/// Which three bytes of a literal make its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyedBy {
    /// The first, where the places at which literals may begin are known.
    Start,
    /// Those with which the rarest four begin, where they are not.
    Rarest,
}

/// Literals found at places that bitmaps point to, whatever their case: a table tells for every four bytes which may
/// stand there.
pub(crate) struct Keyed {
    keys: KeySet,
    /// For each key, where its entries begin in `order`; they end where the next key's begin.
    firsts: Vec<u32>,
    order: Vec<u16>,
    entries: Vec<Entry>,
    fragments: Fragments,
}

/// A literal and the rule it serves.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    /// How far behind its first byte the keyed ones stand.
    offset: usize,
    literal: Box<[u8]>,
    case: Literal,
    rule: usize,
}

/// Whether the case of a literal counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Literal {
    Exact,
    Folded,
}

/// Collects literals.
#[derive(Default)]
pub(crate) struct KeyedBuilder(BTreeMap<(usize, Vec<u8>), Case>);

impl KeyedBuilder {
    pub(crate) fn add(&mut self, rule: usize, literal: &str, case: Case) {
        self.0.insert((rule, literal.as_bytes().to_vec()), case);
    }

    pub(crate) fn build(self, keyed_by: KeyedBy) -> Keyed {
        let (mut entries, mut fragments, mut keyed) = (Vec::new(), Vec::new(), Vec::new());
        for (((rule, literal), case), number) in self.0.into_iter().zip(0..=u16::MAX) {
            let case = if case == Case::Exact { Literal::Exact } else { Literal::Folded };
            let offset = if keyed_by == KeyedBy::Rarest { Fragments::rarest(&literal) } else { 0 };
            let four = [0, 1, 2, 3].map(|place| literal.get(offset + place).copied());
            keyed.extend(keys(four).into_iter().map(|key| (key, number)));
            fragments.push(four);
            entries.push(Entry { offset, literal: literal.into(), case, rule });
        }
        keyed.sort_unstable();
        keyed.dedup();
        let first = |wanted: usize| keyed.partition_point(|(key, _)| usize::from(*key) < wanted);
        Keyed {
            keys: KeySet::of(keyed.iter().map(|(key, _)| *key)),
            firsts: (0..=KEYS).map(|key| u32::try_from(first(key)).unwrap_or(u32::MAX)).collect(),
            fragments: Fragments::new(&fragments),
            order: keyed.into_iter().map(|(_, number)| number).collect(),
            entries,
        }
    }
}

impl Keyed {
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Marks, 64 bytes at a time, where the keyed bytes of a literal may stand.
    pub(crate) fn mark(&self, text: &[u8], marks: &mut Vec<u64>) {
        self.fragments.mark(text, marks);
    }

    /// Calls `with` with rule, start and end for every literal whose keyed bytes stand at `at`.
    #[inline]
    pub(crate) fn look(&self, text: &[u8], at: usize, with: &mut impl FnMut(usize, usize, usize)) {
        let key = match text.get(at..).and_then(|rest| rest.first_chunk()) {
            Some(four) => key_of(u32::from_le_bytes(*four)),
            None => {
                // At the end of the text zeros stand for what is missing.
                let byte = |ahead: usize| text.get(at + ahead).copied().unwrap_or(0);
                key_of(u32::from_le_bytes([byte(0), byte(1), byte(2), byte(3)]))
            }
        };
        if self.keys.contains(key) {
            self.compare(text, at, key, with);
        }
    }

    /// Compares the literals of one key. Rare, and kept out of the loops over the text.
    #[inline(never)]
    fn compare(&self, text: &[u8], at: usize, key: u16, with: &mut impl FnMut(usize, usize, usize)) {
        let bound = |key: usize| self.firsts.get(key).copied().map_or(0, |first| first as usize);
        let keyed = self.order.get(bound(key.into())..bound(usize::from(key) + 1)).unwrap_or_default();
        for entry in keyed.iter().filter_map(|number| self.entries.get(usize::from(*number))) {
            let Some(start) = at.checked_sub(entry.offset) else { continue };
            let end = start + entry.literal.len();
            if text.get(start..end).is_some_and(|here| entry.is(here)) {
                with(entry.rule, start, end);
            }
        }
    }
}

impl Entry {
    fn is(&self, here: &[u8]) -> bool {
        // Most differ in the last byte too, which is seen sooner than what lies between.
        let folded = |text: &[u8]| text.last().map(|byte| byte & 0x1F);
        if folded(here) != folded(&self.literal) {
            return false;
        }
        match self.case {
            Literal::Exact => here == &*self.literal,
            Literal::Folded => here.eq_ignore_ascii_case(&self.literal),
        }
    }
}

/// A set of keys as bits.
struct KeySet(Box<[u64; KEYS / 64]>);

impl KeySet {
    fn of(keys: impl Iterator<Item = u16>) -> Self {
        let mut words = Box::new([0; KEYS / 64]);
        for key in keys {
            if let Some(word) = words.get_mut(usize::from(key >> 6)) {
                *word |= 1_u64 << (key & 63);
            }
        }
        Self(words)
    }

    fn contains(&self, key: u16) -> bool {
        let word = self.0.get(usize::from(key >> 6)).copied().unwrap_or(0);
        word >> (key & 63) & 1 == 1
    }
}

/// Fibonacci hashing (Knuth, volume 3, section 6.4) of the folded bytes.
fn key_of(four: u32) -> u16 {
    ((four & FOLDED).wrapping_mul(0x9E37_79B1) >> 16) as u16
}

/// The keys under which a literal is found; one of less than four bytes has a key for whatever follows it.
fn keys(four: [Option<u8>; KEYED]) -> Vec<u16> {
    let mut all = vec![0];
    for (byte, place) in four.into_iter().zip(0..) {
        let bytes = byte.map_or(0..=0x1F, |byte| byte..=byte);
        all = all
            .iter()
            .flat_map(|known| bytes.clone().map(move |byte| known | u32::from(byte) << (8 * place)))
            .collect();
    }
    all.into_iter().map(key_of).collect()
}

/// Whether a word begins at `at`, and none goes on from before.
pub(crate) fn opens_word(literal: &str) -> bool {
    literal.bytes().next().is_some_and(|first| WORD.contains(first))
}

#[cfg(test)]
mod tests {
    use bitmap::{BLOCK, Bits};

    use super::{KeyedBuilder, KeyedBy};
    use crate::written::Case;

    #[test]
    fn literals_by_case() {
        for keyed_by in [KeyedBy::Start, KeyedBy::Rarest] {
            let mut builder = KeyedBuilder::default();
            for (rule, literal, case) in [
                (1, "ann", Case::Ignored),
                (2, "anna", Case::Ignored),
                (3, "SSN", Case::Exact),
                (4, "token", Case::Ignored),
                (6, "Q~", Case::Exact),
            ] {
                builder.add(rule, literal, case);
            }
            let literals = builder.build(keyed_by);
            for (text, expected) in [
                ("Anna", vec![(1, 0, 3), (2, 0, 4)]),
                ("SSN ssn", vec![(3, 0, 3)]),
                ("authToken=", vec![(4, 4, 9)]),
                ("xQ~y", vec![(6, 1, 3)]),
                ("xQ~", vec![(6, 1, 3)]),
                ("an", vec![]),
            ] {
                let (mut found, mut marks) = (Vec::new(), Vec::new());
                literals.mark(text.as_bytes(), &mut marks);
                let places = marks
                    .iter()
                    .zip(0..)
                    .flat_map(|(bits, block)| Bits(*bits).map(move |bit| block * BLOCK + bit));
                for at in places {
                    literals
                        .look(text.as_bytes(), at, &mut |rule, start, end| found.push((rule, start, end)));
                }
                found.sort_unstable();
                assert_eq!(found, expected, "{text}");
            }
        }
    }
}
