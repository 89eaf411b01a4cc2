//! Companies, securities, goods, publications, equipment: numbers of no one country, and the bare check digit systems.

use super::{
    arithmetic::{at, digit_sum, from_right, part, remainder, value, weighted},
    check_digit::{self, is_alphanumeric, luhn, mod_11_2, mod_97_10},
    country,
    format::{Format, LUHN, Rule, digit, format, sum},
};

pub(super) const FORMATS: &[Format] = &[
    // ISO 9362, ISO 17442, ISO 6166, ANSI X9.6, <https://www.openfigi.com>, London Stock Exchange.
    format("bic", &["@{6}*{2}", "@{6}*{5}"], &[Rule::Own(in_country_at_4)]),
    format("iso9362", &["@{6}*{2}", "@{6}*{5}"], &[Rule::Own(in_country_at_4)]),
    format("lei", &["*{18}#{2}"], &[Rule::Own(mod_97_10)]),
    // As it is looked for in text: identifiers of digits alone are rarer than numbers that look like them.
    format("lei_lettered", &["*{18}#{2}"], &[Rule::Own(has_letter), Rule::Own(mod_97_10)]),
    format("isin", &["@@*{9}#"], &[Rule::Own(security)]),
    format("cusip", &["[0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*@#]{8}#"], &[Rule::Own(cusip)]),
    format("figi", &["[BCDFGHJKLMNPQRSTVWXYZ]{2}G[0123456789BCDFGHJKLMNPQRSTVWXYZ]{8}#"], &[Rule::Own(figi)]),
    format(
        "gb.sedol",
        &["#{7}", "[BCDFGHJKLMNPQRSTVWXYZ][0123456789BCDFGHJKLMNPQRSTVWXYZ]{5}#"],
        &[sum(&[1, 3, 1, 7, 3, 9, 1], 10)],
    ),
    // ISO 11649.
    format("iso11649", &[], &[Rule::Own(creditor)]),
    // GS1, ISO 2108, ISO 3297, ISO 10957, ISO 27729, ISO 3901.
    format("ean", &["#{8}", "#{12}", "#{13}", "#{14}"], &[Rule::Own(goods)]),
    format("isbn", &["#{9}[0123456789X]", "978#{10}", "979#{10}"], &[Rule::Own(book)]),
    format("issn", &["#{7}[0123456789X]"], &[digit(&[8, 7, 6, 5, 4, 3, 2], "0X987654321")]),
    format("ismn", &["9790#{9}", "M#{9}"], &[Rule::Own(music)]),
    format("isni", &["#{15}[0123456789X]"], &[Rule::Own(mod_11_2)]),
    format("isrc", &["@@*{3}#{7}"], &[Rule::Own(recording)]),
    format("grid", &["A1*{16}"], &[Rule::Own(check_digit::mod_37_36)]),
    // Chemical Abstracts Service.
    format(
        "casrn",
        &["#{2}-#{2}-#", "#{3}-#{2}-#", "#{4}-#{2}-#", "#{5}-#{2}-#", "#{6}-#{2}-#", "#{7}-#{2}-#"],
        &[Rule::Own(chemical)],
    )
    .keeping("-"),
    // 3GPP TS 23.003, IMO resolution A.1117, ISO 6346.
    format("imei", &["#{14}", "#{15}", "#{16}", "#{17}"], &[Rule::Own(phone)]),
    format("imo", &["#{7}"], &[Rule::Own(ship)]).prefixed(&["IMO"]),
    format("iso6346", &["@{3}[UJZR]#{7}"], &[Rule::Own(container)]),
    format("luhn", &[], &[LUHN]),
    format("verhoeff", &[], &[Rule::Own(check_digit::verhoeff)]),
    format("damm", &[], &[Rule::Own(check_digit::damm)]),
    format("iso7064.mod_11_10", &[], &[Rule::Own(check_digit::mod_11_10)]),
    format("iso7064.mod_11_2", &[], &[Rule::Own(mod_11_2)]),
    format("iso7064.mod_37_2", &[], &[Rule::Own(is_alphanumeric), Rule::Own(check_digit::mod_37_2)]),
    format("iso7064.mod_37_36", &[], &[Rule::Own(check_digit::mod_37_36)]),
    format("iso7064.mod_97_10", &[], &[Rule::Own(mod_97_10)]),
    // ICAO 9303: the second line of a passport.
    format("icao.mrz", &[], &[Rule::Own(passport_line)]).keeping("<"),
];

fn in_country_at_4(number: &[u8]) -> bool {
    country::exists(part(number, 4, 6))
}

fn has_letter(number: &[u8]) -> bool {
    number.iter().any(u8::is_ascii_uppercase)
}

