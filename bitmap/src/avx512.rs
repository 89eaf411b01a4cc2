//! 64 bytes at a time, where the processor can look 64 bytes up in a table of 128 at once. Unsafe for the same two reasons
//! as `avx2.rs`: the instructions must exist, which [`Vectors::detect`] proves, and loads must stay within the bytes they
//! read, which the array types of their arguments prove.
#![expect(unsafe_code, reason = "vector instructions; see the comments at each block")]

use std::arch::x86_64::{
    __m512i, _mm512_and_si512, _mm512_loadu_si512, _mm512_mask_mov_epi8, _mm512_movepi8_mask,
    _mm512_or_si512, _mm512_permutex2var_epi8, _mm512_set1_epi8, _mm512_test_epi8_mask,
};

use crate::{
    BLOCK, Block, Code, Fragments, Script,
    fragments::{Halves, LENGTH, SETS},
    padded, scalar,
};

/// A block and the bytes behind it that fragments may reach into.
const SEEN: usize = BLOCK + LENGTH - 1;

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
    let sets = fragments.sets.each_ref().map(|set| set.each_ref().map(|halves| Groups::of(halves)));
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

/// The groups that fit each place, given the bytes there and at the three places behind.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn marked(sets: &[[Groups; LENGTH]; SETS], seen: &[u8; SEEN]) -> u64 {
    let bytes = [load::<0, SEEN>(seen), load::<1, SEEN>(seen), load::<2, SEEN>(seen), load::<3, SEEN>(seen)];
    let high = bytes.each_ref().map(|bytes| _mm512_movepi8_mask(*bytes));
    let mut fitting = fill(0);
    for [one, two, three, four] in sets {
        let front = _mm512_and_si512(one.at(bytes[0], high[0]), two.at(bytes[1], high[1]));
        let behind = _mm512_and_si512(three.at(bytes[2], high[2]), four.at(bytes[3], high[3]));
        fitting = _mm512_or_si512(fitting, _mm512_and_si512(front, behind));
    }
    _mm512_test_epi8_mask(fitting, fitting)
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

/// For every byte, the groups it may belong to.
struct Groups {
    ascii: Table,
    /// The groups of any byte that is not ASCII.
    others: __m512i,
}

impl Groups {
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    fn of(halves: &Halves) -> Self {
        let mut ascii = [0; 128];
        ascii.iter_mut().zip(0_u8..).for_each(|(groups, byte)| *groups = halves.groups(byte));
        let others = (128..=u8::MAX).fold(0, |all, byte| all | halves.groups(byte));
        Self { ascii: Table::of(&ascii), others: fill(others) }
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    fn at(&self, bytes: __m512i, high: u64) -> __m512i {
        _mm512_mask_mov_epi8(self.ascii.at(bytes), high, self.others)
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
