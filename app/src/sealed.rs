//! Content sealed to public keys whose private keys are elsewhere, in the format of age (<https://c2sp.org/age>), so that the
//! tools of that name open it too.
//!
//! Only recipients of the kind X25519 are known; the primitives are those of the library that TLS uses. The format is one page:
//! the crate of that name brings fifty others with it (`docs/adr/0026-captured-content.md`).

mod bech32; // keys as text
mod header; // for whom it is, and under which key
mod key; // private and public keys
mod payload; // the content in pieces

use std::fmt;

use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use model::Sensitive;

use key::{Private, Public};

/// For whom captured content is sealed: public keys, each of whose private keys opens it alone.
#[derive(Clone)]
pub(crate) struct Recipients(Vec<Public>);

/// Why something cannot be sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SealedError {
    #[error("expected a public key of age, as `bylaw evidence keygen` prints it (`age1…`)")]
    PublicKey,
    #[error("there is no private key in the identity file; its lines begin with `AGE-SECRET-KEY-1`")]
    NoIdentity,
    #[error("line {0} of the identity file is no private key of age")]
    Identity(usize),
    #[error("the cryptographic library refused")]
    Crypto,
    #[error("this is no file of age, or its beginning is damaged")]
    Header,
    #[error("this was not sealed for the key of the identity file")]
    NotForThis,
    #[error("what was sealed is damaged or cut off")]
    Damaged,
}

impl Recipients {
    /// Reads public keys.
    pub(crate) fn read(keys: &[String]) -> Result<Self, SealedError> {
        let keys = keys.iter().map(|text| Public::read(text)).collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() { Err(SealedError::PublicKey) } else { Ok(Self(keys)) }
    }

    /// Seals `content`; nobody without a private key opens it, this program included.
    pub(crate) fn seal(&self, content: &[u8]) -> Result<Vec<u8>, SealedError> {
        let file_key: [u8; 16] = rand::random();
        let mut sealed = header::write(&self.0, &file_key)?.into_bytes();
        payload::seal(&file_key, content, &mut sealed)?;
        Ok(sealed)
    }
}

impl fmt::Debug for Recipients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(Public::text)).finish()
    }
}

/// A new private key: the text of its identity file, and the public key.
pub(crate) fn generate() -> Result<(Sensitive, String), SealedError> {
    let identity = Private::generate();
    let public = identity.public()?.text();
    let file = format!("# public key: {public}\n{}\n", identity.text().reveal());
    Ok((Sensitive::new(file), public))
}

/// Opens what was sealed with one of the private keys of an identity file.
pub(crate) fn open(identities: &Sensitive, sealed: &[u8]) -> Result<Vec<u8>, SealedError> {
    let (header, payload) = header::read(sealed)?;
    let mut outcome = Err(SealedError::NoIdentity);
    for (number, line) in (1..).zip(identities.reveal().lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let identity = Private::read(line).ok_or(SealedError::Identity(number))?;
        if let Some(file_key) = header.unwrap(&identity)? {
            return payload::open(&file_key, payload);
        }
        outcome = Err(SealedError::NotForThis);
    }
    outcome
}

