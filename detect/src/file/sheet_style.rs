use super::{archive::Zip, budget::Meter, markup::Node};

/// Most cell formats that are kept; Excel itself writes at most 65,490.
const MOST: usize = 1 << 16;
/// The day before the first of Excel's calendar, in days from 1970-01-01; it counts a 29 February 1900 that never was.
const DAY_ZERO: i64 = -25569;

/// Which cell formats show a number as a date.
#[derive(Default)]
pub(super) struct Styles {
    is_date: Vec<bool>,
}

impl Styles {
    /// Reads `xl/styles.xml` (ECMA-376 part 1, 18.8).
    pub(super) fn read(zip: &mut Zip<'_>, meter: &mut Meter) -> Self {
        let Some(entry) = zip.find("xl/styles.xml").cloned() else { return Self::default() };
        let (mut custom, mut is_date, mut in_formats) = (Vec::<u32>::new(), Vec::new(), false);
        // Without styles dates are shown as numbers, which is no reason to leave the book alone.
        let _ = zip.walk(&entry, meter, |node| match node {
            Node::Open(tag) => match tag.name {
                "numFmt" if custom.len() < MOST => {
                    let id = tag.attribute("numFmtId").and_then(|id| id.parse::<u32>().ok());
                    let code = tag.attribute("formatCode").unwrap_or_default();
                    custom.extend(id.filter(|_| shows_date(&code)));
                }
                "cellXfs" => in_formats = true,
                "xf" if in_formats && is_date.len() < MOST => {
                    let id = tag.attribute("numFmtId").and_then(|id| id.parse().ok()).unwrap_or(0);
                    is_date.push(is_builtin_date(id) || custom.contains(&id));
                }
                _ => {}
            },
            Node::Close("cellXfs") => in_formats = false,
            _ => {}
        });
        Self { is_date }
    }

    /// A cell's number as people see it: dates as dates.
    pub(super) fn shown(&self, number: &str, style: Option<usize>) -> String {
        let is_date = style.and_then(|style| self.is_date.get(style)).is_some_and(|is_date| *is_date);
        let serial = if is_date { number.parse::<f64>().ok() } else { None };
        serial.and_then(date).unwrap_or_else(|| number.to_owned())
    }
}

/// Formats of dates every workbook has (ECMA-376 part 1, 18.8.30), those of East Asia included.
fn is_builtin_date(id: u32) -> bool {
    matches!(id, 14..=17 | 22 | 27..=31 | 34..=36 | 50..=58)
}

/// Whether a format code shows days and years.
fn shows_date(code: &str) -> bool {
    let (mut quoted, mut bracketed, mut day, mut year) = (false, false, false, false);
    for character in code.chars() {
        match character {
            '"' => quoted = !quoted,
            '[' if !quoted => bracketed = true,
            ']' if !quoted => bracketed = false,
            'd' | 'D' if !quoted && !bracketed => day = true,
            'y' | 'Y' | 'e' if !quoted && !bracketed => year = true,
            _ => {}
        }
    }
    day || year && code.contains(['m', 'M'])
}

/// A serial number as `1985-04-12`.
fn date(serial: f64) -> Option<String> {
    if !(61.0..2_958_466.0).contains(&serial) {
        return None;
    }
    let days = serial as i64 + DAY_ZERO;
    let (year, month, day) = civil(days);
    Some(format!("{year:04}-{month:02}-{day:02}"))
}

/// Year, month and day of a number of days from 1970-01-01 (Howard Hinnant, `civil_from_days`).
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::{date, shows_date};

    #[test]
    fn serial_numbers_are_days() {
        for (serial, shown) in [
            (31149.0, Some("1985-04-12")),
            (45292.75, Some("2024-01-01")),
            (61.0, Some("1900-03-01")),
            (3.0, None),
            (9e9, None),
        ] {
            assert_eq!(date(serial).as_deref(), shown);
        }
    }

    #[test]
    fn codes_that_show_days() {
        for (code, shows) in [
            ("yyyy-mm-dd", true),
            ("[$-407]d. mmmm yyyy", true),
            ("0.00", false),
            ("#,##0 \"days\"", false),
            ("[Red]0", false),
            ("hh:mm", false),
        ] {
            assert_eq!(shows_date(code), shows, "{code}");
        }
    }
}
