//! Tax and register numbers of Austria, Belgium, France, Germany, Ireland, Liechtenstein, Luxembourg, the Netherlands,
//! Switzerland and the United Kingdom.
//!
//! Tax numbers: <https://www.oecd.org/tax/automatic-exchange/crs-implementation-and-assistance/tax-identification-numbers/>.

use super::{
    arithmetic::{at, integer, part, remainder, value, weighted},
    check_digit::{luhn, luhn_sum, mod_11_10, mod_97_10, verhoeff},
    date::{is_past, is_short_date, two},
    format::{Format, LUHN, Rule, digit, format, sum},
};

pub(super) const FORMATS: &[Format] = &[
    format("at.tin", &["#{9}"], &[Rule::Own(at_office), LUHN]),
    format("at.uid", &["U#{8}"], &[Rule::Own(at_uid)]).prefixed(&["AT"]),
    format("at.businessid", &["#@", "#{2}@", "#{3}@", "#{4}@", "#{5}@", "#{6}@"], &[Rule::Own(at_register)])
        .prefixed(&["FN"]),
    format("be.vat", &["[01]#{9}"], &[Rule::Varied, Rule::Own(be_complement)])
        .prefixed(&["BE"])
        .keeping(",")
        .padded(10),
    format("be.ogm_vcs", &["#{12}"], &[Rule::Own(be_structured)]),
    format("be.eid", &["#{12}"], &[Rule::Own(be_structured)]),
    format("ch.uid", &["#{9}"], &[digit(&[5, 4, 3, 2, 7, 6, 5, 4], "0?987654321")]).prefixed(&["CHE"]),
    format(
        "ch.vat",
        &["#{9}MWST", "#{9}TVA", "#{9}IVA", "#{9}TPV"],
        &[digit(&[5, 4, 3, 2, 7, 6, 5, 4], "0?987654321")],
    )
    .prefixed(&["CHE"]),
    format("ch.esr", &["#{27}"], &[Rule::Own(ch_reference)]).padded(27),
    format("de.idnr", &["[123456789]#{10}"], &[Rule::Own(de_repeats), Rule::Own(mod_11_10)]),
    format("de.stnr", &["#{10}", "#{11}", "#{13}"], &[Rule::Own(de_office)]),
    format("de.vat", &["[123456789]#{8}"], &[Rule::Own(mod_11_10)]).prefixed(&["DE"]),
    format("de.wkn", &["[0123456789ABCDEFGHJKLMNPQRSTUVWXYZ]{6}"], &[]),
    format("de.leitweg", &[], &[Rule::Own(de_leitweg)]).keeping("-"),
    format("fr.siren", &["#{9}"], &[LUHN]),
    format("fr.siret", &["#{14}"], &[Rule::Own(fr_siret)]),
    format("fr.nif", &["[0123]#{12}"], &[Rule::Own(fr_nif)]),
    format("fr.tva", &["*{2}#{9}"], &[Rule::Own(fr_tva)]).prefixed(&["FR"]),
    format("gb.utr", &["#{10}"], &[Rule::Own(gb_utr)]).prefixed(&["K"]),
    format("gb.upn", &["@#{11}*"], &[Rule::Own(gb_upn)]),
    format(
        "gb.vat",
        &["#{9}", "#{12}", "GD#{3}", "HA#{3}", "GD8888#{5}", "HA8888#{5}"],
        &[Rule::Own(gb_vat)],
    )
    .prefixed(&["GB", "XI"]),
    format("ie.vat", &["#{7}@", "#{7}@@", "#[*+ABCDEFGHIJKLMNOPQRSTUVWXYZ]#{5}@"], &[Rule::Own(ie_vat)])
        .prefixed(&["IE"])
        .keeping("+"),
    format("li.peid", &["#{12}"], &[]).keeping("-").padded(12),
    format("lu.tva", &["#{8}"], &[Rule::Own(lu_tva)]).prefixed(&["LU"]),
    format("nl.btw", &["#{9}B#{2}"], &[Rule::Own(nl_btw)]).prefixed(&["NL"]).padded(12),
    format(
        "nl.onderwijsnummer",
        &["10#{7}"],
        &[Rule::Sum { weights: &[9, 8, 7, 6, 5, 4, 3, 2, -1], modulus: 11, rest: 5 }],
    ),
    format(
        "nl.identiteitskaartnummer",
        &["[ABCDEFGHIJKLMNPQRSTUVWXYZ]{2}[0123456789ABCDEFGHIJKLMNPQRSTUVWXYZ]{6}#"],
        &[],
    ),
    format("lu.matricule", &["#{13}"], &[Rule::Own(lu_person)]),
    format("de.document", &["[CFGHJKLMNPRTVWXYZ]*{8}#"], &[Rule::Own(seven_three_one)]),
    format("gb.driver", &["*{5}#{6}*{2}*@@", "*{5}#{6}*{2}*@@#{2}"], &[Rule::Own(gb_driver)]),
];

/// Numbers of tax offices begin at 03.
fn at_office(number: &[u8]) -> bool {
    (3..=98).contains(&integer(part(number, 0, 2)))
}

