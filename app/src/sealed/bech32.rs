//! Bytes as text with a checksum (BIP 173), without its limit on the length, as age has it.

/// 32 characters for 5 bits each.
const ALPHABET: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
/// What the checksum is computed with (BIP 173, "Checksum").
const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];

/// `bytes` after the prefix, in lower case.
pub(super) fn write(prefix: &str, bytes: &[u8]) -> String {
    let data = regroup(bytes, 8, 5).unwrap_or_default();
    let sum = polymod(prefix, data.iter().copied().chain([0; 6])) ^ 1;
    let checksum = (0..6).rev().map(|place| ((sum >> (5 * place)) & 31) as u8);
    let text = data.iter().copied().chain(checksum);
    let letters = text.filter_map(|value| ALPHABET.get(usize::from(value)).map(|letter| char::from(*letter)));
    format!("{prefix}1{}", letters.collect::<String>())
}

/// The bytes after the prefix, if the checksum is right.
pub(super) fn read(prefix: &str, text: &str) -> Option<Vec<u8>> {
    let mixed = text.bytes().any(|byte| byte.is_ascii_lowercase())
        && text.bytes().any(|byte| byte.is_ascii_uppercase());
    let text = text.to_ascii_lowercase();
    let rest = text.strip_prefix(prefix)?.strip_prefix('1')?;
    let value =
        |letter: u8| ALPHABET.iter().position(|other| *other == letter).and_then(|at| u8::try_from(at).ok());
    let values = rest.bytes().map(value).collect::<Option<Vec<u8>>>()?;
    if mixed || polymod(prefix, values.iter().copied()) != 1 {
        return None;
    }
    let (data, _) = values.split_at_checked(values.len().checked_sub(6)?)?;
    regroup(data, 5, 8)
}

fn polymod(prefix: &str, values: impl Iterator<Item = u8>) -> u32 {
    let prefixed =
        prefix.bytes().map(|byte| byte >> 5).chain([0]).chain(prefix.bytes().map(|byte| byte & 31));
    prefixed.chain(values).fold(1, |sum, value| {
        let next = ((sum & 0x01ff_ffff) << 5) ^ u32::from(value);
        let added = (0..5).zip(GENERATOR).filter(|(bit, _)| ((sum >> 25) >> bit) & 1 == 1);
        added.fold(next, |next, (_, generator)| next ^ generator)
    })
}

/// Groups of `from` bits as groups of `to`; what is left over of 5-bit groups must be less than one of them, and zero.
fn regroup(values: &[u8], from: u32, to: u32) -> Option<Vec<u8>> {
    let (mut kept, mut bits, mut groups) = (0_u32, 0, Vec::new());
    for value in values {
        kept = ((kept << from) | u32::from(*value)) & 0xfff;
        bits += from;
        while bits >= to {
            bits -= to;
            groups.push(((kept >> bits) & ((1 << to) - 1)) as u8);
        }
    }
    let rest = kept & ((1 << bits) - 1);
    if to == 5 {
        if bits > 0 {
            groups.push(((rest << (to - bits)) & 31) as u8);
        }
        return Some(groups);
    }
    (bits < from && rest == 0).then_some(groups)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From BIP 173's own test vectors: a valid text, and the same with a wrong checksum, mixed case, no separator.
    #[test]
    fn texts_of_the_specification() {
        let valid = "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw";
        let bytes = read("abcdef", valid).unwrap();
        assert_eq!(bytes[..4], [0x00, 0x44, 0x32, 0x14]);
        assert_eq!(write("abcdef", &bytes), valid);
        assert_eq!(read("abcdef", &valid.to_uppercase()), Some(bytes));
        for wrong in [
            "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxx",
            "abcdefqpzry",
            "abcdef1QPZRY9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
            "abcdef1",
            "",
        ] {
            assert_eq!(read("abcdef", wrong), None, "{wrong}");
        }
    }

    #[test]
    fn any_bytes_come_back() {
        for length in 0..80_usize {
            let bytes: Vec<u8> = (0..length).map(|place| (place * 37 + length) as u8).collect();
            assert_eq!(read("age", &write("age", &bytes)), Some(bytes), "{length}");
        }
    }
}
