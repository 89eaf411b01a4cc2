//! 64 bytes at a time, where the processor can look 64 bytes up in a table of 128 at once. Unsafe for the same two reasons
//! as `avx2.rs`: the instructions must exist, which [`Vectors::detect`] proves, and loads must stay within the bytes they
//! read, which the array types of their arguments prove.
#![expect(unsafe_code, reason = "vector instructions; see the comments at each block")]

use std::arch::x86_64::{
    __m512i, _mm512_and_si512, _mm512_loadu_si512, _mm512_movepi8_mask, _mm512_or_si512,
    _mm512_permutex2var_epi8, _mm512_set1_epi8, _mm512_test_epi8_mask,
};

use crate::{BLOCK, Block, Code, Fragments, Script, fragments::LENGTH, padded, scalar};

/// Blocks that are looked at together.
const TOGETHER: usize = 4;
/// These and the bytes behind them that fragments may reach into.
const SEEN: usize = TOGETHER * BLOCK + LENGTH - 1;

/// Classes of ASCII, one bit each.
const DIGIT: u8 = 1;
const LETTER: u8 = 2;
const UPPER: u8 = 4;
const WORD: u8 = 8;
const TOKEN: u8 = 16;
const AT: u8 = 32;
const SIGN: u8 = 64;
const ESCAPE: u8 = 128;

/// The classes of each byte of ASCII.
const CLASSES: [u8; 128] = {
    let mut classes = [0; 128];
    let mut byte = 0_u8;
    while byte < 128 {
        #[expect(clippy::indexing_slicing, reason = "computed at compile time, where a mistake is an error")]
        {
            classes[byte as usize] = (byte.is_ascii_digit() as u8 * DIGIT)
                | (byte.is_ascii_alphabetic() as u8 * LETTER)
                | (byte.is_ascii_uppercase() as u8 * UPPER)
                | (scalar::is_word(byte) as u8 * WORD)
                | (scalar::is_token(byte) as u8 * TOKEN)
                | ((byte == b'@') as u8 * AT)
                | (scalar::is_sign(byte) as u8 * SIGN)
                | (scalar::is_escape(byte) as u8 * ESCAPE);
        }
        byte += 1;
    }
    classes
};

/// Proof that this processor has AVX-512 with byte and permutation instructions (F, BW, VBMI).
#[derive(Clone, Copy)]
pub(crate) struct Vectors(());

impl Vectors {
    #[inline]
    pub(crate) fn detect() -> Option<Self> {
        let has = std::arch::is_x86_feature_detected!("avx512f")
            && std::arch::is_x86_feature_detected!("avx512bw")
            && std::arch::is_x86_feature_detected!("avx512vbmi");
        has.then_some(Self(()))
    }

    pub(crate) fn classify(self, text: &[u8], blocks: &mut Vec<Block>) {
        // SAFETY: `self` exists only where the instructions do.
        unsafe { classify(text, blocks) }
    }

    pub(crate) fn script(self, text: &[u8; BLOCK]) -> Script {
        // SAFETY: `self` exists only where the instructions do.
        unsafe { script(text) }
    }

    pub(crate) fn code(self, text: &[u8], blocks: &mut Vec<Code>) {
        // SAFETY: `self` exists only where the instructions do.
        unsafe { code(text, blocks) }
    }

