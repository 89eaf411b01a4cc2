use crate::{
    hash::{pair, spread},
    pack::{Reader, Writer},
    word::hash_of,
};

const SLOTS: usize = 1 << 18;
/// Bits of a hash that are kept; two words in about 150 share theirs with another.
const KEY_BITS: u32 = 24;

/// What a word is known to be, from lists of names, places and ordinary words; one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Known(pub u8);

impl Known {
    /// A given name.
    pub const GIVEN: Self = Self(1);
    /// A family name.
    pub const SURNAME: Self = Self(2);
    /// A town.
    pub const TOWN: Self = Self(4);
    /// A country, state or continent.
    pub const REGION: Self = Self(8);
    /// An ordinary English word.
    pub const WORD: Self = Self(16);
    /// A name many people bear.
    pub const FREQUENT: Self = Self(32);
    /// A large city.
    pub const CITY: Self = Self(64);
    /// A word of organisations' names, as `Ltd` and `University`.
    pub const ORGANISATION: Self = Self(128);
}

/// What is known of words, by hash.
pub struct Lexicon {
    /// Key in the upper bits, what is known in the lower eight; 0 is a free slot.
    slots: Vec<u32>,
}

impl Lexicon {
    /// From words, or two words in a row, and what they are.
    pub fn new<'a>(words: impl IntoIterator<Item = (&'a str, Known)>) -> Self {
        let mut lexicon = Self { slots: vec![0; SLOTS] };
        for (text, known) in words {
            let mut parts = text.split(' ');
            let first = hash_of(parts.next().unwrap_or_default());
            let hash = parts.next().map_or(first, |second| pair(first, hash_of(second)));
            lexicon.add(key(hash), known);
        }
        lexicon
    }

    /// What the word of that hash is.
    pub(crate) fn word(&self, lower: u32) -> Known {
        let key = key(lower);
        let mut at = key as usize;
        loop {
            let slot = self.slots.get(at % SLOTS).copied().unwrap_or(0);
            if slot == 0 {
                return Known(0);
            }
            if slot >> 8 == key {
                return Known((slot & 0xFF) as u8);
            }
            at += 1;
        }
    }

    /// What two words in a row are.
    pub(crate) fn words(&self, first: u32, second: u32) -> Known {
        self.word(pair(first, second))
    }

    fn add(&mut self, key: u32, known: Known) {
        let taken = |slot: &u32| *slot == 0 || *slot >> 8 == key;
        let (front, back) = self.slots.split_at_mut(key as usize % SLOTS);
        if let Some(slot) = back.iter_mut().chain(front).find(|slot| taken(slot)) {
            *slot |= key << 8 | u32::from(known.0);
        }
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        let mut entries: Vec<u32> = self.slots.iter().copied().filter(|slot| *slot != 0).collect();
        entries.sort_unstable();
        writer.number(entries.len() as u32);
        let mut previous = 0;
        for entry in entries {
            writer.number((entry >> 8) - previous);
            writer.byte((entry & 0xFF) as u8);
            previous = entry >> 8;
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let mut lexicon = Self { slots: vec![0; SLOTS] };
        let mut key = 0_u32;
        for _ in 0..reader.number()? {
            key = key.checked_add(reader.number()?)?;
            lexicon.add(key, Known(reader.byte()?));
        }
        Some(lexicon)
    }
}

/// Never 0, so that no entry looks like a free slot.
fn key(hash: u32) -> u32 {
    (spread(hash) >> (32 - KEY_BITS)).max(1)
}
