use super::{Accepted, Found};

/// Digits of the checksum: 62^6 exceeds 2^32.
const LENGTH: usize = 6;
const BASE_62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A right checksum makes a token certain; a wrong one leaves it likely, since tokens are retyped and obfuscated.
///
/// GitHub and npm end their tokens with the CRC-32 of the random part in base 62:
/// <https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/>.
pub(super) fn judge(found: Found<'_>) -> Accepted {
    let random = found.bytes().iter().rposition(|byte| *byte == b'_').map_or(0, |at| at + 1);
    let body = found.bytes().get(random..).unwrap_or_default();
    let right =
        body.split_last_chunk::<LENGTH>().is_some_and(|(random, check)| base_62(crc32(random)) == *check);
    found.accepted(if right { 0.99 } else { 0.8 })
}

/// CRC-32 as in ISO 3309 and zlib, bit by bit: it is asked for a few dozen bytes at a time.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
    !bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc)))
}

/// Six digits in base 62, padded with zeros.
pub(crate) fn base_62(mut value: u32) -> [u8; LENGTH] {
    let mut text = [b'0'; LENGTH];
    for digit in text.iter_mut().rev() {
        *digit = BASE_62.get((value % 62) as usize).copied().unwrap_or(b'0');
        value /= 62;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{base_62, crc32};

    #[test]
    fn known_values() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(&base_62(0), b"000000");
        assert_eq!(&base_62(62 * 61 + 1), b"0000z1");
    }
}