    pub(crate) fn mark(self, fragments: &Fragments, text: &[u8], marks: &mut Vec<u64>) {
        // SAFETY: `self` exists only where the instructions do.
        unsafe { mark(fragments, text, marks) }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn classify(text: &[u8], blocks: &mut Vec<Block>) {
    let (whole, rest) = text.as_chunks::<BLOCK>();
    let table = Table::of(&CLASSES);
    blocks.extend(whole.iter().map(|bytes| block(&table, bytes)));
    if !rest.is_empty() {
        blocks.push(block(&table, &padded(rest)));
    }
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn block(table: &Table, bytes: &[u8; BLOCK]) -> Block {
    let bytes = load::<0, BLOCK>(bytes);
    let (classes, high) = (table.at(bytes), _mm512_movepi8_mask(bytes));
    let of = |class: u8| _mm512_test_epi8_mask(classes, fill(class)) & !high;
    Block { digit: of(DIGIT), word: of(WORD), token: of(TOKEN), at: of(AT), high }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn script(text: &[u8; BLOCK]) -> Script {
    let bytes = load::<0, BLOCK>(text);
    let (classes, high) = (Table::of(&CLASSES).at(bytes), _mm512_movepi8_mask(bytes));
    let of = |class: u8| _mm512_test_epi8_mask(classes, fill(class)) & !high;
    Script { letter: of(LETTER), upper: of(UPPER), word: of(WORD), sign: of(SIGN), high }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn code(text: &[u8], blocks: &mut Vec<Code>) {
    let (whole, rest) = text.as_chunks::<BLOCK>();
    let table = Table::of(&CLASSES);
    blocks.extend(whole.iter().map(|bytes| code_block(&table, bytes)));
    if !rest.is_empty() {
        blocks.push(code_block(&table, &padded(rest)));
    }
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn code_block(table: &Table, bytes: &[u8; BLOCK]) -> Code {
    let bytes = load::<0, BLOCK>(bytes);
    let (classes, high) = (table.at(bytes), _mm512_movepi8_mask(bytes));
    let of = |class: u8| _mm512_test_epi8_mask(classes, fill(class));
    Code { escape: of(ESCAPE) | high, packed: of(TOKEN) & !high }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn mark(fragments: &Fragments, text: &[u8], marks: &mut Vec<u64>) {
    let mut rest = text;
    while let Some(seen) = rest.first_chunk::<SEEN>() {
        marks.extend(marked(fragments, seen));
        rest = rest.get(TOGETHER * BLOCK..).unwrap_or_default();
    }
    // Behind the last block of what is left stand too few bytes; up to two bytes may be left behind four blocks.
    while !rest.is_empty() {
        let blocks = marked(fragments, &padded(rest));
        for (marked, start) in blocks.into_iter().zip((0..rest.len()).step_by(BLOCK)) {
            marks.push(marked & u64::MAX >> BLOCK.saturating_sub(rest.len() - start));
        }
        rest = rest.get(TOGETHER * BLOCK..).unwrap_or_default();
    }
}

/// The places that some group fits, given the bytes there and at the three places behind; four blocks at a time, so that
/// each table is read once for all of them.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn marked(fragments: &Fragments, seen: &[u8; SEEN]) -> [u64; TOGETHER] {
    let [mut first, mut second, mut third, mut fourth] = [fill(0); TOGETHER];
    for set in &fragments.sets {
        let [one, two, three, four] = set;
        let groups = [one, two, three, four].map(|halves| Table::of(&halves.both));
        first = _mm512_or_si512(first, fits::<0, 1, 2, 3>(&groups, seen));
        second = _mm512_or_si512(second, fits::<64, 65, 66, 67>(&groups, seen));
        third = _mm512_or_si512(third, fits::<128, 129, 130, 131>(&groups, seen));
        fourth = _mm512_or_si512(fourth, fits::<192, 193, 194, 195>(&groups, seen));
    }
    [
        _mm512_test_epi8_mask(first, first),
        _mm512_test_epi8_mask(second, second),
        _mm512_test_epi8_mask(third, third),
        _mm512_test_epi8_mask(fourth, fourth),
    ]
}

/// The groups that fit 64 places, given where these and the three places behind each are read.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn fits<const A: usize, const B: usize, const C: usize, const D: usize>(
    [one, two, three, four]: &[Table; LENGTH],
    seen: &[u8; SEEN],
) -> __m512i {
    let front = _mm512_and_si512(one.at(load::<A, SEEN>(seen)), two.at(load::<B, SEEN>(seen)));
    let behind = _mm512_and_si512(three.at(load::<C, SEEN>(seen)), four.at(load::<D, SEEN>(seen)));
    _mm512_and_si512(front, behind)
}

/// What each byte of ASCII stands for.
struct Table {
    low: __m512i,
    high: __m512i,
}

impl Table {
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    fn of(entries: &[u8; 128]) -> Self {
        Self { low: load::<0, 128>(entries), high: load::<64, 128>(entries) }
    }

    /// What each byte stands for; the highest bit of a byte does not count.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    fn at(&self, bytes: __m512i) -> __m512i {
        _mm512_permutex2var_epi8(self.low, bytes, self.high)
    }
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn fill(byte: u8) -> __m512i {
    _mm512_set1_epi8(byte.cast_signed())
}

/// 64 bytes from place `AT` on.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn load<const AT: usize, const SIZE: usize>(bytes: &[u8; SIZE]) -> __m512i {
    const { assert!(AT + BLOCK <= SIZE) };
    // SAFETY: the array is longer than `AT`, as is asserted at compile time.
    let from = unsafe { bytes.as_ptr().add(AT) };
    // SAFETY: the array has the 64 bytes that are read, as is asserted too; the load needs no alignment.
    unsafe { _mm512_loadu_si512(from.cast()) }
}
