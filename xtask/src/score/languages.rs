use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use anyhow::Result;
use detect::Hit;

use super::{
    Bench,
    figures::{Figure, Tally},
    folder, quiet,
    sheet::{Sheet, brief},
};

const HOW: &str = "Files of this machine, or of `--code` folders that hold `language/project/file`, as the training tool sets them apart; \
    the language told by the folder or the ending. At most four files of a project. Right: most of the code that is found is \
    of that language. Whole file, its first 300 characters, and those in a sentence of a chat.";
/// Files of one language, and of one project, that are enough.
const ENOUGH: usize = 120;
const ENOUGH_OF_PROJECT: usize = 4;
const SHORT: usize = 300;
/// Folders below which every folder is a project.
const SHELVES: [&str; 4] = ["site-packages", "dist-packages", "node_modules", "lib"];
/// Folders of what programs write: indexes of documentation, tables of characters.
const GENERATED: [&str; 3] = ["/share/doc/", "/unicore/", "/unicode/"];
/// The languages that the bars are about, and their endings.
const MAINSTREAM: [(&str, &[&str]); 47] = [
    ("assembly", &["s", "S", "asm"]),
    ("batch", &["bat", "cmd"]),
    ("c", &["c", "h"]),
    ("clojure", &["clj", "cljs", "cljc"]),
    ("cmake", &["cmake"]),
    ("cpp", &["cpp", "cc", "cxx", "hpp", "hh"]),
    ("csharp", &["cs"]),
    ("css", &["css"]),
    ("dart", &["dart"]),
    ("dockerfile", &["dockerfile"]),
    ("elixir", &["ex", "exs"]),
    ("emacs_lisp", &["el"]),
    ("erlang", &["erl"]),
    ("fortran", &["f", "f90", "for"]),
    ("fsharp", &["fs", "fsx"]),
    ("go", &["go"]),
    ("groovy", &["groovy", "gradle"]),
    ("haskell", &["hs"]),
    ("html", &["html", "htm"]),
    ("java", &["java"]),
    ("javascript", &["js", "mjs", "cjs", "jsx"]),
    ("julia", &["jl"]),
    ("kotlin", &["kt", "kts"]),
    ("latex", &["tex", "sty"]),
    ("lisp", &["lisp"]),
    ("lua", &["lua"]),
    ("makefile", &["mk"]),
    ("matlab", &[]),
    ("objective_c", &["mm"]),
    ("ocaml", &["ml", "mli"]),
    ("pascal", &["pas"]),
    ("perl", &["pl", "pm"]),
    ("php", &["php"]),
    ("powershell", &["ps1", "psm1"]),
    ("python", &["py", "pyi"]),
    ("r", &["r", "R"]),
    ("ruby", &["rb"]),
    ("rust", &["rs"]),
    ("scala", &["scala"]),
    ("scss", &["scss"]),
    ("shell", &["sh", "bash"]),
    ("sql", &["sql"]),
    ("swift", &["swift"]),
    ("terraform", &["tf"]),
    ("typescript", &["ts", "tsx", "mts"]),
    ("vim_script", &["vim"]),
    ("vue", &["vue"]),
];
/// Labels that are as good for a language: a header may be C or C++.
const EQUAL: [(&str, &str); 4] =
    [("c", "cpp"), ("cpp", "c"), ("javascript", "typescript"), ("typescript", "javascript")];

/// How the files lie in their folders.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Laid {
    Anyhow,
    /// As `language/project/file`.
    ByLanguage,
}

/// Scores the languages of source files.
pub(super) fn score(bench: &Bench, corpus: &'static str) -> Result<Sheet> {
    let mut sheet = Sheet::new(corpus, HOW);
    let mut counts: BTreeMap<(String, Option<String>), usize> = BTreeMap::new();
    let known: BTreeSet<&str> = bench
        .detectors
        .iter()
        .filter_map(|about| about.label.as_str().strip_prefix("source_code."))
        .collect();
    let laid = if bench.options.code.is_empty() { Laid::Anyhow } else { Laid::ByLanguage };
    let folders = if bench.options.code.is_empty() { quiet::sources() } else { bench.options.code.clone() };
    for path in folder::files(&folders, |path| language_of(&known, laid, path).is_some()) {
        let Some(language) = language_of(&known, laid, &path) else { continue };
        let (all, own) = ((language.to_owned(), None), (language.to_owned(), Some(project_of(&path))));
        let enough = |of, most| counts.get(of).is_some_and(|count| *count >= most);
        if enough(&all, ENOUGH) || enough(&own, ENOUGH_OF_PROJECT) {
            continue;
        }
        let Some(text) = folder::text(&path).filter(|text| text.len() > SHORT) else { continue };
        *counts.entry(all).or_default() += 1;
        *counts.entry(own).or_default() += 1;
        let head = head(&text);
        let chat = format!("Can you explain this? {head}\n\nThanks a lot for your help!");
        for (setting, text) in [("whole", text.as_str()), ("head", head), ("chat", &chat)] {
            let found = winner(&bench.detectors.scan(text.as_bytes()));
            let right = |found: &str| found == language || EQUAL.contains(&(language, found));
            let told = || format!("{setting}, taken for {found:?}: {} {}", path.display(), brief(text));
            sheet.count(&format!("{language}, {setting}"), found.as_deref().is_some_and(right), true, told);
        }
    }
    let mainstream =
        |label: &str| MAINSTREAM.iter().any(|(language, _)| label.split(',').next() == Some(language));
    for setting in ["whole", "head", "chat"] {
        let of_setting = sheet.tallies.iter().filter(|(label, _)| label.ends_with(setting));
        let (ours, others): (Vec<_>, Vec<_>) = of_setting.partition(|(label, _)| mainstream(label));
        let rows = [("mainstream", ours), ("others", others)].map(|(name, tallies)| {
            let mut sum = Tally::default();
            tallies.into_iter().for_each(|(_, tally)| sum.add(*tally));
            (format!("{name}, {setting}"), share(sum))
        });
        rows.into_iter().for_each(|(measure, figure)| sheet.row(measure, figure));
    }
    for (label, tally) in sheet.tallies.clone() {
        sheet.row(label, share(tally));
    }
    Ok(sheet)
}

fn share(tally: Tally) -> Figure {
    Figure::Share { part: tally.right, all: tally.right + tally.missed }
}

/// The language of a file: the folder above its project's if that is named so, or what its ending says.
fn language_of<'a>(known: &BTreeSet<&'a str>, laid: Laid, path: &Path) -> Option<&'a str> {
    let named = path.parent()?.parent()?.file_name()?.to_str()?;
    if let Some(language) = known.get(named).filter(|_| laid == Laid::ByLanguage) {
        return Some(language);
    }
    let text = path.to_str()?;
    let ending = path.extension()?.to_str()?;
    let (language, _) = MAINSTREAM.iter().find(|(_, endings)| endings.contains(&ending))?;
    known.get(language).filter(|_| !GENERATED.iter().any(|folder| text.contains(folder))).copied()
}

/// What a file belongs to: the folder on the innermost shelf, or the folder it lies in.
fn project_of(path: &Path) -> String {
    let parts: Vec<_> = path.parent().into_iter().flatten().map(|part| part.to_string_lossy()).collect();
    let shelf = parts
        .iter()
        .rposition(|part| SHELVES.contains(&part.as_ref()) || part.starts_with("index.crates.io"));
    let project = shelf.and_then(|shelf| parts.get(shelf + 1)).or(parts.last());
    project.map(|name| name.to_string()).unwrap_or_default()
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
