//! Tables in text: separated by commas, semicolons or tabs, or in Markdown. What stands at the head of a column speaks for
//! every cell below it, however far down; and what most cells of a shape are speaks for, or against, what one of them is.
//!
//! Looked for only where a window has many digits, so prose and code cost a count of bits.

mod column; // what the cells of a column were found to be
mod header; // what a table begins with, and its rows

use self::{column::Column, header::Header};
use crate::{
    anchors::{Anchors, Bitmaps, Window},
    context::Nearby,
    rule::{Candidate, Rule},
    validate::names_credential,
};

/// In a window with tables worth reading, one byte of so many is a digit.
const DIGITS: usize = 24;
/// Longer lines are no rows.
const LONGEST_LINE: usize = 4096;
/// A table has ended after so many lines that are no rows of it.
const STRANGE_LINES: u32 = 2;
/// Shorter cells are not read with their headers.
const SHORTEST_CELL: usize = 4;
/// Bytes that are read so, for each byte of the window.
const SHARE: usize = 3;
/// What is as sure as that needs no header.
const SURE: f32 = 0.9;

/// The table that a walk over a text is in.
#[derive(Default)]
pub(crate) struct Tables {
    table: Option<Table>,
    /// The last line, if it may be a header.
    before: Option<Header>,
    /// Cells that were read with their headers, where that is wanted.
    pub(crate) headed: Option<Vec<Headed>>,
}

/// A cell, and what stands at the head of its column.
pub(crate) struct Headed {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) header: String,
}

/// A table below a header.
struct Table {
    header: Header,
    /// For each column, what is written before a cell to read it with its header, if that says anything.
    leads: Vec<Option<Vec<u8>>>,
    columns: Vec<Column>,
    /// Lines in a row that were no rows.
    strange: u32,
    /// Cells of the window: the column, and where it stands.
    cells: Vec<(usize, usize, usize)>,
}

/// What a window was found to hold.
struct Findings<'a> {
    anchors: &'a Anchors,
    rules: &'a [Rule],
    text: &'a [u8],
    found: &'a mut Vec<Candidate>,
    /// Where the candidates of this window begin in `found`.
    known: usize,
    /// Bytes that may still be read with headers.
    budget: usize,
    headed: Option<&'a mut Vec<Headed>>,
}

impl Tables {
    /// Looks at the lines that begin in a window of so many `digits`, and adds to what was `found` in it from `known` on.
    pub(crate) fn examine(
        &mut self,
        (anchors, rules): (&Anchors, &[Rule]),
        window: Window<'_>,
        digits: usize,
        found: &mut Vec<Candidate>,
        known: usize,
    ) {
        let Window { text, from, to } = window;
        if self.table.is_none() && digits * DIGITS < to - from {
            self.before = None;
            return;
        }
        let budget = (to - from) * SHARE;
        let mut headed = self.headed.take();
        let mut findings = Findings { anchors, rules, text, found, known, budget, headed: headed.as_mut() };
        let mut at = first_line(text, from);
        while at < to {
            let rest = text.get(at..).unwrap_or_default();
            let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            self.line(rest.get(..length).unwrap_or_default(), at, &mut findings);
            at += length + 1;
        }
        self.table.iter_mut().for_each(|table| table.settle(&mut findings));
        self.headed = headed;
    }

    /// Takes a line: a header that a row follows, a row, or neither.
    fn line(&mut self, line: &[u8], at: usize, findings: &mut Findings<'_>) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if let Some(table) = &mut self.table {
            if table.takes(line, at) {
                return;
            }
            table.settle(findings);
            self.table = None;
        }
        self.before = match self.before.take() {
            Some(header) if header.is_ruled(line) => Some(header),
            Some(header) if line.len() <= LONGEST_LINE && header.row(line).is_some() => {
                let mut table = Table::below(header, findings.anchors);
                table.takes(line, at);
                self.table = Some(table);
                None
            }
            _ if line.len() <= LONGEST_LINE => Header::read(line),
            _ => None,
        };
    }
}

impl Table {
    fn below(header: Header, anchors: &Anchors) -> Self {
        let tells = |cell: &Vec<u8>| {
            let cell = String::from_utf8_lossy(cell).replace(['_', '-'], " ").into_bytes();
            Nearby::new(&cell, anchors.vocabulary()).numbers(0, cell.len()).next().is_some()
        };
        let lead = |cell: &Vec<u8>| {
            let credential = names_credential(cell);
            (credential || tells(cell)).then(|| {
                let name =
                    String::from_utf8_lossy(cell).replace(['_', '-'], if credential { "_" } else { " " });
                format!("{name}{}", if credential { " = \"" } else { ": " }).into_bytes()
            })
        };
        let leads: Vec<_> = header.cells.iter().map(lead).collect();
        let columns = leads.iter().map(|_| Column::default()).collect();
        Self { header, leads, columns, strange: 0, cells: Vec::new() }
    }

