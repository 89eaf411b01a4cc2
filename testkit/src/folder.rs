use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// A temporary folder, removed when dropped.
#[derive(Debug)]
pub struct Folder(TempDir);

/// Makes an empty folder of its own for one test.
pub fn folder() -> Folder {
    Folder(tempfile::Builder::new().prefix("bylaw-test-").tempdir().expect("a temporary folder"))
}

impl Folder {
    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// A path inside it; nothing is created.
    pub fn join(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}
