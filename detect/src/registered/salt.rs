/// Odd, with bits all over; the base of the rolling hash.
pub(super) const BASE: u64 = 0x9E37_79B9_7F4A_7C15;

/// Makes hashes only holders of the salt can make.
#[derive(Clone)]
pub(super) struct Salt {
    key: [u8; 32],
    quick: u64,
}

impl Salt {
    /// From the registry's own random salt and, where the organisation keeps one elsewhere, a secret.
    pub(super) fn new(salt: &[u8], secret: Option<&[u8]>) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("bylaw registered data, version 1");
        hasher.update(salt);
        hasher.update(secret.unwrap_or_default());
        let key = *hasher.finalize().as_bytes();
        let quick = blake3::keyed_hash(&key, b"quick");
        Self { key, quick: first(quick.as_bytes()) }
    }

    /// The hash of a cell, as it is kept.
    pub(super) fn cell(&self, normal: &[u8]) -> u64 {
        first(blake3::keyed_hash(&self.key, normal).as_bytes())
    }

    /// A rolling hash, made unlike that of any other registry.
    pub(super) fn mixed(&self, rolling: u64) -> u64 {
        let mut mixed = rolling ^ self.quick;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// The rolling hash of a whole value, mixed: what the filter is asked for before a cell is hashed.
    pub(super) fn quick(&self, normal: &[u8]) -> u64 {
        self.mixed(normal.iter().fold(0, |hash, byte| roll(hash, *byte)))
    }
}

fn first(hash: &[u8; 32]) -> u64 {
    hash.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// One more byte of a polynomial hash.
pub(super) fn roll(hash: u64, byte: u8) -> u64 {
    hash.wrapping_mul(BASE).wrapping_add(u64::from(byte) + 1)
}

/// `BASE` to the power of a length: what the first byte of so long a value weighs.
pub(super) fn power(length: usize) -> u64 {
    BASE.wrapping_pow(u32::try_from(length).unwrap_or(u32::MAX))
}