/// Letters count as two digits in the Luhn sum.
fn security(number: &[u8]) -> bool {
    let mut digits = [0; 24];
    let mut count = 0;
    for byte in number {
        let value = value(*byte);
        let tens = (value > 9).then_some(value / 10);
        for one in tens.into_iter().chain([value % 10]) {
            digits
                .iter_mut()
                .skip(count)
                .take(1)
                .for_each(|slot| *slot = b'0' + u8::try_from(one).unwrap_or_default());
            count += 1;
        }
    }
    country::issues_securities(part(number, 0, 2)) && luhn(part(&digits, 0, count))
}

/// Every second value doubled, from the left, digits added.
fn doubled(number: &[u8], value: fn(u8) -> i64) -> i64 {
    let double = |(place, byte): (usize, &u8)| match place % 2 {
        0 => digit_sum(value(*byte)),
        _ => digit_sum(2 * value(*byte)),
    };
    number.iter().enumerate().map(double).sum()
}

fn cusip(number: &[u8]) -> bool {
    let worth = |byte: u8| match byte {
        b'*' => 36,
        b'@' => 37,
        b'#' => 38,
        other => value(other),
    };
    (10 - doubled(part(number, 0, 8), worth) % 10) % 10 == at(number, 8)
}

/// Prefixes that begin other identifiers are left out.
fn figi(number: &[u8]) -> bool {
    let taken: [&[u8]; 7] = [b"BS", b"BM", b"GG", b"GB", b"GH", b"KY", b"VG"];
    !taken.contains(&part(number, 0, 2))
        && (10 - doubled(part(number, 0, 11), value) % 10) % 10 == at(number, 11)
}

fn creditor(number: &[u8]) -> bool {
    let (head, body) = number.split_at_checked(4).unwrap_or_default();
    let mut turned = [0; 32];
    let all = body.iter().chain(head);
    turned.iter_mut().zip(all).for_each(|(place, byte)| *place = *byte);
    head.starts_with(b"RF")
        && (5..=25).contains(&number.len())
        && number.iter().all(u8::is_ascii_alphanumeric)
        && remainder(part(&turned, 0, number.len()), 97) == 1
}

fn goods(number: &[u8]) -> bool {
    from_right(number, &[1, 3]) % 10 == 0
}

fn book(number: &[u8]) -> bool {
    match number.len() {
        10 => {
            let check = if number.last() == Some(&b'X') { 10 } else { at(number, 9) };
            (weighted(part(number, 0, 9), &[10, 9, 8, 7, 6, 5, 4, 3, 2]) + check) % 11 == 0
        }
        _ => goods(number),
    }
}

/// An M stood for 9790 until 2008.
fn music(number: &[u8]) -> bool {
    match number.strip_prefix(b"M") {
        Some(rest) => (from_right(rest, &[1, 3]) + 9) % 10 == 0,
        None => goods(number),
    }
}

fn recording(number: &[u8]) -> bool {
    let agencies: [&[u8]; 7] = [b"QM", b"QZ", b"QT", b"CP", b"DG", b"ZZ", b"FX"];
    country::exists(part(number, 0, 2)) || agencies.contains(&part(number, 0, 2))
}

/// Fourteen digits without check, fifteen with, sixteen with a software version.
fn phone(number: &[u8]) -> bool {
    number.len() != 15 || luhn(number)
}

fn ship(number: &[u8]) -> bool {
    weighted(part(number, 0, 6), &[7, 6, 5, 4, 3, 2]) % 10 == at(number, 6)
}

/// Digits are counted from the right, the first of a number is no zero.
fn chemical(number: &[u8]) -> bool {
    let digits = number.iter().rev().filter(|byte| byte.is_ascii_digit()).skip(1);
    let sum: i64 = digits.zip(1..).map(|(byte, weight)| value(*byte) * weight).sum();
    at(number, 0) > 0 && number.last().map(|check| value(*check)) == Some(sum % 10)
}

/// Letters count from ten on, leaving out multiples of eleven; weights are powers of two.
fn container(number: &[u8]) -> bool {
    let worth = |byte: u8| match value(byte) {
        small @ 0..=10 => small,
        middle @ 11..=20 => middle + 1,
        upper @ 21..=30 => upper + 2,
        high => high + 3,
    };
    let sum: i64 = part(number, 0, 10).iter().enumerate().map(|(place, byte)| worth(*byte) << place).sum();
    sum % 11 % 10 == at(number, 10)
}

/// Check digits behind number, birth date and expiry, and one over all of them.
fn passport_line(number: &[u8]) -> bool {
    let field = |from: usize, to: usize| super::west_europe::seven_three_one(part(number, from, to));
    let mut all = [0; 40];
    let whole = [part(number, 0, 10), part(number, 13, 20), part(number, 21, 43), part(number, 43, 44)];
    all.iter_mut().zip(whole.into_iter().flatten()).for_each(|(place, byte)| *place = *byte);
    number.len() == 44
        && [(0, 10), (13, 20), (21, 28)].into_iter().all(|(from, to)| field(from, to))
        && super::west_europe::seven_three_one(&all)
}
