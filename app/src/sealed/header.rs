use aws_lc_rs::{
    aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey},
    hmac,
};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};

use super::{
    SealedError, derived,
    key::{Private, Public},
};

const VERSION: &str = "age-encryption.org/v1";
const X25519_INFO: &[u8] = b"age-encryption.org/v1/X25519";
/// Longest header that is read: some two hundred recipients.
const LONGEST: usize = 32 * 1024;

/// The share of one recipient, and the file's key wrapped for them.
type Wrapped = ([u8; 32], Vec<u8>);

/// The beginning of what was sealed: the key of the file, wrapped for each recipient, and a check over all of it.
pub(super) struct Header<'a> {
    /// Shares and wrapped keys of the recipients of the kind X25519; others are passed over.
    wrapped: Vec<Wrapped>,
    authenticated: &'a str,
    mac: Vec<u8>,
}

/// The header for these recipients.
pub(super) fn write(recipients: &[Public], file_key: &[u8; 16]) -> Result<String, SealedError> {
    let mut text = format!("{VERSION}\n");
    for recipient in recipients {
        let ephemeral = Private::generate();
        let share = ephemeral.public()?;
        let key = wrapping_key(&ephemeral.shared_with(recipient)?, &share, recipient)?;
        let mut body = file_key.to_vec();
        let sealed = key.seal_in_place_append_tag(first_nonce(), Aad::empty(), &mut body);
        sealed.map_err(|_| SealedError::Crypto)?;
        let (share, body) = (STANDARD_NO_PAD.encode(share.0), STANDARD_NO_PAD.encode(body));
        text += &format!("-> X25519 {share}\n{body}\n");
    }
    text += "---";
    let mac = hmac::sign(&mac_key(file_key)?, text.as_bytes());
    Ok(format!("{text} {}\n", STANDARD_NO_PAD.encode(mac.as_ref())))
}

/// The header and what comes after it.
pub(super) fn read(sealed: &[u8]) -> Result<(Header<'_>, &[u8]), SealedError> {
    let beginning = sealed.get(..LONGEST).unwrap_or(sealed);
    let end = beginning.windows(5).position(|window| window == b"\n--- ").ok_or(SealedError::Header)?;
    let line = beginning.get(end + 5..).and_then(|rest| rest.iter().position(|byte| *byte == b'\n'));
    let line = line.ok_or(SealedError::Header)?;
    let (header, payload) = sealed.split_at_checked(end + 5 + line + 1).ok_or(SealedError::Header)?;
    let header = std::str::from_utf8(header).map_err(|_| SealedError::Header)?;
    let (authenticated, mac) = header.rsplit_once("--- ").ok_or(SealedError::Header)?;
    let mac = decoded(mac.trim_end_matches('\n'))?;
    let authenticated = header.get(..authenticated.len() + 3).ok_or(SealedError::Header)?;
    Ok((Header { wrapped: stanzas(authenticated)?, authenticated, mac }, payload))
}

/// Each recipient is a line that begins with `->`, then lines of 64 letters, the last of which is shorter.
fn stanzas(text: &str) -> Result<Vec<Wrapped>, SealedError> {
    let mut lines = text.strip_suffix("---").unwrap_or(text).lines();
    if lines.next() != Some(VERSION) {
        return Err(SealedError::Header);
    }
    let mut wrapped = Vec::new();
    while let Some(line) = lines.next() {
        let arguments: Vec<&str> = line.strip_prefix("-> ").ok_or(SealedError::Header)?.split(' ').collect();
        let mut body = String::new();
        for line in lines.by_ref() {
            body += line;
            if line.len() < 64 {
                break;
            }
        }
        if let ["X25519", share] = arguments.as_slice() {
            let share = decoded(share)?.try_into().map_err(|_| SealedError::Header)?;
            wrapped.push((share, decoded(&body)?));
        }
    }
    Ok(wrapped)
}

fn decoded(text: &str) -> Result<Vec<u8>, SealedError> {
    STANDARD_NO_PAD.decode(text).map_err(|_| SealedError::Header)
}

impl Header<'_> {
    /// The key of the file, if one of the recipients is `identity`'s.
    pub(super) fn unwrap(&self, identity: &Private) -> Result<Option<[u8; 16]>, SealedError> {
        let own = identity.public()?;
        for (share, body) in &self.wrapped {
            let share = Public(*share);
            let key = wrapping_key(&identity.shared_with(&share)?, &share, &own)?;
            let mut body = body.clone();
            let Ok(opened) = key.open_in_place(first_nonce(), Aad::empty(), &mut body) else { continue };
            let file_key: [u8; 16] = (&*opened).try_into().map_err(|_| SealedError::Header)?;
            let checked = hmac::verify(&mac_key(&file_key)?, self.authenticated.as_bytes(), &self.mac);
            return checked.map(|()| Some(file_key)).map_err(|_| SealedError::Header);
        }
        Ok(None)
    }
}

fn wrapping_key(shared: &[u8; 32], share: &Public, recipient: &Public) -> Result<LessSafeKey, SealedError> {
    let salt = [share.0, recipient.0].concat();
    key(&derived(shared, &salt, X25519_INFO)?)
}

pub(super) fn key(bytes: &[u8; 32]) -> Result<LessSafeKey, SealedError> {
    UnboundKey::new(&CHACHA20_POLY1305, bytes).map(LessSafeKey::new).map_err(|_| SealedError::Crypto)
}

/// Each of these keys seals one thing only.
fn first_nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

fn mac_key(file_key: &[u8; 16]) -> Result<hmac::Key, SealedError> {
    Ok(hmac::Key::new(hmac::HMAC_SHA256, &derived(file_key, &[], b"header")?))
}
