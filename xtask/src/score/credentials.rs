use std::collections::BTreeSet;

use anyhow::Result;
use detect::Hit;

use super::{
    Bench,
    case::{self, Case},
    figures::{Figure, Tally},
    sheet::{Sheet, brief},
};

const VECTORS: &str = "A text is found when any credential is found in it. False: texts without a credential in which one is found. \
    Which of these the corpora call so and why, and which of them hold a credential all the same, is told in \
    `docs/detectors/credentials.md`.";
const LINES: &str = "By line: a line is right when it holds a labelled credential and one is found that touches it. A text with a \
    credential shows the lines before and behind it too; those bear no label here (many do elsewhere in the corpus), so \
    that what is found on them is told apart and counts neither way. **The weights that ship were learnt from these \
    lines**: `docs/detectors/credentials.md` has figures of a cross-validation.";
/// What is found on lines beside a labelled one.
const BESIDE: &str = "on lines without a label";

/// Scores texts that hold a credential or none.
pub(super) fn vectors(bench: &Bench, corpus: &'static str) -> Result<Sheet> {
    let mut sheet = Sheet::new(corpus, VECTORS);
    for case in case::read(&bench.labelled(corpus), bench.options.half)? {
        let found = credentials(bench, &case);
        let told = || format!("{}{}", detector(&found), brief(&case.text));
        sheet.count(&case.label, !found.is_empty(), case.positive == Some(true), told);
    }
    let mut all = Tally::default();
    sheet.tallies.values().for_each(|tally| all.add(*tally));
    let negatives = case::read(&bench.labelled(corpus), bench.options.half)?;
    let negatives = negatives.iter().filter(|case| case.positive == Some(false)).count();
    let negatives = u32::try_from(negatives).unwrap_or(u32::MAX);
    sheet.row("recall", Figure::Share { part: all.right, all: all.right + all.missed });
    sheet.row("false", Figure::Share { part: all.wrong, all: negatives });
    sheet.row("credentials", Figure::Found(all));
    Ok(sheet)
}

/// Scores labelled lines of code.
pub(super) fn lines(bench: &Bench, corpus: &'static str) -> Result<Sheet> {
    let mut sheet = Sheet::new(corpus, LINES);
    for case in case::read(&bench.labelled(corpus), bench.options.half)? {
        let found = credentials(bench, &case);
        let expected = case.spans.iter().flatten().map(|span| (span.label.as_str(), span.bytes(&case.text)));
        let expected: Vec<_> = expected
            .flat_map(|(label, span)| touched(&case.text, span).into_iter().map(move |line| (line, label)))
            .collect();
        let hits: BTreeSet<usize> =
            found.iter().flat_map(|hit| touched(&case.text, (hit.start, hit.end))).collect();
        for (line, label) in &expected {
            sheet.count(label, hits.contains(line), true, || brief(&case.text));
        }
        for line in hits.iter().filter(|line| !expected.iter().any(|(expected, _)| expected == *line)) {
            let told = || format!("{}line {line} of {}", detector(&found), brief(&case.text));
            sheet.count(if expected.is_empty() { "no credential" } else { BESIDE }, true, false, told);
        }
    }
    sheet.row_over("credentials", |label| label != BESIDE);
    sheet.row_each();
    Ok(sheet)
}

fn credentials(bench: &Bench, case: &Case) -> Vec<Hit> {
    let hits = bench.detectors.scan_named(case.text.as_bytes(), case.path_hint.as_deref()).into_iter();
    hits.filter(|hit| hit.label.family() == "secret").collect()
}

fn detector(found: &[Hit]) -> String {
    found.first().map_or(String::new(), |hit| format!("{} in ", hit.detector))
}

/// Numbers of the lines a span stands on.
fn touched(text: &str, (start, end): (usize, usize)) -> Vec<usize> {
    let line = |at: usize| text.bytes().take(at).filter(|byte| *byte == b'\n').count();
    (line(start)..=line(end.saturating_sub(1).max(start))).collect()
}
