//! Numbers of the Americas other than the United States.
//!
//! <https://www.oecd.org/tax/automatic-exchange/crs-implementation-and-assistance/tax-identification-numbers/>

use super::{
    arithmetic::{at, integer, mapped, part, weighted},
    check_digit::luhn,
    format::{Format, LUHN, Rule, digit, digit_from, format, sum},
};

pub(super) const FORMATS: &[Format] = &[
    format(
        "ar.cbu",
        &["#{22}"],
        &[
            digit(&[7, 1, 3, 9, 7, 1, 3], "0987654321"),
            digit_from(8, &[3, 9, 7, 1, 3, 9, 7, 1, 3, 9, 7, 1, 3], "0987654321"),
        ],
    ),
    format(
        "ar.cuit",
        &["#{11}"],
        &[
            Rule::OneOf(0, "20 23 24 25 26 27 30 33 34 50 51 55"),
            digit(&[5, 4, 3, 2, 7, 6, 5, 4, 3, 2], "09987654321"),
        ],
    ),
    format("ar.dni", &["#{7}", "#{8}"], &[]),
    format(
        "br.cpf",
        &["#{11}"],
        &[
            Rule::Varied,
            digit(&[10, 9, 8, 7, 6, 5, 4, 3, 2], "00987654321"),
            digit(&[11, 10, 9, 8, 7, 6, 5, 4, 3, 2], "00987654321"),
        ],
    ),
    format("br.cnpj", &["*{12}#{2}"], &[Rule::Varied, Rule::Own(br_company)]),
    format("br.pis", &["#{11}"], &[Rule::Varied, digit(&[3, 2, 9, 8, 7, 6, 5, 4, 3, 2], "00987654321")]),
    format("br.titulo", &["#{12}"], &[Rule::Own(br_voter)]),
    format("br.cnh", &["#{11}"], &[Rule::Varied, Rule::Own(br_driver)]),
    format("ca.sin", &["[12345679]#{8}"], &[LUHN]),
    format(
        "ca.bn",
        &["#{9}", "#{9}RC#{4}", "#{9}RM#{4}", "#{9}RP#{4}", "#{9}RT#{4}"],
        &[Rule::Over(0, 9, luhn)],
    ),
    format("ca.bc_phn", &["9#{9}"], &[digit_from(1, &[2, 4, 8, 5, 10, 9, 7, 3], "0?987654321")]),
    format("cl.rut", &["#{8}[0123456789K]"], &[digit(&[3, 2, 7, 6, 5, 4, 3, 2], "0K987654321")])
        .prefixed(&["CL"])
        .padded(9),
    format(
        "co.nit",
        &["#{16}"],
        &[
            digit(&[71, 67, 59, 53, 47, 43, 41, 37, 29, 23, 19, 17, 13, 7, 3], "01987654321"),
            Rule::Own(co_length),
        ],
    )
    .padded(16),
    format("cr.cpj", &["2[1234]00#{6}", "3[01]#{8}", "4000#{6}", "5001#{6}"], &[Rule::Own(cr_class)]),
    format("cr.cpf", &[], &[Rule::Own(costa_rican)]).keeping("-"),
    format("cr.cr", &["1#{10}", "1#{11}"], &[]),
    format("do.rnc", &["#{9}"], &[Rule::Own(do_company)]),
    format("do.ncf", &["[AP]#{18}", "B#{10}", "E#{12}"], &[Rule::Own(do_kind)]),
    format("ec.ci", &["#{10}"], &[Rule::Own(ec_person)]),
    format("ec.ruc", &["#{13}"], &[Rule::Own(ec_taxpayer)]),
    format("gt.nit", &["#{11}[0123456789K]"], &[digit(&[12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2], "0K987654321")])
        .padded(12),
    format(
        "mx.rfc",
        &[
            "[&~ABCDEFGHIJKLMNOPQRSTUVWXYZ]{4}#{6}",
            "[&~ABCDEFGHIJKLMNOPQRSTUVWXYZ]{4}#{6}*{3}",
            "[&~ABCDEFGHIJKLMNOPQRSTUVWXYZ]{3}#{6}*{3}",
        ],
        &[Rule::Own(mx_date)],
    ),
    format("pe.cui", &["#{8}", "#{9}", "#{8}@"], &[Rule::Own(pe_person)]),
    format(
        "pe.ruc",
        &["#{11}"],
        &[Rule::OneOf(0, "10 15 16 17 20"), digit(&[5, 4, 3, 2, 7, 6, 5, 4, 3, 2], "10987654321")],
    ),
    format("py.ruc", &["#{9}"], &[digit(&[9, 8, 7, 6, 5, 4, 3, 2], "00987654321")]).padded(9),
    format("sv.nit", &["[019]#{13}"], &[Rule::Own(sv_taxpayer)]).prefixed(&["SV"]),
    format(
        "uy.rut",
        &["#{8}001#"],
        &[Rule::Own(uy_kind), digit(&[4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2], "0?987654321")],
    )
    .prefixed(&["UY"]),
    format("uy.ci", &["#{8}"], &[sum(&[2, 9, 8, 7, 6, 3, 4, 1], 10)]).padded(8),
    format("ve.rif", &["[VEJPG]#{9}"], &[Rule::Own(ve_taxpayer)]),
    format("ca.health", &["9#{9}", "[12345678]#{9}", "[12345678]#{9}@@"], &[Rule::Own(ca_health)]),
    format("gt.cui", &["#{13}"], &[digit(&[2, 3, 4, 5, 6, 7, 8, 9], "0123456789?"), Rule::Own(gt_place)]),
    format("sv.dui", &["#{9}"], &[Rule::Varied, digit(&[9, 8, 7, 6, 5, 4, 3, 2], "0987654321")]),
    format(
        "mx.clabe",
        &["#{18}"],
        &[Rule::Varied, digit(&[3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7, 1, 3, 7], "0987654321")],
    ),
];

