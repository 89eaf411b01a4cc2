//! Tax and register numbers of Albania, Belarus, Bulgaria, Croatia, Czechia, Hungary, Moldova, Montenegro, North Macedonia,
//! Poland, Romania, Russia, Serbia, Slovakia, Slovenia and Ukraine.

use super::{
    arithmetic::{at, integer, mapped, part, value, weighted},
    check_digit::mod_11_10,
    format::{Format, Rule, digit, format, sum},
};

pub(super) const FORMATS: &[Format] = &[
    format("al.nipt", &["[ABCDEFGHIJKLM]#{8}@"], &[]).prefixed(&["AL"]),
    format("by.unp", &["#{9}", "[ABCEHKM]*#{7}"], &[Rule::Own(by_unp)]).prefixed(&["УНП", "UNP"]),
    format("bg.vat", &["#{9}", "#{10}"], &[Rule::Own(bg_vat)]).prefixed(&["BG"]),
    format("cz.dic", &["#{8}", "#{9}", "#{10}"], &[Rule::Own(cz_dic)]).prefixed(&["CZ"]),
    format("hu.anum", &["#{8}"], &[sum(&[9, 7, 3, 1, 9, 7, 3, 1], 10)]).prefixed(&["HU"]),
    format("hu.adoazonosito", &["8#{9}"], &[digit(&[1, 2, 3, 4, 5, 6, 7, 8, 9], "0123456789?")]),
    format("md.idno", &["#{13}"], &[digit(&[7, 3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1], "0123456789")]),
    format("me.pib", &["#{8}"], &[digit(&[8, 7, 6, 5, 4, 3, 2], "00987654321")]),
    format("mk.edb", &["#{13}"], &[digit(&[7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2], "00987654321")])
        .prefixed(&["MK", "МК"]),
    format("pl.nip", &["#{10}"], &[digit(&[6, 5, 7, 2, 3, 4, 5, 6, 7], "0123456789?")]).prefixed(&["PL"]),
    format(
        "pl.regon",
        &["#{9}", "#{14}"],
        &[digit(&[8, 9, 2, 3, 4, 5, 6, 7], "01234567890"), Rule::Own(pl_unit)],
    ),
    format("pl.dowod", &["@{3}#{6}"], &[sum(&[7, 3, 1, 9, 7, 3, 1, 7, 3], 10)]),
    format(
        "ro.cf",
        &["#{2}", "#{3}", "#{4}", "#{5}", "#{6}", "#{7}", "#{8}", "#{9}", "#{10}", "#{13}"],
        &[Rule::Own(ro_fiscal)],
    )
    .prefixed(&["RO"]),
    format(
        "ro.cui",
        &["#{10}"],
        &[digit(&[7, 5, 3, 2, 1, 7, 5, 3, 2], "00987654321"), Rule::Own(ro_tenfold)],
    )
    .prefixed(&["RO"])
    .padded(10),
    format("rs.pib", &["#{9}"], &[Rule::Own(mod_11_10)]),
    format("ru.inn", &["#{10}", "#{12}"], &[Rule::Own(ru_inn)]),
    format("ru.ogrn", &["[1235]#{12}", "3#{14}"], &[Rule::Own(ru_ogrn)]),
    format("ru.snils", &["#{11}"], &[Rule::Own(ru_snils)]),
    format("si.ddv", &["[123456789]#{7}"], &[digit(&[8, 7, 6, 5, 4, 3, 2], "?0987654321")]).prefixed(&["SI"]),
    format("si.maticna", &["#{7}", "#{7}*##"], &[digit(&[7, 6, 5, 4, 3, 2], "?0987654321")]),
    format("sk.dph", &["[123456789]#[234789]#{7}"], &[Rule::Own(eleventh)]).prefixed(&["SK"]),
    format("ua.edrpou", &["#{8}"], &[Rule::Own(ua_register)]),
    format("ua.rntrc", &["#{10}"], &[digit(&[-1, 5, 7, 9, 4, 6, 10, 5, 7], "01234567890")]),
    format("cz.ico", &["#{8}"], &[digit(&[8, 7, 6, 5, 4, 3, 2], "10987654321")]),
    format("hu.taj", &["#{9}"], &[digit(&[3, 7, 3, 7, 3, 7, 3, 7], "0123456789"), Rule::Varied]),
];

