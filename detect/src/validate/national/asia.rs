//! Numbers of Asia that hold no date of birth.
//!
//! <https://www.oecd.org/tax/automatic-exchange/crs-implementation-and-assistance/tax-identification-numbers/>

use super::{
    arithmetic::{at, digit_sum, from_right, integer, mapped, part, value, weighted},
    check_digit::{luhn, luhn_36, verhoeff},
    format::{Format, LUHN, Rule, digit, format},
};

pub(super) const FORMATS: &[Format] = &[
    format("az.voen", &["#{9}[12]"], &[Rule::Own(az_taxpayer)]).padded(10),
    format(
        "cn.uscc",
        &["[0123456789ABCDEFGHJKLMNPQRTUWXY]{2}#{6}[0123456789ABCDEFGHJKLMNPQRTUWXY]{10}"],
        &[Rule::Own(cn_company)],
    ),
    format("hk.hkid", &["@#{6}[0123456789A]", "@@#{6}[0123456789A]"], &[Rule::Own(hk_check)]),
    format("id.npwp", &["#{15}", "#{16}"], &[Rule::Own(id_taxpayer)]),
    format("il.hp", &["5#{8}"], &[LUHN]),
    format("il.idnr", &["#{9}"], &[LUHN]).padded(9),
    format("in_.aadhaar", &["[23456789]#{11}"], &[Rule::Own(in_palindrome), Rule::Own(verhoeff)]),
    format("in_.vid", &["[23456789]#{15}"], &[Rule::Own(in_palindrome), Rule::Own(verhoeff)]),
    format("in_.epic", &["@{3}#{7}"], &[Rule::Over(3, 10, luhn)]),
    format(
        "in_.gstin",
        &["#{2}@{5}#{4}@[123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ]Z*"],
        &[Rule::Own(in_state), Rule::Own(luhn_36)],
    ),
    format("in_.pan", &["@{3}[ABCEFGHJKLPT]@#{4}@"], &[Rule::Own(in_pan)]),
    format("jp.cn", &["[123456789]#{12}"], &[Rule::Own(jp_company)]),
    format("jp.in_", &["#{12}"], &[digit(&[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2], "00987654321")]),
    format("kr.brn", &["#{10}"], &[Rule::Own(kr_business)]),
    // With the check digit, which not every published number keeps to.
    format("kr.brn_digit", &["#{10}"], &[Rule::Own(kr_business), Rule::Own(kr_business_digit)]),
    format("sg.nric", &["[STFGM]#{7}@"], &[Rule::Own(sg_person)]),
    format(
        "sg.uen",
        &["#{8}@", "[12]#{8}@", "[RST]#{2}@@#{4}@", "[RST]#{2}@*#{4}@"],
        &[Rule::Own(sg_entity)],
    ),
    format(
        "th.pin",
        &["[12345678]#{12}"],
        &[digit(&[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2], "10987654321")],
    ),
    format("th.moa", &["0#{12}"], &[digit(&[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2], "10987654321")]),
    format(
        "th.tin",
        &["[012345678]#{12}"],
        &[digit(&[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2], "10987654321")],
    ),
    format("tw.ubn", &["#{8}"], &[Rule::Own(tw_business)]),
    format("tw.nid", &["@[1289]#{8}"], &[Rule::Own(tw_person)]),
    format(
        "vn.mst",
        &["#{10}", "#{13}"],
        &[Rule::Own(vn_serial), digit(&[31, 29, 23, 19, 17, 13, 7, 5, 3], "?9876543210")],
    ),
    format("vn.cccd", &["0#{11}"], &[Rule::Own(vn_province)]),
    format("lk.nic", &["#{9}[VX]", "[12]#{11}"], &[Rule::Own(lk_day)]),
    format("ir.meli", &["#{10}"], &[Rule::Varied, digit(&[10, 9, 8, 7, 6, 5, 4, 3, 2], "01987654321")]),
];

fn az_taxpayer(number: &[u8]) -> bool {
    weighted(number, &[4, 1, 8, 6, 2, 7, 5, 3]) % 11 == at(number, 8)
}

/// GB 32100-2015: powers of three modulo 31 over an alphabet without I, O, S, V and Z.
fn cn_company(number: &[u8]) -> bool {
    const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let value = |byte: u8| {
        ALPHABET.bytes().zip(0_i64..).find(|(known, _)| *known == byte).map_or(0, |(_, place)| place)
    };
    let sum = part(number, 0, 17)
        .iter()
        .fold((0, 1), |(sum, weight), byte| (sum + value(*byte) * weight, weight * 3 % 31))
        .0;
    mapped(-sum, ALPHABET) == number.get(17).copied()
}

/// One or two letters; with one, a blank worth 36 stands in front.
fn hk_check(number: &[u8]) -> bool {
    let Some((check, body)) = number.split_last() else { return false };
    let blank = if body.len() == 7 { 36 * 9 } else { 0 };
    let sum = blank + from_right(body, &[2, 3, 4, 5, 6, 7, 8, 9]);
    mapped(sum, "0A987654321") == Some(*check)
}

/// Nine digits with a Luhn digit, then office and branch; in sixteen digits with a zero in front, or a citizen's number.
fn id_taxpayer(number: &[u8]) -> bool {
    match number.strip_prefix(b"0") {
        Some(old) if number.len() == 16 => luhn(part(old, 0, 9)),
        None if number.len() == 16 => Format::named("id.nik").is_some_and(|nik| nik.holds(number)),
        _ => luhn(part(number, 0, 9)),
    }
}

fn in_palindrome(number: &[u8]) -> bool {
    !number.iter().eq(number.iter().rev())
}