/// Since 2026 letters too, worth their ASCII code less 48.
fn br_company(number: &[u8]) -> bool {
    let sum = |length: usize| -> i64 {
        let weights = [2, 3, 4, 5, 6, 7, 8, 9].iter().cycle();
        let values = part(number, 0, length).iter().rev().map(|byte| i64::from(*byte) - 48);
        values.zip(weights).map(|(value, weight)| value * weight).sum()
    };
    [12, 13].into_iter().all(|length| mapped(sum(length), "00987654321") == number.get(length).copied())
}

/// The state stands in the ninth and tenth place.
fn br_voter(number: &[u8]) -> bool {
    let first = weighted(part(number, 0, 8), &[2, 3, 4, 5, 6, 7, 8, 9]) % 11 % 10;
    let second = (7 * at(number, 8) + 8 * at(number, 9) + 9 * first) % 11 % 10;
    matches!(integer(part(number, 8, 10)), 1..=28) && at(number, 10) == first && at(number, 11) == second
}

fn br_driver(number: &[u8]) -> bool {
    let first = weighted(number, &[9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11;
    let second = weighted(number, &[1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11;
    let (first, second) = match first {
        10 => (0, if second < 2 { second + 9 } else { second - 2 }),
        _ => (first, if second == 10 { 0 } else { second }),
    };
    at(number, 9) == first && at(number, 10) == second
}

/// Without the padding eight to sixteen digits.
fn co_length(number: &[u8]) -> bool {
    integer(part(number, 0, 15)) >= 1_000_000
}

/// Classes of legal persons: Registro Nacional de Costa Rica.
/// Province, volume and entry of a citizen: zeros in front of each may be left out where dashes part them.
fn costa_rican(number: &[u8]) -> bool {
    let mut parts = number.split(|byte| *byte == b'-');
    let (first, volume, entry) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
    let digits = number.iter().all(|byte| byte.is_ascii_digit() || *byte == b'-');
    let province = |part: &[u8]| matches!(part, [b'0', b'1'..=b'9'] | [b'1'..=b'9']);
    let short = |part: &[u8]| (1..=4).contains(&part.len());
    digits
        && match (volume, entry, parts.next()) {
            (Some(volume), Some(entry), None) => province(first) && short(volume) && short(entry),
            (None, ..) => first.split_last_chunk::<8>().is_some_and(|(front, _)| province(front)),
            _ => false,
        }
}

fn cr_class(number: &[u8]) -> bool {
    at(number, 0) != 3 || matches!(integer(part(number, 1, 4)), 2..=14 | 101..=110)
}

fn do_company(number: &[u8]) -> bool {
    let sum = weighted(number, &[7, 9, 8, 6, 5, 4, 3, 2]) % 11;
    (10 - sum).rem_euclid(9) + 1 == at(number, 8)
}

/// Kinds of receipt: Dirección General de Impuestos Internos, norma 06-2018.
fn do_kind(number: &[u8]) -> bool {
    let kind = |from: usize| integer(part(number, from, from + 2));
    match number.first() {
        Some(b'E') => matches!(kind(1), 31..=34 | 41 | 43..=47),
        Some(b'B') => matches!(kind(1), 1..=4 | 11..=17),
        _ => matches!(kind(9), 1..=4 | 11..=17),
    }
}

/// The province, then the kind of person.
fn ec_province(number: &[u8]) -> bool {
    matches!(integer(part(number, 0, 2)), 1..=24 | 30 | 50)
}

fn ec_person(number: &[u8]) -> bool {
    ec_province(number) && at(number, 2) <= 6 && luhn(part(number, 0, 10))
}

/// Persons, public bodies (sixth kind) and companies (ninth), each with the number of the establishment behind.
fn ec_taxpayer(number: &[u8]) -> bool {
    const PUBLIC: Rule = digit(&[3, 2, 7, 6, 5, 4, 3, 2], "0?987654321");
    const COMPANY: Rule = digit(&[4, 3, 2, 7, 6, 5, 4, 3, 2], "0?987654321");
    let established = |from: usize| integer(part(number, from, 13)) > 0;
    let person = established(10) && ec_person(part(number, 0, 10));
    ec_province(number)
        && match at(number, 2) {
            0..=5 => person,
            6 => (established(9) && PUBLIC.holds(number)) || person,
            9 => established(10) && COMPANY.holds(number),
            _ => false,
        }
}

/// The date of birth or foundation; the last two characters are checks that older numbers do not keep to.
fn mx_date(number: &[u8]) -> bool {
    let from = if number.len() == 12 { 3 } else { 4 };
    super::date::yymmdd(number, from)
}

/// A digit or a letter may stand behind the eight digits.
fn pe_person(number: &[u8]) -> bool {
    let sum = weighted(part(number, 0, 8), &[3, 2, 7, 6, 5, 4, 3, 2]);
    let check = number.get(8).copied();
    check.is_none() || check == mapped(sum, "65432110987") || check == mapped(sum, "KJIHGFEDCBA")
}

/// The checksum changed with the hundredth number of a day.
fn sv_taxpayer(number: &[u8]) -> bool {
    let old = integer(part(number, 10, 13)) <= 100;
    let check = match old {
        true => weighted(part(number, 0, 13), &[14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11 % 10,
        false => {
            (-weighted(part(number, 0, 13), &[2, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2])).rem_euclid(11) % 10
        }
    };
    at(number, 13) == check
}

fn uy_kind(number: &[u8]) -> bool {
    matches!(integer(part(number, 0, 2)), 1..=22) && integer(part(number, 2, 8)) > 0
}

/// The letter tells the kind of person and takes part in the sum.
fn ve_taxpayer(number: &[u8]) -> bool {
    let kind = match number.first() {
        Some(b'V') => 4,
        Some(b'E') => 8,
        Some(b'J') => 12,
        Some(b'P') => 16,
        _ => 20,
    };
    let sum = kind + weighted(part(number, 1, 9), &[3, 2, 7, 6, 5, 4, 3, 2]);
    mapped(sum, "00987654321") == number.get(9).copied()
}

/// British Columbia's begin with a nine, Ontario's have a Luhn digit.
fn ca_health(number: &[u8]) -> bool {
    match number.first() {
        Some(b'9') => Format::named("ca.bc_phn").is_some_and(|format| format.holds(number)),
        _ => luhn(part(number, 0, 10)),
    }
}

/// Department and municipality behind the number itself.
fn gt_place(number: &[u8]) -> bool {
    matches!(integer(part(number, 9, 11)), 1..=22) && integer(part(number, 11, 13)) > 0
}
