use model::{PersonId, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::signature::{Ceremony, Challenge, SignatureRefused, Statement};
use crate::{Lifecycle, id_of};

/// Longest identifier of a credential, in bytes (Web Authentication, section 4).
const LONGEST_CREDENTIAL: usize = 1_023;

/// A security key, or a device's own, with which someone signs that they accept the policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningKey {
    /// Whose.
    pub person: PersonId,
    /// What the person calls it.
    pub name: String,
    /// The authenticator's identifier of it: base64url without padding.
    pub credential: String,
    /// What checks its signatures.
    pub public: PublicKey,
    /// When it was added.
    pub at: Timestamp,
}

/// A public key and what signs for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = SigningPublicKey))]
pub struct PublicKey {
    /// The algorithm.
    pub algorithm: Algorithm,
    /// SubjectPublicKeyInfo (RFC 5280, section 4.1) in DER, as base64url without padding.
    pub key: String,
}

/// Algorithms of signatures, by their names in COSE (RFC 9053, RFC 8812).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = SigningAlgorithm))]
pub enum Algorithm {
    /// ECDSA over P-256 with SHA-256; what nearly every authenticator does. -7.
    Es256,
    /// Ed25519. -8.
    Eddsa,
    /// RSA PKCS #1 v1.5 with SHA-256, of 2,048 to 8,192 bits. -257.
    Rs256,
}

impl SigningKey {
    /// A key that a page of `origin` was given for `challenge`, which [`Challenge::to_add_a_key`] made. Nothing of it is proved
    /// yet: that the person has the private key shows with each signature.
    ///
    /// # Errors
    /// If what the authenticator says is about something else.
    pub fn added(
        person: PersonId,
        name: String,
        credential: String,
        public: PublicKey,
        statement: &Statement,
        expected: (&Challenge, &str),
        at: Timestamp,
    ) -> Result<Self, SignatureRefused> {
        statement.is_of(Ceremony::Create, expected.0, expected.1)?;
        let id = super::signature::bytes(&credential, "credential")?;
        if id.is_empty() || id.len() > LONGEST_CREDENTIAL {
            return Err(SignatureRefused::Unreadable("credential"));
        }
        super::signature::bytes(&public.key, "public_key")?;
        Ok(Self { person, name, credential, public, at })
    }

    /// The id under which it is kept: one for each credential of a person.
    pub fn id(&self) -> Uuid {
        id_of(&format!("signing key\n{}\n{}", self.person, self.credential))
    }
}

impl Lifecycle for SigningKey {
    const KIND: &'static str = "signing_key";

    fn state(&self) -> &'static str {
        "in_use"
    }

    fn person(&self) -> Option<&PersonId> {
        Some(&self.person)
    }
}
