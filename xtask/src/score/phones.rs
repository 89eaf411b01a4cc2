use anyhow::Result;

use super::{Bench, case, sheet::Sheet, spans::same};

const HOW: &str = "Found when a phone number overlaps the example by at least one half: in a sentence that speaks of a call, in one \
    that does not, and as a text of its own, as a cell of a table is.";

/// Sentences around a number, and their names.
const SETTINGS: [(&str, &str, &str); 3] = [
    ("called", "You can call me on ", " after five, thanks."),
    ("uncalled", "Please add ", " to the list of this week."),
    ("alone", "", ""),
];

/// Scores example numbers of every region.
pub(super) fn score(bench: &Bench, corpus: &'static str) -> Result<Sheet> {
    let mut sheet = Sheet::new(corpus, HOW);
    for case in case::read(&bench.labelled(corpus), bench.options.half)? {
        for (setting, before, after) in SETTINGS {
            let text = [before, &case.text, after].concat();
            let span = (before.len(), before.len() + case.text.len());
            let hits = bench.detectors.scan(text.as_bytes());
            let found = hits.iter().any(|hit| hit.label.as_str() == "pii.phone" && same(hit, span));
            let winner = || hits.first().map_or("nothing", |hit| &*hit.detector).to_owned();
            let told = || format!("{} {}: {}", case.region, case.text, winner());
            sheet.count(&format!("{}, {setting}", case.format), found, case.valid != Some(false), told);
        }
    }
    for (setting, ..) in SETTINGS {
        sheet.row_over(&format!("all, {setting}"), |label| label.ends_with(&format!(", {setting}")));
    }
    sheet.row_each();
    Ok(sheet)
}
