//! Registered data: what administrators register, texts compared with it, and the files it is kept in.

use std::{env, fs, path::PathBuf, process};

use detect::{
    Detectors, Layer,
    registered::{Column, ColumnKind, Registry, Table},
};

/// What the salt is made with; the same every time, so that a failing input fails again.
const SECRET: Option<&[u8]> = Some(b"fuzz");

/// A folder of this process, empty.
fn folder() -> Option<PathBuf> {
    let folder = env::temp_dir().join(format!("bylaw-fuzz-registered-{}", process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).ok().map(|()| folder)
}

/// Registers what stands before the first empty line, as a table and as a document, and looks for it in what follows:
/// the same whole and in pieces.
pub(super) fn table_and_text(input: &[u8]) -> u64 {
    let parts = input.windows(2).position(|pair| pair == b"\n\n").unwrap_or(input.len() / 2);
    let (source, text) = input.split_at(parts);
    let Some(mut registry) = folder().and_then(|folder| Registry::create(&folder, SECRET).ok()) else {
        return 0;
    };
    let (Ok(label), Ok(detectors)) = ("ip.registered_document".parse(), Detectors::builtin()) else {
        return 0;
    };
    let header = source.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let kinds = [ColumnKind::Unique, ColumnKind::Supporting].into_iter().cycle();
    let columns = header.split(|byte| b",;\t\r".contains(byte)).zip(kinds).map(|(name, kind)| Column {
        name: String::from_utf8_lossy(name).trim_matches('"').to_owned(),
        kind,
    });
    let table = Table::new(label, columns.take(8).collect());
    let tabled = registry.add_table("table", &table, source).is_ok();
    let document = registry.add_document("document", &table.label, &String::from_utf8_lossy(source)).is_ok();
    let Ok(snapshot) = registry.snapshot() else { return 0 };
    let detectors = detectors.only(&[Layer::Structured]).with_registered(snapshot);
    let whole = detectors.scan(text).len();
    let mut scanner = detectors.scanner();
    let mut pieces: usize = text.chunks(text.len() / 3 + 7).map(|piece| scanner.push(piece).len()).sum();
    pieces += scanner.finish().len();
    assert_eq!(whole, pieces, "the same however it is cut");
    super::target::number(&(tabled, document, whole.min(64)))
}

/// Reads a manifest and a segment: an input that begins with a brace is the first, any other the second.
pub(super) fn files(input: &[u8]) -> u64 {
    let Some(folder) = folder() else { return 0 };
    let Ok(mut registry) = Registry::create(&folder, SECRET) else { return 0 };
    let text = "a plan that is long enough to be recognised wherever it appears, in a mail or in a prompt "
        .repeat(4);
    let Ok(label) = "ip.registered_document".parse() else { return 0 };
    let _ = registry.add_document("plan", &label, &text);
    let damaged = match input.first() {
        Some(b'{') => "registry.json",
        _ => "00000002.seg",
    };
    if fs::write(folder.join(damaged), input).is_err() {
        return 0;
    }
    let opened = Registry::open(&folder, SECRET);
    let found = opened.map(|mut registry| {
        let snapshot = registry.snapshot();
        let found =
            snapshot.map(|snapshot| (snapshot.scan(text.as_bytes()).len(), snapshot.failed_lookups()));
        (found.map_err(|error| error.to_string().len()).ok(), registry.remove("plan").is_ok())
    });
    super::target::number(&(damaged, found.ok()))
}

/// A manifest and a segment as they are written.
pub(super) fn seeds() -> Vec<Vec<u8>> {
    let Some(folder) = folder() else { return Vec::new() };
    files(b"");
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    files.filter_map(|file| fs::read(file.path()).ok()).collect()
}
