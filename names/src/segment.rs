use std::sync::LazyLock;

use crate::{
    hash::{pair, spread},
    lexicon::{Entry, Known, Lexicon},
    line::{Line, Look},
    model::{FEATURES, ROW_BITS, Rows},
    word::{Shape, Word, hash_of},
};

/// Words of one segment that are labelled, at most.
const MOST: usize = 40;
/// Words looked at to either side.
const CONTEXT: usize = 2;
/// Words in lower case, and marks, that may stand between capitals within a name.
const LINKS: [&str; 40] = [
    "of", "de", "la", "del", "der", "van", "von", "da", "das", "do", "dos", "di", "du", "des", "le", "les",
    "el", "al", "bin", "ibn", "bint", "and", "the", "for", "y", "e", "i", "zu", "zum", "den", "ten", "ter",
    "und", "et", "af", "av", "s", "in", "san", "st",
];
static LINK_HASHES: LazyLock<Vec<u32>> = LazyLock::new(|| {
    let mut hashes: Vec<u32> = LINKS.iter().map(|word| hash_of(word)).collect();
    hashes.extend([".", "-", "&", "'", ",", "/"].map(hash_of));
    hashes.sort_unstable();
    hashes
});
/// Marks after which a sentence or an entry begins.
static OPENING: LazyLock<[u32; 12]> =
    LazyLock::new(|| [".", "!", "?", ":", "\"", "(", "*", "-", ">", "#", "[", "|"].map(hash_of));

/// Words with capitals that stand together, and what surrounds them: what the tagger labels at once.
#[derive(Default)]
pub(crate) struct Segment {
    words: Vec<Word>,
    known: Vec<Entry>,
    /// How many words before it are context.
    before: usize,
    /// How many words are labelled.
    length: usize,
    look: Option<Look>,
    /// Words with capitals, or known names, in it.
    names: u32,
}

/// Whether a word in lower case can be part of a name, in a line without capitals.
fn may_name(word: &Word, known: Known) -> bool {
    word.shape == Shape::Lower && word.end - word.start > 2 && known.0 & Known::WORD.0 == 0
}

/// Whether a word in lower case can be the beginning of a name, in a line without capitals.
pub(crate) fn opens_low(lexicon: &Lexicon, word: &Word) -> bool {
    let known = known(lexicon, word).known;
    known.0 != 0
        && known.0 & Known::ORGANISATION.0 == 0
        && may_name(word, known)
        && LINK_HASHES.binary_search(&word.lower).is_err()
}

fn known(lexicon: &Lexicon, word: &Word) -> Entry {
    match word.shape {
        Shape::Break | Shape::Mark | Shape::Number => Entry::default(),
        _ => lexicon.entry(word.lower),
    }
}

impl Segment {
    /// Reads the segment that begins with the word at `start`.
    pub(crate) fn read(&mut self, lexicon: &Lexicon, text: &[u8], start: usize, line: Line) {
        self.words.clear();
        self.look = Some(line.look);
        self.read_before(text, start);
        self.known.clear();
        self.known.extend(self.words.iter().map(|word| known(lexicon, word)));
        self.read_on(lexicon, text, start);
    }

    fn read_before(&mut self, text: &[u8], start: usize) {
        let mut at = start;
        for _ in 0..CONTEXT {
            let word = Word::before(text, at);
            self.words.push(word);
            at = word.start;
        }
        self.words.reverse();
        self.before = self.words.len();
    }

    fn read_on(&mut self, lexicon: &Lexicon, text: &[u8], start: usize) {
        let (mut at, mut links) = (start, 0);
        let low = self.look == Some(Look::Low);
        (self.length, self.names) = (0, 0);
        while links < 4 && self.length < MOST {
            let word = Word::next(text, at);
            at = word.end;
            let known = self.push(lexicon, word);
            if word.is_capital() || low && may_name(&word, known) {
                self.length = self.words.len() - self.before;
                self.names += 1;
                links = 0;
            } else if LINK_HASHES.binary_search(&word.lower).is_ok() {
                links += 1;
            } else {
                break;
            }
        }
        if !self.is_worthwhile() {
            return;
        }
        while self.words.len() < self.before + self.length + CONTEXT {
            let word = Word::next(text, at);
            at = word.end;
            self.push(lexicon, word);
        }
    }

    fn push(&mut self, lexicon: &Lexicon, word: Word) -> Known {
        let entry = known(lexicon, &word);
        self.words.push(word);
        self.known.push(entry);
        entry.known
    }

