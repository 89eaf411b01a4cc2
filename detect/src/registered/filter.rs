/// Bits a record; with two of them in one word, about one in sixty other hashes passes.
const BITS: usize = 16;

/// Tells of most hashes that they are not registered, without looking at the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Filter {
    /// A power of two of words, or none.
    words: Vec<u64>,
}

impl Filter {
    pub(super) fn new(records: usize) -> Self {
        let words = (records * BITS).div_ceil(64).next_power_of_two();
        Self { words: vec![0; if records == 0 { 0 } else { words }] }
    }

    pub(super) fn from_words(words: Vec<u64>) -> Option<Self> {
        (words.is_empty() || words.len().is_power_of_two()).then_some(Self { words })
    }

    pub(super) fn words(&self) -> &[u64] {
        &self.words
    }

    pub(super) fn insert(&mut self, hash: u64) {
        let (at, bits) = self.place(hash);
        if let Some(word) = self.words.get_mut(at) {
            *word |= bits;
        }
    }

    pub(super) fn may_hold(&self, hash: u64) -> bool {
        let (at, bits) = self.place(hash);
        self.words.get(at).is_some_and(|word| word & bits == bits)
    }

    fn place(&self, hash: u64) -> (usize, u64) {
        let at = usize::try_from(hash >> 12).unwrap_or(0) & self.words.len().wrapping_sub(1);
        (at, 1 << (hash & 63) | 1 << (hash >> 6 & 63))
    }
}
