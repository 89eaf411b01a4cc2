use std::io::{Cursor, Read};

use quick_xml::{Reader, events::Event};
use zip::ZipArchive;

use super::{CMI5, SCORM};
use crate::training::Standard;

/// Most files in a package.
const FILES: usize = 5_000;
/// Most bytes of a manifest, decompressed.
const MANIFEST: u64 = 1 << 20;
/// Most elements of a manifest, nested.
const DEPTH: usize = 64;
/// Most units of a course.
const UNITS: usize = 500;

/// What a course package says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// What it is.
    pub standard: Standard,
    /// Its own name: the course's id (cmi5), the manifest's identifier (SCORM).
    pub id: String,
    /// Its title.
    pub title: String,
    /// What results name: ids of assignable units (cmi5), identifiers of items (SCORM).
    pub units: Vec<String>,
}

/// A file that is no course package.
#[derive(Debug, thiserror::Error)]
pub enum ReadPackageError {
    /// It is no zip archive.
    #[error("this is no zip archive; export the course as a cmi5 or SCORM 1.2 package")]
    Archive(#[source] zip::result::ZipError),
    /// It holds too many files.
    #[error(
        "the package holds {0} files, at most {FILES} are read; send one that has only `cmi5.xml` or `imsmanifest.xml`"
    )]
    Files(usize),
    /// It has no manifest.
    #[error(
        "the package has neither `cmi5.xml` nor `imsmanifest.xml` at its top; export it as cmi5 or SCORM 1.2"
    )]
    NoManifest,
    /// Its manifest is too large.
    #[error("`{0}` is larger than {limit} bytes; that is no manifest of a course", limit = MANIFEST)]
    TooLarge(&'static str),
    /// Its manifest cannot be read.
    #[error("`{file}` cannot be read: {reason}")]
    Manifest {
        /// Which.
        file: &'static str,
        /// Why.
        reason: String,
    },
}

/// Reads the manifest of a package, and nothing else of it.
pub fn read(bytes: &[u8]) -> Result<Package, ReadPackageError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(ReadPackageError::Archive)?;
    if archive.len() > FILES {
        return Err(ReadPackageError::Files(archive.len()));
    }
    for (file, standard) in [(CMI5, Standard::Cmi5), (SCORM, Standard::Scorm12)] {
        let Ok(found) = archive.by_name(file) else { continue };
        let mut text = String::new();
        let unreadable = |error: std::io::Error| refused(file, error.to_string());
        found.take(MANIFEST + 1).read_to_string(&mut text).map_err(unreadable)?;
        if u64::try_from(text.len()).unwrap_or(u64::MAX) > MANIFEST {
            return Err(ReadPackageError::TooLarge(file));
        }
        return manifest(&text, file, standard);
    }
    Err(ReadPackageError::NoManifest)
}

fn refused(file: &'static str, reason: impl Into<String>) -> ReadPackageError {
    ReadPackageError::Manifest { file, reason: reason.into() }
}

fn manifest(text: &str, file: &'static str, standard: Standard) -> Result<Package, ReadPackageError> {
    // (the element with the package's id, the element of a unit, the attribute of an id)
    let (course, unit, key) = match standard {
        Standard::Cmi5 => ("course", "au", "id"),
        Standard::Scorm12 => ("manifest", "item", "identifier"),
    };
    let mut reader = Reader::from_str(text);
    let mut path: Vec<String> = Vec::new();
    let (mut id, mut title, mut units) = (String::new(), String::new(), Vec::new());
    loop {
        let event = reader.read_event().map_err(|error| refused(file, error.to_string()))?;
        let (start, is_empty) = match &event {
            Event::Start(start) => (start, false),
            Event::Empty(start) => (start, true),
            Event::End(_) => {
                path.pop();
                continue;
            }
            Event::Text(words) if title.is_empty() && titled(&path, standard) => {
                title = words.trim().chars().take(200).collect();
                continue;
            }
            Event::DocType(_) => return Err(refused(file, "a manifest has no DOCTYPE; remove it")),
            Event::Eof => break,
            _ => continue,
        };
        let name = start.local_name().as_ref().to_owned();
        if name == course && id.is_empty() {
            id = attribute(start, key).unwrap_or_default();
        }
        if name == unit {
            units.extend(attribute(start, key));
        }
        if units.len() > UNITS || path.len() > DEPTH {
            return Err(refused(
                file,
                format!("it has more than {UNITS} units, or is nested deeper than {DEPTH}"),
            ));
        }
        if !is_empty {
            path.push(name);
        }
    }
    if id.is_empty() || units.is_empty() {
        return Err(refused(file, format!("it names no `{course}` with `{key}`, or no `{unit}`")));
    }
    let title = if title.is_empty() { id.clone() } else { title };
    Ok(Package { standard, id, title, units })
}

/// Whether text here is the course's title.
fn titled(path: &[String], standard: Standard) -> bool {
    let wanted: &[&str] = match standard {
        Standard::Cmi5 => &["courseStructure", "course", "title", "langstring"],
        Standard::Scorm12 => &["manifest", "organizations", "organization", "title"],
    };
    path == wanted
}

fn attribute(start: &quick_xml::events::BytesStart<'_>, key: &str) -> Option<String> {
    let found = start.attributes().flatten().find(|given| given.key.as_ref() == key)?;
    let value = found.value.trim().to_owned();
    (!value.is_empty() && value.len() <= 500).then_some(value)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::{Package, read};
    use crate::training::{Library, Standard, package::write};

    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            archive.start_file(*name, SimpleFileOptions::default()).unwrap();
            archive.write_all(bytes).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    #[track_caller]
    fn check(bytes: &[u8], says: &str) {
        let error = read(bytes).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }

    #[test]
    fn what_is_written_is_read() {
        for module in Library::builtin().modules() {
            let unit = |standard| match standard {
                Standard::Cmi5 => (
                    format!("urn:bylaw:training:{}", module.id),
                    format!("urn:bylaw:training:{}:1", module.id),
                ),
                Standard::Scorm12 => (format!("bylaw-{}", module.id), format!("item-{}", module.id)),
            };
            for standard in [Standard::Cmi5, Standard::Scorm12] {
                let written = write(module, standard).unwrap();
                let (id, unit) = unit(standard);
                let expected = Package { standard, id, title: module.title.clone(), units: vec![unit] };
                assert_eq!(read(&written).unwrap(), expected);
                assert_eq!(written, write(module, standard).unwrap());
            }
        }
    }

    #[test]
    fn what_is_no_package_is_refused_with_a_reason() {
        let course = b"<courseStructure><course id='x'/></courseStructure>";
        check(b"no zip", "this is no zip archive");
        check(&archive(&[("index.html", b"")]), "neither `cmi5.xml` nor `imsmanifest.xml`");
        check(&archive(&[("cmi5.xml", course)]), "or no `au`");
        check(&archive(&[("cmi5.xml", b"<courseStructure><course")]), "`cmi5.xml` cannot be read");
        check(&archive(&[("cmi5.xml", b"\xff\xfe")]), "`cmi5.xml` cannot be read");
        check(&archive(&[("imsmanifest.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><manifest/>")]), "no DOCTYPE");
        let bomb = vec![b' '; 3 << 20];
        check(&archive(&[("cmi5.xml", &bomb)]), "larger than 1048576 bytes");
        let deep = "<a>".repeat(100);
        check(&archive(&[("cmi5.xml", deep.as_bytes())]), "nested deeper than 64");
        let many: Vec<String> = (0..5_001).map(|number| number.to_string()).collect();
        let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), &b""[..])).collect();
        check(&archive(&many), "holds 5001 files");
    }
}
