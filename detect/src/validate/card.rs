use super::{Accepted, Found, digits};

/// Issuer ranges by their first six digits, with the lengths issued in them.
///
/// ISO/IEC 7812-1; ranges as published by the schemes and collected at
/// <https://en.wikipedia.org/wiki/Payment_card_number#Issuer_identification_number_(IIN)>.
const ISSUERS: &[(u32, u32, &[usize])] = &[
    (180_000, 180_099, &[15]),             // JCB, until 2004
    (213_100, 213_199, &[15]),             // JCB, until 2004
    (220_000, 220_499, &[19, 18, 17, 16]), // Mir
    (222_100, 272_099, &[16]),             // Mastercard
    (300_000, 305_999, &[14]),             // Diners Club
    (309_500, 309_599, &[14]),             // Diners Club
    (340_000, 349_999, &[15]),             // American Express
    (352_800, 358_999, &[16]),             // JCB
    (360_000, 369_999, &[16, 14]),         // Diners Club International
    (370_000, 379_999, &[15]),             // American Express
    (380_000, 399_999, &[16, 14]),         // Diners Club
    (400_000, 499_999, &[19, 16, 13]),     // Visa
    (500_000, 509_999, &[19, 16, 13, 12]), // Maestro, Elo, Verve
    (510_000, 559_999, &[16]),             // Mastercard
    (560_000, 589_999, &[19, 16, 13, 12]), // Maestro
    (601_100, 601_199, &[19, 16]),         // Discover
    (606_282, 606_282, &[16]),             // Hipercard
    (620_000, 629_999, &[19, 18, 17, 16]), // UnionPay
    (636_368, 636_368, &[16]),             // Elo
    (639_000, 639_099, &[19, 16, 12]),     // Maestro
    (644_000, 659_999, &[19, 16]),         // Discover
    (675_900, 676_999, &[19, 16, 13, 12]), // Maestro
    (810_000, 817_199, &[19, 18, 17, 16]), // UnionPay
];

/// Accepts the longest start of the span that an issuer could have issued: further digits may belong to what follows.
pub(super) fn judge(found: Found<'_>) -> Option<Accepted> {
    let bytes = found.bytes();
    let groups = bytes.split(|byte| !byte.is_ascii_digit()).count();
    if follows_iban_head(found.before()) || groups > MOST_GROUPS || is_integer(found) {
        return None;
    }
    let bin = digits(bytes).take(6).fold(0, |sum, digit| sum * 10 + u32::from(digit));
    let lengths =
        ISSUERS.iter().find(|(low, high, _)| (*low..=*high).contains(&bin)).map(|(.., lengths)| *lengths)?;
    let length = lengths.iter().copied().find(|length| ends(bytes, *length) && is_number(bytes, *length))?;
    let end = found.start + end_of_digits(bytes, length)?;
    let grouped = end - found.start > length;
    let confidence = match (grouped, length) {
        (true, 14..) => 0.95,
        (_, 14..=16) => 0.85,
        _ => 0.4,
    };
    Some(Found { end, ..found }.accepted(confidence))
}

/// More groups of digits than this are a list of small numbers.
const MOST_GROUPS: usize = 7;

/// Whether a country and two check digits stand before, as at the head of an IBAN in groups.
fn follows_iban_head(before: &[u8]) -> bool {
    let Some([.., a, b, c, d]) = before.strip_suffix(b" ") else { return false };
    a.is_ascii_uppercase() && b.is_ascii_uppercase() && c.is_ascii_digit() && d.is_ascii_digit()
}

/// Digits of which on a number fits only in 64 bits.
const LONG_INTEGER: usize = 17;

/// Whether code assigns the digits as an integer, as in `state = 8114179180390253173;`: one in ten satisfies the formula.
fn is_integer(found: Found<'_>) -> bool {
    let long = found.bytes().iter().take_while(|byte| byte.is_ascii_digit()).count() >= LONG_INTEGER;
    long && found.before().trim_ascii_end().ends_with(b"=") && found.after().starts_with(b";")
}

/// Accepts any number that satisfies the Luhn formula: beside a word for cards the range may be newer than our table.
pub(super) fn judge_any(found: Found<'_>) -> bool {
    is_number(found.bytes(), digits(found.bytes()).count())
}

/// Whether no digit follows the digit number `length` directly.
fn ends(bytes: &[u8], length: usize) -> bool {
    end_of_digits(bytes, length).is_some_and(|end| !bytes.get(end).is_some_and(u8::is_ascii_digit))
}

/// Whether the first `length` digits satisfy the Luhn formula (ISO/IEC 7812-1 Annex B) and are not all the same.
fn is_number(bytes: &[u8], length: usize) -> bool {
    let card = digits(bytes).take(length);
    let last = card.clone().last();
    card.clone().count() == length && card.clone().any(|digit| Some(digit) != last) && luhn(card, length)
}

fn luhn(card: impl Iterator<Item = u8>, length: usize) -> bool {
    let sum: u32 = card.zip((0..length).rev()).map(|(digit, place)| u32::from(weighted(digit, place))).sum();
    sum.is_multiple_of(10)
}

/// A digit's share of the sum: every second from the right counts twice, as the sum of its digits.
const fn weighted(digit: u8, place: usize) -> u8 {
    match (place % 2, digit) {
        (0, _) => digit,
        (_, 0..=4) => 2 * digit,
        _ => 2 * digit - 9,
    }
}

/// One past the byte that holds the digit number `count`.
fn end_of_digits(bytes: &[u8], count: usize) -> Option<usize> {
    let mut places = bytes.iter().enumerate().filter(|(_, byte)| byte.is_ascii_digit());
    places.nth(count.checked_sub(1)?).map(|(at, _)| at + 1)
}

#[cfg(test)]
mod tests {
    use super::{Found, judge};

    #[test]
    fn issuers_lengths_and_luhn() {
        for (text, end) in [
            ("4111 1111 1111 1111", Some(19)),
            ("4111111111111111", Some(16)),
            ("378282246310005", Some(15)),
            ("30569309025904", Some(14)),
            ("4111 1111 1111 1111 123", Some(19)),
            ("4111 1111 1111 1112", None),
            ("0000 0000 0000 0000", None),
            ("9111 1111 1111 1111", None),
            ("4111 1111", None),
        ] {
            let found = Found { text: text.as_bytes(), start: 0, end: text.len() };
            assert_eq!(judge(found).map(|accepted| accepted.end), end, "{text}");
        }
    }
}
