//! Check digits that standards define and many formats share.

use super::arithmetic::{digit_sum, remainder, value};

/// Alphabet of ISO 7064 systems over letters and digits; the star belongs to mod 37-2 alone.
const CHARACTERS: &[u8; 37] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*";
/// Multiplication in the dihedral group of ten elements, Verhoeff 1969.
const DIHEDRAL: [&[u8; 10]; 10] = [
    b"0123456789",
    b"1234067895",
    b"2340178956",
    b"3401289567",
    b"4012395678",
    b"5987604321",
    b"6598710432",
    b"7659821043",
    b"8765932104",
    b"9876543210",
];
/// Verhoeff's permutation, applied as often as a digit stands from the right.
const PERMUTED: [&[u8; 10]; 8] = [
    b"0123456789",
    b"1576283094",
    b"5803796142",
    b"8916043527",
    b"9453126870",
    b"4286573901",
    b"2793806415",
    b"7046913258",
];
/// A totally anti-symmetric quasigroup, Damm 2004.
const QUASIGROUP: [&[u8; 10]; 10] = [
    b"0317598642",
    b"7092154863",
    b"4206871359",
    b"1750983426",
    b"6123045978",
    b"3674209581",
    b"5869720134",
    b"8945362017",
    b"9438617205",
    b"2581436790",
];

/// The Luhn sum (ISO/IEC 7812-1, annex B): every second value from the right doubled, its digits added; letters count 10 to 35.
pub(super) fn luhn_sum(number: &[u8]) -> i64 {
    let double = |(place, byte): (usize, &u8)| match place % 2 {
        0 => value(*byte),
        _ => digit_sum(2 * value(*byte)),
    };
    number.iter().rev().enumerate().map(double).sum()
}

/// Whether the last digit is the Luhn digit of the others.
pub(super) fn luhn(number: &[u8]) -> bool {
    luhn_sum(number) % 10 == 0
}

/// The Luhn formula in base 36.
pub(super) fn luhn_36(number: &[u8]) -> bool {
    let double = |(place, byte): (usize, &u8)| match place % 2 {
        0 => value(*byte),
        _ => 2 * value(*byte) / 36 + 2 * value(*byte) % 36,
    };
    number.iter().rev().enumerate().map(double).sum::<i64>() % 36 == 0
}

/// Whether the last digit is Verhoeff's check digit.
pub(super) fn verhoeff(number: &[u8]) -> bool {
    let step = |state: u8, (place, byte): (usize, &u8)| {
        let permuted = PERMUTED.get(place % 8).map_or(b'0', |row| pick(row, *byte));
        DIHEDRAL.get(usize::from(state - b'0')).map_or(b'0', |row| pick(row, permuted))
    };
    number.iter().rev().enumerate().fold(b'0', step) == b'0'
}

/// Whether the last digit is Damm's check digit.
pub(super) fn damm(number: &[u8]) -> bool {
    let step =
        |state: u8, byte: &u8| QUASIGROUP.get(usize::from(state - b'0')).map_or(b'0', |row| pick(row, *byte));
    number.iter().fold(b'0', step) == b'0'
}

/// The digit of a row at the place a digit names.
fn pick(row: &[u8; 10], digit: u8) -> u8 {
    row.get(usize::from(digit.wrapping_sub(b'0'))).copied().unwrap_or(b'0')
}

/// ISO 7064 pure systems with radix 2: mod 11-2 over digits and `X`, mod 37-2 over letters and `*`.
fn pure_radix_2(number: &[u8], modulus: i64) -> bool {
    let Some((last, body)) = number.split_last() else { return false };
    let sum = body.iter().fold(0, |sum, byte| (sum + value(*byte)) * 2 % modulus);
    let check = match (*last, modulus) {
        (b'X', 11) => 10,
        (b'*', 37) => 36,
        (other, _) => value(other),
    };
    (sum + check) % modulus == 1
}

/// ISO 7064, mod 11-2.
pub(super) fn mod_11_2(number: &[u8]) -> bool {
    pure_radix_2(number, 11)
}

/// ISO 7064, mod 37-2.
pub(super) fn mod_37_2(number: &[u8]) -> bool {
    pure_radix_2(number, 37)
}

/// ISO 7064 hybrid systems: mod 11-10 over digits, mod 37-36 over letters and digits.
fn hybrid(number: &[u8], modulus: i64) -> bool {
    let step = |product: i64, byte: &u8| {
        let sum = (product + value(*byte)) % modulus;
        (if sum == 0 { modulus } else { sum }) * 2 % (modulus + 1)
    };
    let Some((last, body)) = number.split_last() else { return false };
    (body.iter().fold(modulus, step) + value(*last)) % modulus == 1
}

/// ISO 7064, mod 11-10.
pub(super) fn mod_11_10(number: &[u8]) -> bool {
    hybrid(number, 10)
}

/// ISO 7064, mod 37-36.
pub(super) fn mod_37_36(number: &[u8]) -> bool {
    hybrid(number, 36)
}

/// ISO 7064, mod 97-10, letters standing for two digits.
pub(super) fn mod_97_10(number: &[u8]) -> bool {
    remainder(number, 97) == 1
}

/// Whether all characters are of the mod 37-2 alphabet.
pub(super) fn is_alphanumeric(number: &[u8]) -> bool {
    number.iter().all(|byte| CHARACTERS.contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_examples() {
        let check = |holds: fn(&[u8]) -> bool, right: &str, wrong: &str| {
            assert!(holds(right.as_bytes()), "{right}");
            assert!(!holds(wrong.as_bytes()), "{wrong}");
        };
        check(luhn, "79927398713", "79927398710");
        check(verhoeff, "2363", "2364");
        check(damm, "5724", "5727");
        check(mod_11_2, "079X", "0791");
        check(mod_11_10, "07945", "07944");
        check(mod_37_2, "G123489654321Y", "G123489654321Z");
        check(mod_37_36, "A12425GABC1234002M", "A12425GABC1234002Q");
        check(mod_97_10, "79444", "79445");
    }
}
