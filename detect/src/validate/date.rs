use super::number;

/// Years in which someone may be born whose data is at hand.
const YEARS: std::ops::RangeInclusive<u32> = 1900..=2030;
const MONTHS: [&[u8]; 12] =
    [b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"];
const LONGEST_MONTH: [u32; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// Whether three fields, in any usual order and with the month as a number or an English name, make a birthday.
pub(super) fn is_birth_date(text: &[u8]) -> bool {
    let mut fields = text.split(|byte| !byte.is_ascii_alphanumeric()).filter(|field| !field.is_empty());
    let (Some(one), Some(two), Some(three), None) =
        (fields.next(), fields.next(), fields.next(), fields.next())
    else {
        return false;
    };
    match (month_named(one), month_named(two), one.len()) {
        (Some(month), ..) => is_day(number(three), month, number(two)),
        (_, Some(month), _) => is_day(number(three), month, number(one)),
        (None, None, 4) => is_day(number(one), number(two), number(three)),
        _ => {
            let (one, two, year) = (number(one), number(two), year(three));
            is_day(year, one, two) || is_day(year, two, one)
        }
    }
}

fn month_named(field: &[u8]) -> Option<u32> {
    let head = field.get(..3)?.to_ascii_lowercase();
    MONTHS.iter().zip(1..).find(|(name, _)| **name == head).map(|(_, number)| number)
}

/// Two digits mean a year of the last century or this one.
fn year(field: &[u8]) -> u32 {
    match (field.len(), number(field)) {
        (2, short) if short < 30 => 2000 + short,
        (2, short) => 1900 + short,
        (_, full) => full,
    }
}

fn is_day(year: u32, month: u32, day: u32) -> bool {
    let longest = (month as usize).checked_sub(1).and_then(|index| LONGEST_MONTH.get(index));
    YEARS.contains(&year) && day > 0 && longest.is_some_and(|longest| day <= *longest)
}

#[cfg(test)]
mod tests {
    use super::is_birth_date;

    #[test]
    fn orders_and_ranges() {
        for (text, valid) in [
            ("1985-04-12", true),
            ("12/04/1985", true),
            ("04/31/1985", false),
            ("12.04.85", true),
            ("April 12, 1985", true),
            ("12 Sept 1985", true),
            ("31 April 1985", false),
            ("13/13/1985", false),
            ("1785-04-12", false),
            ("1985-04", false),
        ] {
            assert_eq!(is_birth_date(text.as_bytes()), valid, "{text}");
        }
    }
}
