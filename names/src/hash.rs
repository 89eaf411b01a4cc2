//! Hashes of words and features. They are part of the trained weights: a change here needs new weights.

/// FNV-1a, 32 bits (<http://www.isthe.com/chongo/tech/comp/fnv/>).
#[derive(Clone, Copy)]
pub(crate) struct Hash(u32);

impl Hash {
    pub(crate) const NEW: Self = Self(0x811C_9DC5);

    pub(crate) fn byte(self, byte: u8) -> Self {
        Self((self.0 ^ u32::from(byte)).wrapping_mul(0x0100_0193))
    }

    pub(crate) fn bytes(self, bytes: &[u8]) -> Self {
        bytes.iter().fold(self, |hash, byte| hash.byte(*byte))
    }

    pub(crate) fn value(self) -> u32 {
        self.0
    }
}

/// Two values in one, order kept.
pub(crate) fn pair(one: u32, other: u32) -> u32 {
    one.rotate_left(13).wrapping_mul(0x9E37_79B1) ^ other.wrapping_mul(0x85EB_CA6B)
}

/// Spreads a value over all bits (finaliser of MurmurHash3, Austin Appleby, public domain).
pub(crate) fn spread(value: u32) -> u32 {
    let mixed = (value ^ (value >> 16)).wrapping_mul(0x85EB_CA6B);
    let mixed = (mixed ^ (mixed >> 13)).wrapping_mul(0xC2B2_AE35);
    mixed ^ (mixed >> 16)
}
