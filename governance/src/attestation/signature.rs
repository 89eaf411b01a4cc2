//! Signatures over the policy's hash by a security key: Web Authentication Level 3 (<https://www.w3.org/TR/webauthn-3/>), of
//! which only what a signature needs is here; no attestation of the key's maker is asked for.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use model::{PersonId, PolicyVersion};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::key::{Algorithm, PublicKey};

/// Most bytes that a part of a signature may have; real ones have some hundred.
const LONGEST: usize = 8 * 1024;
/// The authenticator's flag that somebody was there (section 6.1, bit 0).
const PRESENT: u8 = 0b1;
/// Its flag that it knew who (bit 2).
const VERIFIED: u8 = 0b100;

/// What an authenticator is asked to sign: SHA-256 of a text that says what it is for. What was signed for one thing counts for
/// nothing else, and a new session has other challenges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge([u8; 32]);

impl Challenge {
    /// To add a key: SHA-256 of `Bylaw key`, the person and `nonce`, a line each.
    pub fn to_add_a_key(person: &PersonId, nonce: &str) -> Self {
        Self::of(&["Bylaw key", person.as_str(), nonce])
    }

    /// To accept a version of the policy: SHA-256 of `Bylaw acceptance`, the version and `nonce`, a line each.
    pub fn to_accept(policy: &PolicyVersion, nonce: &str) -> Self {
        Self::of(&["Bylaw acceptance", policy.as_str(), nonce])
    }

    fn of(lines: &[&str]) -> Self {
        Self(Sha256::digest(lines.join("\n")).into())
    }

    /// As pages and authenticators write it: base64url without padding.
    pub fn to_base64url(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

/// What a browser did with an authenticator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ceremony {
    Create,
    Get,
}

/// The browser's own statement of what it did: `CollectedClientData` (section 5.8.1).
#[derive(Debug, Deserialize)]
pub struct Statement {
    #[serde(rename = "type")]
    what: String,
    challenge: String,
    origin: String,
    #[serde(default, rename = "crossOrigin")]
    cross_origin: bool,
}

impl Statement {
    /// Reads it from base64url of its JSON.
    ///
    /// # Errors
    /// If it is none.
    pub fn read(client_data: &str) -> Result<Self, SignatureRefused> {
        let bytes = bytes(client_data, "client_data")?;
        serde_json::from_slice(&bytes).map_err(|_| SignatureRefused::Unreadable("client_data"))
    }

    /// Whether it is about this ceremony and challenge on a page of `origin` (sections 7.1 and 7.2, steps about `C`).
    pub(super) fn is_of(
        &self,
        ceremony: Ceremony,
        challenge: &Challenge,
        origin: &str,
    ) -> Result<(), SignatureRefused> {
        let what = match ceremony {
            Ceremony::Create => "webauthn.create",
            Ceremony::Get => "webauthn.get",
        };
        if self.what != what {
            return Err(SignatureRefused::OtherCeremony);
        }
        if self.challenge != challenge.to_base64url() {
            return Err(SignatureRefused::OtherChallenge);
        }
        if self.origin != origin || self.cross_origin {
            return Err(SignatureRefused::OtherPage);
        }
        Ok(())
    }

