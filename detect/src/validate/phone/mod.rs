mod codes; // calling codes and usual lengths
mod plan; // the numbers that regions give out
mod shape; // how a number is written

use self::shape::Shape;
use super::{Accepted, Digits, Found, digits};

/// E.164 allows 15 digits in all; fewer than 7 tell too little.
const TOTAL: std::ops::RangeInclusive<usize> = 7..=15;

/// Accepts a number after `+` or `00` that a region gives out, and less surely one whose length is usual with its code.
pub(super) fn judge_international(found: Found<'_>) -> Option<Accepted> {
    let text = found.bytes();
    let number = Digits::of(without_trunk_zero(without_extension(text)));
    let number = number.get(if text.starts_with(b"+") { 0 } else { 2 }..).unwrap_or_default();
    if !TOTAL.contains(&number.len()) || !plausible(number) {
        None
    } else if plan::is_whole(number) {
        Some(found.as_expected())
    } else {
        codes::has_code(number).then(|| found.accepted(UNKNOWN))
    }
}

/// Accepts a number that some country gives out and groups like this; the surer the fewer numbers of that shape there are.
pub(super) fn judge_shaped(found: Found<'_>) -> Option<Accepted> {
    let (number, shape) = number_and_shape(found);
    let plain = shape.signs().len() == number.len();
    let exact = || Some((if plain { PLAIN } else { GROUPED }, plan::shape_share(&shape, &number)?));
    let loose = || Some((LOOSE, plan::loose_share(&shape, &number).filter(|_| !shape.is_mixed())?));
    let (surest, share) = exact().or_else(loose)?;
    let holds =
        plausible(&number) && !is_date(found.bytes(), &number) && (!plain || number.len() >= LEAST_PLAIN);
    holds.then(|| found.accepted(surest * (1.0 - share / 2.0)))
}

/// The digits, and how they are written.
fn number_and_shape(found: Found<'_>) -> (Digits, Shape) {
    let text = without_extension(found.bytes()).trim_ascii_end();
    (Digits::of(digits(text)), Shape::of(text))
}

/// Confidence in a number with a known calling code that no region is known to give out.
const UNKNOWN: f32 = 0.7;
/// Confidence in numbers grouped as within a country, grouped there in other ways, and in one piece.
const GROUPED: f32 = 0.45;
const LOOSE: f32 = 0.35;
const PLAIN: f32 = 0.25;
/// Shorter numbers in one piece are anything.
const LEAST_PLAIN: usize = 7;

/// Whether such a number is in brackets or after a zero and long, so that it needs no word for phones.
pub(super) fn is_grouped(found: Found<'_>) -> bool {
    let (number, shape) = number_and_shape(found);
    let least = if shape.signs().starts_with(b"(") { 8 } else { 9 };
    let table = found.before().ends_with(b"> ")
        || group_lengths(found.bytes()).iter().all(|length| *length == 4)
        || memchr::memmem::find_iter(found.bytes(), b" 0").count() > 1;
    let known = plan::shape_share(&shape, &number).is_some();
    known && number.len() >= least && !table && plausible(&number) && !is_date(found.bytes(), &number)
}

/// Whether the digits are dialled like this within some country.
pub(super) fn is_dialled(text: &[u8]) -> bool {
    let number = Digits::of(digits(text));
    plausible(&number) && plan::is_dialled(&number)
}

/// Whether ten digits, or eleven after a 1, make a number of the North American plan: neither area nor exchange
/// begins with 0 or 1, neither is N11, and 555-01xx is kept for fiction (<https://nationalnanpa.com/number_resource_info/>).
pub(super) fn is_north_american(text: &[u8]) -> bool {
    let number = Digits::of(digits(without_extension(text)));
    let [area @ .., _, _, _, _, _, _, _] = &*number else { return false };
    let [.., e1, e2, e3, _, _, _, _] = &*number else { return false };
    let area_holds = matches!(area, [2..=9, a, b] | [1, 2..=9, a, b] if (*a, *b) != (1, 1));
    area_holds && *e1 >= 2 && (*e2, *e3) != (1, 1) && plausible(&number)
}

