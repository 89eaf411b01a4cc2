//! Writers of small files, each just enough of its format.
#![expect(clippy::unwrap_used, reason = "helps tests only")]

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;

pub(crate) fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

pub(crate) fn tar(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, bytes) in entries {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_cksum();
        tar.append_data(&mut header, name, *bytes).unwrap();
    }
    tar.into_inner().unwrap()
}

/// A Word document with that body, and other files of the package.
pub(crate) fn docx(body: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let document = format!("<w:document xmlns:w='w'><w:body>{body}</w:body></w:document>");
    let mut entries: Vec<(&str, &[u8])> =
        vec![("[Content_Types].xml", b"<Types/>"), ("word/document.xml", document.as_bytes())];
    entries.extend(more);
    zip(&entries)
}

/// A workbook of one sheet, with those rows, shared strings and styles.
pub(crate) fn xlsx(rows: &str, strings: &str, styles: &str) -> Vec<u8> {
    let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/workbook.xml", b"<workbook xmlns:r='r'><sheets><sheet name='People' r:id='r1' state='hidden'/></sheets></workbook>"),
        ("xl/_rels/workbook.xml.rels", b"<Relationships><Relationship Id='r1' Target='worksheets/one.xml'/></Relationships>"),
        ("xl/worksheets/one.xml", sheet.as_bytes()),
        ("xl/sharedStrings.xml", format!("<sst>{strings}</sst>").as_bytes()),
        ("xl/styles.xml", format!("<styleSheet>{styles}</styleSheet>").as_bytes()),
    ])
}

/// An Outlook message: text properties in UTF-16, and attachments.
pub(crate) fn msg(properties: &[(&str, &str)], attachments: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    let mut write = |name: String, bytes: &[u8]| file.create_stream(name).unwrap().write_all(bytes).unwrap();
    write("/__properties_version1.0".to_owned(), &[0; 32]);
    for (property, value) in properties {
        write(format!("/__substg1.0_{property}001F"), &wide(value));
    }
    for (at, (name, bytes)) in attachments.iter().enumerate() {
        let storage = format!("/__attach_version1.0_#{at:08X}");
        file.create_storage(&storage).unwrap();
        let mut write =
            |name: String, bytes: &[u8]| file.create_stream(name).unwrap().write_all(bytes).unwrap();
        write(format!("{storage}/__substg1.0_3707001F"), &wide(name));
        write(format!("{storage}/__substg1.0_37010102"), bytes);
    }
    file.into_inner().into_inner()
}

/// A compound file with those streams.
pub(crate) fn compound(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    for (name, bytes) in streams {
        file.create_stream(name).unwrap().write_all(bytes).unwrap();
    }
    file.into_inner().into_inner()
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}