/// 32 bytes derived from `secret`.
fn derived(secret: &[u8], salt: &[u8], what: &[u8]) -> Result<[u8; 32], SealedError> {
    let mut key = [0; 32];
    let derived = Salt::new(HKDF_SHA256, salt).extract(secret);
    let filled = derived.expand(&[what], HKDF_SHA256).and_then(|derived| derived.fill(&mut key));
    filled.map(|()| key).map_err(|_| SealedError::Crypto)
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::STANDARD};

    use super::*;

    #[test]
    fn each_recipient_opens_it_and_nobody_else() {
        let [(ada, first), (eve, second), (mallory, _)] = [(); 3].map(|()| generate().unwrap());
        let recipients = Recipients::read(&[first, second]).unwrap();
        for length in [0, 1, 65_535, 65_536, 65_537, 200_000] {
            let content: Vec<u8> = (0..length).map(|place| (place % 251) as u8).collect();
            let sealed = recipients.seal(&content).unwrap();
            for identities in [&ada, &eve] {
                assert!(open(identities, &sealed).unwrap() == content, "{length}");
            }
            assert_eq!(open(&mallory, &sealed), Err(SealedError::NotForThis));
        }
    }

    #[test]
    fn whatever_is_altered_or_cut_off_is_refused() {
        let (ada, public) = generate().unwrap();
        let sealed = Recipients::read(&[public]).unwrap().seal(&[7; 70_000]).unwrap();
        for at in (0..300).chain([65_800, sealed.len() - 1]) {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            assert!(open(&ada, &altered).is_err(), "byte {at}");
        }
        for end in (0..400).chain([65_536, 65_752, 65_768, sealed.len() - 1]) {
            assert!(open(&ada, &sealed[..end]).is_err(), "{end} bytes");
        }
        let longer = [sealed.as_slice(), b"x"].concat();
        assert_eq!(open(&ada, &longer), Err(SealedError::Damaged));
    }

    #[test]
    fn identity_files_are_read_line_by_line() {
        let (ada, public) = generate().unwrap();
        let sealed = Recipients::read(&[public]).unwrap().seal(b"x").unwrap();
        for (file, expected) in [
            ("# nothing".to_owned(), Err(SealedError::NoIdentity)),
            ("\nx".to_owned(), Err(SealedError::Identity(2))),
            (ada.reveal().to_lowercase(), Ok(b"x".to_vec())),
            (format!("{}{}", generate().unwrap().0.reveal(), ada.reveal()), Ok(b"x".to_vec())),
        ] {
            assert_eq!(open(&Sensitive::new(file), &sealed), expected);
        }
    }

    #[test]
    fn only_public_keys_are_read() {
        let (private, _) = generate().unwrap();
        let line = private.reveal().lines().nth(1).unwrap().to_owned();
        for keys in [vec![], vec![line], vec!["age1".to_owned()], vec!["age1qqqq".to_owned()]] {
            assert_eq!(Recipients::read(&keys).err(), Some(SealedError::PublicKey), "{keys:?}");
        }
    }

    /// Made with `age` 1.1.1 of Debian 12: `printf … | age -r RECIPIENT -r ANOTHER`.
    #[test]
    fn files_of_the_tool_called_age_are_opened() {
        let identity =
            Sensitive::new("AGE-SECRET-KEY-1GJU6CDJKUSC5DVJ62X285L0FVRYNS2F0S2KHSK7H9L432FK40NQQA9JQDU");
        let sealed = "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSB2VnRCUVRmOXBweTVReGg4RE43TDNwV3djYnBKVUI1Z2cyV1VpQm5MaENF \
        CmE4cENsZmtiVHJSWmkzQnp6WHVjdTNqTkJNeklTdjlpQTVLcXFnS1VSR2cKLT4gWDI1NTE5IElaMG9JbzNtc2VDU1lnYm9xNEly \
        ME4rTEJwVXlqNW9GYXlKbXh5VXFuVE0KbDRIYXhEek4zcURnY2EwUVRmOVFRMnZLeVJJYlBUenFPYlVSSXdsSXFScwotLS0gL3FU \
        NEhtMlYvbUZwb3hQZXlpTENCWlFzSEVYa3pZT1dTdVBaR3Vwekl1MApvnMFk437em5ZN6kpAmCjOOshV3t8pcu/j4Umdg7coXJpl \
        roEa6Gq29FTV6Zr+7LqJqpF+xxgh";
        let sealed = STANDARD.decode(sealed.replace(' ', "")).unwrap();
        assert_eq!(open(&identity, &sealed).unwrap(), b"A secret of Anna Kovacs");
    }
}
