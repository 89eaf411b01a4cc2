use bitmap::Fragments;

use crate::{byte_set::ByteSet, written::Case};

/// What of each byte counts for a key: folding case needs no more than dropping the bit that tells it.
const FOLDED: u32 = 0x1F1F_1F1F;
/// Keys of four bytes, and of two.
const KEYS: usize = 1 << 16;
const SHORT_KEYS: usize = 1 << 10;

static WORD: ByteSet = ByteSet::new("A-Za-z0-9_");

/// Which bytes of a literal make its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyedBy {
    /// The first, where the places at which literals may begin are known.
    Start,
    /// Those that are marked, where they are not.
    Rarest,
    /// Those from the first byte on that is not ASCII.
    Foreign,
}

/// Literals found at places that bitmaps point to, whatever their case: a table tells for every four bytes which may
/// stand there, and for every two which shorter ones.
pub(crate) struct Keyed {
    keys: KeySet<{ KEYS / 64 }>,
    short_keys: KeySet<{ SHORT_KEYS / 64 }>,
    long: Table,
    short: Table,
    fragments: Fragments,
}

/// Literals by key.
struct Table {
    /// For each key, where its entries begin; they end where the next key's begin.
    firsts: Vec<u16>,
    /// What of the first eight keyed bytes counts, and what that is.
    tests: Vec<(u64, u64)>,
    entries: Vec<Entry>,
}

/// A literal and the rule it serves.
#[derive(Clone)]
struct Entry {
    /// What of the first eight keyed bytes counts, as far as there are such, and what that is.
    mask: u64,
    eight: u64,
    /// How far behind its first byte the keyed ones stand.
    offset: usize,
    literal: Box<[u8]>,
    case: Case,
    rule: usize,
}

/// Collects literals.
#[derive(Default)]
pub(crate) struct KeyedBuilder(Vec<(usize, Vec<u8>, Case)>);

impl KeyedBuilder {
    pub(crate) fn add(&mut self, rule: usize, literal: &str, case: Case) {
        self.0.push((rule, literal.as_bytes().to_vec(), case));
    }

    pub(crate) fn build(self, keyed_by: KeyedBy) -> Keyed {
        let literals: Vec<&[u8]> = self.0.iter().map(|(_, literal, _)| literal.as_slice()).collect();
        let (fragments, offsets) = match keyed_by {
            KeyedBy::Start => (Fragments::default(), vec![0; literals.len()]),
            KeyedBy::Rarest => Fragments::of(&literals),
            KeyedBy::Foreign => {
                let foreign = |literal: &&[u8]| literal.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
                (Fragments::default(), literals.iter().map(foreign).collect())
            }
        };
        let entries: Vec<Entry> = self
            .0
            .iter()
            .zip(offsets)
            .map(|((rule, literal, case), offset)| Entry::new(*rule, literal, *case, offset))
            .collect();
        let (short, long): (Vec<_>, Vec<_>) = entries.into_iter().partition(Entry::is_short);
        let long: Vec<_> = long.into_iter().map(|entry| (key_of(entry.eight), entry)).collect();
        let short: Vec<_> = short.into_iter().flat_map(short_keys).collect();
        Keyed {
            keys: KeySet::of(long.iter().map(|(key, _)| *key)),
            short_keys: KeySet::of(short.iter().map(|(key, _)| *key)),
            long: Table::new(KEYS, long),
            short: Table::new(SHORT_KEYS, short),
            fragments,
        }
    }
}

impl Keyed {
    pub(crate) fn is_empty(&self) -> bool {
        self.long.entries.is_empty() && self.short.entries.is_empty()
    }

    /// Marks, 64 bytes at a time, where the keyed bytes of a literal may stand.
    pub(crate) fn mark(&self, text: &[u8], marks: &mut Vec<u64>) {
        self.fragments.mark(text, marks);
    }

    /// Calls `with` with rule, start and end for every literal whose keyed bytes stand at `at`.
    #[inline(always)]
    pub(crate) fn look(&self, text: &[u8], at: usize, with: &mut impl FnMut(usize, usize, usize)) {
        let eight = eight_at(text, at);
        // Neither, at nearly all places.
        if self.keys.contains(key_of(eight)) | self.short_keys.contains(short_key(eight)) {
            self.look_closer(eight, text, at, with);
        }
    }

    #[inline(never)]
    fn look_closer(&self, eight: u64, text: &[u8], at: usize, with: &mut impl FnMut(usize, usize, usize)) {
        let key = key_of(eight);
        if self.keys.contains(key) {
            self.long.look(key, eight, text, at, with);
        }
        self.short.look(short_key(eight), eight, text, at, with);
    }
}

