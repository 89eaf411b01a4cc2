use anyhow::Result;
use detect::Hit;

use super::{
    Bench,
    case::{self, Case},
    sheet::{Sheet, brief},
    spans::{part, same},
};

const HOW: &str = "A finding is right when its label is equal and intersection over union is at least one half. Structured: \
    cards, e-mail, phone, IBAN, SSN, IP. Structured, wide: those, driving licences, postal codes and ages. Address or location: \
    both labels count as one.";
const STRUCTURED: [&str; 6] =
    ["CREDIT_CARD", "EMAIL_ADDRESS", "PHONE_NUMBER", "IBAN_CODE", "US_SSN", "IP_ADDRESS"];
const WIDE: [&str; 3] = ["US_DRIVER_LICENSE", "ZIP_CODE", "AGE"];
const PLACES: [&str; 2] = ["STREET_ADDRESS", "GPE"];

/// Scores sentences in which everything of every type is labelled.
pub(super) fn score(bench: &Bench, corpus: &'static str) -> Result<Sheet> {
    let mut sheet = Sheet::new(corpus, HOW);
    let cases = case::read(&bench.labelled(corpus), bench.options.half)?;
    let types = types(bench, &cases);
    for case in &cases {
        let hits = bench.detectors.scan_all(case.text.as_bytes());
        types.iter().for_each(|label| count(bench, case, &hits, &[label], label, &mut sheet));
        count(bench, case, &hits, &PLACES, "address or location", &mut sheet);
    }
    sheet.row_over("structured", |label| STRUCTURED.contains(&label));
    sheet.row_over("structured, wide", |label| STRUCTURED.contains(&label) || WIDE.contains(&label));
    sheet.row_each();
    Ok(sheet)
}

/// The labels of a corpus that we have.
fn types<'a>(bench: &Bench, cases: &'a [Case]) -> Vec<&'a str> {
    let all = cases.iter().flat_map(|case| case.spans.iter().flatten()).map(|span| span.label.as_str());
    let mut types: Vec<&str> = all.filter(|label| bench.labels.has(label)).collect();
    types.sort_unstable();
    types.dedup();
    types
}

/// Compares the spans of some labels with the findings of any of them.
fn count(bench: &Bench, case: &Case, hits: &[Hit], labels: &[&str], named: &str, sheet: &mut Sheet) {
    let expected = case.spans.iter().flatten().filter(|span| labels.contains(&span.label.as_str()));
    let expected: Vec<_> = expected.map(|span| span.bytes(&case.text)).collect();
    let asked = |hit: &&Hit| labels.iter().any(|label| bench.labels.agree(label, hit));
    let found: Vec<&Hit> = hits.iter().filter(asked).collect();
    for span in &expected {
        let right = found.iter().any(|hit| same(hit, *span));
        let told = || format!("`{}` in: {}", part(&case.text, *span), brief(&case.text));
        sheet.count(named, right, true, told);
    }
    for hit in found.iter().filter(|hit| !expected.iter().any(|span| same(hit, *span))) {
        let found = part(&case.text, (hit.start, hit.end));
        sheet.count(named, true, false, || format!("{} `{found}` in: {}", hit.detector, brief(&case.text)));
    }
}
