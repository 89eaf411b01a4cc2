use std::{
    collections::hash_map::DefaultHasher,
    fs,
    hash::Hasher,
    path::{Path, PathBuf},
};

/// Files longer than this are tables or bundles.
const LONGEST: u64 = 400_000;
/// Folders nested deeper than this are not looked into.
const DEPTH: u32 = 12;

/// Every readable file below the folders that exist, in an order that is the same everywhere and mixes the folders.
pub(super) fn files(folders: &[PathBuf], wanted: impl Fn(&Path) -> bool) -> Vec<PathBuf> {
    let mut found = Vec::new();
    folders.iter().for_each(|folder| walk(folder, DEPTH, &mut found));
    found.retain(|path| wanted(path));
    found.sort_by_cached_key(|path| mixed(path));
    found
}

/// A file's text, if it is text of reasonable length.
pub(super) fn text(path: &Path) -> Option<String> {
    let length = fs::metadata(path).ok()?.len();
    (length <= LONGEST).then(|| fs::read_to_string(path).ok()).flatten().filter(|text| !text.contains('\0'))
}

fn walk(folder: &Path, depth: u32, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && depth > 0 => walk(&entry.path(), depth - 1, found),
            Ok(kind) if kind.is_file() => found.push(entry.path()),
            _ => {}
        }
    }
}

fn mixed(path: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(path.as_os_str().as_encoded_bytes());
    hasher.finish()
}
