//! Tax and register numbers of Denmark, Estonia, the Faroes, Finland, Iceland, Latvia, Lithuania, Norway and Sweden.
//!
//! <https://en.wikipedia.org/wiki/VAT_identification_number> and the registers named with the detectors.

use super::{
    arithmetic::{at, part, weighted},
    check_digit::luhn,
    format::{Format, LUHN, Rule, digit, format, sum},
    person::lv_person,
};

pub(super) const FORMATS: &[Format] = &[
    format("dk.cvr", &["[123456789]#{7}"], &[sum(&[2, 7, 6, 5, 4, 3, 2, 1], 11)]).prefixed(&["DK"]),
    format("ee.registrikood", &["[1789]#{7}"], &[Rule::Own(ee_register)]),
    format("ee.kmkr", &["#{9}"], &[sum(&[3, 7, 1, 3, 7, 1, 3, 7, 1], 10)]).prefixed(&["EE"]),
    format("fi.ytunnus", &["#{8}"], &[sum(&[7, 9, 10, 5, 8, 4, 2, 1], 11)]),
    format("fi.alv", &["#{8}"], &[sum(&[7, 9, 10, 5, 8, 4, 2, 1], 11)]).prefixed(&["FI"]),
    format("fi.veronumero", &["#{12}"], &[]),
    format("fo.vn", &["#{6}"], &[]).prefixed(&["FO"]),
    format("is_.vsk", &["#{5}", "#{6}"], &[]).prefixed(&["IS"]),
    format("lt.pvm", &["#{7}1#", "#{10}1#"], &[Rule::Own(lt_vat)]).prefixed(&["LT"]),
    format("lv.pvn", &["#{11}"], &[Rule::Own(lv_vat)]).prefixed(&["LV"]),
    format("no.orgnr", &["[89]#{8}"], &[digit(&[3, 2, 7, 6, 5, 4, 3, 2], "0?987654321")]),
    format("no.mva", &["[89]#{8}", "[89]#{8}MVA"], &[digit(&[3, 2, 7, 6, 5, 4, 3, 2], "0?987654321")])
        .prefixed(&["NO"]),
    format("no.kontonr", &["#{11}"], &[Rule::Own(no_account)]),
    format("se.orgnr", &["#{10}"], &[LUHN]),
    format(
        "se.vat",
        &["#{12}"],
        &[Rule::OneOf(10, "01 02 03 04 05 06 07 08 09 1 2 3 4 5 6 7 8 9"), Rule::Over(0, 10, luhn)],
    )
    .prefixed(&["SE"]),
];

/// Two rows of weights, the second where the first leaves ten.
fn ee_register(number: &[u8]) -> bool {
    let body = part(number, 0, 7);
    let first = weighted(body, &[1, 2, 3, 4, 5, 6, 7]) % 11;
    let second = weighted(body, &[3, 4, 5, 6, 7, 8, 9]) % 11 % 10;
    at(number, 7) == if first == 10 { second } else { first }
}

/// Weights count up from one, and begin again at three where that leaves ten.
fn lt_vat(number: &[u8]) -> bool {
    let Some((_, body)) = number.split_last() else { return false };
    let first = weighted(body, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2]) % 11;
    let second = weighted(body, &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4]) % 11 % 10;
    at(number, body.len()) == if first == 10 { second } else { first }
}

/// Companies' numbers begin above three, others are those of persons.
fn lv_vat(number: &[u8]) -> bool {
    match at(number, 0) {
        4..=9 => weighted(number, &[9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1]) % 11 == 3,
        _ => lv_person(number),
    }
}

/// Accounts that were postal giros are seven digits with a Luhn digit.
fn no_account(number: &[u8]) -> bool {
    const BANK: Rule = digit(&[5, 4, 3, 2, 7, 6, 5, 4, 3, 2], "0?987654321");
    match number.strip_prefix(b"0000") {
        Some(giro) => luhn(giro),
        None => BANK.holds(number),
    }
}