    /// The host of the page, to which authenticators bind their keys.
    fn host(&self) -> Option<&str> {
        let authority = self.origin.split_once("://")?.1;
        authority.rsplit_once(':').map_or(Some(authority), |(host, _)| Some(host))
    }
}

/// A signature with all that checks it, so that it can be checked without Bylaw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = AttestationSignature))]
pub struct Signature {
    /// What the person calls the key.
    pub key_name: String,
    /// What checks it.
    pub public: PublicKey,
    /// See [`Challenge::to_accept`].
    pub nonce: String,
    /// What the authenticator says of itself (section 6.1): base64url without padding.
    pub authenticator_data: String,
    /// What the browser says it did, JSON in base64url without padding.
    pub client_data: String,
    /// Over the authenticator's data and SHA-256 of the browser's: base64url without padding.
    pub signature: String,
}

/// How the authenticator knew that somebody agreed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = SignaturePresence))]
pub enum Presence {
    /// Somebody touched it.
    Present,
    /// It recognised its owner, by PIN, finger or face.
    Verified,
}

impl Signature {
    /// Checks that it is over the hash of `policy`, and was made on a page of `origin` (section 7.2). The counter of uses is not
    /// looked at: whoever signs is signed in as well.
    ///
    /// # Errors
    /// If it is about something else, or was not made with this key.
    pub fn verify(&self, policy: &PolicyVersion, origin: &str) -> Result<Presence, SignatureRefused> {
        let statement = Statement::read(&self.client_data)?;
        statement.is_of(Ceremony::Get, &Challenge::to_accept(policy, &self.nonce), origin)?;
        let mut signed = bytes(&self.authenticator_data, "authenticator_data")?;
        // SHA-256 of the host, then flags, then a counter of four bytes.
        let Some((site, [flags, ..])) = signed.split_first_chunk::<32>() else {
            return Err(SignatureRefused::Unreadable("authenticator_data"));
        };
        let host = statement.host().unwrap_or_default();
        if site.as_slice() != Sha256::digest(host).as_slice() {
            return Err(SignatureRefused::OtherPage);
        }
        let presence = match flags {
            flags if flags & PRESENT == 0 => return Err(SignatureRefused::Nobody),
            flags if flags & VERIFIED == 0 => Presence::Present,
            _ => Presence::Verified,
        };
        signed.extend(Sha256::digest(bytes(&self.client_data, "client_data")?));
        let key = bytes(&self.public.key, "public_key")?;
        UnparsedPublicKey::new(self.public.algorithm.verification(), key)
            .verify(&signed, &bytes(&self.signature, "signature")?)
            .map_err(|_| SignatureRefused::Forged)?;
        Ok(presence)
    }
}

impl Algorithm {
    fn verification(self) -> &'static dyn VerificationAlgorithm {
        match self {
            Self::Es256 => &ECDSA_P256_SHA256_ASN1,
            Self::Eddsa => &ED25519,
            Self::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
        }
    }
}

/// Why a key or a signature was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureRefused {
    /// A part cannot be read.
    #[error(
        "`{0}` is not what a browser's credential has there, in base64url without padding; try again in a browser"
    )]
    Unreadable(&'static str),
    /// It was made for something else.
    #[error("the browser's statement is about something else than was asked; try again")]
    OtherCeremony,
    /// It was made for another version, person or session.
    #[error(
        "what was signed is not this version of the policy in this session; load the page again, then sign"
    )]
    OtherChallenge,
    /// It was made on a page of another site.
    #[error("the key was used on a page of another site; open Bylaw's own address, then try again")]
    OtherPage,
    /// Nobody touched the authenticator.
    #[error("the key says that nobody was there; touch it when it asks")]
    Nobody,
    /// The signature does not fit.
    #[error("the signature was not made with this key")]
    Forged,
}

