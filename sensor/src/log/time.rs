//! The ways in which logs write an instant.

use model::Timestamp;

/// What a time without a year or a zone is measured against.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clock {
    /// About when the lines were written: gives the year to syslog's times, and a time to lines that have none.
    pub reference: Option<Timestamp>,
    /// Minutes east of UTC of systems that write local time without saying so.
    pub offset_minutes: i32,
}

/// An instant in any of the forms the formats use; `None` where it is none of them.
pub(super) fn instant(text: &str, clock: &Clock) -> Option<Timestamp> {
    let text = text.trim_matches(['"', '[', ']', ' ']);
    let first = *text.as_bytes().first()?;
    if !first.is_ascii_digit() {
        return named(text, clock).map(|(at, _)| at);
    }
    match text.bytes().position(|byte| !byte.is_ascii_digit()) {
        None => epoch(text),
        Some(digits) => match (digits, text.as_bytes().get(digits), text.as_bytes().get(digits + 1)) {
            (3.., Some(b'.' | b'e' | b'E'), _) => epoch(text),
            (1, Some(b'.'), _) if text.contains(['e', 'E']) => exponent(text),
            (4, Some(b'-' | b'/'), _) => calendar(text, clock).map(|(at, _)| at),
            (4, Some(b' '), _) => named(text, clock).map(|(at, _)| at),
            (1 | 2, Some(b'/' | b'-' | b' '), Some(letter)) if letter.is_ascii_alphabetic() => {
                day_first(text, clock)
            }
            _ => regional(text, clock),
        },
    }
}

/// Seconds since 1970 with or without a fraction, or milli-, micro- or nanoseconds, told apart by their size.
pub(super) fn epoch(text: &str) -> Option<Timestamp> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return exponent(text);
    }
    let number: i64 = whole.parse().ok()?;
    let millis = match number {
        ..100_000_000_000 => number * 1_000 + thousandths(fraction)?,
        100_000_000_000..100_000_000_000_000 => number,
        100_000_000_000_000..100_000_000_000_000_000 => number / 1_000,
        _ => number / 1_000_000,
    };
    Some(Timestamp::from_millis(millis))
}

/// Seconds as some writers of JSON put them: `1.6e9`.
fn exponent(text: &str) -> Option<Timestamp> {
    let seconds: f64 = text.parse().ok()?;
    let plausible = seconds.is_finite() && (0.0..1e11).contains(&seconds) && text.contains(['e', 'E']);
    #[expect(clippy::cast_possible_truncation, reason = "below 1e14")]
    plausible.then_some(Timestamp::from_millis((seconds * 1e3) as i64))
}

/// The first three digits of a fraction.
fn thousandths(fraction: &str) -> Option<i64> {
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = fraction.bytes().chain([b'0'; 3]).take(3);
    Some(digits.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0')))
}

/// `2026-11-23T10:20:30.5Z`, also with slashes, a space, a zone without colon, or no zone; gives what follows, too.
pub(super) fn calendar<'a>(text: &'a str, clock: &Clock) -> Option<(Timestamp, &'a str)> {
    let mut scan = Scan(text);
    let year = scan.number(4, 4)?;
    scan.one_of(b"-/")?;
    let month = scan.number(1, 2)?;
    scan.one_of(b"-/")?;
    let day = scan.number(1, 2)?;
    scan.one_of(b"T t")?;
    let time = scan.time()?;
    let offset = scan.zone().unwrap_or(clock.offset_minutes);
    Some((assemble([year, month, day], time, offset)?, scan.0))
}

/// Times with the month by name: `Oct 11 22:14:15`, with the year before, after the day or at the end, or after a weekday.
pub(super) fn named<'a>(text: &'a str, clock: &Clock) -> Option<(Timestamp, &'a str)> {
    let mut scan = Scan(text);
    let mut year = None;
    if text.starts_with(|first: char| first.is_ascii_digit()) {
        year = Some(scan.number(4, 4)?);
        scan.spaces()?;
    } else if scan.month().is_none() {
        scan.0 = text.split_once(' ')?.1.trim_start();
    } else {
        scan.0 = text;
    }
    let month = scan.month()?;
    scan.spaces()?;
    let day = scan.number(1, 2)?;
    scan.one_of(b",");
    scan.spaces()?;
    if !scan.0.as_bytes().get(1..3)?.contains(&b':') {
        year = Some(scan.year()?);
        scan.spaces()?;
    }
    let time = scan.time()?;
    let before = scan.0;
    let offset = scan.named_zone();
    if year.is_none() {
        let rest = scan.0;
        year = scan.spaces().and_then(|()| scan.number(4, 4)).filter(|year| (1990..2100).contains(year));
        if year.is_none() || !(scan.0.is_empty() || scan.0.starts_with(' ')) {
            (scan.0, year) = (rest, None);
        }
    }
    let offset = match (offset, year) {
        (None, None) => {
            scan.0 = before;
            clock.offset_minutes
        }
        (offset, _) => offset.or_else(|| scan.named_zone()).unwrap_or(clock.offset_minutes),
    };
    let at = match year {
        Some(year) => assemble([year, month, day], time, offset)?,
        None => nearest_year(clock.reference?, |year| assemble([year, month, day], time, offset))?,
    };
    Some((at, scan.0))
}