impl Entry {
    fn new(rule: usize, literal: &[u8], case: Case, offset: usize) -> Self {
        let keyed = literal.iter().skip(offset).copied().zip((0..64).step_by(8));
        let (eight, mask) = keyed.fold((0, 0), |(eight, mask), (byte, shift)| {
            let counts = if case == Case::Ignored && byte.is_ascii_alphabetic() { 0xDF } else { 0xFF };
            (eight | u64::from(byte & counts) << shift, mask | u64::from(counts) << shift)
        });
        Self { mask, eight, offset, literal: literal.into(), case, rule }
    }

    fn is_short(&self) -> bool {
        self.literal.len() < self.offset + 4
    }

    fn is(&self, here: &[u8]) -> bool {
        match self.case {
            Case::Exact => here == &*self.literal,
            Case::Ignored => here.eq_ignore_ascii_case(&self.literal),
        }
    }
}

impl Table {
    fn new(keys: usize, mut keyed: Vec<(u16, Entry)>) -> Self {
        keyed.sort_by_key(|(key, entry)| (*key, entry.rule));
        let mut firsts = Vec::with_capacity(keys + 1);
        for ((key, _), place) in keyed.iter().zip(0..=u16::MAX) {
            firsts.resize((usize::from(*key) + 1).max(firsts.len()), place);
        }
        firsts.resize(keys + 1, u16::try_from(keyed.len()).unwrap_or(u16::MAX));
        let entries: Vec<Entry> = keyed.into_iter().map(|(_, entry)| entry).collect();
        Self { firsts, tests: entries.iter().map(|entry| (entry.mask, entry.eight)).collect(), entries }
    }

    #[inline]
    fn look(&self, key: u16, eight: u64, text: &[u8], at: usize, with: &mut impl FnMut(usize, usize, usize)) {
        let Some([first, last]) = self.firsts.get(usize::from(key)..).and_then(<[u16]>::first_chunk) else {
            return;
        };
        let tests = self.tests.get(usize::from(*first)..usize::from(*last)).unwrap_or_default();
        for ((mask, wanted), place) in tests.iter().zip(usize::from(*first)..) {
            if eight & mask == *wanted {
                self.compare(place, text, at, with);
            }
        }
    }

    /// Compares all of a literal. Rare, and kept out of the loops over the text.
    #[inline(never)]
    fn compare(&self, place: usize, text: &[u8], at: usize, with: &mut impl FnMut(usize, usize, usize)) {
        let Some(entry) = self.entries.get(place) else { return };
        let Some(start) = at.checked_sub(entry.offset) else { return };
        let end = start + entry.literal.len();
        if text.get(start..end).is_some_and(|here| entry.is(here)) {
            with(entry.rule, start, end);
        }
    }
}

/// A set of keys as bits.
struct KeySet<const WORDS: usize>(Box<[u64; WORDS]>);

impl<const WORDS: usize> KeySet<WORDS> {
    fn of(keys: impl Iterator<Item = u16>) -> Self {
        let mut words = Box::new([0; WORDS]);
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

/// The eight bytes from `at` on; at the end of the text zeros stand for what is missing.
#[inline]
fn eight_at(text: &[u8], at: usize) -> u64 {
    let rest = text.get(at..).unwrap_or_default();
    match rest.first_chunk() {
        Some(eight) => u64::from_le_bytes(*eight),
        None => rest.iter().rev().fold(0, |eight, byte| eight << 8 | u64::from(*byte)),
    }
}

/// Fibonacci hashing (Knuth, volume 3, section 6.4) of the first four bytes, folded.
fn key_of(eight: u64) -> u16 {
    ((eight as u32 & FOLDED).wrapping_mul(0x9E37_79B1) >> 16) as u16
}

/// The first two bytes, folded.
fn short_key(eight: u64) -> u16 {
    (eight & 0x1F | eight >> 3 & 0x3E0) as u16
}

/// The keys under which a literal of less than four bytes is found: many where whatever may follow its only byte.
fn short_keys(entry: Entry) -> Vec<(u16, Entry)> {
    let key = short_key(entry.eight);
    if entry.mask > 0xFF {
        return vec![(key, entry)];
    }
    (0..32).map(|second| (key | second << 5, entry.clone())).collect()
}

/// Whether a word begins at `at`, and none goes on from before.
pub(crate) fn opens_word(literal: &str) -> bool {
    literal.bytes().next().is_some_and(|first| WORD.contains(first))
}

#[cfg(test)]
mod tests {
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
                (7, ":", Case::Exact),
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
                ("a:", vec![(7, 1, 2)]),
                ("an:x", vec![(7, 2, 3)]),
            ] {
                let (mut found, mut marks) = (Vec::new(), Vec::new());
                literals.mark(text.as_bytes(), &mut marks);
                let marked = |at: &usize| keyed_by == KeyedBy::Start || marks[0] >> at & 1 == 1;
                for at in (0..text.len()).filter(marked) {
                    literals
                        .look(text.as_bytes(), at, &mut |rule, start, end| found.push((rule, start, end)));
                }
                found.sort_unstable();
                assert_eq!(found, expected, "{text}");
            }
        }
    }
}
