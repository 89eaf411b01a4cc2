//! Numbers of patients, doctors and health insurances.

use super::{
    arithmetic::{at, digit_sum, part, value, weighted},
    check_digit::{luhn, luhn_sum},
    format::{Format, Rule, digit, format, sum},
};

pub(super) const FORMATS: &[Format] = &[
    // <https://www.servicesaustralia.gov.au>: the ninth digit checks eight, the tenth counts cards.
    format(
        "au.medicare",
        &["[23456]#{9}", "[23456]#{10}"],
        &[digit(&[1, 3, 7, 9, 1, 3, 7, 9], "0123456789")],
    ),
    format("at.vnr", &["[123456789]#{9}"], &[sum(&[3, 7, 9, -1, 5, 8, 4, 2, 1, 6], 11), Rule::Own(at_birth)]),
    // <https://www.gkv-datenaustausch.de>: a letter counting two digits, weights 1 and 2.
    format("de.kvnr", &["@#{9}"], &[Rule::Own(de_insured)]),
    format("de.rvnr", &["#{8}@#{3}"], &[Rule::Own(de_pension)]),
    format("de.lanr", &["#{9}"], &[Rule::Own(de_doctor)]),
    // <https://www.datadictionary.nhs.uk/attributes/nhs_number.html>
    format("gb.nhs", &["#{10}"], &[digit(&[10, 9, 8, 7, 6, 5, 4, 3, 2], "0?987654321"), Rule::Varied]),
    // <https://www.cms.gov/Regulations-and-Guidance/Administrative-Simplification/NationalProvIdentStand>
    format("us.npi", &["[12]#{9}"], &[Rule::Own(us_provider)]),
    // <https://www.cms.gov/medicare/new-medicare-card/understanding-the-mbi-with-format.pdf>
    format(
        "us.mbi",
        &[
            "[123456789][ACDEFGHJKMNPQRTUVWXY][0123456789ACDEFGHJKMNPQRTUVWXY]#[ACDEFGHJKMNPQRTUVWXY][0123456789ACDEFGHJKMNPQRTUVWXY]#[ACDEFGHJKMNPQRTUVWXY]{2}#{2}",
        ],
        &[],
    ),
    format("us.dea", &["[ABCDEFGHJKLMPRSTUX][ABCDEFGHIJKLMNOPQRSTUVWXYZ9]#{7}"], &[Rule::Own(us_prescriber)]),
    format("fr.rpps", &["[18]#{10}"], &[Rule::Own(luhn)]),
    format(
        "nz.nhi",
        &[
            "[ABCDEFGHJKLMNPQRSTUVWXYZ]{3}#{4}",
            "[ABCDEFGHJKLMNPQRSTUVWXYZ]{3}#{2}[ABCDEFGHJKLMNPQRSTUVWXYZ]{2}",
        ],
        &[Rule::Own(nz_patient)],
    ),
    format("ca.on_ohip", &["[123456789]#{9}", "[123456789]#{9}@{2}"], &[Rule::Over(0, 10, luhn)]),
];

/// Thirteenth to fifteenth months serve where a day's numbers ran out.
fn at_birth(number: &[u8]) -> bool {
    let month = super::date::two(number, 6);
    super::date::is_short_date(
        super::date::two(number, 8),
        if month > 12 { 12 } else { month },
        super::date::two(number, 4),
    )
}

/// The weighted digits of a number in which one letter stands for two digits.
fn spread(number: &[u8], weights: &[i64]) -> i64 {
    let pairs = number.iter().map(|byte| (byte.is_ascii_uppercase(), value(*byte) - 9));
    let mut digits = [0; 16];
    let mut count = 0;
    for (byte, (letter, place)) in number.iter().zip(pairs) {
        let (tens, ones) = if letter { (Some(place / 10), place % 10) } else { (None, value(*byte)) };
        for digit in tens.into_iter().chain([ones]) {
            digits.iter_mut().skip(count).take(1).for_each(|slot| *slot = digit);
            count += 1;
        }
    }
    digits.iter().zip(weights).map(|(digit, weight)| digit_sum(digit * weight)).sum()
}

fn de_insured(number: &[u8]) -> bool {
    spread(part(number, 0, 9), &[1, 2, 1, 2, 1, 2, 1, 2, 1, 2]) % 10 == at(number, 9)
}

/// Area, birth date, initial, serial: <https://de.wikipedia.org/wiki/Versicherungsnummer>.
fn de_pension(number: &[u8]) -> bool {
    let born = super::date::is_short_date(
        super::date::two(number, 6),
        super::date::two(number, 4),
        super::date::two(number, 2).rem_euclid(50).max(1),
    );
    born && spread(part(number, 0, 11), &[2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1]) % 10 == at(number, 11)
}

/// Six digits, their check, two for the specialty.
fn de_doctor(number: &[u8]) -> bool {
    let sum = weighted(part(number, 0, 6), &[4, 9, 4, 9, 4, 9]);
    (10 - sum % 10) % 10 == at(number, 6)
}

/// Luhn with the prefix 80840, which adds 24.
fn us_provider(number: &[u8]) -> bool {
    (luhn_sum(number) + 24) % 10 == 0
}

/// <https://www.deadiversion.usdoj.gov>: odd digits and twice the even ones end in the check digit.
fn us_prescriber(number: &[u8]) -> bool {
    weighted(part(number, 2, 8), &[1, 2, 1, 2, 1, 2]) % 10 == at(number, 8)
}

/// Letters without I and O count from one; old numbers end in a digit modulo 11, new ones in a letter modulo 23.
/// <https://www.tewhatuora.govt.nz/health-services-and-programmes/nhi>
fn nz_patient(number: &[u8]) -> bool {
    const LETTERS: &str = "ABCDEFGHJKLMNPQRSTUVWXYZ";
    let value = |byte: &u8| match byte.is_ascii_digit() {
        true => value(*byte),
        false => LETTERS.bytes().zip(1..).find(|(letter, _)| letter == byte).map_or(0, |(_, place)| place),
    };
    let sum: i64 =
        part(number, 0, 6).iter().map(value).zip([7, 6, 5, 4, 3, 2]).map(|(one, weight)| one * weight).sum();
    let last = number.get(6).map_or(0, value);
    match number.last().is_some_and(u8::is_ascii_digit) {
        true => sum % 11 != 0 && (11 - sum % 11) % 10 == last,
        false => 23 - sum % 23 == last,
    }
}

#[cfg(test)]
mod tests {
    use super::spread;

    #[test]
    fn a_letter_is_two_digits() {
        assert_eq!(spread(b"A1", &[1, 1, 1]), 2);
        assert_eq!(spread(b"Z1", &[1, 2, 1]), 2 + 3 + 1);
    }
}
