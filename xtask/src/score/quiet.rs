use std::{
    collections::BTreeMap,
    env,
    path::{Path, PathBuf},
};

use anyhow::Result;

use super::{
    Bench,
    figures::Figure,
    folder,
    labels::is_data,
    sheet::{Sheet, brief},
    spans::part,
};

const PROSE: &str = "Documentation of a Debian machine, which nobody cleaned: e-mail addresses, names of authors, places and \
    companies in it are right and counted all the same, so the bar is about credentials, which documentation should have none \
    of; what it shows as examples is counted too. `--prose` names folders with other prose.";
const CODE: &str = "Code of the Rust registry, of the standard libraries of Python and Node, which nobody cleaned: authors' \
    addresses and test keys in it are right and counted all the same, so the bar is about credentials outside of folders and \
    files of tests and examples. `--code` names folders with other code.";
/// Parts of paths under which code is tested or shown, with credentials made up for that.
const TESTS: [&str; 12] = [
    "test",
    "tests",
    "testing",
    "testdata",
    "test_data",
    "test-data",
    "fixtures",
    "mock",
    "mocks",
    "spec",
    "examples",
    "example",
];
/// Bytes that are enough.
const ENOUGH: usize = 24_000_000;
const DOCUMENTATION: [&str; 4] =
    ["/usr/share/doc", "/usr/share/common-licenses", "/usr/share/perl", "/usr/share/info"];
const PROSE_ENDINGS: [&str; 4] = ["txt", "md", "rst", "pod"];
const CODE_ENDINGS: [&str; 16] =
    ["rs", "py", "js", "ts", "c", "h", "cpp", "go", "java", "rb", "sh", "pl", "php", "cs", "kt", "swift"];

/// Scores prose in which there is nothing to find.
pub(super) fn score_prose(bench: &Bench, corpus: &'static str) -> Result<Sheet> {
    let given = &bench.options.prose;
    let usual: Vec<PathBuf> = DOCUMENTATION.iter().map(PathBuf::from).collect();
    let folders = if given.is_empty() { &usual } else { given };
    Ok(score(bench, Sheet::new(corpus, PROSE), folders, |path| {
        !given.is_empty() || ends(path, &PROSE_ENDINGS)
    }))
}

/// Scores code in which there is nothing to find but code.
pub(super) fn score_code(bench: &Bench, corpus: &'static str) -> Result<Sheet> {
    let given = &bench.options.code;
    let usual = sources();
    let folders = if given.is_empty() { &usual } else { given };
    Ok(score(bench, Sheet::new(corpus, CODE), folders, |path| ends(path, &CODE_ENDINGS)))
}

/// Where a Debian machine with Rust, Python and Node has sources.
pub(super) fn sources() -> Vec<PathBuf> {
    let home = env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let cargo = env::var_os("CARGO_HOME").map_or(home.join(".cargo"), PathBuf::from);
    let mut folders =
        vec![cargo.join("registry/src"), home.join(".rustup/toolchains"), home.join(".pyenv/versions")];
    folders.extend(
        ["/usr/lib/python3", "/usr/lib/python3.11", "/usr/share/nodejs", "/usr/lib/node_modules"]
            .map(PathBuf::from),
    );
    folders.extend(
        ["/usr/include", "/usr/share/perl", "/usr/share/vim", "/usr/lib/go/src", "/usr/lib/ruby"]
            .map(PathBuf::from),
    );
    folders
}

fn score(bench: &Bench, mut sheet: Sheet, folders: &[PathBuf], wanted: impl Fn(&Path) -> bool) -> Sheet {
    let mut labels: BTreeMap<String, u32> = BTreeMap::new();
    let (mut bytes, mut bytes_in_use, mut credentials_in_use) = (0, 0, 0);
    for path in folder::files(folders, wanted) {
        let Some(text) = folder::text(&path).filter(|_| bytes < ENOUGH) else { continue };
        bytes += text.len();
        let in_use = !is_test(&path);
        bytes_in_use += if in_use { text.len() } else { 0 };
        for hit in bench.detectors.scan(text.as_bytes()) {
            if !is_data(&hit) {
                continue;
            }
            *labels.entry(hit.label.as_str().to_owned()).or_default() += 1;
            credentials_in_use += u32::from(in_use && hit.label.family() == "secret");
            let found = part(&text, (hit.start, hit.end));
            let line = part(&text, (hit.start.saturating_sub(50), hit.end + 20));
            sheet.error(
                hit.label.as_str(),
                format!("{} `{found}` in {}: {}", hit.detector, path.display(), brief(&line)),
            );
        }
    }
    let other = |label: &str| label != "pii.email" && label != "pii.person";
    let others = labels.iter().filter(|(label, _)| other(label)).map(|(_, count)| count).sum();
    sheet.row("all labels", Figure::Rate { findings: labels.values().sum(), bytes });
    sheet.row("all labels but e-mail and persons", Figure::Rate { findings: others, bytes });
    let credentials =
        labels.iter().filter(|(label, _)| label.starts_with("secret.")).map(|(_, count)| count).sum();
    sheet.row("credentials", Figure::Rate { findings: credentials, bytes });
    let outside = Figure::Rate { findings: credentials_in_use, bytes: bytes_in_use };
    sheet.row("credentials outside tests", outside);
    for (label, findings) in labels {
        sheet.row(label, Figure::Rate { findings, bytes });
    }
    sheet
}

fn ends(path: &Path, endings: &[&str]) -> bool {
    path.extension().and_then(|ending| ending.to_str()).is_some_and(|ending| endings.contains(&ending))
}

/// Whether a file tests or shows something, by the names of its folders and its own: `tests/it.rs`, `test_netrc.py`.
fn is_test(path: &Path) -> bool {
    let named = |part: &str| TESTS.contains(&part) || part.starts_with("test_") || part.ends_with("_test");
    path.with_extension("").components().any(|part| part.as_os_str().to_str().is_some_and(named))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::is_test;

    #[test]
    fn tests_and_what_is_none() {
        for (path, test) in [
            ("lib/python3/test/test_netrc.py", true),
            ("crate/src/verification/tests.rs", true),
            ("crate/examples/login.rs", true),
            ("pkg/server_test.go", true),
            ("lib/python3/netrc.py", false),
            ("crate/src/attestation.rs", false),
        ] {
            assert_eq!(is_test(Path::new(path)), test, "{path}");
        }
    }
}
