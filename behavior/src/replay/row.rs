use std::borrow::Cow;

use model::Timestamp;

/// Columns that can be asked for.
pub(super) const MOST_COLUMNS: usize = 12;

/// One line's fields in the order in which they were asked for.
pub(super) struct Row<'a> {
    fields: [Option<&'a [u8]>; MOST_COLUMNS],
    len: usize,
}

/// The latest second that is read: the end of the year 9999.
const LATEST: i64 = 253_402_300_799;

impl<'a> Row<'a> {
    /// Splits a line. `wanted` gives, for each column of the table, where its field goes.
    pub(super) fn split(line: &'a [u8], wanted: &[Option<usize>]) -> Result<Self, &'static str> {
        let mut fields = [None; MOST_COLUMNS];
        let mut rest = Some(line);
        let mut columns = 0;
        for place in wanted {
            let Some(text) = rest else { break };
            let (field, tail) = next(text)?;
            columns += 1;
            rest = tail;
            if let Some(field_place) = place.and_then(|place| fields.get_mut(place)) {
                *field_place = Some(field);
            }
        }
        match (columns == wanted.len(), rest) {
            (true, None) => Ok(Self { fields, len: line.len() }),
            (true, Some(_)) => Err("too many columns"),
            (false, _) => Err("too few columns"),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.len + 1
    }

    /// A field; empty if the table has no such column.
    pub(super) fn optional(&self, at: usize) -> Result<&'a str, &'static str> {
        let field = self.fields.get(at).copied().flatten().unwrap_or_default();
        std::str::from_utf8(field).map_err(|_| "not UTF-8 text")
    }

    /// A field that must not be empty.
    pub(super) fn text(&self, at: usize) -> Result<&'a str, &'static str> {
        match self.optional(at)? {
            "" => Err("an empty field"),
            text if text.len() > 512 => Err("a name of more than 512 bytes"),
            text => Ok(text),
        }
    }

    /// A whole number; 0 if empty.
    pub(super) fn number(&self, at: usize) -> Result<u64, &'static str> {
        let field = self.fields.get(at).copied().flatten().unwrap_or_default();
        let digit = |sum: Option<u64>, byte: &u8| {
            let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
            sum?.checked_mul(10)?.checked_add(digit)
        };
        field.iter().fold(Some(0), digit).ok_or("not a whole number of bytes")
    }

    /// Seconds since 1970, with or without a fraction.
    pub(super) fn seconds(&self, at: usize) -> Result<Timestamp, &'static str> {
        let text = self.text(at)?;
        let millis = match text.parse::<i64>() {
            Ok(seconds) => (-LATEST..=LATEST).contains(&seconds).then_some(seconds * 1000),
            Err(_) => {
                let seconds: f64 = text.parse().map_err(|_| "not a number of seconds")?;
                (seconds.abs() <= LATEST as f64).then_some((seconds * 1000.0) as i64)
            }
        };
        millis.map(Timestamp::from_millis).ok_or("a time beyond the year 9999")
    }
}

/// The first field of a line and what follows its comma.
fn next(text: &[u8]) -> Result<(&[u8], Option<&[u8]>), &'static str> {
    let Some(quoted) = text.strip_prefix(b"\"") else {
        return Ok(match text.iter().position(|byte| *byte == b',') {
            Some(at) => (text.get(..at).unwrap_or_default(), text.get(at + 1..)),
            None => (text, None),
        });
    };
    let end = quoted.iter().position(|byte| *byte == b'"').ok_or("a quotation mark that is not closed")?;
    let (field, rest) = quoted.split_at_checked(end).unwrap_or_default();
    match rest.get(1..).unwrap_or_default() {
        [] => Ok((field, None)),
        [b',', tail @ ..] => Ok((field, Some(tail))),
        _ => Err("text beside a quotation mark"),
    }
}

/// A field as it is written: in quotation marks if it has to be.
pub(super) fn quoted(field: &str) -> Cow<'_, str> {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\"")).into()
    } else {
        field.into()
    }
}

#[cfg(test)]
mod tests {
    use super::{Row, quoted};

    fn split(line: &str) -> Result<Vec<String>, &'static str> {
        let row = Row::split(line.as_bytes(), &[Some(1), None, Some(0)])?;
        Ok(vec![row.optional(0)?.to_owned(), row.optional(1)?.to_owned()])
    }

    #[test]
    fn fields() {
        for (line, expected) in [
            ("a,b,c", Ok(["c", "a"])),
            ("\"a,a\",b,\"\"", Ok(["", "a,a"])),
            ("a,b", Err("too few columns")),
            ("a,b,c,d", Err("too many columns")),
            ("\"a,b,c", Err("a quotation mark that is not closed")),
            ("\"a\"a,b,c", Err("text beside a quotation mark")),
        ] {
            assert_eq!(split(line), expected.map(|fields| fields.map(str::to_owned).to_vec()), "{line}");
        }
    }

    #[test]
    fn numbers() {
        for (text, seconds, bytes) in [
            ("12", Ok(12_000), Ok(12)),
            ("12.5", Ok(12_500), Err("not a whole number of bytes")),
            ("-1", Ok(-1_000), Err("not a whole number of bytes")),
            ("1e300", Err("a time beyond the year 9999"), Err("not a whole number of bytes")),
            ("NaN", Err("a time beyond the year 9999"), Err("not a whole number of bytes")),
            ("x", Err("not a number of seconds"), Err("not a whole number of bytes")),
            ("99999999999999999999", Err("a time beyond the year 9999"), Err("not a whole number of bytes")),
        ] {
            let row = Row::split(text.as_bytes(), &[Some(0)]).unwrap();
            assert_eq!(row.seconds(0).map(model::Timestamp::as_millis), seconds, "{text}");
            assert_eq!(row.number(0), bytes, "{text}");
        }
    }

    #[test]
    fn what_would_break_a_table_is_quoted() {
        assert_eq!(quoted("a+b"), "a+b");
        assert_eq!(quoted("a,\"b"), "\"a,\"\"b\"");
    }
}
