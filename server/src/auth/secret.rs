use std::fmt;

use governance::audit::{InvalidKey, LogKey};
use store::Digest;

/// A secret of this installation, from which the server's keys are derived.
#[derive(Clone)]
pub struct Secret([u8; 32]);

impl Secret {
    /// Uses `bytes`, which must be random and kept private.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The key that signs the audit log.
    pub fn log_key(&self) -> Result<LogKey, InvalidKey> {
        LogKey::from_seed(&self.derive("audit log"))
    }

    /// A key for one purpose, so that what is made for one never counts for another.
    pub(crate) fn derive(&self, purpose: &str) -> [u8; 32] {
        blake3::derive_key(&format!("bylaw 2026 server: {purpose}"), &self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<secret>")
    }
}

/// What a client shows to be recognised: 256 random bits. The store knows only its hash.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

/// How the tokens of programs begin, so that scanners find those that were committed by mistake.
const API_PREFIX: &str = "bylaw_";

impl Token {
    /// A new token for a session or a one-time sign-in.
    pub fn random() -> Self {
        Self(blake3::Hash::from(rand::random::<[u8; 32]>()).to_hex().to_string())
    }

    /// A new token for a program.
    pub(crate) fn for_api() -> Self {
        Self(format!("{API_PREFIX}{}", Self::random().0))
    }

    /// What a client sent; `None` if no token looks like it.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(API_PREFIX).unwrap_or(text);
        let well_formed = digits.len() == 64 && digits.bytes().all(|b| b.is_ascii_hexdigit());
        well_formed.then(|| Self(text.to_owned()))
    }

    /// The token itself, to be given to its owner once.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What the store keeps.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<token>")
    }
}

/// Whether two secrets are equal; takes the same time wherever they differ.
pub(crate) fn same(one: &str, other: &str) -> bool {
    // The comparison of two hashes takes constant time, and hashing depends on lengths only.
    blake3::hash(one.as_bytes()) == blake3::hash(other.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_read_back_and_never_printed() {
        for token in [Token::random(), Token::for_api()] {
            assert_eq!(Token::read(token.reveal()), Some(token.clone()));
            assert_eq!(format!("{token:?}"), "<token>");
            assert_ne!(token.digest(), Token::random().digest());
        }
        for text in ["", "bylaw_", "zz", &"g".repeat(64), &"a".repeat(63), &"a".repeat(65)] {
            assert_eq!(Token::read(text), None, "{text}");
        }
    }

    #[test]
    fn equal_secrets_are_the_same() {
        assert!(same("one", "one"));
        assert!(!same("one", "two") && !same("one", "") && !same("one", "onee"));
    }
}