    /// Whether a line belongs to the table: a row, a rule, or one strange line between rows.
    fn takes(&mut self, line: &[u8], at: usize) -> bool {
        if line.len() > LONGEST_LINE || line.trim_ascii().is_empty() {
            return false;
        }
        if let Some(row) = self.header.row(line) {
            self.strange = 0;
            let cells = row.into_iter().enumerate().filter(|(_, (start, end))| start < end);
            self.cells.extend(cells.map(|(column, (start, end))| (column, at + start, at + end)));
            return true;
        }
        self.strange += 1;
        self.header.is_ruled(line) || self.strange < STRANGE_LINES
    }

    /// Reads the cells of the window with their headers, and weighs what they are.
    fn settle(&mut self, findings: &mut Findings<'_>) {
        let mut cells = std::mem::take(&mut self.cells);
        cells.sort_unstable();
        for group in cells.chunk_by(|one, other| one.0 == other.0) {
            let Some(column) = group.first().map(|(column, ..)| *column) else { continue };
            let places: Vec<(usize, usize)> = group.iter().map(|(_, start, end)| (*start, *end)).collect();
            if let Some(Some(lead)) = self.leads.get(column) {
                findings.read_below(lead, &places);
                findings.tell(self.header.cells.get(column), &places);
            }
            if let Some(column) = self.columns.get_mut(column) {
                findings.weigh(column, &places);
            }
        }
    }
}

impl Findings<'_> {
    /// Looks at cells as if each stood right behind its header.
    fn read_below(&mut self, lead: &[u8], cells: &[(usize, usize)]) {
        let (mut written, mut places) = (Vec::new(), Vec::new());
        let sure = self.spans(|candidate| candidate.confidence >= SURE);
        let unsure = |cell: &&(usize, usize)| cell.1 - cell.0 >= SHORTEST_CELL && !overlaps(&sure, **cell);
        for (start, end) in cells.iter().filter(unsure) {
            let Some(left) = self.budget.checked_sub(lead.len() + end - start) else { break };
            self.budget = left;
            written.extend_from_slice(lead);
            places.push((written.len(), *start, *end));
            written.extend_from_slice(self.text.get(*start..*end).unwrap_or_default());
            if lead.ends_with(b"\"") {
                written.push(b'"');
            }
            written.push(b'\n');
        }
        let mut inside = Vec::new();
        let window = Window { text: &written, from: 0, to: written.len() };
        self.anchors.examine_all(self.rules, window, &mut Bitmaps::default(), &mut inside);
        for candidate in inside {
            let place = places.partition_point(|(at, ..)| *at <= candidate.start).checked_sub(1);
            let Some((at, begin, close)) = place.and_then(|place| places.get(place)) else { continue };
            let moved = |place: usize| begin + (place - at);
            let (start, end) = (moved(candidate.start), moved(candidate.end));
            if end <= *close {
                self.found.push(Candidate { start, end, ..candidate });
            }
        }
    }

    /// Keeps what stands above cells, where that is wanted.
    fn tell(&mut self, header: Option<&Vec<u8>>, cells: &[(usize, usize)]) {
        let (Some(headed), Some(header)) = (self.headed.as_mut(), header) else { return };
        let header = String::from_utf8_lossy(header).to_lowercase();
        headed.extend(cells.iter().map(|(start, end)| Headed {
            start: *start,
            end: *end,
            header: header.clone(),
        }));
    }

    /// Counts what the cells of a column are, and lets that speak for each of them.
    fn weigh(&mut self, column: &mut Column, cells: &[(usize, usize)]) {
        let own = self.found.get_mut(self.known..).unwrap_or_default();
        own.sort_by_key(|candidate| (candidate.start, candidate.end, candidate.rule));
        let of = |own: &[Candidate], (start, end): (usize, usize)| {
            let first = own.partition_point(|candidate| (candidate.start, candidate.end) < (start, end));
            let last = own.partition_point(|candidate| (candidate.start, candidate.end) <= (start, end));
            first..last
        };
        if cells.iter().all(|cell| of(own, *cell).is_empty()) {
            return;
        }
        for cell in cells {
            let mut rules: Vec<usize> =
                own.get(of(own, *cell)).unwrap_or_default().iter().map(|candidate| candidate.rule).collect();
            rules.dedup();
            column.count(self.text.get(cell.0..cell.1).unwrap_or_default(), rules.into_iter());
        }
        for cell in cells {
            let range = of(own, *cell);
            // Only what a number can fail to satisfy tells one kind from another.
            let checked = |candidate: &&mut Candidate| {
                self.rules.get(candidate.rule).is_some_and(|rule| rule.check.is_some())
            };
            for candidate in own.get_mut(range).unwrap_or_default().iter_mut().filter(checked) {
                column.weigh(self.text.get(cell.0..cell.1).unwrap_or_default(), candidate);
            }
        }
    }

    /// Where candidates of this window stand, in order.
    fn spans(&self, wanted: impl Fn(&Candidate) -> bool) -> Vec<(usize, usize)> {
        let own = self.found.get(self.known..).unwrap_or_default().iter();
        let mut spans: Vec<_> = own
            .filter(|candidate| wanted(candidate))
            .map(|candidate| (candidate.start, candidate.end))
            .collect();
        spans.sort_unstable();
        spans
    }
}

