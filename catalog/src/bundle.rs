//! Updates of the catalogue: all its files in one signed text.
//!
//! A bundle is a signed note (<https://c2sp.org/signed-note>) whose text is TOML: a version and the files. It is read
//! whole or refused whole; what comes out has passed the same tests as the built-in files.

use std::collections::BTreeMap;

use serde::Deserialize;
use signed_note::{Note, NoteError, Signer, StandardSigner, StandardVerifier, Verifier, VerifierList};

use crate::{Catalog, LoadError, mistake::File};

/// A set of catalogue files that somebody trusted has signed.
#[derive(Debug)]
pub struct Bundle {
    version: u64,
    catalog: Catalog,
}

/// Why a bundle cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenBundleError {
    /// A trusted key has not the form of one.
    #[error("`{key}` is not a public key; write it as `name+id+key`, as whoever publishes bundles gives it")]
    Key {
        /// As it was given.
        key: String,
    },
    /// It is no signed text, or longer than 1 MB.
    #[error("this is not a catalogue bundle; get the file again from whoever publishes it")]
    Form,
    /// None of the trusted keys signed it.
    #[error("no trusted key signed this bundle; add the publisher’s key only if you know it")]
    Stranger,
    /// It was changed after it was signed.
    #[error("this bundle was changed after it was signed; get the file again from whoever publishes it")]
    Altered,
    /// It is not newer than what is in use.
    #[error("this bundle has version {offered}, and version {current} is in use; get a newer one")]
    Old {
        /// Its version.
        offered: u64,
        /// The version in use.
        current: u64,
    },
    /// Its files are wrong.
    #[error("the files of this bundle do not load; tell whoever publishes it")]
    Files(#[source] LoadError),
}

/// Why files cannot be made a bundle.
#[derive(Debug, thiserror::Error)]
pub enum SealBundleError {
    /// The signing key has not the form of one.
    #[error("this is not a signing key")]
    Key,
    /// A file has a character that cannot be signed, or three single quotes in a row.
    #[error("file `{file}` holds what cannot be part of a bundle: `'''` or a control character")]
    Content {
        /// The file.
        file: String,
    },
    /// The files are too long, more than 1 MB together.
    #[error("the files cannot be signed; together they may have 1 MB")]
    Form,
    /// The files are wrong.
    #[error("the files do not load")]
    Files(#[source] LoadError),
}

/// The signed text.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBundle {
    version: u64,
    files: BTreeMap<String, String>,
}

impl Bundle {
    /// Reads a bundle signed with one of the `trusted` public keys, if it is newer than `current`.
    pub fn open(bytes: &[u8], trusted: &[&str], current: u64) -> Result<Self, OpenBundleError> {
        let note = Note::from_bytes(bytes).map_err(|_| OpenBundleError::Form)?;
        note.verify(&verifiers(trusted)?).map_err(|error| match error {
            NoteError::UnverifiedNote => OpenBundleError::Stranger,
            NoteError::InvalidSignature { .. } => OpenBundleError::Altered,
            _ => OpenBundleError::Form,
        })?;
        let text = std::str::from_utf8(note.text()).map_err(|_| OpenBundleError::Form)?;
        let raw: RawBundle = toml::from_str(text).map_err(|_| OpenBundleError::Form)?;
        if raw.version <= current {
            return Err(OpenBundleError::Old { offered: raw.version, current });
        }
        let catalog = raw.catalog().map_err(OpenBundleError::Files)?;
        Ok(Self { version: raw.version, catalog })
    }

    /// Signs files, given as name and content, with a private key in the form of `signed_note`. They must load.
    pub fn seal(version: u64, files: &[(&str, &str)], key: &str) -> Result<Vec<u8>, SealBundleError> {
        let signer = StandardSigner::new(key).map_err(|_| SealBundleError::Key)?;
        let mut text = format!("version = {version}\n[files]\n");
        for (name, content) in files {
            let unfit = |c: char| c.is_control() && c != '\n';
            if content.contains("'''") || content.chars().any(unfit) || name.contains(['"', '\\', '\n']) {
                return Err(SealBundleError::Content { file: (*name).to_owned() });
            }
            text.push_str(&format!("\"{name}\" = '''\n{content}'''\n"));
        }
        let raw: RawBundle = toml::from_str(&text).map_err(|_| SealBundleError::Form)?;
        raw.catalog().map_err(SealBundleError::Files)?;
        let mut note = Note::new(text.as_bytes(), &[]).map_err(|_| SealBundleError::Form)?;
        note.add_sigs(&[&signer as &dyn Signer]).map_err(|_| SealBundleError::Form)?;
        Ok(note.to_bytes())
    }

    /// Its version; later ones are higher.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The catalogue it holds.
    pub fn into_catalog(self) -> Catalog {
        self.catalog
    }
}

impl RawBundle {
    fn catalog(&self) -> Result<Catalog, LoadError> {
        Catalog::of(self.files.iter().map(|(name, text)| File { name, text }))
    }
}

