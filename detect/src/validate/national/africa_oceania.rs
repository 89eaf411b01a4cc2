//! Numbers of Africa, Australia and New Zealand that hold no date of birth.

use super::{
    arithmetic::{integer, mapped, part, remainder, weighted},
    format::{Format, LUHN, Rule, digit, format},
    shape::fits,
};

pub(super) const FORMATS: &[Format] = &[
    // <https://abr.business.gov.au/Help/AbnFormat>: one is taken from the first digit, which leaves ten of the weighted sum.
    format(
        "au.abn",
        &["[123456789]#{10}"],
        &[Rule::Sum { weights: &[10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19], modulus: 89, rest: 10 }],
    ),
    format("au.acn", &["#{9}"], &[digit(&[8, 7, 6, 5, 4, 3, 2, 1], "0987654321")]),
    format("au.tfn", &["#{8}", "#{9}"], &[Rule::Own(au_tax)]),
    format("dz.nif", &["#{15}", "#{20}"], &[]),
    format("eg.tn", &["#{9}"], &[]),
    format("gh.tin", &["[PCGQV]00*{8}"], &[Rule::Own(gh_check)]),
    format("gn.nifp", &["#{9}"], &[LUHN]),
    format("ke.pin", &["[AP]#{9}@"], &[]),
    format("ma.ice", &["#{15}"], &[Rule::Own(ma_check)]).padded(15),
    format("mz.nuit", &["#{9}"], &[digit(&[8, 9, 4, 5, 6, 7, 8, 9], "01234567891")]),
    format("ng.nin", &["[123456789]#{10}"], &[Rule::Varied]),
    format("nz.ird", &["#{9}"], &[Rule::Own(nz_tax)]).padded(9),
    format(
        "sn.ninea",
        &["#{7}", "#{9}", "#{7}[012][ABCDEFGHJKLMNPQRSTUVWZ]#", "#{9}[012][ABCDEFGHJKLMNPQRSTUVWZ]#"],
        &[Rule::Own(sn_check)],
    ),
    format("tn.mf", &[], &[Rule::Own(tn_taxpayer)]),
    format("za.tin", &["[01239]#{9}"], &[LUHN]),
];

/// Old numbers of eight digits have the same weights but the last.
fn au_tax(number: &[u8]) -> bool {
    match number.len() {
        8 => weighted(number, &[10, 7, 8, 4, 6, 3, 5, 1]) % 11 == 0,
        _ => weighted(number, &[1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 == 0,
    }
}

fn gh_check(number: &[u8]) -> bool {
    let sum = weighted(part(number, 1, 10), &[1, 2, 3, 4, 5, 6, 7, 8, 9]);
    mapped(sum, "0123456789X") == number.get(10).copied()
}

fn ma_check(number: &[u8]) -> bool {
    remainder(number, 97) == 0
}

/// A second row of weights where the first leaves ten; the range is published by Inland Revenue.
fn nz_tax(number: &[u8]) -> bool {
    let body = part(number, 0, 8);
    let first = mapped(weighted(body, &[3, 2, 7, 6, 5, 4, 3, 2]), "0?987654321");
    let second = || mapped(weighted(body, &[7, 4, 3, 2, 5, 2, 7, 6]), "0?987654321");
    (10_000_000..150_000_000).contains(&integer(number)) && first.or_else(second) == number.get(8).copied()
}

/// Nine digits, or seven, then regime, tax centre and kind.
fn sn_check(number: &[u8]) -> bool {
    let digits = number.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let length = match (number.len(), digits) {
        (7 | 9, all) => all,
        (10, _) => 7,
        _ => 9,
    };
    let weights: &[i64] = if length == 7 { &[1, 2, 1, 2, 1, 2, 1] } else { &[1, 2, 1, 2, 1, 2, 1, 2, 1] };
    weighted(part(number, 0, length), weights) % 10 == 0
}

/// Up to seven digits, their letter, then the kinds of tax and taxpayer and the branch: branches have a number, all others
/// three zeros.
fn tn_taxpayer(number: &[u8]) -> bool {
    let digits = number.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let rest = number.get(digits..).unwrap_or_default();
    let kind = rest.get(1..).unwrap_or_default();
    (1..=7).contains(&digits)
        && fits(part(rest, 0, 1), "[ABCDEFGHJKLMNPQRSTVWXYZ]")
        && (kind.is_empty()
            || fits(kind, "[ABDNP][CMNP]000")
            || (fits(kind, "[ABDNP]E#{3}") && !kind.ends_with(b"000")))
}