/// The latest year in which the time is not more than a day after the reference.
fn nearest_year(reference: Timestamp, in_year: impl Fn(i64) -> Option<Timestamp>) -> Option<Timestamp> {
    let year = 1970 + reference.as_millis().div_euclid(31_556_952_000);
    let latest = reference.as_millis() + 86_400_000;
    [year + 1, year, year - 1].into_iter().filter_map(in_year).find(|at| at.as_millis() <= latest)
}

/// `10/Oct/2026:13:55:36 -0700` of web servers, `01-Feb-2026 10:20:30.123` of BIND.
fn day_first(text: &str, clock: &Clock) -> Option<Timestamp> {
    let mut scan = Scan(text);
    let day = scan.number(1, 2)?;
    scan.one_of(b"/- ")?;
    let month = scan.month()?;
    scan.one_of(b"/- ")?;
    let year = scan.number(4, 4)?;
    scan.one_of(b": ")?;
    let time = scan.time()?;
    assemble([year, month, day], time, scan.zone().unwrap_or(clock.offset_minutes))
}

/// Dates as Windows writes them by region: `6/5/2013 10:00:32 AM` is the fifth of June, `6/5/2013 10:00:32` and `06.05.2013` the
/// sixth of May, `20130605` and `2013/06/05` leave no doubt.
fn regional(text: &str, clock: &Clock) -> Option<Timestamp> {
    let mut scan = Scan(text);
    let (date, clock_time) = scan.0.split_once(' ')?;
    let mut parts = date.split(['/', '.', '-']);
    let number = |part: Option<&str>| part.and_then(|part| part.parse::<i64>().ok());
    let (first, second, third) = (parts.next()?, number(parts.next()), number(parts.next()));
    scan.0 = clock_time;
    let (time, half) = (scan.time()?, scan.0.trim());
    let [year, month, day] = match (first.len(), second, third) {
        (8, None, None) => {
            let (year, rest) = first.split_at_checked(4)?;
            let (month, day) = rest.split_at_checked(2)?;
            [year.parse().ok()?, month.parse().ok()?, day.parse().ok()?]
        }
        (1 | 2, Some(second), Some(year)) => {
            let first: i64 = first.parse().ok()?;
            let american = half.eq_ignore_ascii_case("am") || half.eq_ignore_ascii_case("pm");
            match (american && first <= 12) || second > 12 {
                true => [century(year), first, second],
                false => [century(year), second, first],
            }
        }
        _ => return None,
    };
    let [hour, minute, second, milli] = time;
    let hour = match (half.to_ascii_lowercase().as_str(), hour) {
        ("pm", 1..=11) => hour + 12,
        ("am", 12) => 0,
        ("am" | "pm" | "", _) => hour,
        _ => return None,
    };
    assemble([year, month, day], [hour, minute, second, milli], clock.offset_minutes)
}

fn century(year: i64) -> i64 {
    if year < 100 { 2000 + year } else { year }
}

/// Year, month, day; hour, minute, second, millisecond; minutes east of UTC.
fn assemble(
    [year, month, day]: [i64; 3],
    [hour, minute, second, milli]: [i64; 4],
    offset: i32,
) -> Option<Timestamp> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days_of_month = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    let fits = (1..=days_of_month).contains(&day) && hour < 24 && minute < 60 && second <= 60;
    if !fits || !(1970..=9999).contains(&year) {
        return None;
    }
    // Days since 1970 in the proleptic Gregorian calendar, counted from the first of March.
    let (year, month) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    let (era, of_era) = (year / 400, year % 400);
    let of_year = (153 * month + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - i64::from(offset) * 60;
    Some(Timestamp::from_millis(seconds * 1_000 + milli))
}

/// What is left of a text that is read from the left.
struct Scan<'a>(&'a str);