/// State, then a permanent account number.
fn in_state(number: &[u8]) -> bool {
    matches!(integer(part(number, 0, 2)), 1..=38)
        && Format::named("in_.pan").is_some_and(|pan| pan.holds(part(number, 2, 12)))
}

fn in_pan(number: &[u8]) -> bool {
    integer(part(number, 5, 9)) > 0
}

/// The check stands in front: <https://www.houjin-bangou.nta.go.jp/en/>.
fn jp_company(number: &[u8]) -> bool {
    9 - from_right(part(number, 1, 13), &[1, 2]) % 9 == at(number, 0)
}

/// Office, kind and serial number.
fn kr_business(number: &[u8]) -> bool {
    integer(part(number, 0, 3)) >= 101 && integer(part(number, 3, 5)) > 0 && integer(part(number, 5, 9)) > 0
}

fn kr_business_digit(number: &[u8]) -> bool {
    let sum = weighted(part(number, 0, 9), &[1, 3, 7, 1, 3, 7, 1, 3, 5]) + at(number, 8) * 5 / 10;
    (10 - sum % 10) % 10 == at(number, 9)
}

/// Citizens (S, T) and foreigners (F, G, M): <https://en.wikipedia.org/wiki/National_Registration_Identity_Card>.
fn sg_person(number: &[u8]) -> bool {
    let (offset, letters) = match number.first() {
        Some(b'S') => (0, "JZIHGFEDCBA"),
        Some(b'T') => (4, "JZIHGFEDCBA"),
        Some(b'F') => (0, "XWUTRQPNMLK"),
        Some(b'G') => (4, "XWUTRQPNMLK"),
        _ => (3, "XWUTRQPNJLK"),
    };
    let sum = offset + weighted(part(number, 1, 8), &[2, 7, 6, 5, 4, 3, 2]);
    mapped(sum, letters) == number.get(8).copied()
}

/// Businesses, local companies, and others by kind: <https://www.uen.gov.sg>.
fn sg_entity(number: &[u8]) -> bool {
    const OTHERS: &str = "ABCDEFGHJKLMNPQRSTUVWX0123456789";
    const KINDS: [&[u8]; 36] = [
        b"CC", b"CD", b"CH", b"CL", b"CM", b"CP", b"CS", b"CX", b"DP", b"FB", b"FC", b"FM", b"FN", b"GA",
        b"GB", b"GS", b"HS", b"LL", b"LP", b"MB", b"MC", b"MD", b"MH", b"MM", b"MQ", b"NB", b"NR", b"PA",
        b"PB", b"PF", b"RF", b"RP", b"SM", b"SS", b"TC", b"TU",
    ];
    const VILLAGES: &[u8] = b"VH";
    match (number.len(), number.first()) {
        (9, _) => {
            let sum = weighted(part(number, 0, 8), &[10, 4, 9, 3, 8, 2, 7, 1]);
            mapped(sum, "XMKECAWLJDB") == number.get(8).copied()
        }
        (_, Some(b'0'..=b'9')) => {
            let sum = weighted(part(number, 0, 9), &[10, 8, 6, 4, 9, 7, 5, 3, 1]);
            mapped(sum, "ZKCMDNERGWH") == number.get(9).copied()
        }
        _ => {
            let place = |byte: u8| {
                OTHERS.bytes().zip(0_i64..).find(|(known, _)| *known == byte).map(|(_, place)| place)
            };
            let weights = [4, 3, 5, 3, 10, 2, 2, 5, 7];
            let sum: Option<i64> =
                number.iter().zip(weights).map(|(byte, weight)| Some(place(*byte)? * weight)).sum();
            let kind = part(number, 3, 5);
            let letter = sum.and_then(|sum| mapped(sum - 5, &OTHERS[..11]));
            (KINDS.contains(&kind) || kind == VILLAGES) && letter == number.get(9).copied()
        }
    }
}

/// Since 2023 a multiple of five is enough; a seven in seventh place counts one or nothing.
fn tw_business(number: &[u8]) -> bool {
    let sum: i64 = number
        .iter()
        .zip([1, 2, 1, 2, 1, 2, 4, 1])
        .map(|(byte, weight)| digit_sum(value(*byte) * weight))
        .sum();
    sum % 5 == 0 || (at(number, 6) == 7 && (sum + 1) % 5 == 0)
}

/// The letter names the place of registration and stands for two digits.
fn tw_person(number: &[u8]) -> bool {
    const LETTERS: &str = "ABCDEFGHJKLMNPQRSTUVXYWZIO";
    let place = LETTERS.bytes().zip(10_i64..).find(|(letter, _)| Some(letter) == number.first());
    let place = place.map_or(0, |(_, place)| place);
    let body = weighted(number.get(1..).unwrap_or_default(), &[8, 7, 6, 5, 4, 3, 2, 1, 1]);
    (place / 10 + place % 10 * 9 + body) % 10 == 0
}

/// No number has only zeros behind the province; branches are counted from one.
fn vn_serial(number: &[u8]) -> bool {
    integer(part(number, 2, 9)) > 0 && (number.len() == 10 || integer(part(number, 10, 13)) > 0)
}

/// Province of birth up to 096, then century and sex: <https://en.wikipedia.org/wiki/Vietnamese_identity_card>.
fn vn_province(number: &[u8]) -> bool {
    matches!(integer(part(number, 0, 3)), 1..=96) && at(number, 3) <= 3
}

/// Day of the year, raised by 500 for women; year and day first.
fn lk_day(number: &[u8]) -> bool {
    let day = if number.len() == 10 { integer(part(number, 2, 5)) } else { integer(part(number, 4, 7)) };
    let year = if number.len() == 10 { 1950 } else { integer(part(number, 0, 4)) };
    matches!(day, 1..=366 | 501..=866) && super::date::is_past(year, 1, 1) && year >= 1900
}
