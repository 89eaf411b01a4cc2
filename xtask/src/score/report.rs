use std::{fmt::Write as _, fs};

use anyhow::{Context, Result};

use super::{bars, sheet::Sheet};
use crate::root;

const OPENING: &str = "# Accuracy\n\nWritten by `cargo xtask score --write` (`cargo run --release -p xtask -- score --write` is \
    faster). The corpora are other people's and not part of this repository; half of each was kept away from everyone who wrote \
    detectors, so the figures here are of the half they could see. P is precision, R recall.\n";

/// Prints a corpus' figures, and what went wrong with the labels asked for.
pub(super) fn print(sheet: &Sheet, show: &[String]) {
    let shown = |label: &str| {
        show.iter().any(|asked| asked == "all" || label == asked || label.starts_with(&format!("{asked},")))
    };
    for error in sheet.errors.iter().filter(|error| shown(&error.label)) {
        println!("{}", error.told);
    }
    println!("{}", table(sheet).replace("**", ""));
}

/// Writes `docs/accuracy.md`.
pub(super) fn write(sheets: &[Sheet]) -> Result<()> {
    let path = root().join("docs/accuracy.md");
    let text =
        std::iter::once(OPENING.to_owned()).chain(sheets.iter().map(table)).collect::<Vec<_>>().join("\n");
    fs::write(&path, text).with_context(|| format!("cannot write `{}`", path.display()))
}

fn table(sheet: &Sheet) -> String {
    let mut text = format!("## {}\n\n", sheet.corpus);
    if sheet.rows.iter().all(|row| row.figure.is_empty()) {
        text.push_str("Not there, so not scored.\n");
        return text;
    }
    let _ =
        write!(text, "{}\n\n| measure | figure | bar | best peer |\n| --- | --- | --- | --- |\n", sheet.how);
    for row in &sheet.rows {
        let bar = bars::of(sheet.corpus, &row.measure);
        let (told, peer) = bar.map_or((String::new(), ""), |bar| (bar.told(row.figure), bar.peer));
        let _ = writeln!(text, "| {} | {} | {told} | {peer} |", row.measure, row.figure);
    }
    text
}
