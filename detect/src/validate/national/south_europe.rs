//! Tax and register numbers of Andorra, Cyprus, Greece, Italy, Malta, Portugal, San Marino, Spain and Turkey.

use super::{
    arithmetic::{at, from_right, integer, mapped, part, value},
    check_digit::{luhn, luhn_sum},
    format::{Format, Rule, digit, format, sum},
    person::{es_dni, es_nie},
};

pub(super) const FORMATS: &[Format] = &[
    format("ad.nrt", &["[ACDEFGLOPU]#{6}@"], &[Rule::Own(ad_range)]),
    format("cy.vat", &["#{8}@"], &[Rule::Own(cy_vat)]).prefixed(&["CY"]),
    format("es.cif", &["[ABCDEFGHJNPQRSUVW]#{7}*"], &[Rule::Own(es_cif)]),
    format("es.nif", &["#{8}@", "[XYZKLMABCDEFGHJNPQRSUVW]#{7}*"], &[Rule::Own(es_nif)]).prefixed(&["ES"]),
    format("es.ccc", &["#{20}"], &[Rule::Own(es_account)]),
    format("es.cups", &["#{16}@{2}", "#{16}@{2}#[FPRCXYZ]"], &[Rule::Own(es_supply)]).prefixed(&["ES"]),
    format("gr.vat", &["#{9}"], &[Rule::Varied, digit(&[256, 128, 64, 32, 16, 8, 4, 2], "01234567890")])
        .prefixed(&["EL", "GR"])
        .padded(9),
    format("it.iva", &["#{11}"], &[Rule::Own(it_iva)]).prefixed(&["IT"]),
    format("mt.vat", &["#{8}"], &[sum(&[3, 4, 6, 7, 8, 9, 10, 1], 37)]).prefixed(&["MT"]),
    format("pt.nif", &["[123456789]#{8}"], &[digit(&[9, 8, 7, 6, 5, 4, 3, 2], "00987654321")])
        .prefixed(&["PT"]),
    format("sm.coe", &["#{5}"], &[]).padded(5),
    format("tr.vkn", &["#{10}"], &[Rule::Own(tr_vkn)]),
    format("es.naf", &["#{11}", "#{12}"], &[Rule::Own(es_insured)]),
    format("pt.niss", &["[12]#{10}"], &[digit(&[29, 23, 19, 17, 13, 11, 7, 5, 3, 2], "9876543210")]),
];

/// Residents' and others' numbers have ranges of their own; the last letter follows no published rule.
fn ad_range(number: &[u8]) -> bool {
    let serial = integer(part(number, 1, 7));
    match number.first() {
        Some(b'F') => serial < 700_000,
        Some(b'A' | b'L') => (700_000..800_000).contains(&serial),
        _ => true,
    }
}

fn cy_vat(number: &[u8]) -> bool {
    const ODD: [i64; 10] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
    let odd = |byte: u8| ODD.iter().zip(b'0'..).find(|(_, digit)| *digit == byte).map_or(0, |(sum, _)| *sum);
    let values = part(number, 0, 8).iter().enumerate();
    let sum: i64 = values.map(|(place, byte)| if place % 2 == 0 { odd(*byte) } else { value(*byte) }).sum();
    !number.starts_with(b"12") && mapped(sum, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == number.get(8).copied()
}

/// A digit or the letter in its place, as the first letter demands.
fn es_cif(number: &[u8]) -> bool {
    let mut shifted = [b'0'; 8];
    shifted.iter_mut().zip(part(number, 1, 8)).for_each(|(place, byte)| *place = *byte);
    let check = (10 - luhn_sum(&shifted) % 10) % 10;
    let digit = mapped(check, "0123456789") == number.get(8).copied();
    let letter = mapped(check, "JABCDEFGHI") == number.get(8).copied();
    match number.first() {
        Some(b'N' | b'P' | b'Q' | b'R' | b'S' | b'W') => letter,
        Some(b'A' | b'B' | b'E' | b'H') => digit,
        _ => digit || letter,
    }
}

/// Persons, foreigners, minors and companies.
fn es_nif(number: &[u8]) -> bool {
    match number.first() {
        Some(b'0'..=b'9') => es_dni(number),
        Some(b'X'..=b'Z') => es_nie(number),
        Some(b'K' | b'L' | b'M') => {
            mapped(integer(part(number, 1, 8)), "TRWAGMYFPDXBNJZSQVHLCKE") == number.get(8).copied()
        }
        _ => es_cif(number),
    }
}

/// One check digit for bank and branch, one for the account.
fn es_account(number: &[u8]) -> bool {
    let check = |body: &[u8]| mapped(from_right(body, &[6, 3, 7, 9, 10, 5, 8, 4, 2, 1]), "01987654321");
    check(part(number, 0, 8)) == number.get(8).copied()
        && check(part(number, 10, 20)) == number.get(9).copied()
}

/// Supply points of electricity and gas.
fn es_supply(number: &[u8]) -> bool {
    let rest = integer(part(number, 0, 16)) % 529;
    let letter = |index: i64| mapped(index, "TRWAGMYFPDXBNJZSQVHLCKE");
    letter(rest / 23) == number.get(16).copied() && letter(rest % 23) == number.get(17).copied()
}

/// The office that issued it stands in three digits before the Luhn digit.
pub(super) fn it_iva(number: &[u8]) -> bool {
    let office = integer(part(number, 7, 10));
    integer(part(number, 0, 7)) > 0 && matches!(office, 1..=100 | 120 | 121 | 888 | 999) && luhn(number)
}

/// <https://www.gib.gov.tr>: each digit, shifted by its place, is multiplied by a power of two modulo nine.
fn tr_vkn(number: &[u8]) -> bool {
    let sum: i64 = (0..9_u32)
        .map(|place| {
            let shifted = (at(number, place as usize) + 9 - i64::from(place)) % 10;
            match shifted * (1_i64 << (9 - place)) % 9 {
                0 if shifted > 0 => 9,
                rest => rest,
            }
        })
        .sum();
    (10 - sum % 10) % 10 == at(number, 9)
}

/// Province, serial, and the remainder of both modulo 97; short serials are added to the province, others written behind it.
fn es_insured(number: &[u8]) -> bool {
    let length = number.len();
    let (province, serial) = (integer(part(number, 0, 2)), integer(part(number, 2, length - 2)));
    let whole = match serial < 10_000_000 {
        true => serial + province * 10_000_000,
        false => integer(part(number, 0, length - 2)),
    };
    whole % 97 == integer(part(number, length - 2, length))
}
