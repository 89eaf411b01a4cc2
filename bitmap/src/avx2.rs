//! 32 bytes at a time. Unsafe for two reasons only: the instructions must exist, which [`Vectors::detect`] proves, and
//! loads must stay within the bytes they read, which the array types of their arguments prove.
#![expect(unsafe_code, reason = "vector instructions; see the comments at each block")]

use std::arch::x86_64::{
    __m256i, _mm_loadu_si128, _mm256_and_si256, _mm256_broadcastsi128_si256, _mm256_cmpeq_epi8,
    _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_set1_epi8, _mm256_setzero_si256, _mm256_shuffle_epi8,
    _mm256_slli_epi16, _mm256_srli_epi16,
};

use crate::{
    BLOCK, Block, Fragments,
    fragments::{Halves, LENGTH},
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

    pub(crate) fn mark(self, fragments: &Fragments, text: &[u8], marks: &mut Vec<u64>) {
        // SAFETY: `self` exists only where AVX2 does.
        unsafe { mark(fragments, text, marks) }
    }
}

#[target_feature(enable = "avx2")]
fn classify(text: &[u8], blocks: &mut Vec<Block>) {
    let (whole, rest) = text.as_chunks::<BLOCK>();
    blocks.extend(whole.iter().map(|bytes| block(bytes)));
    if !rest.is_empty() {
        blocks.push(block(&padded(rest)));
    }
}

#[target_feature(enable = "avx2")]
fn block(bytes: &[u8; BLOCK]) -> Block {
    let (lanes, _) = bytes.as_chunks::<LANE>();
    let [low, high] = lanes else { return Block::default() };
    join(lane(load(low)), lane(load(high)))
}

#[target_feature(enable = "avx2")]
fn lane(bytes: __m256i) -> Block {
    let classes = by_halves(table(&LOW), table(&HIGH), bytes);
    let letter = any(classes, LETTER);
    // Bit 5 tells lower case from upper; shifted by two it is where the mask is taken from.
    let lower = mask(_mm256_slli_epi16::<2>(bytes));
    let word = any(classes, DIGIT | LETTER | UNDERSCORE);
    Block {
        digit: any(classes, DIGIT),
        letter,
        upper: letter & !lower,
        word,
        token: any(classes, DIGIT | LETTER | UNDERSCORE | JOINT),
        at: mask(_mm256_cmpeq_epi8(bytes, fill(b'@'))),
        sign: any(classes, SIGN),
        high: mask(bytes),
    }
}

const fn join(low: Block, high: Block) -> Block {
    Block {
        digit: low.digit | high.digit << LANE,
        letter: low.letter | high.letter << LANE,
        upper: low.upper | high.upper << LANE,
        word: low.word | high.word << LANE,
        token: low.token | high.token << LANE,
        at: low.at | high.at << LANE,
        sign: low.sign | high.sign << LANE,
        high: low.high | high.high << LANE,
    }
}

#[target_feature(enable = "avx2")]
fn mark(fragments: &Fragments, text: &[u8], marks: &mut Vec<u64>) {
    let tables = fragments.tables.each_ref().map(|halves| Tables::of(halves));
    let mut rest = text;
    while let Some(seen) = rest.first_chunk::<SEEN>() {
        marks.push(marked(&tables, seen));
        rest = rest.get(BLOCK..).unwrap_or_default();
    }
    // Behind the last block of what is left stand too few bytes.
    for part in rest.chunks(BLOCK).enumerate().map(|(place, _)| rest.get(place * BLOCK..).unwrap_or_default())
    {
        let room = u64::MAX >> BLOCK.saturating_sub(part.len());
        marks.push(marked(&tables, &padded(part)) & room);
    }
}

/// Tables of [`Halves`] as vectors.
struct Tables {
    low: __m256i,
    high: __m256i,
}

impl Tables {
    #[target_feature(enable = "avx2")]
    fn of(halves: &Halves) -> Self {
        Self { low: table(&halves.low), high: table(&halves.high) }
    }
}

#[target_feature(enable = "avx2")]
fn marked(tables: &[Tables; LENGTH], seen: &[u8; SEEN]) -> u64 {
    let lane = |from: usize| {
        let groups = |ahead: usize| -> __m256i {
            let bytes = seen.get(from + ahead..).and_then(|rest| rest.first_chunk::<LANE>());
            let none = _mm256_setzero_si256();
            tables.get(ahead).zip(bytes).map_or(none, |(table, bytes)| by_halves_of_any(table, load(bytes)))
        };
        let all =
            _mm256_and_si256(_mm256_and_si256(groups(0), groups(1)), _mm256_and_si256(groups(2), groups(3)));
        !mask(_mm256_cmpeq_epi8(all, _mm256_setzero_si256())) & u64::from(u32::MAX)
    };
    lane(0) | lane(LANE) << LANE
}

/// What the two tables agree on for each byte; nothing for bytes outside ASCII.
#[target_feature(enable = "avx2")]
fn by_halves(low: __m256i, high: __m256i, bytes: __m256i) -> __m256i {
    let upper = _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), fill(0xF));
    _mm256_and_si256(_mm256_shuffle_epi8(low, bytes), _mm256_shuffle_epi8(high, upper))
}

/// The same for bytes of any value.
#[target_feature(enable = "avx2")]
fn by_halves_of_any(tables: &Tables, bytes: __m256i) -> __m256i {
    let lower = _mm256_shuffle_epi8(tables.low, _mm256_and_si256(bytes, fill(0xF)));
    let upper = _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), fill(0xF));
    _mm256_and_si256(lower, _mm256_shuffle_epi8(tables.high, upper))
}

/// Bits of the bytes that have any of the given rectangles.
#[target_feature(enable = "avx2")]
fn any(classes: __m256i, rectangles: u8) -> u64 {
    let none = _mm256_cmpeq_epi8(_mm256_and_si256(classes, fill(rectangles)), _mm256_setzero_si256());
    !mask(none) & u64::from(u32::MAX)
}

/// The highest bit of every byte.
#[target_feature(enable = "avx2")]
fn mask(bytes: __m256i) -> u64 {
    u64::from(_mm256_movemask_epi8(bytes).cast_unsigned())
}

#[target_feature(enable = "avx2")]
fn fill(byte: u8) -> __m256i {
    _mm256_set1_epi8(byte.cast_signed())
}

#[target_feature(enable = "avx2")]
fn load(bytes: &[u8; LANE]) -> __m256i {
    // SAFETY: the array has the 32 bytes that are read; the load needs no alignment.
    unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) }
}

/// A table of 16 entries in both halves of a vector.
#[target_feature(enable = "avx2")]
fn table(entries: &[u8; 16]) -> __m256i {
    // SAFETY: the array has the 16 bytes that are read; the load needs no alignment.
    let half = unsafe { _mm_loadu_si128(entries.as_ptr().cast()) };
    _mm256_broadcastsi128_si256(half)
}

/// The start of `bytes`, with zeros where it has none.
fn padded<const SIZE: usize>(bytes: &[u8]) -> [u8; SIZE] {
    let mut all = [0; SIZE];
    all.iter_mut().zip(bytes).for_each(|(place, byte)| *place = *byte);
    all
}
