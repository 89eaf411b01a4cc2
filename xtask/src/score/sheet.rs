use std::collections::BTreeMap;

use super::figures::{Figure, Tally};

/// What one corpus showed.
pub(super) struct Sheet {
    pub(super) corpus: &'static str,
    /// How it is scored, in a sentence or two.
    pub(super) how: &'static str,
    pub(super) rows: Vec<Row>,
    pub(super) errors: Vec<Error>,
    /// Counts by label, in the corpus' own words.
    pub(super) tallies: BTreeMap<String, Tally>,
}

/// One measure.
pub(super) struct Row {
    pub(super) measure: String,
    pub(super) figure: Figure,
}

/// Something missed or found wrongly.
pub(super) struct Error {
    pub(super) label: String,
    pub(super) told: String,
}

impl Sheet {
    pub(super) fn new(corpus: &'static str, how: &'static str) -> Self {
        Self { corpus, how, rows: Vec::new(), errors: Vec::new(), tallies: BTreeMap::new() }
    }

    /// Counts one of a label that is there or not, and is found or not; `told` says what it is about if that is wrong.
    pub(super) fn count(&mut self, label: &str, found: bool, there: bool, told: impl FnOnce() -> String) {
        self.tallies.entry(label.to_owned()).or_default().count(found, there);
        match (found, there) {
            (false, true) => self.error(label, format!("MISSED {label}: {}", told())),
            (true, false) => self.error(label, format!("WRONG {label}: {}", told())),
            (true, true) | (false, false) => {}
        }
    }

    /// Notes something that went wrong.
    pub(super) fn error(&mut self, label: &str, told: String) {
        self.errors.push(Error { label: label.to_owned(), told });
    }

    /// Adds a measure.
    pub(super) fn row(&mut self, measure: impl Into<String>, figure: Figure) {
        self.rows.push(Row { measure: measure.into(), figure });
    }

    /// Adds a measure over several labels.
    pub(super) fn row_over(&mut self, measure: &str, over: impl Fn(&str) -> bool) {
        let mut sum = Tally::default();
        self.tallies.iter().filter(|(label, _)| over(label)).for_each(|(_, tally)| sum.add(*tally));
        self.row(measure, Figure::Found(sum));
    }

    /// Adds a measure for every label.
    pub(super) fn row_each(&mut self) {
        let rows = self.tallies.iter().map(|(label, tally)| (label.clone(), Figure::Found(*tally)));
        for (measure, figure) in rows.collect::<Vec<_>>() {
            self.row(measure, figure);
        }
    }
}

/// The beginning of a text, on one line.
pub(super) fn brief(text: &str) -> String {
    text.chars().take(160).collect::<String>().replace(['\n', '\r'], "⏎")
}
