//! 32 bytes at a time. Unsafe for two reasons only: the instructions must exist, which [`Vectors::detect`] proves, and
//! loads must stay within the bytes they read, which the array types of their arguments prove.
#![expect(unsafe_code, reason = "vector instructions; see the comments at each block")]

use std::arch::x86_64::{
    __m256i, _mm_loadu_si128, _mm256_and_si256, _mm256_broadcastsi128_si256, _mm256_cmpeq_epi8,
    _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8, _mm256_setzero_si256,
    _mm256_shuffle_epi8, _mm256_slli_epi16, _mm256_srli_epi16,
};

use crate::{
    BLOCK, Block, Code, Fragments, Script,
    fragments::{Halves, LENGTH, SETS},
    padded,
};

/// Bytes of one vector.
const LANE: usize = 32;
/// A block and the bytes behind it that fragments may reach into.
const SEEN: usize = BLOCK + LENGTH - 1;

/// Bits that [`LOW`] and [`HIGH`] give the rectangles of which classes are made.
const DIGIT: u8 = 1;
const LETTER: u8 = 2 | 4;
const UNDERSCORE: u8 = 8;
const JOINT: u8 = 16;
const SIGN: u8 = 32 | 64 | 128;

/// Rectangles by the lower half of a byte; together with [`HIGH`] they name the byte's classes.
const LOW: [u8; 16] = rectangles(false);
/// Rectangles by the upper half of a byte.
const HIGH: [u8; 16] = rectangles(true);

/// Sets of bytes as rectangles: each upper half named combined with each lower half named.
const RECTANGLES: [(u8, &[usize], &[usize]); 8] = [
    (1, &[3], &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), // 0-9
    (2, &[4, 6], &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]), // A-O a-o
    (4, &[5, 7], &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), // P-Z p-z
    (8, &[5], &[15]),                           // _
    (16, &[2], &[11, 13, 14, 15]),              // + - . /
    (32, &[2], &[2, 7]),                        // " '
    (64, &[3], &[10, 13]),                      // : =
    (128, &[6], &[0]),                          // `
];

#[expect(clippy::indexing_slicing, reason = "computed at compile time, where a mistake is an error")]
const fn rectangles(upper: bool) -> [u8; 16] {
    let mut table = [0; 16];
    let mut rectangle = 0;
    while rectangle < RECTANGLES.len() {
        let (bit, high, low) = RECTANGLES[rectangle];
        let halves = if upper { high } else { low };
        let mut place = 0;
        while place < halves.len() {
            table[halves[place]] |= bit;
            place += 1;
        }
        rectangle += 1;
    }
    table
}

/// Proof that this processor has AVX2.
#[derive(Clone, Copy)]
pub(crate) struct Vectors(());

impl Vectors {
    #[inline]
    pub(crate) fn detect() -> Option<Self> {
        std::arch::is_x86_feature_detected!("avx2").then_some(Self(()))
    }

    pub(crate) fn classify(self, text: &[u8], blocks: &mut Vec<Block>) {
        // SAFETY: `self` exists only where AVX2 does.
        unsafe { classify(text, blocks) }
    }

    pub(crate) fn script(self, text: &[u8; BLOCK]) -> Script {
        // SAFETY: `self` exists only where AVX2 does.
        unsafe { script(text) }
    }

    pub(crate) fn code(self, text: &[u8], blocks: &mut Vec<Code>) {
        // SAFETY: `self` exists only where AVX2 does.
        unsafe { code(text, blocks) }
    }

    pub(crate) fn mark(self, fragments: &Fragments, text: &[u8], marks: &mut Vec<u64>) {
        // SAFETY: `self` exists only where AVX2 does.
        unsafe { mark(fragments, text, marks) }
    }
}

#[target_feature(enable = "avx2")]
fn classify(text: &[u8], blocks: &mut Vec<Block>) {
    let first = blocks.len();
    blocks.resize(first + text.len().div_ceil(BLOCK), Block::default());
    let (whole, rest) = text.as_chunks::<BLOCK>();
    let mut places = blocks.iter_mut().skip(first);
    for (bytes, place) in whole.iter().chain([&padded(rest)]).zip(&mut places) {
        block(bytes, place);
    }
}