fn at_uid(number: &[u8]) -> bool {
    (luhn_sum(part(number, 1, 8)) + 4 + at(number, 8)) % 10 == 0
}

/// The letter of a company register number: <https://de.wikipedia.org/wiki/Firmenbuchnummer>.
fn at_register(number: &[u8]) -> bool {
    let Some((letter, digits)) = number.split_last() else { return false };
    super::arithmetic::mapped(integer(digits), "ABDFGHIKMPSTVWXYZ") == Some(*letter)
}

/// The last two digits are what the others lack to a multiple of 97.
pub(super) fn be_complement(number: &[u8]) -> bool {
    let Some((body, check)) = number.split_last_chunk::<2>() else { return false };
    97 - integer(body) % 97 == integer(check)
}

/// The last two digits are the remainder of the others modulo 97, 97 instead of 0.
fn be_structured(number: &[u8]) -> bool {
    let rest = integer(part(number, 0, 10)) % 97;
    integer(part(number, 10, 12)) == if rest == 0 { 97 } else { rest }
}

/// The recursive modulo 10 of payment slips.
fn ch_reference(number: &[u8]) -> bool {
    let Some((check, body)) = number.split_last() else { return false };
    let carry = body.iter().fold(0, |carry, byte| at(b"0946827135", index(carry + value(*byte))));
    (10 - carry) % 10 == value(*check)
}

fn index(sum: i64) -> usize {
    usize::try_from(sum % 10).unwrap_or_default()
}

/// Of the first ten digits exactly one comes twice or three times:
/// <https://de.wikipedia.org/wiki/Steuerliche_Identifikationsnummer>.
fn de_repeats(number: &[u8]) -> bool {
    let first = part(number, 0, 10);
    let counts = (b'0'..=b'9').map(|digit| first.iter().filter(|byte| **byte == digit).count());
    let repeated = counts.clone().filter(|count| *count > 1).count();
    repeated == 1 && counts.max() <= Some(3)
}

/// The unified form begins with the code of a state and has a zero in fifth place:
/// <https://de.wikipedia.org/wiki/Steuernummer>.
fn de_office(number: &[u8]) -> bool {
    const LONG: [&str; 16] =
        ["10", "11", "21", "22", "23", "24", "26", "27", "28", "30", "31", "32", "40", "41", "5", "9"];
    match number.len() {
        13 => {
            at(number, 4) == 0
                && (LONG.iter().any(|state| number.starts_with(state.as_bytes()))
                    || matches!(number.first(), Some(b'1' | b'3' | b'4')))
        }
        _ => true,
    }
}

/// La Poste's establishments add up to a multiple of five instead.
fn fr_siret(number: &[u8]) -> bool {
    let digits: i64 = number.iter().map(|byte| value(*byte)).sum();
    match number.starts_with(b"356000000") {
        true => luhn(number) || digits % 5 == 0,
        false => luhn(number) && luhn(part(number, 0, 9)),
    }
}

fn fr_nif(number: &[u8]) -> bool {
    integer(part(number, 0, 10)) % 511 == integer(part(number, 10, 13))
}

/// The key of a French number is either two digits or holds letters other than I and O.
fn fr_tva(number: &[u8]) -> bool {
    let siren = part(number, 2, 11);
    let known = luhn(siren) || siren.starts_with(b"000");
    let key = part(number, 0, 2);
    if key.iter().all(u8::is_ascii_digit) {
        return known && (integer(siren) * 100 + 12) % 97 == integer(key);
    }
    let place = |byte: u8| "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ".bytes().position(|known| known == byte);
    let (Some(one), Some(two)) =
        (key.first().and_then(|byte| place(*byte)), key.get(1).and_then(|byte| place(*byte)))
    else {
        return false;
    };
    let check = match one < 10 {
        true => one * 24 + two - 10,
        false => one * 34 + two - 100,
    };
    let check = i64::try_from(check).unwrap_or_default();
    known && (integer(siren) + 1 + check / 11) % 11 == check % 11
}

fn gb_utr(number: &[u8]) -> bool {
    let sum = weighted(part(number, 1, 10), &[6, 7, 8, 9, 10, 5, 4, 3, 2]);
    super::arithmetic::mapped(sum, "21987654321") == number.first().copied()
}

/// Pupils: <https://www.gov.uk/government/publications/unique-pupil-numbers>.
fn gb_upn(number: &[u8]) -> bool {
    const LETTERS: &str = "ABCDEFGHJKLMNPQRTUVWXYZ";
    let place = |byte: &u8| LETTERS.bytes().position(|letter| letter == *byte);
    let values = number.iter().skip(1).map(|byte| match byte.is_ascii_digit() {
        true => Some(value(*byte)),
        false => place(byte).and_then(|place| i64::try_from(place).ok()),
    });
    let sum: Option<i64> = values.zip(2..).map(|(value, weight)| Some(value? * weight)).sum();
    sum.and_then(|sum| super::arithmetic::mapped(sum, LETTERS)) == number.first().copied()
}