/// Letters stand in the first place for the region and in the second for the kind of person.
fn by_unp(number: &[u8]) -> bool {
    let second = match number.get(1) {
        Some(digit @ b'0'..=b'9') => value(*digit),
        Some(letter) => match "ABCEHKMOPT".bytes().zip(0..).find(|(known, _)| known == letter) {
            Some((_, place)) => place,
            None => return false,
        },
        None => return false,
    };
    let sum = 29 * at(number, 0) + 23 * second + weighted(part(number, 2, 8), &[19, 17, 13, 7, 5, 3]);
    at(number, 0) > 0 && mapped(sum, "0123456789?") == number.get(8).copied()
}

/// Companies, residents, foreigners and others.
fn bg_vat(number: &[u8]) -> bool {
    const OTHER: Rule = digit(&[4, 3, 2, 7, 6, 5, 4, 3, 2], "0?987654321");
    if number.len() == 9 {
        let first = weighted(part(number, 0, 8), &[1, 2, 3, 4, 5, 6, 7, 8]) % 11;
        let second = weighted(part(number, 0, 8), &[3, 4, 5, 6, 7, 8, 9, 10]) % 11 % 10;
        return at(number, 8) == if first == 10 { second } else { first };
    }
    accepted("bg.egn", number) || accepted("bg.pnf", number) || OTHER.holds(number)
}

fn accepted(format: &str, number: &[u8]) -> bool {
    Format::named(format).is_some_and(|format| format.holds(number))
}

/// Companies, individuals with a number of their own, and birth numbers.
fn cz_dic(number: &[u8]) -> bool {
    const COMPANY: Rule = digit(&[8, 7, 6, 5, 4, 3, 2], "10987654321");
    match (number.len(), at(number, 0)) {
        (8, first) => first < 9 && COMPANY.holds(number),
        (9, 6) => {
            let rest = weighted(part(number, 1, 8), &[8, 7, 6, 5, 4, 3, 2]) % 11;
            mapped(rest, "89012345678").is_some_and(|check| number.get(8) == Some(&check))
                || accepted("cz.rc", number)
        }
        _ => accepted("cz.rc", number),
    }
}

/// Local units have a second check digit.
fn pl_unit(number: &[u8]) -> bool {
    const UNIT: Rule = digit(&[2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8], "01234567890");
    number.len() == 9 || UNIT.holds(number)
}

/// Companies and persons.
fn ro_fiscal(number: &[u8]) -> bool {
    let format = if number.len() == 13 { "ro.cnp" } else { "ro.cui" };
    Format::named(format).is_some_and(|format| format.holds_padded(number))
}

/// Two digits at least, beside the padding.
fn ro_tenfold(number: &[u8]) -> bool {
    integer(number) >= 10
}

/// Companies have one check digit, persons two.
fn ru_inn(number: &[u8]) -> bool {
    const COMPANY: Rule = digit(&[2, 4, 10, 3, 5, 9, 4, 6, 8], "01234567890");
    const PERSON: [Rule; 2] = [
        digit(&[7, 2, 4, 10, 3, 5, 9, 4, 6, 8], "01234567890"),
        digit(&[3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8], "01234567890"),
    ];
    match number.len() {
        10 => COMPANY.holds(number),
        _ => PERSON.iter().all(|rule| rule.holds(number)),
    }
}

/// The remainder modulo eleven for companies and thirteen for entrepreneurs.
fn ru_ogrn(number: &[u8]) -> bool {
    let Some((check, body)) = number.split_last() else { return false };
    let modulus = if number.len() == 13 { 11 } else { 13 };
    integer(body) % modulus % 10 == value(*check)
}

/// Pension insurance; numbers up to 001-001-998 have no checksum.
fn ru_snils(number: &[u8]) -> bool {
    let check = match weighted(part(number, 0, 9), &[9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101 {
        100 => 0,
        rest => rest,
    };
    integer(part(number, 0, 9)) > 1_001_998 && integer(part(number, 9, 11)) == check
}

fn eleventh(number: &[u8]) -> bool {
    integer(number) % 11 == 0
}

/// Weights begin elsewhere between 30 and 60 million, and grow by two where ten is left.
fn ua_register(number: &[u8]) -> bool {
    let body = part(number, 0, 7);
    let weights: [i64; 7] = match at(number, 0) {
        3..=5 => [7, 1, 2, 3, 4, 5, 6],
        _ => [1, 2, 3, 4, 5, 6, 7],
    };
    let first = weighted(body, &weights) % 11;
    let second = weighted(body, &weights.map(|weight| weight + 2)) % 11 % 10;
    at(number, 7) == if first == 10 { second } else { first }
}
