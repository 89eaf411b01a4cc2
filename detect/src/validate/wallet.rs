use sha2::{Digest, Sha256};
use sha3::Keccak256;

use super::{Accepted, Found};

const BASE_58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const BECH_32: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
/// Version, hash and checksum of an address.
const DECODED: usize = 25;
/// Sums of Bech32 (BIP 173) and Bech32m (BIP 350).
const RIGHT: [u32; 2] = [1, 0x2BC8_30A3];
/// Words near an address in one case, which has no checksum.
const WALLETS: [&[u8]; 6] = [b"wallet", b"ethereum", b"eth ", b"eth:", b"metamask", b"erc-20"];

/// Whether an address holds the checksum it should: Base58Check, or Bech32 where it begins with `bc1`.
pub(super) fn is_bitcoin(text: &[u8]) -> bool {
    let lower = text.to_ascii_lowercase();
    match lower.strip_prefix(b"bc1") {
        Some(data) => is_bech_32(data),
        None => is_base_58(text),
    }
}

/// Accepts an address whose capitals are its checksum (EIP-55), or one in one case beside a word for wallets.
pub(super) fn judge_ethereum(found: Found<'_>) -> Option<Accepted> {
    let address = found.bytes().get(2..)?;
    let mixed = address.iter().any(u8::is_ascii_lowercase) && address.iter().any(u8::is_ascii_uppercase);
    if mixed {
        return found.keep(has_right_capitals(address));
    }
    let before = found.before().get(found.before().len().saturating_sub(60)..)?.to_ascii_lowercase();
    let named = WALLETS.iter().any(|word| memchr::memmem::find(&before, word).is_some());
    let digits = address.iter().filter(|byte| byte.is_ascii_digit()).count();
    (named && (8..=36).contains(&digits)).then(|| found.as_expected())
}

/// A letter is a capital where the same place of the address' hash is 8 or more.
fn has_right_capitals(address: &[u8]) -> bool {
    let hash = Keccak256::digest(address.to_ascii_lowercase());
    let nibbles = hash.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    address
        .iter()
        .zip(nibbles)
        .all(|(byte, nibble)| byte.is_ascii_digit() || byte.is_ascii_uppercase() == (nibble > 7))
}

/// <https://en.bitcoin.it/wiki/Base58Check_encoding>: the last four bytes are a double hash of those before.
fn is_base_58(text: &[u8]) -> bool {
    let mut decoded = [0_u8; DECODED];
    for byte in text {
        let Some(value) = BASE_58.iter().position(|known| known == byte) else { return false };
        let mut carry = u32::try_from(value).unwrap_or(0);
        for place in decoded.iter_mut().rev() {
            carry += u32::from(*place) * 58;
            *place = u8::try_from(carry & 0xFF).unwrap_or(0);
            carry >>= 8;
        }
        if carry != 0 {
            return false;
        }
    }
    let Some((body, check)) = decoded.split_last_chunk::<4>() else { return false };
    let version = matches!(body.first(), Some(0 | 5));
    version
        && body.iter().skip(1).any(|byte| *byte != 0)
        && Sha256::digest(Sha256::digest(body)).starts_with(check)
}

/// BIP 173: a version of a witness up to 16 and its program of 2 to 40 bytes, 20 or 32 in the first version, with a BCH
/// code over the prefix and the data.
fn is_bech_32(data: &[u8]) -> bool {
    let version = data.first().and_then(|byte| BECH_32.iter().position(|known| known == byte));
    let program = data.len().saturating_sub(7) * 5 / 8;
    let fits = match version {
        Some(0) => matches!(program, 20 | 32),
        Some(1..=16) => (2..=40).contains(&program),
        _ => false,
    };
    if !fits {
        return false;
    }
    let values = data.iter().map(|byte| BECH_32.iter().position(|known| known == byte));
    let prefix = [3, 3, 0, 2, 3].into_iter().map(Some);
    let sum = prefix.chain(values).try_fold(1, |sum, value| Some(step(sum, u32::try_from(value?).ok()?)));
    sum.is_some_and(|sum| RIGHT.contains(&sum))
}

fn step(sum: u32, value: u32) -> u32 {
    const GENERATORS: [u32; 5] = [0x3B6A_57B2, 0x2650_8E6D, 0x1EA1_19FA, 0x3D42_33DD, 0x2A14_62B3];
    let top = sum >> 25;
    let next = (sum & 0x01FF_FFFF) << 5 ^ value;
    GENERATORS.iter().enumerate().fold(
        next,
        |next, (bit, generator)| {
            if top >> bit & 1 == 1 { next ^ generator } else { next }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::{has_right_capitals, is_bitcoin};

    #[test]
    fn checksums() {
        for (address, right) in [
            ("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", true),
            ("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3", false),
            ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", true),
            ("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", true),
            ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", true),
            ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", false),
            ("bc1l5feryxhrdz9m6y09mr8wrerwzgj6f8ntv7uavu", false),
            ("11111111111111111111111111111111111", false),
        ] {
            assert_eq!(is_bitcoin(address.as_bytes()), right, "{address}");
        }
        assert!(has_right_capitals(b"5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"));
        assert!(!has_right_capitals(b"5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD"));
    }
}