/// Modulus 97, or since 2010 with 55 added; departments and health authorities have short numbers.
fn gb_vat(number: &[u8]) -> bool {
    let departments = 0..500;
    let authorities = 500..1000;
    for (prefix, range) in [(b"GD", departments), (b"HA", authorities)] {
        if let Some(serial) = number.strip_prefix(prefix) {
            return match serial.strip_prefix(b"8888") {
                Some(long) => {
                    let serial = integer(part(long, 0, 3));
                    range.contains(&serial) && serial % 97 == integer(part(long, 3, 5))
                }
                None => range.contains(&integer(serial)),
            };
        }
    }
    let rest = weighted(part(number, 0, 9), &[8, 7, 6, 5, 4, 3, 2, 10, 1]) % 97;
    rest == 0 || (integer(part(number, 0, 3)) >= 100 && (rest == 42 || rest == 55))
}

/// The letter of an Irish number; `second` is the letter behind it.
pub(super) fn ie_letter(digits: &[u8], second: i64) -> Option<u8> {
    let sum = weighted(digits, &[8, 7, 6, 5, 4, 3, 2]) + 9 * second;
    super::arithmetic::mapped(sum, "WABCDEFGHIJKLMNOPQRSTUV")
}

/// What a second letter counts: A to I their place in the alphabet, W nothing.
pub(super) fn ie_second(letter: Option<&u8>) -> i64 {
    match letter {
        Some(letter @ b'A'..=b'I') => value(*letter) - 9,
        _ => 0,
    }
}

fn ie_vat(number: &[u8]) -> bool {
    let (digits, check) = (part(number, 0, 7), number.get(7).copied());
    if digits.iter().all(u8::is_ascii_digit) {
        return ie_letter(digits, ie_second(number.get(8))) == check;
    }
    let Some([first, _, rest @ ..]) = digits.first_chunk::<7>() else { return false };
    let [three, four, five, six, seven] = *rest;
    ie_letter(&[b'0', three, four, five, six, seven, *first], 0) == check
}

fn lu_tva(number: &[u8]) -> bool {
    integer(part(number, 0, 6)) % 89 == integer(part(number, 6, 8))
}

/// Either the holder's citizen number with its check, or since 2020 a checksum over all.
fn nl_btw(number: &[u8]) -> bool {
    const ELEVEN: Rule = sum(&[9, 8, 7, 6, 5, 4, 3, 2, -1], 11);
    let mut whole = [0; 14];
    let (country, rest) = whole.split_at_mut(2);
    country.copy_from_slice(b"NL");
    rest.iter_mut().zip(number).for_each(|(place, byte)| *place = *byte);
    integer(part(number, 10, 12)) > 0 && (ELEVEN.holds(part(number, 0, 9)) || mod_97_10(&whole))
}

/// Invoices to German authorities, by state, body and department: <https://leitweg-id.de>.
fn de_leitweg(number: &[u8]) -> bool {
    let mut parts = number.split(|byte| *byte == b'-');
    let (coarse, second, third) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
    let (fine, check): (&[u8], &[u8]) = match (second, third) {
        (Some(fine), Some(check)) => (fine, check),
        (Some(check), None) => (b"", check),
        _ => return false,
    };
    let state = integer(part(coarse, 0, 2));
    let rest = [coarse, fine, check].into_iter().flatten();
    parts.next().is_none()
        && (2..=12).contains(&coarse.len())
        && coarse.iter().chain(check).all(u8::is_ascii_digit)
        && matches!(state, 1..=16 | 99)
        && check.len() == 2
        && fine.iter().all(u8::is_ascii_alphanumeric)
        && remainder(rest, 97) == 1
}

/// Birth date, serial, Luhn digit and Verhoeff digit over the same eleven.
fn lu_person(number: &[u8]) -> bool {
    let mut other = [b'0'; 12];
    let (body, last) = (part(number, 0, 11), part(number, 12, 13));
    other.iter_mut().zip(body.iter().chain(last)).for_each(|(place, byte)| *place = *byte);
    is_past(integer(part(number, 0, 4)), two(number, 4), two(number, 6))
        && luhn(part(number, 0, 12))
        && verhoeff(&other)
}

/// Weights of travel documents, ICAO 9303: letters count 10 to 35.
pub(super) fn seven_three_one(number: &[u8]) -> bool {
    let Some((check, body)) = number.split_last() else { return false };
    let sum: i64 =
        body.iter().zip([7, 3, 1].iter().cycle()).map(|(byte, weight)| value(*byte) * weight).sum();
    sum % 10 == value(*check)
}

/// Surname, then decade, month (raised by 50 for women), day and year of birth, and initials.
fn gb_driver(number: &[u8]) -> bool {
    let month = two(number, 6);
    let year = at(number, 5) * 10 + at(number, 10);
    let padded =
        part(number, 0, 5).iter().skip_while(|byte| byte.is_ascii_uppercase()).all(|byte| *byte == b'9');
    let initials = part(number, 11, 13).iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'9');
    padded && initials && is_short_date(year, if month > 50 { month - 50 } else { month }, two(number, 8))
}
