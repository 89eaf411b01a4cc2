use std::{fs::File, io, path::Path};

const FILE: &str = "registry.lock";

/// Held while a registry is changed; who wants to change it too waits.
///
/// A lock of the operating system on a file of the folder: given back when it is dropped, and when its process ends.
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    pub(super) fn take(folder: &Path) -> io::Result<Self> {
        let file = File::options().create(true).truncate(false).write(true).open(folder.join(FILE))?;
        file.lock()?;
        Ok(Self { _file: file })
    }
}
