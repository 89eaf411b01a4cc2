use std::{collections::BTreeMap, path::Path};

use anyhow::Result;
use detect::Hit;

use super::{
    Bench,
    figures::{Figure, Tally},
    folder, quiet,
    sheet::{Sheet, brief},
};

const HOW: &str = "Files of this machine, the language told by their ending. Right: most of the code that is found is of that \
    language. Whole file, its first 300 characters, and those in a sentence of a chat.";
/// Files of one language that are enough.
const ENOUGH: usize = 60;
const SHORT: usize = 300;
/// Endings, languages, and labels that are as good: a header may be C or C++.
const LANGUAGES: [(&str, &str, &[&str]); 24] = [
    ("py", "python", &[]),
    ("js", "javascript", &["typescript"]),
    ("mjs", "javascript", &["typescript"]),
    ("ts", "typescript", &["javascript"]),
    ("java", "java", &[]),
    ("c", "c", &["cpp"]),
    ("cpp", "cpp", &["c"]),
    ("cc", "cpp", &["c"]),
    ("hpp", "cpp", &["c"]),
    ("cs", "csharp", &[]),
    ("go", "go", &[]),
    ("rs", "rust", &[]),
    ("rb", "ruby", &[]),
    ("php", "php", &[]),
    ("sql", "sql", &[]),
    ("sh", "shell", &[]),
    ("kt", "kotlin", &[]),
    ("swift", "swift", &[]),
    ("scala", "scala", &[]),
    ("html", "html", &["javascript", "css"]),
    ("css", "css", &[]),
    ("lua", "lua", &[]),
    ("pl", "perl", &[]),
    ("vim", "vim", &["vimscript"]),
];

/// Scores the languages of source files.
pub(super) fn score(bench: &Bench, corpus: &'static str) -> Result<Sheet> {
    let mut sheet = Sheet::new(corpus, HOW);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let folders = if bench.options.code.is_empty() { quiet::sources() } else { bench.options.code.clone() };
    for path in folder::files(&folders, |path| language_of(path).is_some()) {
        let Some((_, language, equal)) = language_of(&path) else { continue };
        let count = counts.entry(language).or_default();
        let Some(text) = folder::text(&path).filter(|text| *count < ENOUGH && text.len() > SHORT) else {
            continue;
        };
        *count += 1;
        let head = head(&text);
        let chat = format!(
            "Hi, can you tell me what this does and why it is slow?\n\n{head}\n\nThanks a lot for your help!"
        );
        for (setting, text) in [("whole", text.as_str()), ("head", head), ("chat", &chat)] {
            let found = winner(&bench.detectors.scan(text.as_bytes()));
            let right = found.as_deref().is_some_and(|found| found == *language || equal.contains(&found));
            let told = || format!("{setting}, taken for {found:?}: {} {}", path.display(), brief(text));
            sheet.count(&format!("{language}, {setting}"), right, true, told);
        }
    }
    for setting in ["whole", "head", "chat"] {
        let mut sum = Tally::default();
        let of_setting = sheet.tallies.iter().filter(|(label, _)| label.ends_with(setting));
        of_setting.for_each(|(_, tally)| sum.add(*tally));
        sheet.row(format!("all, {setting}"), Figure::Share { part: sum.right, all: sum.right + sum.missed });
    }
    for (label, tally) in sheet.tallies.clone() {
        sheet.row(label, Figure::Share { part: tally.right, all: tally.right + tally.missed });
    }
    Ok(sheet)
}

fn language_of(path: &Path) -> Option<&'static (&'static str, &'static str, &'static [&'static str])> {
    let ending = path.extension()?.to_str()?;
    LANGUAGES.iter().find(|(known, ..)| *known == ending)
}

/// The first characters, up to the end of a line if one is near.
fn head(text: &str) -> &str {
    let end = text.char_indices().nth(SHORT).map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or(text)
}

/// The language of most of the code that was found.
fn winner(hits: &[Hit]) -> Option<String> {
    let mut amounts: BTreeMap<&str, usize> = BTreeMap::new();
    for hit in hits.iter().filter(|hit| hit.label.family() == "source_code") {
        let language = hit.label.as_str().strip_prefix("source_code.").unwrap_or_default();
        *amounts.entry(language).or_default() += hit.end - hit.start;
    }
    amounts.into_iter().max_by_key(|(_, amount)| *amount).map(|(language, _)| language.to_owned())
}
