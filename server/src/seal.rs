use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use governance::audit::hex;
use model::Sensitive;
use uuid::Uuid;

use crate::auth::Secret;

/// Why a text could not be sealed or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SealError {
    /// The cryptographic library refused.
    #[error("the text could not be sealed")]
    Seal,
    /// It was sealed with another key or for something else, or it was altered.
    #[error("the text was sealed with another secret, or altered")]
    Open,
}

/// Keeps texts that people entrust to Bylaw unreadable to whoever reads the store.
///
/// AES-256-GCM with a random nonce for each text; the key is derived from the installation's secret, which lies outside
/// the store, and each text is bound to what it belongs to. Written as hexadecimal: nonce, then ciphertext and tag.
pub(crate) struct Seal(RandomizedNonceKey);

impl Seal {
    /// # Errors
    /// If the cryptographic library refuses the key.
    pub(crate) fn new(secret: &Secret) -> Result<Self, SealError> {
        RandomizedNonceKey::new(&AES_256_GCM, &secret.derive("report texts"))
            .map(Self)
            .map_err(|_| SealError::Seal)
    }

    /// Seals `text` for the thing called `of`.
    pub(crate) fn seal(&self, of: Uuid, text: &Sensitive) -> Result<String, SealError> {
        let mut sealed = text.reveal().as_bytes().to_vec();
        let nonce = self.0.seal_in_place_append_tag(Aad::from(of.as_bytes()), &mut sealed);
        let nonce = nonce.map_err(|_| SealError::Seal)?;
        Ok(hex(&[nonce.as_ref().as_slice(), sealed.as_slice()].concat()))
    }

    /// Reads what was sealed for `of`.
    pub(crate) fn open(&self, of: Uuid, sealed: &str) -> Result<Sensitive, SealError> {
        let bytes = bytes(sealed).ok_or(SealError::Open)?;
        let (nonce, text) = bytes.split_at_checked(NONCE_LEN).ok_or(SealError::Open)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealError::Open)?;
        let mut text = text.to_vec();
        let opened = self.0.open_in_place(nonce, Aad::from(of.as_bytes()), &mut text);
        let text = opened.map_err(|_| SealError::Open)?;
        String::from_utf8(text.to_vec()).map(Sensitive::new).map_err(|_| SealError::Open)
    }
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let pairs = hex.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_secret_and_the_same_thing_open_a_text() {
        let seal = Seal::new(&Secret::new([1; 32])).unwrap();
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let text = Sensitive::new("Größere Mengen von Kundendaten");
        let sealed = seal.seal(one, &text).unwrap();
        assert!(seal.open(one, &sealed).unwrap() == text);
        assert_ne!(
            sealed,
            seal.seal(one, &text).unwrap(),
            "two seals of one text do not show that it is the same"
        );
        assert_eq!(seal.open(other, &sealed), Err(SealError::Open));
        assert_eq!(Seal::new(&Secret::new([2; 32])).unwrap().open(one, &sealed), Err(SealError::Open));
        let altered = format!("{}0", &sealed[..sealed.len() - 1]);
        let altered = if altered == sealed { format!("{}1", &sealed[..sealed.len() - 1]) } else { altered };
        for broken in [altered.as_str(), "", "00", "zz", &sealed[..40], "ä"] {
            assert_eq!(seal.open(one, broken), Err(SealError::Open), "{broken}");
        }
    }
}