impl Scan<'_> {
    fn number(&mut self, least: usize, most: usize) -> Option<i64> {
        let digits = self.0.bytes().take(most).take_while(u8::is_ascii_digit).count();
        let (number, rest) = self.0.split_at_checked(digits).filter(|_| digits >= least)?;
        self.0 = rest;
        number.parse().ok()
    }

    /// Four digits, or two for this century.
    fn year(&mut self) -> Option<i64> {
        self.number(2, 4).map(century)
    }

    fn one_of(&mut self, bytes: &[u8]) -> Option<()> {
        let (first, _) = self.0.as_bytes().split_first()?;
        self.0 = bytes.contains(first).then(|| self.0.get(1..))??;
        Some(())
    }

    fn spaces(&mut self) -> Option<()> {
        let rest = self.0.strip_prefix(' ')?;
        self.0 = rest.trim_start_matches(' ');
        Some(())
    }

    fn month(&mut self) -> Option<i64> {
        const MONTHS: [&str; 12] =
            ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
        let (name, rest) = self.0.split_at_checked(3)?;
        let at = MONTHS.iter().position(|month| month.eq_ignore_ascii_case(name))?;
        self.0 = rest;
        i64::try_from(at + 1).ok()
    }

    /// Hour, minute, second, millisecond.
    fn time(&mut self) -> Option<[i64; 4]> {
        let hour = self.number(1, 2)?;
        self.one_of(b":")?;
        let minute = self.number(2, 2)?;
        self.one_of(b":")?;
        let second = self.number(2, 2)?;
        let mut milli = 0;
        if self.0.starts_with(['.', ',', ':']) {
            let digits = self.0.bytes().skip(1).take_while(u8::is_ascii_digit).count();
            if digits > 0 {
                milli = thousandths(self.0.get(1..=digits)?)?;
                self.0 = self.0.get(digits + 1..)?;
            }
        }
        Some([hour, minute, second, milli])
    }

    /// Minutes east of UTC.
    fn zone(&mut self) -> Option<i32> {
        let text = self.0.strip_prefix(' ').unwrap_or(self.0);
        let ends = |rest: &&str| {
            !rest.starts_with(|next: char| next.is_alphanumeric() || matches!(next, '-' | '.' | '_'))
        };
        let names = ["Z", "z", "UTC", "GMT"].iter();
        if let Some(rest) = names.filter_map(|name| text.strip_prefix(name)).find(ends) {
            self.0 = rest;
            return Some(0);
        }
        let sign = if text.starts_with('-') { -1 } else { i32::from(text.starts_with('+')) };
        let mut scan = Scan(text.get(1..).filter(|_| sign != 0)?);
        let hours = scan.number(1, 2)?;
        scan.one_of(b":");
        let minutes = scan.number(2, 2).unwrap_or(0);
        self.0 = scan.0;
        i32::try_from(hours * 60 + minutes)
            .ok()
            .filter(|offset| *offset <= 18 * 60)
            .map(|offset| sign * offset)
    }

    /// A zone after a space; only the names that mean UTC are understood.
    fn named_zone(&mut self) -> Option<i32> {
        self.0.starts_with(' ').then(|| self.zone()).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::{Clock, instant};

    fn check(text: &str, expected: &str) {
        let clock = Clock { reference: "2026-11-23T04:00:00Z".parse().ok(), offset_minutes: 0 };
        let read = instant(text, &clock).map_or("none".to_owned(), |at| at.to_string());
        assert_eq!(read, expected, "{text}");
    }

    #[test]
    fn forms_of_the_formats() {
        for text in
            ["1795000000.12", "1795000000.120999", "1795000000120", "1795000000120456", "1795000000120456789"]
        {
            check(text, "2026-11-18T11:06:40.120Z");
        }
        for text in [
            "2026-11-18T11:06:40Z",
            "2026-11-18T12:06:40+01:00",
            "2026-11-18T06:06:40.000000-0500",
            "2026-11-18T12:06:40+1:00",
            "2026-11-18 11:06:40",
            "2026/11/18 11:06:40",
            "18/Nov/2026:12:06:40 +0100",
            "18-Nov-2026 11:06:40.000",
            "Nov 18 11:06:40",
            "Nov 18 2026 11:06:40",
            "Nov 18 26 11:06:40",
            "Nov 18 11:06:40 2026",
            "Wed Nov 18 11:06:40 2026",
            "2026 Nov 18 11:06:40",
            "Nov 18 2026 11:06:40.000 UTC",
            "Nov 18 11:06:40 GMT 2026",
            "11/18/2026 11:06:40 AM",
            "18/11/2026 11:06:40",
            "18.11.2026 11:06:40",
            "20261118 11:06:40",
            "1795000000",
            "1.795e9",
        ] {
            check(text, "2026-11-18T11:06:40.000Z");
        }
        check("6/5/2013 10:00:32 PM", "2013-06-05T22:00:32.000Z");
        check("6/5/2013 12:00:32 AM", "2013-06-05T00:00:32.000Z");
        check("Oct  1 22:14:15", "2026-10-01T22:14:15.000Z");
    }

    #[test]
    fn a_year_that_is_not_said_is_the_latest_not_in_the_future() {
        check("Dec 31 23:59:59", "2025-12-31T23:59:59.000Z");
        check("Nov 24 03:59:59", "2026-11-24T03:59:59.000Z");
        assert_eq!(instant("Dec 31 23:59:59", &Clock::default()), None);
    }

    #[test]
    fn what_is_no_time() {
        for text in [
            "",
            "-",
            "yesterday",
            "2026-13-01T00:00:00Z",
            "2026-02-30 00:00:00",
            "Nov 31 00:00:00",
            "1e300",
            "12:00",
        ] {
            check(text, "none");
        }
    }
}