/// Whether one of the spans, sorted, begins in a cell.
fn overlaps(spans: &[(usize, usize)], (start, end): (usize, usize)) -> bool {
    let first = spans.partition_point(|span| span.0 < start);
    spans.get(first).is_some_and(|span| span.0 < end)
}

/// The first line that begins at `from` or behind it.
fn first_line(text: &[u8], from: usize) -> usize {
    match from.checked_sub(1).and_then(|before| text.get(before)) {
        None | Some(b'\n') => from,
        Some(_) => {
            let rest = text.get(from..).unwrap_or_default();
            from + memchr::memchr(b'\n', rest).map_or(rest.len(), |line| line + 1)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use crate::Detectors;

    fn labels(text: &str, value: &str) -> Vec<String> {
        let hits = Detectors::builtin().unwrap().scan(text.as_bytes());
        let own = hits.iter().filter(|hit| &text[hit.start..hit.end] == value);
        own.map(|hit| hit.label.to_string()).collect()
    }

    fn table(header: &str, count: u32, row: impl Fn(u32) -> String) -> String {
        (0..count).fold(format!("{header}\n"), |mut text, number| {
            let _ = writeln!(text, "{}", row(number));
            text
        })
    }

    #[test]
    fn a_header_speaks_for_cells_far_below() {
        let made = |number: u32| format!("C{:02}X{:05}", number % 90 + 10, number * 7919 % 100_000);
        let passports = |separator: &str, header: &str| {
            table(header, 60, |number| {
                ["a member of the staff", &made(number), "joined the office in spring"].join(separator)
            })
        };
        for (separator, header) in [
            (",", "role,passport number,since"),
            ("\t", "role\tPassport No\tsince"),
            (";", "role;passport_number;since"),
        ] {
            let text = passports(separator, header);
            assert_eq!(labels(&text, &made(59)), ["pii.passport"], "{header}");
        }
        let text = passports(",", "role,part number,since");
        assert_eq!(labels(&text, &made(59)), Vec::<String>::new());
    }

    #[test]
    fn passwords_below_a_header() {
        let text = table("user id,password,floor", 40, |number| {
            format!("10{number:02},qz{number:02}Trv!k,{number}")
        });
        assert_eq!(labels(&text, "qz33Trv!k"), ["secret.password"]);
    }

    #[test]
    fn a_column_speaks_for_each_of_its_cells() {
        let with_check_digit = |body: u64| {
            let doubled = |digit: u64| if digit > 4 { 2 * digit - 9 } else { 2 * digit };
            let digits =
                body.to_string().bytes().rev().map(|byte| u64::from(byte - b'0')).collect::<Vec<_>>();
            let sum: u64 = digits
                .iter()
                .zip(0..)
                .map(|(digit, at)| if at % 2 == 0 { doubled(*digit) } else { *digit })
                .sum();
            body * 10 + (10 - sum % 10) % 10
        };
        let sure = |text: &str| {
            let hits = Detectors::builtin().unwrap().scan(text.as_bytes());
            hits.iter().rfind(|hit| hit.label.as_str() == "financial.payment_card").unwrap().confidence
        };
        let cards = |rows: u32| {
            table("shelf,reference", rows, |row| {
                format!("A,{}", with_check_digit(401_200_003_333_000 + u64::from(row) * 7919))
            })
        };
        let any = table("shelf,reference", 90, |row| {
            format!("A,{}", 4_012_000_033_330_000 + u64::from(row) * 7919)
        });
        let alone = sure(&cards(1));
        assert!(
            sure(&cards(30)) > alone && alone > sure(&any),
            "{} {alone} {}",
            sure(&cards(30)),
            sure(&any)
        );
    }

    #[test]
    fn a_table_ends() {
        let rows = table("passport number,since", 30, |number| format!("C{number:02}X00000,2024"));
        let text = format!("{rows}\nThe parts are C77X12345,2024 and more of them.\n");
        assert_eq!(labels(&text, "C77X12345"), Vec::<String>::new());
    }
}
