use std::fmt;

/// What is kept of a secret that only its holder has: its BLAKE3 hash.
///
/// For secrets drawn at random with 128 bits or more (session cookies, API tokens, one-time codes), which cannot be
/// guessed; passwords need a slow hash instead. Looking a digest up in an index tells a stranger nothing, as whoever
/// asks cannot choose the digest's bits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of `secret`.
    pub fn of(secret: &str) -> Self {
        Self(*blake3::hash(secret.as_bytes()).as_bytes())
    }

    pub(crate) fn to_bytes(self) -> Vec<u8> {
        self.0.to_vec()
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<digest>")
    }
}
