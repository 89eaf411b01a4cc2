//! Any bytes as the main part of an Office document; the first byte says of which kind.
#![no_main]

use std::io::{Cursor, Write};

use detect::file::{Budget, read};
use libfuzzer_sys::fuzz_target;
use zip::{CompressionMethod, write::SimpleFileOptions};

const PARTS: [&str; 8] = [
    "word/document.xml",
    "xl/worksheets/sheet1.xml",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
    "ppt/slides/slide1.xml",
    "docProps/custom.xml",
    "docMetadata/LabelInfo.xml",
    "content.xml",
];

fuzz_target!(|input: &[u8]| {
    let Some((first, markup)) = input.split_first() else { return };
    let part = PARTS[usize::from(*first) % PARTS.len()];
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    // Properties stand in packages of every kind.
    let kind = if part.starts_with("doc") { "word/x" } else { "x" };
    for (name, bytes) in [("[Content_Types].xml", &b""[..]), ("mimetype", b""), (kind, b""), (part, markup)] {
        zip.start_file(name, stored).expect("a name");
        zip.write_all(bytes).expect("memory");
    }
    let bytes = zip.finish().expect("memory").into_inner();
    read(&bytes, None, Budget::default());
});
