use std::collections::{BTreeMap, BTreeSet};

use model::Label;

use crate::{
    hit::Hit,
    rule::{Candidate, Rule},
};

/// Id of the detector it reports for.
const DETECTOR: &str = "strategy.customer_database";
/// Labels that are one kind: a list of names is no table.
const NAMES: [&str; 4] = ["pii.person", "pii.location", "pii.organization", "pii.address"];
/// Different values of one kind that make a table of people, and of a second kind beside them.
const FIRST: usize = 10;
const SECOND: usize = 5;
/// The furthest that two of them stand apart.
const APART: usize = 400;

/// Tells where many people stand in a table: with different names, addresses or numbers in cells, of two kinds or more.
///
/// Reports the whole table once; what it holds is reported besides.
#[derive(Default)]
pub(crate) struct Bulk {
    /// Personal data in cells that may yet become hits: a hash of each.
    cells: BTreeMap<(usize, usize), u64>,
    table: Option<Table>,
}

/// Personal data that stands together.
struct Table {
    start: usize,
    end: usize,
    values: BTreeMap<Label, BTreeSet<u64>>,
}

impl Bulk {
    /// Takes note of candidates, told in `view`, which begins at `first`.
    pub(crate) fn see(&mut self, rules: &[Rule], view: &[u8], first: usize, found: &[Candidate]) {
        let is_personal = |candidate: &&Candidate| {
            rules.get(candidate.rule).is_some_and(|rule| rule.about.label.family() == "pii")
        };
        for candidate in found.iter().filter(|candidate| is_cell(view, candidate)).filter(is_personal) {
            let value = view.get(candidate.start..candidate.end).unwrap_or_default();
            self.cells.insert((candidate.start + first, candidate.end + first), hash(value));
        }
    }

    /// Takes the next hit in the order of the text, and gives the table that has ended before it.
    pub(crate) fn take(&mut self, rules: &[Rule], hit: &Hit) -> Option<Hit> {
        let value = self.cells.remove(&(hit.start, hit.end));
        while self.cells.first_key_value().is_some_and(|(place, _)| place.0 < hit.start) {
            self.cells.pop_first();
        }
        let value = value?;
        let apart = self.table.as_ref().is_some_and(|table| hit.start > table.end + APART);
        let ended = if apart { self.finish(rules) } else { None };
        let table =
            self.table.get_or_insert(Table { start: hit.start, end: hit.end, values: BTreeMap::new() });
        table.end = table.end.max(hit.end);
        table.values.entry(hit.label.clone()).or_default().insert(value);
        ended
    }

    /// The table at hand, if there are enough people in it.
    pub(crate) fn finish(&mut self, rules: &[Rule]) -> Option<Hit> {
        let table = self.table.take()?;
        let is_name = |label: &Label| NAMES.contains(&label.as_str());
        let names =
            table.values.iter().filter(|(label, _)| is_name(label)).map(|(_, values)| values.len()).max();
        let others = table.values.iter().filter(|(label, _)| !is_name(label)).map(|(_, values)| values.len());
        let mut counts: Vec<usize> = others.chain(names).collect();
        counts.sort_unstable_by(|one, other| other.cmp(one));
        let large = matches!(*counts, [first, second, ..] if first >= FIRST && second >= SECOND);
        let about = &rules.iter().find(|rule| large && *rule.about.id == *DETECTOR)?.about;
        Some(Hit {
            label: about.label.clone(),
            start: table.start,
            end: table.end,
            confidence: about.confidence,
            detector: about.id.clone(),
            share: None,
        })
    }
}

/// FNV-1a of a value without its case. <https://datatracker.ietf.org/doc/html/rfc9923>
fn hash(value: &[u8]) -> u64 {
    let step =
        |hash: u64, byte: &u8| (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0000_01B3);
    value.iter().fold(0xCBF2_9CE4_8422_2325, step)
}

/// Whether a separator of cells stands right before or behind, over quotes and spaces.
fn is_cell(view: &[u8], candidate: &Candidate) -> bool {
    let blank = |byte: &&u8| !matches!(byte, b' ' | b'"' | b'\'');
    let before = view.get(..candidate.start).unwrap_or_default().iter().rev().take(4).find(blank);
    let after = view.get(candidate.end..).unwrap_or_default().iter().take(4).find(blank);
    [before, after].iter().any(|next| matches!(next, Some(b',' | b';' | b'\t' | b'|')))
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use crate::Detectors;

    fn tables(text: &str) -> Vec<(usize, usize)> {
        let hits = Detectors::builtin().unwrap().scan(text.as_bytes());
        let own = hits.iter().filter(|hit| hit.label.as_str() == "strategy.customer_database");
        own.map(|hit| (hit.start, hit.end)).collect()
    }

    fn rows(count: u32, row: impl Fn(u32) -> String) -> String {
        (0..count).fold(String::new(), |mut text, number| {
            let _ = writeln!(text, "{}", row(number));
            text
        })
    }

    #[test]
    fn tables_of_people() {
        let row =
            |number| format!("customer{number}@example.com,536-9{}-4{}99,Berlin", number % 10, number % 9);
        let table = rows(12, row);
        let text = format!("Our customers:\nemail,ssn,city\n{table}That is all.");
        let found = tables(&text);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(text[found[0].0..found[0].1].starts_with("customer0@") && found[0].1 > text.len() - 40);
    }

    #[test]
    fn no_tables() {
        for text in [
            rows(4, |number| format!("customer{number}@example.com,536-9{number}-4299,Berlin")),
            rows(30, |_| "jo@example.com,536-90-4399,Berlin".to_owned()),
            format!(
                "Contributions from: {}",
                rows(12, |number| format!("Anna Kovacs, Tom Becker{number}, Berlin, "))
            ),
            rows(30, |number| format!("commit by dev{number}@example.com on Monday")),
        ] {
            assert!(tables(&text).is_empty(), "{text}");
        }
    }
}
