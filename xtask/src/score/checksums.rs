use std::collections::BTreeMap;

use anyhow::Result;

use super::{
    Bench,
    case::{self, Case},
    figures::Figure,
    sheet::{Sheet, brief},
};

const HOW: &str = "Bare numbers: the verdict is right when it is the corpus' own. Formats that are not built are counted apart.";

/// Scores what we think of numbers that are said to be valid or not.
pub(super) fn score(bench: &Bench, corpus: &'static str) -> Result<Sheet> {
    let mut sheet = Sheet::new(corpus, HOW);
    let cases = case::read(&bench.labelled(corpus), bench.options.half)?;
    let mut formats: BTreeMap<&str, Vec<&Case>> = BTreeMap::new();
    cases.iter().for_each(|case| formats.entry(&case.label).or_default().push(case));
    let (mut agreed, mut asked, mut built) = (0, 0, 0);
    for (format, cases) in &formats {
        let verdicts =
            cases.iter().filter_map(|case| Some((case, verdict(format, &case.text)?, case.valid?)));
        let verdicts: Vec<_> = verdicts.collect();
        built += u32::from(!verdicts.is_empty());
        asked += length(&verdicts);
        agreed += length(&verdicts.iter().filter(|(_, ours, theirs)| ours == theirs).collect::<Vec<_>>());
        for (case, ours, _) in verdicts.iter().filter(|(_, ours, theirs)| ours != theirs) {
            let accepted = if *ours { "ACCEPTED" } else { "REJECTED" };
            sheet.error(format, format!("{accepted} {format}: {}", brief(&case.text)));
        }
        if verdicts.is_empty() {
            sheet.error("unbuilt", format!("NOT BUILT {format}"));
        }
    }
    sheet.row("agreement", Figure::Share { part: agreed, all: asked });
    sheet.row(
        "formats built",
        Figure::Share { part: built, all: length(&formats.keys().collect::<Vec<_>>()) },
    );
    Ok(sheet)
}

/// Whether a number is valid in a format; nothing where the format is not built.
fn verdict(format: &str, text: &str) -> Option<bool> {
    detect::checksum(format, text)
}

fn length<T>(of: &[T]) -> u32 {
    u32::try_from(of.len()).unwrap_or(u32::MAX)
}
