use std::collections::VecDeque;

use super::{
    normal::{normalise, stands_alone},
    registry::LONGEST_CELL,
    salt::{BASE, roll},
    snapshot::Snapshot,
};

/// Words a cell may consist of.
const MOST_WORDS: usize = 8;
/// Characters that may stand between words of a cell.
const WIDEST_GAP: usize = 3;
/// Normalised bytes kept before those no longer needed are let go.
const KEPT: usize = 4096;

/// The last words of a text, and with them every cell that may end here.
#[derive(Default)]
pub(super) struct Words {
    /// Letters and digits of the words, as they are compared.
    normal: Vec<u8>,
    words: VecDeque<Word>,
    in_word: bool,
    gap: usize,
}

struct Word {
    /// First byte in the text.
    start: usize,
    /// First byte in `normal`.
    from: usize,
    length: usize,
    hash: u64,
    /// What a byte before the word weighs.
    power: u64,
}

/// Words that stand together and may be a cell.
pub(super) struct Candidate<'a> {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) normal: &'a [u8],
    pub(super) quick: u64,
}

impl Words {
    /// Takes the character at `place`; gives what may be a cell that ends before it, or with it.
    pub(super) fn push(
        &mut self,
        character: char,
        place: usize,
        snapshot: &Snapshot,
        mut emit: impl FnMut(Candidate<'_>),
    ) {
        if !character.is_alphanumeric() {
            // Marks that are not letters, such as separate accents, neither end a word nor stand in it.
            let is_mark = !character.is_ascii() && unicode_normalization::char::is_combining_mark(character);
            if !is_mark {
                self.end(place, snapshot, &mut emit);
                self.gap += 1;
            }
            return;
        }
        let alone = stands_alone(character);
        if alone {
            self.end(place, snapshot, &mut emit);
        }
        if !self.in_word {
            self.begin(place);
        }
        if let Some(word) = self.words.back_mut() {
            normalise(character, |byte| word.push(byte, &mut self.normal));
        }
        if alone {
            self.end(place + character.len_utf8(), snapshot, &mut emit);
        }
    }

    /// Takes letters and digits of ASCII that stand together, the first at `place`.
    pub(super) fn push_ascii(&mut self, letters: &[u8], place: usize) {
        if !self.in_word {
            self.begin(place);
        }
        if let Some(word) = self.words.back_mut() {
            letters.iter().for_each(|letter| word.push(letter.to_ascii_lowercase(), &mut self.normal));
        }
    }

    /// Ends the word being read at `place`.
    pub(super) fn end(&mut self, place: usize, snapshot: &Snapshot, mut emit: impl FnMut(Candidate<'_>)) {
        if !std::mem::take(&mut self.in_word) {
            return;
        }
        self.gap = 0;
        let (lengths, longest) = (snapshot.lengths(), snapshot.lengths().longest());
        let (mut hash, mut weight, mut length) = (0_u64, 1_u64, 0);
        for word in self.words.iter().rev() {
            length += word.length;
            if length > longest {
                break;
            }
            hash = word.hash.wrapping_mul(weight).wrapping_add(hash);
            weight = weight.wrapping_mul(word.power);
            if lengths.has(length) {
                let normal = self.normal.get(word.from..).unwrap_or_default();
                emit(Candidate { start: word.start, end: place, normal, quick: snapshot.salt().mixed(hash) });
            }
        }
        if self.words.back().is_some_and(|word| word.length > LONGEST_CELL) {
            self.words.clear();
        }
    }

    fn begin(&mut self, place: usize) {
        if self.gap > WIDEST_GAP {
            self.words.clear();
        }
        if self.words.len() >= MOST_WORDS {
            self.words.pop_front();
        }
        if self.words.is_empty() {
            self.normal.clear();
        } else if self.normal.len() > KEPT {
            let gone = self.words.front().map_or(0, |word| word.from);
            self.normal.drain(..gone);
            self.words.iter_mut().for_each(|word| word.from -= gone);
        }
        self.words.push_back(Word { start: place, from: self.normal.len(), length: 0, hash: 0, power: 1 });
        self.in_word = true;
    }
}

impl Word {
    /// Takes one more letter as it is compared.
    #[inline]
    fn push(&mut self, byte: u8, normal: &mut Vec<u8>) {
        self.length += 1;
        self.hash = roll(self.hash, byte);
        self.power = self.power.wrapping_mul(BASE);
        if self.length <= LONGEST_CELL {
            normal.push(byte);
        }
    }
}
