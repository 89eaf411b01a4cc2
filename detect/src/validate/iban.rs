use super::{Accepted, Found};

/// Length of an IBAN by country: SWIFT IBAN Registry, release 99,
/// <https://www.swift.com/standards/data-standards/iban-international-bank-account-number>.
const LENGTHS: &str = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 \
    DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 \
    KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 \
    PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 \
    YE30";

/// Countries whose account numbers begin with the four letters of a bank, and those that have digits only: the same registry.
const LETTERS_FIRST: &str = "BG BH GB GI IE IQ JO KW LV MT NL QA VG";
const DIGITS_ONLY: &str = "AT BA BE CZ DE DK EE ES FI HR HU IL IS LT ME NO PL PT RS SE SI SK TL TN XK";

/// Accepts the start of the span that has its country's length and check digits (ISO 13616, ISO 7064 mod 97-10).
pub(super) fn judge(found: Found<'_>) -> Option<Accepted> {
    let bytes = found.bytes();
    let length = length(bytes.get(..2)?)?;
    let mut places = bytes.iter().enumerate().filter(|(_, byte)| byte.is_ascii_alphanumeric());
    let end = places.nth(length - 1)?.0 + 1;
    let number = bytes.get(..end)?;
    let upper = !number.iter().any(u8::is_ascii_lowercase);
    let lower = !number.iter().any(u8::is_ascii_uppercase);
    ((upper || lower) && remainder(number)? == 1 && has_structure(number))
        .then(|| Found { end: found.start + end, ..found }.as_expected())
}

/// Whether all of a number without separators is one.
pub(super) fn is_whole(number: &[u8]) -> bool {
    let expected = number.get(..2).and_then(length);
    expected == Some(number.len()) && remainder(number) == Some(1) && has_structure(number)
}

fn length(country: &[u8]) -> Option<usize> {
    let known = LENGTHS
        .split_ascii_whitespace()
        .find(|entry| entry.as_bytes().iter().zip(country).all(same_letter))?;
    known.get(2..)?.parse().ok()
}

/// Whether letters stand where the country has them, as far as it is one of those with a simple rule.
fn has_structure(number: &[u8]) -> bool {
    let country = number.get(..2).unwrap_or_default();
    let listed =
        |list: &str| list.split_ascii_whitespace().any(|code| country.eq_ignore_ascii_case(code.as_bytes()));
    let mut account = number.iter().filter(|byte| byte.is_ascii_alphanumeric()).skip(4);
    if listed(LETTERS_FIRST) {
        account.take(4).all(u8::is_ascii_alphabetic)
    } else {
        !listed(DIGITS_ONLY) || account.all(u8::is_ascii_digit)
    }
}

fn same_letter((one, other): (&u8, &u8)) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// Remainder modulo 97 with the first four characters moved to the end and letters counted from 10.
fn remainder(number: &[u8]) -> Option<u32> {
    let characters = number.iter().filter(|byte| byte.is_ascii_alphanumeric());
    let mut turned = characters.clone().skip(4).chain(characters.take(4));
    turned.try_fold(0, |rest, byte| {
        let value = char::from(*byte).to_digit(36)?;
        Some((rest * if value < 10 { 10 } else { 100 } + value) % 97)
    })
}

#[cfg(test)]
mod tests {
    use super::{Found, judge};

    #[test]
    fn lengths_and_check_digits() {
        for (text, end) in [
            ("GB82 WEST 1234 5698 7654 32", Some(27)),
            ("GB82WEST12345698765432", Some(22)),
            ("gb82west12345698765432", Some(22)),
            ("DE89370400440532013000", Some(22)),
            ("DE89 3704 0044 0532 0130 00 AND", Some(27)),
            ("DE88370400440532013000", None),
            ("DE8937040044053201300", None),
            ("NL57 3004 0B17 1234 56", None),
            ("ZZ89370400440532013000", None),
        ] {
            let found = Found { text: text.as_bytes(), start: 0, end: text.len() };
            assert_eq!(judge(found).map(|accepted| accepted.end), end, "{text}");
        }
    }
}
