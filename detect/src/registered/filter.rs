/// Bits a record; with four of them set in one word, about one in a thousand other hashes passes.
const BITS: usize = 32;

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
        let at = usize::try_from(hash >> 24).unwrap_or(0) & self.words.len().wrapping_sub(1);
        let bits = [0, 6, 12, 18].iter().fold(0, |bits, shift| bits | 1 << (hash >> shift & 63));
        (at, bits)
    }
}
