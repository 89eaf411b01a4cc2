/// Longer cells are no headers.
const LONGEST: usize = 40;
/// More words than that are a sentence.
const MOST_WORDS: usize = 5;
/// More columns than that are not told apart.
const MOST_COLUMNS: usize = 64;

/// The first line of a table: what each column holds.
#[derive(Debug)]
pub(super) struct Header {
    separator: u8,
    pub(super) cells: Vec<Vec<u8>>,
}

impl Header {
    /// Reads a line as a header: cells of a few words each, no two the same.
    pub(super) fn read(line: &[u8]) -> Option<Self> {
        let separator = [b'\t', b'|', b';', b','].into_iter().find(|separator| line.contains(separator))?;
        let named = |(start, end): (usize, usize)| {
            line.get(start..end).filter(|cell| is_name(cell)).map(<[u8]>::to_vec)
        };
        let cells: Vec<Vec<u8>> =
            cells(line, separator).take(MOST_COLUMNS).map(named).collect::<Option<_>>()?;
        let repeats = cells.iter().enumerate().any(|(at, cell)| cells.iter().take(at).any(|one| one == cell));
        (cells.len() > 1 && !repeats).then_some(Self { separator, cells })
    }

    /// Where the cells of a row stand in its line, if it has as many as there are columns.
    pub(super) fn row(&self, line: &[u8]) -> Option<Vec<(usize, usize)>> {
        if !line.contains(&self.separator) {
            return None;
        }
        let row: Vec<(usize, usize)> = cells(line, self.separator).take(MOST_COLUMNS + 1).collect();
        (row.len() == self.cells.len()).then_some(row)
    }

    /// Whether a line only rules off the header, as `|---|:-:|` does in Markdown.
    pub(super) fn is_ruled(&self, line: &[u8]) -> bool {
        self.separator == b'|' && line.contains(&b'-') && line.iter().all(|byte| b"|-: ".contains(byte))
    }
}

/// A few words, as headers are: they begin with a letter, and hold hardly any digits.
fn is_name(cell: &[u8]) -> bool {
    let letter = |byte: &u8| byte.is_ascii_alphabetic() || *byte >= 0x80;
    let digits = cell.iter().filter(|byte| byte.is_ascii_digit()).count();
    let blanks = cell.iter().filter(|byte| **byte == b' ').count();
    let signs = cell.iter().any(|byte| b"@=<>{}\"\\".contains(byte));
    (1..=LONGEST).contains(&cell.len())
        && cell.first().is_some_and(letter)
        && digits <= 1
        && blanks < MOST_WORDS
        && !signs
}

/// Where the cells of a line stand, without quotes and blanks around them. Within double quotes nothing separates
/// (RFC 4180); the outer bars of Markdown are left out.
fn cells(line: &[u8], separator: u8) -> impl Iterator<Item = (usize, usize)> {
    let bars = separator == b'|';
    let first = if bars && line.first() == Some(&b'|') { 1 } else { 0 };
    let last = line.len() - usize::from(bars && line.len() > first && line.last() == Some(&b'|'));
    let mut next = Some(first);
    std::iter::from_fn(move || {
        let start = next?;
        let (mut end, mut quoted) = (start, false);
        for byte in line.get(start..last).unwrap_or_default() {
            if *byte == separator && !quoted {
                break;
            }
            quoted ^= *byte == b'"';
            end += 1;
        }
        next = (end < last).then_some(end + 1);
        Some(trimmed(line, start, end))
    })
}

fn trimmed(line: &[u8], start: usize, end: usize) -> (usize, usize) {
    let cell = line.get(start..end).unwrap_or_default();
    let around = |byte: &&u8| matches!(**byte, b' ' | b'"' | b'\'' | b'`' | b'*');
    let before = cell.iter().take_while(around).count();
    let behind = cell.iter().skip(before).rev().take_while(around).count();
    (start + before, end - behind)
}

#[cfg(test)]
mod tests {
    use super::Header;

    #[test]
    fn headers_and_what_is_none() {
        for (line, cells) in [
            ("name,ssn,date of birth", Some(&["name", "ssn", "date of birth"][..])),
            ("\"Name\";\"IBAN\"", Some(&["Name", "IBAN"])),
            ("| Name | Passport no. |", Some(&["Name", "Passport no."])),
            ("id\tsecret\taddress 2", Some(&["id", "secret", "address 2"])),
            ("Dear Ann, I would like to tell you that we are there, and so on", None),
            ("1,2,3", None),
            ("ann@corp.test,536-90-4399", None),
            ("name,name", None),
            ("name", None),
        ] {
            let read = Header::read(line.as_bytes());
            let read = read.map(|header| {
                header.cells.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect::<Vec<_>>()
            });
            assert_eq!(read, cells.map(|cells| cells.iter().map(ToString::to_string).collect()), "{line}");
        }
    }

    #[test]
    fn rows_have_as_many_cells() {
        let header = Header::read(b"| name | note |").unwrap();
        assert!(header.is_ruled(b"|------|:---:|"));
        let line = b"| Ann | \"a | b\" |";
        let row = header.row(line).unwrap();
        assert_eq!(row.iter().map(|cell| &line[cell.0..cell.1]).collect::<Vec<_>>(), [&b"Ann"[..], b"a | b"]);
        assert!(header.row(b"| Ann | a | b |").is_none() && header.row(b"Ann").is_none());
    }
}
