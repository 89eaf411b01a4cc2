use std::{
    fs, io,
    io::Write,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use engine::LinkKey;
use gate::Authority;

const KEY: &str = "secret.key";
const CERTIFICATE: &str = "bylaw-ca.pem";
const CERTIFICATE_KEY: &str = "bylaw-ca.key";

/// The folder with what only this installation may know. Everything in it is readable by its owner alone, but for the
/// certificate, which clients must trust.
pub(crate) struct DataFolder {
    path: PathBuf,
    /// From this, digests, placeholders, pseudonyms and links are derived.
    pub(crate) secret: [u8; 32],
    pub(crate) authority: Authority,
}

/// Why the data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DataError {
    #[error("cannot {operation} `{path}`; check that the folder exists and that you may write to it")]
    Disk {
        operation: &'static str,
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
    #[error("`{path}` is damaged: {expected}; restore it from a backup, or remove it to have a new one made")]
    Damaged { path: PathBuf, expected: String },
    #[error("cannot make a certificate authority")]
    Authority(#[source] gate::AuthorityError),
}

impl DataFolder {
    /// Opens the folder, and makes what is missing in it.
    pub(crate) fn open(path: &Path) -> Result<Self, DataError> {
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
        made.map_err(|cause| DataError::Disk { operation: "make the folder", path: path.to_owned(), cause })?;
        Ok(Self { path: path.to_owned(), secret: secret(&path.join(KEY))?, authority: authority(path)? })
    }

    /// Where the certificate is that clients must trust.
    pub(crate) fn certificate_path(&self) -> PathBuf {
        self.path.join(CERTIFICATE)
    }

    /// The key from which digests, placeholders and links are derived.
    pub(crate) fn link_key(&self) -> LinkKey {
        LinkKey::new(self.secret)
    }
}

fn secret(path: &Path) -> Result<[u8; 32], DataError> {
    if path.exists() {
        let bytes = read(path)?;
        return bytes.try_into().map_err(|_| DataError::Damaged {
            path: path.to_owned(),
            expected: "it should be 32 bytes long".to_owned(),
        });
    }
    let fresh: [u8; 32] = rand::random();
    write(path, &fresh, 0o600)?;
    Ok(fresh)
}

fn authority(folder: &Path) -> Result<Authority, DataError> {
    let (certificate, key) = (folder.join(CERTIFICATE), folder.join(CERTIFICATE_KEY));
    if !certificate.exists() && !key.exists() {
        let files = Authority::create("Bylaw").map_err(DataError::Authority)?;
        write(&key, files.key_pem.as_bytes(), 0o600)?;
        write(&certificate, files.certificate_pem.as_bytes(), 0o644)?;
    }
    let text = |path: &Path| read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    Authority::from_pem(&text(&certificate)?, &text(&key)?)
        .map_err(|error| DataError::Damaged { path: certificate, expected: error.to_string() })
}

fn read(path: &Path) -> Result<Vec<u8>, DataError> {
    fs::read(path).map_err(|cause| DataError::Disk { operation: "read", path: path.to_owned(), cause })
}

/// Writes a new file that appears whole or not at all, with its permissions from the first byte on.
fn write(path: &Path, bytes: &[u8], mode: u32) -> Result<(), DataError> {
    let partial = path.with_extension("new");
    let done = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(mode)
        .open(&partial)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&partial, path));
    done.map_err(|cause| DataError::Disk { operation: "write", path: path.to_owned(), cause })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn keys_are_private_and_stay_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data");
        let first = DataFolder::open(&path).unwrap();
        let again = DataFolder::open(&path).unwrap();
        assert_eq!(first.secret, again.secret);
        assert_eq!(first.authority.certificate(), again.authority.certificate());
        for (name, mode) in [("", 0o700), (KEY, 0o600), (CERTIFICATE_KEY, 0o600), (CERTIFICATE, 0o644)] {
            assert_eq!(fs::metadata(path.join(name)).unwrap().permissions().mode() & 0o777, mode, "{name}");
        }
    }

    #[test]
    fn a_damaged_key_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(KEY), b"short").unwrap();
        let error = DataFolder::open(folder.path()).err().unwrap().to_string();
        assert!(error.contains("secret.key") && error.contains("32 bytes"), "{error}");
    }
}
