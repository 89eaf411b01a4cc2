use std::{
    fs, io,
    path::{Path, PathBuf},
};

use detect::Detectors;
use walkdir::WalkDir;

use super::finding::Finding;

/// Files above this are not read: they would not fit beside others in memory.
const LARGEST: u64 = 1 << 30;

/// What came of one file.
pub(super) enum Scanned {
    Findings(Vec<Finding>),
    Unreadable(io::Error),
}

/// Every file below `paths`, in order of their names, and what could not be listed.
pub(super) fn below(paths: &[PathBuf]) -> (Vec<PathBuf>, Vec<String>) {
    let (mut files, mut problems) = (Vec::new(), Vec::new());
    for path in paths {
        for entry in WalkDir::new(path).sort_by_file_name() {
            match entry {
                Ok(entry)
                    if entry.file_type().is_file() || (entry.depth() == 0 && entry.path().is_file()) =>
                {
                    files.push(entry.into_path());
                }
                Ok(_) => {}
                Err(error) => problems.push(error.to_string()),
            }
        }
    }
    (files, problems)
}

pub(super) fn scan(detectors: &Detectors, path: &Path) -> Scanned {
    match read(path) {
        Ok(bytes) => Scanned::Findings(findings(detectors, path, &bytes)),
        Err(error) => Scanned::Unreadable(error),
    }
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let size = fs::metadata(path)?.len();
    if size > LARGEST {
        let message = format!("it has {size} bytes; at most {LARGEST} are read");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    fs::read(path)
}

fn findings(detectors: &Detectors, path: &Path, bytes: &[u8]) -> Vec<Finding> {
    let shown = path.display().to_string();
    let name = path.file_name().map(|name| name.to_string_lossy());
    let name = name.as_deref();
    let found = detectors.scan_file(bytes, name);
    // Paths of parts begin with the file's name; only what follows says anything new.
    let part = |path: &str| {
        let inner = name.and_then(|name| path.strip_prefix(name)).unwrap_or(path);
        Some(inner.trim_start_matches('/').to_owned()).filter(|inner| !inner.is_empty())
    };
    let in_parts = found.parts.into_iter().flat_map(|inside| {
        let place = part(&inside.path);
        let one = |hit| Finding::in_text(&shown, place.as_deref(), &inside.text, hit);
        inside.hits.iter().cloned().map(one).collect::<Vec<_>>()
    });
    let about = found.files.into_iter().map(|hit| {
        let place = part(&hit.path);
        Finding::about_file(&shown, place.as_deref(), hit)
    });
    in_parts.chain(about).collect()
}