/// The bytes of base64url without padding, at most 8 KiB.
pub(super) fn bytes(text: &str, part: &'static str) -> Result<Vec<u8>, SignatureRefused> {
    let sound = (text.len() <= LONGEST).then(|| URL_SAFE_NO_PAD.decode(text).ok()).flatten();
    sound.ok_or(SignatureRefused::Unreadable(part))
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::{
        encoding::{AsDer, PublicKeyX509Der},
        rand::SystemRandom,
        rsa::KeySize,
        signature::{
            ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256,
            RsaKeyPair,
        },
    };
    use serde_json::json;

    use super::*;

    const ORIGIN: &str = "https://bylaw.example:8443";

    fn policy() -> PolicyVersion {
        PolicyVersion::new("8f434346648f")
    }

    /// What an authenticator with a key of `algorithm` answers to a page of `ORIGIN`.
    fn signed(algorithm: Algorithm, client: &str, flags: u8) -> Signature {
        let random = SystemRandom::new();
        let mut data = Sha256::digest("bylaw.example").to_vec();
        data.extend([flags, 0, 0, 0, 7]);
        let message = [data.as_slice(), &Sha256::digest(client)].concat();
        let der = |key: PublicKeyX509Der<'_>| key.as_ref().to_vec();
        let (key, signature) = match algorithm {
            Algorithm::Es256 => {
                let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
                let signature = pair.sign(&random, &message).unwrap().as_ref().to_vec();
                (der(pair.public_key().as_der().unwrap()), signature)
            }
            Algorithm::Eddsa => {
                let pair = Ed25519KeyPair::generate().unwrap();
                (der(pair.public_key().as_der().unwrap()), pair.sign(&message).as_ref().to_vec())
            }
            Algorithm::Rs256 => {
                let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, &message, &mut signature).unwrap();
                (der(pair.public_key().as_der().unwrap()), signature)
            }
        };
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        Signature {
            key_name: "blue one".to_owned(),
            public: PublicKey { algorithm, key: text(&key) },
            nonce: "n".to_owned(),
            authenticator_data: text(&data),
            client_data: text(client.as_bytes()),
            signature: text(&signature),
        }
    }

    fn client(what: &str, challenge: &Challenge, origin: &str) -> String {
        json!({ "type": what, "challenge": challenge.to_base64url(), "origin": origin }).to_string()
    }

    #[test]
    fn every_algorithm_signs_the_hash() {
        let said = client("webauthn.get", &Challenge::to_accept(&policy(), "n"), ORIGIN);
        for algorithm in [Algorithm::Es256, Algorithm::Eddsa, Algorithm::Rs256] {
            let signature = signed(algorithm, &said, PRESENT);
            assert_eq!(signature.verify(&policy(), ORIGIN), Ok(Presence::Present), "{algorithm:?}");
            let verified = signed(algorithm, &said, PRESENT | VERIFIED);
            assert_eq!(verified.verify(&policy(), ORIGIN), Ok(Presence::Verified), "{algorithm:?}");
            let of_another = Signature { public: verified.public, ..signature.clone() };
            assert_eq!(of_another.verify(&policy(), ORIGIN), Err(SignatureRefused::Forged), "{algorithm:?}");
            let louder = Signature { authenticator_data: verified.authenticator_data, ..signature };
            assert_eq!(louder.verify(&policy(), ORIGIN), Err(SignatureRefused::Forged), "{algorithm:?}");
        }
    }

    #[test]
    fn what_is_about_something_else_is_refused() {
        use SignatureRefused as No;
        let accept = Challenge::to_accept(&policy(), "n");
        let other_version = Challenge::to_accept(&PolicyVersion::new("000000000000"), "n");
        let add = Challenge::to_add_a_key(&PersonId::new("anna"), "n");
        for (said, flags, expected) in [
            (client("webauthn.create", &accept, ORIGIN), PRESENT, No::OtherCeremony),
            (client("webauthn.get", &other_version, ORIGIN), PRESENT, No::OtherChallenge),
            (client("webauthn.get", &add, ORIGIN), PRESENT, No::OtherChallenge),
            (client("webauthn.get", &accept, "https://bylaw.example"), PRESENT, No::OtherPage),
            (client("webauthn.get", &accept, "https://evil.example:8443"), PRESENT, No::OtherPage),
            (client("webauthn.get", &accept, ORIGIN), VERIFIED, No::Nobody),
            ("[]".to_owned(), PRESENT, No::Unreadable("client_data")),
        ] {
            let signature = signed(Algorithm::Es256, &said, flags);
            assert_eq!(signature.verify(&policy(), ORIGIN), Err(expected), "{said}");
        }
        let good = signed(Algorithm::Es256, &client("webauthn.get", &accept, ORIGIN), PRESENT);
        for (broken, part) in [
            (Signature { client_data: "=".to_owned(), ..good.clone() }, "client_data"),
            (Signature { client_data: "A".repeat(LONGEST + 4), ..good.clone() }, "client_data"),
            (Signature { authenticator_data: "AAAA".to_owned(), ..good.clone() }, "authenticator_data"),
            (Signature { signature: "ü".to_owned(), ..good.clone() }, "signature"),
        ] {
            assert_eq!(broken.verify(&policy(), ORIGIN), Err(No::Unreadable(part)));
        }
        let no_key = Signature { public: PublicKey { key: String::new(), ..good.public }, ..good };
        assert_eq!(no_key.verify(&policy(), ORIGIN), Err(No::Forged));
    }
}
