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

/// What is known of a word, and the group of words that are used as it is; 0 is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) known: Known,
    pub(crate) group: u8,
}

/// What is known of words, by hash.
pub struct Lexicon {
    /// Key in the upper bits, what is known in the lower eight; 0 is a free slot.
    slots: Vec<u32>,
    /// The group of the word in the slot.
    groups: Vec<u8>,
}

impl Lexicon {
    /// From words, or two words in a row, and what they are.
    pub fn new<'a>(words: impl IntoIterator<Item = (&'a str, Known, u8)>) -> Self {
        let mut lexicon = Self { slots: vec![0; SLOTS], groups: vec![0; SLOTS] };
        for (text, known, group) in words {
            let mut parts = text.split(' ');
            let first = hash_of(parts.next().unwrap_or_default());
            let hash = parts.next().map_or(first, |second| pair(first, hash_of(second)));
            lexicon.add(key(hash), known, group);
        }
        lexicon
    }

    /// What the word of that hash is.
    pub(crate) fn word(&self, lower: u32) -> Known {
        self.entry(lower).known
    }

    /// What the word of that hash is, and its group.
    pub(crate) fn entry(&self, lower: u32) -> Entry {
        let key = key(lower);
        let mut at = key as usize;
        loop {
            let slot = self.slots.get(at % SLOTS).copied().unwrap_or(0);
            if slot == 0 {
                return Entry::default();
            }
            if slot >> 8 == key {
                let group = self.groups.get(at % SLOTS).copied().unwrap_or(0);
                return Entry { known: Known((slot & 0xFF) as u8), group };
            }
            at += 1;
        }
    }

    /// What two words in a row are.
    pub(crate) fn words(&self, first: u32, second: u32) -> Known {
        self.word(pair(first, second))
    }

    fn add(&mut self, key: u32, known: Known, group: u8) {
        let taken = |slot: &u32| *slot == 0 || *slot >> 8 == key;
        let first = key as usize % SLOTS;
        let mut places = (first..SLOTS).chain(0..first);
        let place = places.find(|place| self.slots.get(*place).is_some_and(taken));
        let Some(place) = place else { return };
        if let (Some(slot), Some(own)) = (self.slots.get_mut(place), self.groups.get_mut(place)) {
            *slot |= key << 8 | u32::from(known.0);
            *own |= group;
        }
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        let slots = self.slots.iter().copied().zip(self.groups.iter().copied());
        let mut entries: Vec<(u32, u8)> = slots.filter(|(slot, _)| *slot != 0).collect();
        entries.sort_unstable();
        writer.number(entries.len() as u32);
        let mut previous = 0;
        for (entry, group) in entries {
            writer.number((entry >> 8) - previous);
            writer.byte((entry & 0xFF) as u8);
            writer.byte(group);
            previous = entry >> 8;
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let mut lexicon = Self { slots: vec![0; SLOTS], groups: vec![0; SLOTS] };
        let mut key = 0_u32;
        for _ in 0..reader.number()? {
            key = key.checked_add(reader.number()?)?;
            lexicon.add(key, Known(reader.byte()?), reader.byte()?);
        }
        Some(lexicon)
    }
}

/// Never 0, so that no entry looks like a free slot.
fn key(hash: u32) -> u32 {
    (spread(hash) >> (32 - KEY_BITS)).max(1)
}
