use super::arithmetic::{integer, part};

/// The last year in which someone whose number is at hand may be born: there is no clock here.
const LATEST: i64 = 2030;

/// Whether a day exists.
pub(super) fn is_date(year: i64, month: i64, day: i64) -> bool {
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let longest = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1800..2200).contains(&year) && (1..=longest).contains(&day)
}

/// Whether a day exists and is not yet to come.
pub(super) fn is_past(year: i64, month: i64, day: i64) -> bool {
    year <= LATEST && is_date(year, month, day)
}

/// Whether a year of two digits makes a date in the last century or this one.
pub(super) fn is_short_date(year: i64, month: i64, day: i64) -> bool {
    is_date(1900 + year, month, day) || is_date(2000 + year, month, day)
}

/// The two digits at a place.
pub(super) fn two(number: &[u8], at: usize) -> i64 {
    integer(part(number, at, at + 2))
}

/// Year, month and day of two digits each, from a place on.
pub(super) fn yymmdd(number: &[u8], at: usize) -> bool {
    is_short_date(two(number, at), two(number, at + 2), two(number, at + 4))
}

/// Day, month and year of two digits each, from a place on.
pub(super) fn ddmmyy(number: &[u8], at: usize) -> bool {
    is_short_date(two(number, at + 4), two(number, at + 2), two(number, at))
}

#[cfg(test)]
mod tests {
    use super::{ddmmyy, is_date, is_past, yymmdd};

    #[test]
    fn days_that_exist() {
        for (year, month, day, exists) in [
            (2000, 2, 29, true),
            (1900, 2, 29, false),
            (1985, 4, 31, false),
            (1985, 13, 1, false),
            (1985, 1, 0, false),
            (2252, 1, 1, false),
        ] {
            assert_eq!(is_date(year, month, day), exists, "{year} {month} {day}");
        }
        assert!(is_date(2052, 1, 1) && !is_past(2052, 1, 1));
        assert!(yymmdd(b"x850412", 1) && !yymmdd(b"851312", 0));
        assert!(ddmmyy(b"120485", 0) && !ddmmyy(b"320485", 0));
    }
}
