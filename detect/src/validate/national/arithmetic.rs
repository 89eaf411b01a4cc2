/// Digits are worth themselves, letters 10 to 35; anything else nothing.
pub(super) fn value(byte: u8) -> i64 {
    match byte {
        b'0'..=b'9' => i64::from(byte - b'0'),
        b'A'..=b'Z' => i64::from(byte - b'A') + 10,
        _ => 0,
    }
}

/// The value of the character at a place; beyond the end no digit's.
pub(super) fn at(number: &[u8], index: usize) -> i64 {
    number.get(index).map_or(-1, |byte| value(*byte))
}

/// Characters `from..to`; empty where there are none.
pub(super) fn part(number: &[u8], from: usize, to: usize) -> &[u8] {
    number.get(from..to).unwrap_or_default()
}

/// The sum of values times weights, from the first character on.
pub(super) fn weighted(number: &[u8], weights: &[i64]) -> i64 {
    number.iter().zip(weights).map(|(byte, weight)| value(*byte) * weight).sum()
}

/// The sum of values times weights, the last character having the first weight; weights repeat.
pub(super) fn from_right(number: &[u8], weights: &[i64]) -> i64 {
    number.iter().rev().zip(weights.iter().cycle()).map(|(byte, weight)| value(*byte) * weight).sum()
}

/// The number that digits make; saturates.
pub(super) fn integer(digits: &[u8]) -> i64 {
    digits.iter().fold(0, |sum: i64, byte| sum.saturating_mul(10).saturating_add(value(*byte)))
}

/// The remainder of a number of any length, in which letters stand for two digits as in ISO 7064.
pub(super) fn remainder<'a>(number: impl IntoIterator<Item = &'a u8>, modulus: i64) -> i64 {
    number.into_iter().fold(0, |rest, byte| match value(*byte) {
        one @ 0..=9 => (rest * 10 + one) % modulus,
        two => (rest * 100 + two) % modulus,
    })
}

/// The character of `map` for a sum: `map` has as many characters as the modulus, `?` where no number is issued.
pub(super) fn mapped(sum: i64, map: &str) -> Option<u8> {
    let index = usize::try_from(sum.rem_euclid(i64::try_from(map.len()).ok()?.max(1))).ok()?;
    map.as_bytes().get(index).copied().filter(|byte| *byte != b'?')
}

/// The digits of a number up to 99, added.
pub(super) fn digit_sum(number: i64) -> i64 {
    number / 10 + number % 10
}

#[cfg(test)]
mod tests {
    use super::{from_right, integer, mapped, remainder, weighted};

    #[test]
    fn sums_and_remainders() {
        assert_eq!(weighted(b"123", &[3, 2, 1]), 10);
        assert_eq!(from_right(b"123", &[2, 3]), 3 * 2 + 2 * 3 + 2);
        assert_eq!(integer(b"0042"), 42);
        assert_eq!(remainder(b"3214282912345698765432161182", 97), 1);
        assert_eq!(remainder(b"A1", 97), 101 % 97);
        assert_eq!(mapped(12, "0X987654321"), Some(b'X'));
        assert_eq!(mapped(-1, "012?"), None);
    }
}
