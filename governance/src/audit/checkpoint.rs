use std::{fmt, str::FromStr};

use ed25519_dalek::{Signer as _, SigningKey};
use signed_note::{Note, Signature, StandardVerifier, Verifier as _, VerifierList};
use tlog_tiles::Checkpoint;

use super::{hex::hex, tree::Hash};

/// The private key that signs the log's roots, and the log's name.
#[derive(Clone)]
pub struct LogKey {
    public: PublicKey,
    signing: SigningKey,
}

/// The public key of a log, written as `name+hash+key` (<https://c2sp.org/signed-note>).
#[derive(Clone)]
pub struct PublicKey {
    text: String,
    verifier: StandardVerifier,
}

/// A root of the log that was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Root {
    /// How many entries it covers: those numbered from 0 to below it.
    pub size: u64,
    /// The tree's root over them.
    pub hash: Hash,
}

/// The text is no public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not the public key of an audit log; `bylaw audit key` prints one")]
pub struct InvalidKey;

/// A checkpoint says nothing that can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// It has not the form of one.
    #[error("it is not a checkpoint")]
    Form,
    /// Another key signed it, or none.
    #[error("it was not signed with the key of this log")]
    Stranger,
    /// The signature does not fit what it says.
    #[error("its signature does not fit what it says")]
    Signature,
}

impl LogKey {
    /// The key of a log, from 32 random bytes that nobody else knows; the log's name follows from the public key.
    pub fn from_seed(seed: &[u8; 32]) -> Result<Self, InvalidKey> {
        let signing = SigningKey::from_bytes(seed);
        let public = signing.verifying_key();
        let digits: String = hex(public.as_bytes()).chars().take(16).collect();
        let name = format!("bylaw.local/audit/{digits}");
        let text = signed_note::new_ed25519_verifier_key(&name, &public);
        Ok(Self { public: text.parse()?, signing })
    }

    /// What others verify with.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// A signed checkpoint of `root`.
    pub fn sign(&self, root: Root) -> Result<String, CheckpointError> {
        let name = self.public.name();
        let text = Checkpoint::new(name, root.size, tlog_tiles::Hash(root.hash), "")
            .map_err(|_| CheckpointError::Form)?
            .to_bytes();
        let id = self.public.verifier.key_id();
        let signature = self.signing.sign(&text).to_bytes().to_vec();
        let signature =
            Signature::new(name.to_owned(), id, signature).map_err(|_| CheckpointError::Signature)?;
        let note = Note::new(&text, &[signature]).map_err(|_| CheckpointError::Form)?;
        String::from_utf8(note.to_bytes()).map_err(|_| CheckpointError::Form)
    }
}

impl PublicKey {
    /// The log's name, which every checkpoint begins with.
    pub fn name(&self) -> &str {
        self.verifier.name()
    }

    /// The root that a checkpoint speaks of, once its signature is found right.
    pub fn open(&self, checkpoint: &str) -> Result<Root, CheckpointError> {
        let note = Note::from_bytes(checkpoint.as_bytes()).map_err(|_| CheckpointError::Form)?;
        let known = VerifierList::new(vec![Box::new(self.verifier.clone())]);
        note.verify(&known).map_err(|error| match error {
            signed_note::NoteError::UnverifiedNote => CheckpointError::Stranger,
            _ => CheckpointError::Signature,
        })?;
        let head = Checkpoint::from_bytes(note.text()).map_err(|_| CheckpointError::Form)?;
        if head.origin() != self.name() {
            return Err(CheckpointError::Stranger);
        }
        Ok(Root { size: head.size(), hash: head.hash().0 })
    }
}

impl FromStr for PublicKey {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        let text = text.trim();
        let verifier = StandardVerifier::new(text).map_err(|_| InvalidKey)?;
        Ok(Self { text: text.to_owned(), verifier })
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for LogKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<private key of {}>", self.public)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> LogKey {
        LogKey::from_seed(&[byte; 32]).unwrap()
    }

    #[test]
    fn a_checkpoint_is_opened_by_its_own_key_only() {
        let root = Root { size: 7, hash: [3; 32] };
        let note = key(1).sign(root).unwrap();
        assert_eq!(key(1).public().open(&note), Ok(root));
        assert_eq!(key(2).public().open(&note), Err(CheckpointError::Stranger));
        assert_eq!(key(1).public().open(&note.replace("\n7\n", "\n8\n")), Err(CheckpointError::Signature));
        assert_eq!(key(1).public().open(""), Err(CheckpointError::Form));
        let read: PublicKey = key(1).public().to_string().parse().unwrap();
        assert_eq!(read.open(&note), Ok(root));
        assert!("bylaw+1+x".parse::<PublicKey>().is_err());
        assert!(!format!("{:?}", key(1)).contains(&hex(&[1; 32])));
    }
}