#[target_feature(enable = "avx2")]
fn code(text: &[u8], blocks: &mut Vec<Code>) {
    let first = blocks.len();
    blocks.resize(first + text.len().div_ceil(BLOCK), Code::default());
    let (whole, rest) = text.as_chunks::<BLOCK>();
    let mut places = blocks.iter_mut().skip(first);
    for (bytes, place) in whole.iter().chain([&padded(rest)]).zip(&mut places) {
        code_block(bytes, place);
    }
}

// Apart: where two copies of its code meet in one function, the compiler takes the masks apart bit by bit.
#[inline(never)]
#[target_feature(enable = "avx2")]
fn block(bytes: &[u8; BLOCK], into: &mut Block) {
    let (low, high) = (load::<0, BLOCK>(bytes), load::<LANE, BLOCK>(bytes));
    let (low_classes, high_classes) = (classes(low), classes(high));
    let both = |rectangles: u8| any(low_classes, rectangles) | any(high_classes, rectangles) << LANE;
    let at = |bytes: __m256i| mask(_mm256_cmpeq_epi8(bytes, fill(b'@')));
    *into = Block {
        digit: both(DIGIT),
        word: both(DIGIT | LETTER | UNDERSCORE),
        token: both(DIGIT | LETTER | UNDERSCORE | JOINT),
        at: at(low) | at(high) << LANE,
        high: mask(low) | mask(high) << LANE,
    };
}

// Apart for the same reason.
#[inline(never)]
#[target_feature(enable = "avx2")]
fn script(bytes: &[u8; BLOCK]) -> Script {
    let (low, high) = (load::<0, BLOCK>(bytes), load::<LANE, BLOCK>(bytes));
    let (low_classes, high_classes) = (classes(low), classes(high));
    let both = |rectangles: u8| any(low_classes, rectangles) | any(high_classes, rectangles) << LANE;
    let letter = both(LETTER);
    // Bit 5 tells lower case from upper; shifted by two it is where the mask is taken from.
    let lower = mask(_mm256_slli_epi16::<2>(low)) | mask(_mm256_slli_epi16::<2>(high)) << LANE;
    let word = letter | both(DIGIT | UNDERSCORE);
    Script { letter, upper: letter & !lower, word, sign: both(SIGN), high: mask(low) | mask(high) << LANE }
}

// Apart for the same reason.
#[inline(never)]
#[target_feature(enable = "avx2")]
fn code_block(bytes: &[u8; BLOCK], into: &mut Code) {
    let (low, high) = (load::<0, BLOCK>(bytes), load::<LANE, BLOCK>(bytes));
    let packed = DIGIT | LETTER | UNDERSCORE | JOINT;
    *into = Code {
        escape: escapes(low) | escapes(high) << LANE,
        packed: any(classes(low), packed) | any(classes(high), packed) << LANE,
    };
}

/// Bits of the bytes with which escapes begin.
#[inline]
#[target_feature(enable = "avx2")]
fn escapes(bytes: __m256i) -> u64 {
    let is = |byte: u8| _mm256_cmpeq_epi8(bytes, fill(byte));
    let web = _mm256_or_si256(is(b'%'), is(b'&'));
    let source = _mm256_or_si256(is(b'\\'), is(b'='));
    // Bytes outside ASCII have the bit set that is taken.
    mask(_mm256_or_si256(bytes, _mm256_or_si256(web, source)))
}

#[target_feature(enable = "avx2")]
fn mark(fragments: &Fragments, text: &[u8], marks: &mut Vec<u64>) {
    let sets = fragments.sets.each_ref().map(|set| set.each_ref().map(|halves| Pair::of(halves)));
    let mut rest = text;
    while let Some(seen) = rest.first_chunk::<SEEN>() {
        marks.push(marked(&sets, seen));
        rest = rest.get(BLOCK..).unwrap_or_default();
    }
    // Behind the last block of what is left stand too few bytes.
    for start in (0..rest.len()).step_by(BLOCK) {
        let part = rest.get(start..).unwrap_or_default();
        let room = u64::MAX >> BLOCK.saturating_sub(part.len());
        marks.push(marked(&sets, &padded(part)) & room);
    }
}

