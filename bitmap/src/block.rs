#[cfg(target_arch = "x86_64")]
use crate::{avx2, avx512};
use crate::{padded, scalar};

/// Bytes described by one [`Block`].
pub const BLOCK: usize = 64;

/// What values are made of, in 64 bytes: the lowest bit of each class stands for the first byte.
///
/// Bytes beyond the end of a text belong to no class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// `0` to `9`.
    pub digit: u64,
    /// Letters, digits and the underscore.
    pub word: u64,
    /// What words, numbers, keys and paths are made of: the above and `+`, `-`, `.`, `/`.
    pub token: u64,
    /// `@`.
    pub at: u64,
    /// Bytes outside ASCII.
    pub high: u64,
}

/// What encoded text is made of, in 64 bytes, as [`Block`] has it for values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Code {
    /// Bytes outside ASCII, and `%`, `&`, `\\` and `=`.
    pub escape: u64,
    /// Both alphabets of base64: letters, digits, `+`, `-`, `/` and `_`; also `.`.
    pub packed: u64,
}

/// What sentences and assignments are made of, in 64 bytes, as [`Block`] has it for values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// `A` to `Z` and `a` to `z`.
    pub letter: u64,
    /// `A` to `Z`.
    pub upper: u64,
    /// Letters, digits and the underscore.
    pub word: u64,
    /// What stands around values: `"`, `'`, `` ` ``, `=` and `:`.
    pub sign: u64,
    /// Bytes outside ASCII.
    pub high: u64,
}

/// Classes of a whole text, added to `blocks`; the last block may be filled in part.
pub fn classify(text: &[u8], blocks: &mut Vec<Block>) {
    blocks.reserve(text.len().div_ceil(BLOCK));
    #[cfg(target_arch = "x86_64")]
    if let Some(vectors) = avx512::Vectors::detect() {
        return vectors.classify(text, blocks);
    } else if let Some(vectors) = avx2::Vectors::detect() {
        return vectors.classify(text, blocks);
    }
    scalar::classify(text, blocks);
}

/// [`Script`] of the first 64 bytes of a text.
#[must_use]
pub fn script(text: &[u8]) -> Script {
    let copy;
    let bytes = match text.first_chunk() {
        Some(bytes) => bytes,
        None => {
            copy = padded(text);
            &copy
        }
    };
    #[cfg(target_arch = "x86_64")]
    if let Some(vectors) = avx512::Vectors::detect() {
        return vectors.script(bytes);
    } else if let Some(vectors) = avx2::Vectors::detect() {
        return vectors.script(bytes);
    }
    scalar::script(bytes)
}

/// The same for [`Code`].
pub fn code(text: &[u8], blocks: &mut Vec<Code>) {
    blocks.reserve(text.len().div_ceil(BLOCK));
    #[cfg(target_arch = "x86_64")]
    if let Some(vectors) = avx512::Vectors::detect() {
        return vectors.code(text, blocks);
    } else if let Some(vectors) = avx2::Vectors::detect() {
        return vectors.code(text, blocks);
    }
    scalar::code(text, blocks);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{BLOCK, Block, Code, Script, classify, code, script};
    #[cfg(target_arch = "x86_64")]
    use crate::avx2;
    use crate::{padded, scalar};

    fn blocks(text: &[u8]) -> Vec<Block> {
        let mut blocks = Vec::new();
        classify(text, &mut blocks);
        blocks
    }

    fn codes(text: &[u8]) -> Vec<Code> {
        let mut blocks = Vec::new();
        code(text, &mut blocks);
        blocks
    }

    #[test]
    fn every_byte_has_its_classes() {
        for byte in 0..=u8::MAX {
            let word = byte.is_ascii_alphanumeric() || byte == b'_';
            let block = Block {
                digit: byte.is_ascii_digit().into(),
                word: word.into(),
                token: (word || b"+-./".contains(&byte)).into(),
                at: (byte == b'@').into(),
                high: (!byte.is_ascii()).into(),
            };
            let code = Code {
                escape: (!byte.is_ascii() || b"%&\\=".contains(&byte)).into(),
                packed: (word || b"+-./".contains(&byte)).into(),
            };
            let script = Script {
                letter: byte.is_ascii_alphabetic().into(),
                upper: byte.is_ascii_uppercase().into(),
                word: word.into(),
                sign: b"\"'`=:".contains(&byte).into(),
                high: (!byte.is_ascii()).into(),
            };
            assert_eq!((blocks(&[byte]), super::script(&[byte])), (vec![block], script), "{byte}");
            assert_eq!(codes(&[byte]), vec![code], "{byte}");
        }
    }

    #[test]
    fn the_last_block_is_filled_in_part() {
        for (length, count) in [(0, 0), (1, 1), (BLOCK, 1), (BLOCK + 1, 2)] {
            let blocks = blocks(&vec![b'7'; length]);
            assert_eq!(blocks.len(), count);
            assert_eq!(blocks.iter().map(|block| block.digit.count_ones() as usize).sum::<usize>(), length);
        }
    }

    proptest! {
        #[test]
        fn vectors_and_scalars_agree(text in prop::collection::vec(any::<u8>(), 0..300)) {
            let (mut plain, mut plain_code) = (Vec::new(), Vec::new());
            scalar::classify(&text, &mut plain);
            scalar::code(&text, &mut plain_code);
            let first = scalar::script(&padded(&text));
            prop_assert_eq!(&blocks(&text), &plain);
            prop_assert_eq!(script(&text), first);
            prop_assert_eq!(&codes(&text), &plain_code);
            // Where there are wider vectors, those are what was asked above.
            #[cfg(target_arch = "x86_64")]
            if let Some(vectors) = avx2::Vectors::detect() {
                let (mut narrow, mut narrow_code) = (Vec::new(), Vec::new());
                vectors.classify(&text, &mut narrow);
                vectors.code(&text, &mut narrow_code);
                prop_assert_eq!(narrow, plain);
                prop_assert_eq!(vectors.script(&padded(&text)), first);
                prop_assert_eq!(narrow_code, plain_code);
            }
        }
    }
}
