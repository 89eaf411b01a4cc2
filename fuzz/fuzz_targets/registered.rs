//! A table and a document to register, up to the first empty line, and a text to compare with them, whole and in pieces.
#![no_main]

use detect::{
    Detectors,
    registered::{Column, ColumnKind, Registry, Table},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let parts = input.windows(2).position(|pair| pair == b"\n\n").unwrap_or(input.len() / 2);
    let (source, text) = input.split_at(parts);
    let folder = std::env::temp_dir().join(format!("bylaw-fuzz-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    let mut registry = Registry::create(&folder, Some(b"fuzz")).expect("a new folder");
    let header = source.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let kinds = [ColumnKind::Unique, ColumnKind::Supporting].into_iter().cycle();
    let columns = header.split(|byte| b",;\t\r".contains(byte)).zip(kinds).map(|(name, kind)| Column {
        name: String::from_utf8_lossy(name).trim_matches('"').to_owned(),
        kind,
    });
    let label: model::Label = "ip.registered_document".parse().expect("a label");
    let table = Table::new(label.clone(), columns.take(8).collect());
    let _ = registry.add_table("table", &table, source);
    let _ = registry.add_document("document", &label, &String::from_utf8_lossy(source));
    let snapshot = registry.snapshot().expect("what was just written");
    let detectors = Detectors::builtin().expect("the product's detectors load").with_registered(snapshot);
    let whole = detectors.scan(text).len();
    let mut scanner = detectors.scanner();
    let pieces: usize = text.chunks(text.len() / 3 + 7).map(|piece| scanner.push(piece).len()).sum();
    assert_eq!(whole, pieces + scanner.finish().len());
});