/// The tables of [`Halves`] as vectors.
struct Pair {
    low: __m256i,
    high: __m256i,
}

impl Pair {
    #[target_feature(enable = "avx2")]
    fn of(halves: &Halves) -> Self {
        Self { low: table(&halves.low), high: table(&halves.high) }
    }

    /// The groups on which both tables agree for each byte.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn fitting(&self, bytes: __m256i) -> __m256i {
        let lower = _mm256_and_si256(bytes, fill(0xF));
        let upper = _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), fill(0xF));
        _mm256_and_si256(_mm256_shuffle_epi8(self.low, lower), _mm256_shuffle_epi8(self.high, upper))
    }
}

// Apart for the same reason.
#[inline(never)]
#[target_feature(enable = "avx2")]
fn marked(sets: &[[Pair; LENGTH]; SETS], seen: &[u8; SEEN]) -> u64 {
    let low = [load::<0, SEEN>(seen), load::<1, SEEN>(seen), load::<2, SEEN>(seen), load::<3, SEEN>(seen)];
    let high =
        [load::<32, SEEN>(seen), load::<33, SEEN>(seen), load::<34, SEEN>(seen), load::<35, SEEN>(seen)];
    let lane = |bytes: &[__m256i; LENGTH]| {
        let fitting = sets.iter().fold(fill(0), |all, set| _mm256_or_si256(all, groups(set, bytes)));
        !mask(_mm256_cmpeq_epi8(fitting, _mm256_setzero_si256())) & u64::from(u32::MAX)
    };
    lane(&low) | lane(&high) << LANE
}

/// The groups that fit each of 32 places, given the bytes there and at the three places behind.
#[inline]
#[target_feature(enable = "avx2")]
fn groups([one, two, three, four]: &[Pair; LENGTH], bytes: &[__m256i; LENGTH]) -> __m256i {
    let [first, second, third, fourth] = bytes;
    let front = _mm256_and_si256(one.fitting(*first), two.fitting(*second));
    _mm256_and_si256(front, _mm256_and_si256(three.fitting(*third), four.fitting(*fourth)))
}

/// The rectangles of each byte; none for bytes outside ASCII.
#[inline]
#[target_feature(enable = "avx2")]
fn classes(bytes: __m256i) -> __m256i {
    let upper = _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), fill(0xF));
    _mm256_and_si256(_mm256_shuffle_epi8(table(&LOW), bytes), _mm256_shuffle_epi8(table(&HIGH), upper))
}

/// Bits of the bytes that have any of the given rectangles.
#[inline]
#[target_feature(enable = "avx2")]
fn any(classes: __m256i, rectangles: u8) -> u64 {
    let none = _mm256_cmpeq_epi8(_mm256_and_si256(classes, fill(rectangles)), _mm256_setzero_si256());
    !mask(none) & u64::from(u32::MAX)
}

/// The highest bit of every byte.
#[inline]
#[target_feature(enable = "avx2")]
fn mask(bytes: __m256i) -> u64 {
    u64::from(_mm256_movemask_epi8(bytes).cast_unsigned())
}

#[inline]
#[target_feature(enable = "avx2")]
fn fill(byte: u8) -> __m256i {
    _mm256_set1_epi8(byte.cast_signed())
}

/// 32 bytes from place `AT` on.
#[inline]
#[target_feature(enable = "avx2")]
fn load<const AT: usize, const SIZE: usize>(bytes: &[u8; SIZE]) -> __m256i {
    const { assert!(AT + LANE <= SIZE) };
    // SAFETY: the array is longer than `AT`, as is asserted at compile time.
    let from = unsafe { bytes.as_ptr().add(AT) };
    // SAFETY: the array has the 32 bytes that are read, as is asserted too; the load needs no alignment.
    unsafe { _mm256_loadu_si256(from.cast()) }
}

/// A table of 16 entries in both halves of a vector.
#[inline]
#[target_feature(enable = "avx2")]
fn table(entries: &[u8; 16]) -> __m256i {
    // SAFETY: the array has the 16 bytes that are read; the load needs no alignment.
    let half = unsafe { _mm_loadu_si128(entries.as_ptr().cast()) };
    _mm256_broadcastsi128_si256(half)
}
