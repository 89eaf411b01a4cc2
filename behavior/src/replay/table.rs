use std::{
    collections::BTreeMap,
    io::{self, BufRead, Read},
};

use super::row::{MOST_COLUMNS, Row};

/// A line with more bytes is not read.
const LONGEST: u64 = 64 * 1024;
/// Columns a table may have.
const MOST: usize = 256;
/// Bad rows that are named.
const NAMED: usize = 10;

/// Why a table cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum ReadTableError {
    /// The input ended with an error.
    #[error("cannot read line {line}")]
    Read {
        /// Number of the line, from 1.
        line: u64,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// A column that must be there is not.
    #[error("line 1: no column `{column}`; the header must name {}", needed.join(", "))]
    NoColumn {
        /// The column.
        column: &'static str,
        /// Every column that must be there.
        needed: Vec<&'static str>,
    },
    /// A column is there twice.
    #[error("line 1: column `{column}` is there twice")]
    Twice {
        /// The column.
        column: &'static str,
    },
    /// The header is no list of columns.
    #[error("line 1 is not a header of at most 256 columns")]
    Header,
}

/// What was read of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableSummary {
    /// Rows that were used.
    pub rows: u64,
    /// Rows that were not, by reason.
    pub bad: BTreeMap<&'static str, u64>,
    /// The first of them.
    pub first_bad: Vec<BadRow>,
}

/// A row that was not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadRow {
    /// Number of its line, from 1.
    pub line: u64,
    /// Why, without its content.
    pub reason: &'static str,
}

impl TableSummary {
    fn refuse(&mut self, line: u64, reason: &'static str) {
        *self.bad.entry(reason).or_default() += 1;
        if self.first_bad.len() < NAMED {
            self.first_bad.push(BadRow { line, reason });
        }
    }
}

/// Gives each row's fields in the order of `needed` and `optional`. A row that cannot be used is counted with its line.
pub(super) fn read<const N: usize, const M: usize>(
    mut input: impl BufRead,
    needed: [&'static str; N],
    optional: [&'static str; M],
    each: &mut dyn FnMut(&Row<'_>) -> Result<(), &'static str>,
) -> Result<TableSummary, ReadTableError> {
    let mut line = Vec::with_capacity(256);
    let mut summary = TableSummary::default();
    next(&mut input, 1, &mut line)?;
    let wanted = columns(trim(&line), &needed, &optional)?;
    for number in 2.. {
        let state = next(&mut input, number, &mut line)?;
        let used = match state {
            Line::End => break,
            Line::TooLong => Err("a line of more than 64 KB"),
            Line::Whole if trim(&line).is_empty() => continue,
            Line::Whole => Row::split(trim(&line), &wanted).and_then(|row| each(&row)),
        };
        match used {
            Ok(()) => summary.rows += 1,
            Err(reason) => summary.refuse(number, reason),
        }
    }
    Ok(summary)
}

enum Line {
    Whole,
    TooLong,
    End,
}

fn next(input: &mut impl BufRead, number: u64, line: &mut Vec<u8>) -> Result<Line, ReadTableError> {
    line.clear();
    let failed = |cause| ReadTableError::Read { line: number, cause };
    let read = input.by_ref().take(LONGEST).read_until(b'\n', line).map_err(failed)?;
    if read == 0 {
        return Ok(Line::End);
    }
    if read as u64 == LONGEST && line.last() != Some(&b'\n') {
        input.skip_until(b'\n').map_err(failed)?;
        return Ok(Line::TooLong);
    }
    Ok(Line::Whole)
}

fn trim(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// For each column of the table, where it was asked for.
fn columns(
    header: &[u8],
    needed: &[&'static str],
    optional: &[&'static str],
) -> Result<Vec<Option<usize>>, ReadTableError> {
    let header = header.strip_prefix(b"\xef\xbb\xbf").unwrap_or(header);
    let text = std::str::from_utf8(header).map_err(|_| ReadTableError::Header)?;
    let asked: Vec<&'static str> = needed.iter().chain(optional).copied().take(MOST_COLUMNS).collect();
    let names: Vec<&str> = text.split(',').map(|name| name.trim().trim_matches('"')).collect();
    if names.len() > MOST {
        return Err(ReadTableError::Header);
    }
    if let Some(column) = needed.iter().find(|column| !names.contains(column)) {
        return Err(ReadTableError::NoColumn { column, needed: needed.to_vec() });
    }
    let often = |column: &&&'static str| names.iter().filter(|name| **name == **column).count() > 1;
    if let Some(column) = asked.iter().find(often) {
        return Err(ReadTableError::Twice { column });
    }
    Ok(names.iter().map(|name| asked.iter().position(|column| column == name)).collect())
}

#[cfg(test)]
mod tests {
    use super::{BadRow, read};

    #[test]
    fn bad_rows_are_counted_with_their_lines() {
        let long = "x".repeat(100_000);
        let table = format!("b,a\r\n1,2\n\n3\n{long}\n4,5\r\n");
        let mut rows = Vec::new();
        let summary = read(table.as_bytes(), ["a"], ["b"], &mut |row| {
            rows.push((row.text(0)?.to_owned(), row.number(1)?));
            Ok(())
        })
        .unwrap();
        assert_eq!(rows, [("2".to_owned(), 1), ("5".to_owned(), 4)]);
        assert_eq!(summary.rows, 2);
        let bad = |line, reason| BadRow { line, reason };
        assert_eq!(summary.first_bad, [bad(4, "too few columns"), bad(5, "a line of more than 64 KB")]);
    }

    #[test]
    fn wrong_headers() {
        for (table, expected) in [
            ("", "line 1: no column `a`; the header must name a"),
            ("b\n1\n", "line 1: no column `a`; the header must name a"),
            ("a,a\n1,2\n", "line 1: column `a` is there twice"),
        ] {
            let error = read(table.as_bytes(), ["a"], ["b"], &mut |_| Ok(())).unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
    }
}
