//! Numbers of persons outside Europe in which dates and places are written.
//!
//! <https://en.wikipedia.org/wiki/National_identification_number> names the law and the form of each.

use super::{
    arithmetic::{at, integer, mapped, part, value, weighted},
    check_digit,
    date::{is_date, is_past, is_short_date, two},
    format::{Format, LUHN, Rule, digit, format},
};

pub(super) const FORMATS: &[Format] = &[
    format("cu.ni", &["#{11}"], &[Rule::Own(cu_birth)]),
    format("cn.ric", &["#{17}[0123456789X]"], &[Rule::Own(cn_birth), Rule::Own(check_digit::mod_11_2)]),
    format(
        "kr.rrn",
        &["#{13}"],
        &[Rule::Own(kr_birth), digit(&[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5], "10987654321")],
    ),
    format("my.nric", &["#{12}"], &[Rule::YearFirst(0), Rule::Own(my_place)]),
    format("id.nik", &["#{16}"], &[Rule::Own(id_birth)]),
    format("pk.cnic", &["[1234567]#{11}[123456789]"], &[]),
    format("za.idnr", &["#{10}[012]#{2}"], &[Rule::YearFirst(0), LUHN]),
    format("mu.nid", &["@#{12}*"], &[Rule::DayFirst(1), Rule::Own(mu_check)]),
    format(
        "mx.curp",
        &["@{4}#{6}[HMX]@{2}[~ABCDEFGHIJKLMNOPQRSTUVWXYZ]{3}*#"],
        &[Rule::YearFirst(4), Rule::OneOf(11, MEXICAN_STATES), Rule::Own(mx_check)],
    ),
    format("eg.nid", &["[23]#{13}"], &[Rule::Own(eg_birth)]),
    format("kz.iin", &["#{12}"], &[Rule::YearFirst(0), Rule::Own(kz_check)]),
    format("ae.eid", &["784#{12}"], &[LUHN]),
    format("kr.rrn_date", &["#{13}"], &[Rule::Own(kr_birth)]),
    format(
        "kw.civil",
        &["[23]#{11}"],
        &[Rule::YearFirst(1), digit(&[2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], "??987654321")],
    ),
    format("hn.dni", &["#{13}"], &[Rule::Own(hn_birth)]),
    format("ni.cedula", &["#{13}@"], &[Rule::DayFirst(3), Rule::Own(ni_letter)]),
];

const MEXICAN_STATES: &str =
    "AS BC BS CC CL CM CS CH DF DG GT GR HG JC MC MN MS NT NL OC PL QT QR SP SL SR TC TS TL VZ YN ZS NE";

/// The seventh digit tells the century.
fn cu_birth(number: &[u8]) -> bool {
    let century = match at(number, 6) {
        0..=5 => 1900,
        6..=8 => 2000,
        _ => 1800,
    };
    is_date(century + two(number, 0), two(number, 2), two(number, 4))
}

/// Province and date of birth; GB 11643-1999.
fn cn_birth(number: &[u8]) -> bool {
    matches!(two(number, 0), 11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83)
        && cn_county(number)
        && is_past(integer(part(number, 6, 10)), two(number, 10), two(number, 12))
}

/// GB/T 2260: districts of a city are counted from 1 and 51, counties from 21; a municipality's counties stand apart.
fn cn_county(number: &[u8]) -> bool {
    let municipality = matches!(two(number, 0), 11 | 12 | 31 | 50);
    let county = two(number, 4);
    match two(number, 2) {
        0 => false,
        2 if municipality => (21..=50).contains(&county),
        _ => county > 0,
    }
}

/// The seventh digit tells sex, century and citizenship; two digits name the place of registration.
fn kr_birth(number: &[u8]) -> bool {
    let century = match at(number, 6) {
        0 | 9 => 1800,
        1 | 2 | 5 | 6 => 1900,
        _ => 2000,
    };
    is_date(century + two(number, 0), two(number, 2), two(number, 4)) && two(number, 7) <= 96
}

/// Codes of Malaysian states and of countries that exist:
/// <https://www.jpn.gov.my/en/kod-negeri-eng>, <https://www.jpn.gov.my/en/kod-negara-eng>.
fn my_place(number: &[u8]) -> bool {
    !matches!(two(number, 6), 0 | 17..=20 | 69 | 70 | 73 | 80 | 81 | 94..=97)
}

/// Province, then the birth date with women's days raised by 40.
fn id_birth(number: &[u8]) -> bool {
    let day = two(number, 6);
    matches!(two(number, 0), 11..=21 | 31..=36 | 51..=53 | 61..=65 | 71..=76 | 81 | 82 | 91..=97)
        && is_short_date(two(number, 10), two(number, 8), if day > 40 { day - 40 } else { day })
}

fn mu_check(number: &[u8]) -> bool {
    let sum = weighted(part(number, 0, 13), &[14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
    let check = (17 - sum % 17) % 17;
    number.get(13).map(|byte| value(*byte)) == Some(check)
}

/// Values of the alphabet of Mexico's registers, in which Ñ stands between N and O.
fn mx_value(byte: u8) -> i64 {
    match byte {
        b'~' => 24,
        b'O'..=b'Z' => value(byte) + 1,
        _ => value(byte),
    }
}

fn mx_check(number: &[u8]) -> bool {
    let sum: i64 =
        part(number, 0, 17).iter().zip((2..=18).rev()).map(|(byte, weight)| mx_value(*byte) * weight).sum();
    (10 - sum % 10) % 10 == at(number, 17)
}

/// Century, date, governorate of birth.
fn eg_birth(number: &[u8]) -> bool {
    let century = if at(number, 0) == 2 { 1900 } else { 2000 };
    is_date(century + two(number, 1), two(number, 3), two(number, 5))
        && matches!(two(number, 7), 1..=4 | 11..=19 | 21..=29 | 31..=35 | 88)
}

/// Two rows of weights, the second where the first leaves ten.
pub(super) fn kz_check(number: &[u8]) -> bool {
    let body = part(number, 0, 11);
    let first = weighted(body, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) % 11;
    let second = weighted(body, &[3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]) % 11;
    at(number, 11) == if first == 10 { second } else { first }
}

/// Department, municipality and year of birth.
fn hn_birth(number: &[u8]) -> bool {
    matches!(two(number, 0), 1..=18)
        && matches!(two(number, 2), 1..=28)
        && (1900..=2030).contains(&integer(part(number, 4, 8)))
}

/// The letter of a number modulo 23.
fn ni_letter(number: &[u8]) -> bool {
    mapped(integer(part(number, 0, 13)), "ABCDEFGHJKLMNPQRSTUVWXY") == number.get(13).copied()
}