fn verifiers(trusted: &[&str]) -> Result<VerifierList, OpenBundleError> {
    let keys = trusted.iter().map(|key| {
        let invalid = |_| OpenBundleError::Key { key: (*key).to_owned() };
        StandardVerifier::new(key.trim()).map(|key| Box::new(key) as Box<dyn Verifier>).map_err(invalid)
    });
    Ok(VerifierList::new(keys.collect::<Result<_, _>>()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Bundle, OpenBundleError, SealBundleError};

    const FILE: &str = "[listed.image]\npainter = { name = \"Painter\", hosts = [\"paint.example\"] }\n";

    /// The public key of `keys(1)`.
    const PUBLIC: &str = "catalogue.example+b34b4859+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c";

    /// A private and a public key made of `seed`.
    fn keys(seed: u8) -> (String, String) {
        let signing = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]);
        let public = signed_note::new_ed25519_verifier_key("catalogue.example", &signing.verifying_key());
        let id = public.split('+').nth(1).unwrap();
        let mut secret = vec![1];
        secret.extend([seed; 32]);
        (format!("PRIVATE+KEY+catalogue.example+{id}+{}", base64(&secret)), public)
    }

    /// RFC 4648 §4.
    fn base64(bytes: &[u8]) -> String {
        const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut text = String::new();
        for group in bytes.chunks(3) {
            let bits = group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte))
                << (8 * (3 - group.len()));
            for at in 0..4 {
                let letter = ALPHABET[(bits >> (18 - 6 * at)) as usize & 63] as char;
                text.push(if at <= group.len() { letter } else { '=' });
            }
        }
        text
    }

    fn sealed(version: u64) -> Vec<u8> {
        Bundle::seal(version, &[("tools/a.toml", FILE)], &keys(1).0).unwrap()
    }

    #[test]
    fn what_was_sealed_opens() {
        let (_, public) = keys(1);
        let bundle = Bundle::open(&sealed(7), &[&keys(2).1, &public], 6).unwrap();
        assert_eq!(bundle.version(), 7);
        let catalog = bundle.into_catalog();
        assert_eq!(catalog.lookup("www.paint.example").unwrap().tool.id.as_str(), "painter");
        assert_eq!(catalog.tools().len(), 1, "a bundle replaces the built-in files");
    }

    #[test]
    fn the_built_in_files_fit_into_a_bundle() {
        let files = crate::catalog::builtin_files();
        let sealed = Bundle::seal(1, &files, &keys(1).0).unwrap();
        let catalog = Bundle::open(&sealed, &[&keys(1).1], 0).unwrap().into_catalog();
        assert_eq!(catalog.tools().len(), crate::Catalog::builtin().unwrap().tools().len());
    }

    #[track_caller]
    fn check_refused(bytes: &[u8], trusted: &[&str], current: u64, expected: &str) {
        let error = Bundle::open(bytes, trusted, current).unwrap_err();
        assert!(error.to_string().starts_with(expected), "{error}");
    }

    #[test]
    fn what_is_wrong_is_refused_whole() {
        let (_, public) = keys(1);
        let bundle = sealed(7);
        let text = String::from_utf8(bundle.clone()).unwrap();
        check_refused(&bundle, &[&public], 7, "this bundle has version 7, and version 7 is in use");
        check_refused(&bundle, &[&public], 9, "this bundle has version 7");
        check_refused(&bundle, &[&keys(2).1], 0, "no trusted key signed this bundle");
        check_refused(&bundle, &[], 0, "no trusted key signed this bundle");
        check_refused(&bundle, &["x"], 0, "`x` is not a public key");
        check_refused(
            text.replace("Painter", "Pointer").as_bytes(),
            &[&public],
            0,
            "this bundle was changed",
        );
        check_refused(
            text.replace("version = 7", "version = 8").as_bytes(),
            &[&public],
            0,
            "this bundle was changed",
        );
        check_refused(FILE.as_bytes(), &[&public], 0, "this is not a catalogue bundle");
        check_refused(&bundle[..bundle.len() - 9], &[&public], 0, "this is not a catalogue bundle");
    }

    #[test]
    fn files_that_do_not_load_are_not_sealed() {
        let seal = |content: &str| Bundle::seal(1, &[("a.toml", content)], &keys(1).0).unwrap_err();
        assert!(matches!(
            seal("[listed.image]\nx = { name = \"X\", hosts = [] }\n"),
            SealBundleError::Files(_)
        ));
        assert!(matches!(seal("# '''\n"), SealBundleError::Content { .. }));
        assert!(matches!(seal("# \u{7}\n"), SealBundleError::Content { .. }));
        assert!(matches!(Bundle::seal(1, &[], "no key").unwrap_err(), SealBundleError::Key));
    }

    proptest! {
        #[test]
        fn any_bytes_are_refused(bytes: Vec<u8>) {
            let opened = Bundle::open(&bytes, &[PUBLIC], 0);
            prop_assert!(matches!(opened, Err(OpenBundleError::Form | OpenBundleError::Stranger)));
        }
    }
}