    /// The words that are labelled.
    pub(crate) fn words(&self) -> &[Word] {
        self.words.get(self.before..self.before + self.length).unwrap_or_default()
    }

    /// Where the next segment may begin.
    pub(crate) fn end(&self) -> usize {
        self.words().last().map_or(0, |word| word.end)
    }

    /// Whether it can hold a name at all: not the first word of a sentence if that is an ordinary one, and not `I`.
    pub(crate) fn is_worthwhile(&self) -> bool {
        let (Some(word), Some(known)) = (self.words().first(), self.known.get(self.before)) else {
            return false;
        };
        let ordinary = known.known == Known::WORD && self.opens(0) || word.shape == Shape::Initial;
        self.length > 1 || !ordinary
    }

    /// Whether a sentence, a line or an entry begins with the word at `index`.
    fn opens(&self, index: usize) -> bool {
        let previous = (self.before + index).checked_sub(1).and_then(|at| self.words.get(at));
        previous.is_none_or(|word| word.is_break() || OPENING.contains(&word.lower))
    }

    /// The rows of the model that speak for the word at `index`.
    pub(crate) fn features(&self, lexicon: &Lexicon, index: usize) -> Option<Rows> {
        let at = self.before + index;
        let word = |offset: usize| (at + offset).checked_sub(CONTEXT).and_then(|at| self.words.get(at));
        let known = |offset: usize| {
            (at + offset)
                .checked_sub(CONTEXT)
                .and_then(|at| self.known.get(at))
                .map_or((0, 0), |entry| (u32::from(entry.known.0), u32::from(entry.group)))
        };
        let (a, b, c, d, e) = (word(0)?, word(1)?, word(2)?, word(3)?, word(4)?);
        let ((kb, gb), (kc, gc), (kd, gd)) = (known(1), known(2), known(3));
        let shape = |word: &Word| word.shape as u32;
        let (sa, sb, sc, sd, se) = (shape(a), shape(b), shape(c), shape(d), shape(e));
        let around = sb << 8 | sc << 4 | sd;
        let opens = u32::from(self.opens(index));
        let look = self.look.map_or(0, |look| look as u32);
        let before = u32::from(lexicon.words(b.lower, c.lower).0);
        let behind = u32::from(lexicon.words(c.lower, d.lower).0);
        let first = self.words.get(self.before.wrapping_sub(1)).map_or(0, |word| word.lower);
        let last = self.words.get(self.before + self.length).map_or(0, |word| word.lower);
        let position = (index.min(3) as u32) << 4 | ((self.length - index).min(4) as u32) << 2;
        let names = self.names.min(4);
        let glued = u32::from(c.apart) | u32::from(d.apart) << 1;
        let values = [
            sc | glued << 4,
            c.lower,
            pair(c.lower, sc),
            b.lower,
            d.lower,
            pair(b.lower, c.lower),
            pair(c.lower, d.lower),
            pair(a.lower, b.lower),
            pair(d.lower, e.lower),
            c.prefix,
            pair(1, c.suffixes[0]),
            pair(2, c.suffixes[1]),
            kc << 8 | sc,
            kb << 16 | kc << 8 | sb << 4 | sc,
            kc << 16 | kd << 8 | sc << 4 | sd,
            around,
            around << 8 | sa << 4 | se,
            kc << 16 | around << 1 | opens,
            before << 16 | behind << 8 | kc,
            look << 24 | kc << 16 | sc << 8 | opens,
            pair(b.lower, kc),
            pair(d.lower, kc),
            pair(a.lower, kc << 4 | sb),
            pair(a.lower, pair(b.lower, sc << 4 | sd)),
            pair(pair(first, last), position << 8 | names),
            pair(first, position << 8 | sc),
            pair(last, position << 8 | sc),
            look << 24 | names << 16 | position << 8 | sc,
            gc << 8 | sc,
            gb << 16 | gc << 8 | sc,
            gc << 16 | gd << 8 | sc,
            gc << 16 | kc << 8 | sc | opens << 4,
        ];
        let mut rows = [0; FEATURES];
        for ((row, value), kind) in rows.iter_mut().zip::<[u32; FEATURES]>(values).zip(1_u32..) {
            *row = spread(pair(value, kind.wrapping_mul(0x9E37_79B1))) >> (32 - ROW_BITS);
        }
        Some(rows)
    }
}