/// Whether the digits could be a number as written within a country: one that some country gives out, or 7 to 12 of them
/// that are no date, span of years, list of small numbers or part of a name.
pub(super) fn is_national(found: Found<'_>) -> bool {
    let text = without_extension(found.bytes());
    let number = Digits::of(digits(text));
    let lengths = group_lengths(text);
    let extension = lengths.iter().filter(|length| **length == 1).count() > 2;
    let listed = lengths.len() > 2 && lengths.iter().all(|length| *length < 3) && number.first() != Some(&0);
    let named = matches!(found.before().last(), Some(b'-' | b'#' | b'/' | b'.'));
    let usual = (7..=12).contains(&number.len()) && !extension && !listed;
    let known = lengths.len() > 1
        && (!listed || number.first().is_some_and(|first| *first > 1))
        && plan::is_dialled(&number);
    (usual || known) && !is_date(text, &number) && !named && plausible(&number)
}

/// Whether the groups of digits are those of a date, or two years.
fn is_date(text: &[u8], number: &[u8]) -> bool {
    let year = matches!(number, [1, 9, ..] | [2, 0, ..]);
    let years = matches!(number, [1, 9, _, _, 1, 9, ..] | [1, 9, _, _, 2, 0, ..] | [2, 0, _, _, 2, 0, ..]);
    match &*group_lengths(text) {
        [2, 2, 4, ..] | [1, 2, 4] | [2, 1, 4] => {
            !text.starts_with(b"0") || text.contains(&b'/') || text.contains(&b'.')
        }
        [4, 4] => years,
        [4, 2, 2, ..] => year,
        _ => false,
    }
}

fn group_lengths(text: &[u8]) -> Digits {
    let groups = text.split(|byte| !byte.is_ascii_digit()).filter(|group| !group.is_empty());
    Digits::of(groups.map(|group| u8::try_from(group.len()).unwrap_or(u8::MAX)))
}

/// Drops an extension, as in `ext 12` and `x12`.
fn without_extension(text: &[u8]) -> &[u8] {
    text.split(u8::is_ascii_alphabetic).next().unwrap_or(text)
}

/// The digits without a `(0)`, which is dialled only within the country.
fn without_trunk_zero(text: &[u8]) -> impl Iterator<Item = u8> {
    let at = memchr::memmem::find(text, b"(0)").unwrap_or(text.len());
    let (before, after) = (text.get(..at).unwrap_or_default(), text.get(at + 3..).unwrap_or_default());
    digits(before).chain(digits(after))
}

/// Whether the digits vary.
fn plausible(number: &[u8]) -> bool {
    let distinct = number.iter().fold(0_u16, |seen, digit| seen | 1 << (digit % 10)).count_ones();
    distinct >= 3 || (distinct == 2 && number.len() < 10)
}

#[cfg(test)]
mod tests {
    use super::{Found, is_national, is_north_american, judge_international};

    #[test]
    fn calling_codes_and_lengths() {
        for (text, holds) in [
            ("+44 20 7946 0958", true),
            ("+44 (0)20 7946 0958", true),
            ("0044 20 7946 0958", true),
            ("+1 212 555 0147", true),
            ("+1 212 555", false),
            ("+36 1 234 5678", true),
            ("+999 123 4567", false),
            ("+11111111111", false),
        ] {
            let found = Found { text: text.as_bytes(), start: 0, end: text.len() };
            assert_eq!(judge_international(found).is_some(), holds, "{text}");
        }
    }

    #[test]
    fn north_american_areas_and_exchanges() {
        for (text, holds) in [
            ("(212) 736-5000", true),
            ("1-212-736-5000", true),
            ("112-736-5000", false),
            ("212-136-5000", false),
            ("911-736-5000", false),
        ] {
            assert_eq!(is_north_american(text.as_bytes()), holds, "{text}");
        }
    }

    #[test]
    fn national_numbers_are_no_dates() {
        for (text, holds) in [
            ("020 7946 0958", true),
            ("06 12 34 56 78", true),
            ("11 12 13 14", false),
            ("2024-11-22", false),
            ("2019 2024", false),
            ("12345", false),
        ] {
            let found = Found { text: text.as_bytes(), start: 0, end: text.len() };
            assert_eq!(is_national(found), holds, "{text}");
        }
    }
}
