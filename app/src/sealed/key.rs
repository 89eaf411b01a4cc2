use std::fmt;

use aws_lc_rs::agreement::{PrivateKey, UnparsedPublicKey, X25519, agree};
use model::Sensitive;

use super::{SealedError, bech32};

/// A public key: a point of Curve25519.
#[derive(Clone)]
pub(super) struct Public(pub(super) [u8; 32]);

/// A private key: a scalar of Curve25519. It cannot be printed.
pub(super) struct Private([u8; 32]);

impl Public {
    pub(super) fn read(text: &str) -> Result<Self, SealedError> {
        let bytes = bech32::read("age", text.trim()).and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or(SealedError::PublicKey)
    }

    pub(super) fn text(&self) -> String {
        bech32::write("age", &self.0)
    }
}

impl Private {
    pub(super) fn generate() -> Self {
        Self(rand::random())
    }

    pub(super) fn read(text: &str) -> Option<Self> {
        bech32::read("age-secret-key-", text)?.try_into().ok().map(Self)
    }

    pub(super) fn text(&self) -> Sensitive {
        Sensitive::new(bech32::write("age-secret-key-", &self.0).to_ascii_uppercase())
    }

    pub(super) fn public(&self) -> Result<Public, SealedError> {
        let public = self.scalar()?.compute_public_key().map_err(|_| SealedError::Crypto)?;
        public.as_ref().try_into().map(Public).map_err(|_| SealedError::Crypto)
    }

    /// What the holders of both private keys know; none for points of low order, which would make it known to all.
    pub(super) fn shared_with(&self, other: &Public) -> Result<[u8; 32], SealedError> {
        let other = UnparsedPublicKey::new(&X25519, other.0);
        agree(&self.scalar()?, other, SealedError::Crypto, |shared| {
            shared.try_into().map_err(|_| SealedError::Crypto)
        })
    }

    fn scalar(&self) -> Result<PrivateKey, SealedError> {
        PrivateKey::from_private_key(&X25519, &self.0).map_err(|_| SealedError::Crypto)
    }
}

impl fmt::Debug for Private {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<private key>")
    }
}
