use std::io::{Cursor, Read};

use flate2::read::MultiGzDecoder;
use zip::{ZipArchive, result::ZipError};

use super::{
    Limit,
    budget::Meter,
    document::Trouble,
    kind::Kind,
    markup::{self, Node},
    office, open_document,
    reader::{Reader, inside},
    sheet, slides, word,
};

/// Bytes unpacked between two looks at the budget.
const CHUNK: usize = 64 * 1024;

/// A zip archive, or what is packed as one.
pub(super) struct Zip<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    entries: Vec<Entry>,
}

/// A file in a zip archive.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) index: usize,
    pub(super) name: String,
    encrypted: bool,
}

/// Bytes that came out of something compressed, and why no more did.
pub(super) struct Unpacked {
    pub(super) bytes: Vec<u8>,
    pub(super) trouble: Option<Trouble>,
}

impl<'a> Zip<'a> {
    fn open(bytes: &'a [u8], most: usize) -> Result<Self, Trouble> {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|cause| trouble(&cause))?;
        let mut entries = Vec::new();
        for index in 0..archive.len().min(most) {
            let Ok(file) = archive.by_index_raw(index) else { continue };
            if !file.is_dir() {
                let name = file.name().map(|name| name.into_owned()).unwrap_or_default();
                entries.push(Entry { index, name, encrypted: file.encrypted() });
            }
        }
        Ok(Self { archive, entries })
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name == name)
    }

    pub(super) fn find(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    /// Entries whose names begin and end so, in the order of the numbers in them.
    pub(super) fn numbered(&self, start: &str, end: &str) -> Vec<Entry> {
        let fits = |entry: &&Entry| entry.name.starts_with(start) && entry.name.ends_with(end);
        let mut found: Vec<Entry> = self.entries.iter().filter(fits).cloned().collect();
        found.sort_by_key(|entry| number(&entry.name));
        found
    }

    /// Unpacks a file of the archive.
    pub(super) fn unpack(&mut self, entry: &Entry, meter: &mut Meter) -> Unpacked {
        let failed = |trouble| Unpacked { bytes: Vec::new(), trouble: Some(trouble) };
        if let Err(limit) = meter.enter() {
            return failed(Trouble::OverBudget(limit));
        }
        if entry.encrypted {
            return failed(Trouble::Encrypted);
        }
        match self.archive.by_index(entry.index) {
            Ok(file) => unpack(file, meter),
            Err(cause) => failed(trouble(&cause)),
        }
    }

    /// Walks through a file of the archive that is XML, without holding it whole.
    pub(super) fn walk(
        &mut self,
        entry: &Entry,
        meter: &mut Meter,
        visit: impl FnMut(Node<'_>),
    ) -> Result<(), Trouble> {
        meter.enter().map_err(Trouble::OverBudget)?;
        if entry.encrypted {
            return Err(Trouble::Encrypted);
        }
        let file = self.archive.by_index(entry.index).map_err(|cause| trouble(&cause))?;
        markup::walk(file, meter, visit)
    }
}

/// Reads what is packed as a zip archive: an Office document, or files.
pub(super) fn zip(reader: &mut Reader, bytes: &[u8], path: &str) -> Result<(), Trouble> {
    let most = reader.budget.entries;
    let mut zip = Zip::open(bytes, most)?;
    match zip_kind(&zip) {
        Kind::Word => office::read(reader, &mut zip, path, Kind::Word, word::read),
        Kind::Sheet => office::read(reader, &mut zip, path, Kind::Sheet, sheet::read),
        Kind::Slides => office::read(reader, &mut zip, path, Kind::Slides, slides::read),
        Kind::OpenDocument => open_document::read(reader, &mut zip, path),
        _ => files(reader, &mut zip, path),
    }
    Ok(())
}

fn zip_kind(zip: &Zip<'_>) -> Kind {
    let holds = |start: &str| zip.entries.iter().any(|entry| entry.name.starts_with(start));
    if zip.has("[Content_Types].xml") {
        for (folder, kind) in [("word/", Kind::Word), ("xl/", Kind::Sheet), ("ppt/", Kind::Slides)] {
            if holds(folder) {
                return kind;
            }
        }
    }
    if zip.has("mimetype") && zip.has("content.xml") { Kind::OpenDocument } else { Kind::Zip }
}

fn files(reader: &mut Reader, zip: &mut Zip<'_>, path: &str) {
    for entry in zip.entries.clone() {
        if !file(reader, zip, &entry, path) {
            break;
        }
    }
}

/// Reads a file of an archive; tells whether there is budget for another.
pub(super) fn file(reader: &mut Reader, zip: &mut Zip<'_>, entry: &Entry, path: &str) -> bool {
    let unpacked = zip.unpack(entry, &mut reader.meter);
    take(reader, unpacked, &inside(path, &entry.name))
}

/// Reads what was unpacked; tells whether there is budget for more.
fn take(reader: &mut Reader, unpacked: Unpacked, path: &str) -> bool {
    if !unpacked.bytes.is_empty() {
        reader.inner(&unpacked.bytes, path);
    }
    if let Some(trouble) = unpacked.trouble {
        reader.problem(path, trouble);
    }
    !matches!(unpacked.trouble, Some(Trouble::OverBudget(Limit::Entries | Limit::Unpacked | Limit::Time)))
}

/// Reads a tar archive.
pub(super) fn tar(reader: &mut Reader, bytes: &[u8], path: &str) -> Result<(), Trouble> {
    let mut archive = tar::Archive::new(bytes);
    for entry in archive.entries().map_err(|_| Trouble::Unreadable)? {
        let entry = entry.map_err(|_| Trouble::Unreadable)?;
        reader.meter.enter().map_err(Trouble::OverBudget)?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let unpacked = unpack(entry, &mut reader.meter);
        if !take(reader, unpacked, &inside(path, &name)) {
            break;
        }
    }
    Ok(())
}

/// Reads what is compressed with gzip.
pub(super) fn gzip(reader: &mut Reader, bytes: &[u8], path: &str) {
    let unpacked = unpack(MultiGzDecoder::new(bytes), &mut reader.meter);
    let name = path.rsplit('/').next().unwrap_or(path);
    let name = match name.rsplit_once('.') {
        Some((stem, "tgz")) => format!("{stem}.tar"),
        Some((stem, "gz")) => stem.to_owned(),
        _ => "content".to_owned(),
    };
    take(reader, unpacked, &inside(path, &name));
}

/// Unpacks as much as the budget allows.
pub(super) fn unpack(mut from: impl Read, meter: &mut Meter) -> Unpacked {
    let mut bytes = Vec::new();
    loop {
        let before = bytes.len();
        let left = meter.unpackable().saturating_sub(before);
        let chunk = CHUNK.min(left + 1);
        match from.by_ref().take(chunk as u64).read_to_end(&mut bytes) {
            Ok(0) => return Unpacked { bytes, trouble: None },
            Ok(_) if bytes.len() - before > left => {
                return Unpacked { bytes, trouble: Some(Trouble::OverBudget(Limit::Unpacked)) };
            }
            Ok(read) => {
                if let Err(limit) = meter.unpack(read) {
                    return Unpacked { bytes, trouble: Some(Trouble::OverBudget(limit)) };
                }
            }
            Err(_) => return Unpacked { bytes, trouble: Some(Trouble::Unreadable) },
        }
    }
}

fn trouble(cause: &ZipError) -> Trouble {
    match cause {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => {
            Trouble::Encrypted
        }
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => Trouble::Unsupported,
        _ => Trouble::Unreadable,
    }
}

/// The last number in a name.
fn number(name: &str) -> u64 {
    let digits: String =
        name.chars().rev().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    digits.chars().rev().collect::<String>().parse().unwrap_or(0)
}
