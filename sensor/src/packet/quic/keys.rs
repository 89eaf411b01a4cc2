use aws_lc_rs::{
    aead::{
        AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey,
        quic::{AES_128, HeaderProtectionKey},
    },
    hkdf::{HKDF_SHA256, KeyType, Prk, Salt},
};

use super::header::{Packet, Version};

/// What protects a client's Initial packets (RFC 9001 §5, RFC 9369 §3.3).
pub(crate) struct Keys {
    version: Version,
    payload: LessSafeKey,
    nonce: [u8; 12],
    header: HeaderProtectionKey,
}

/// Bytes that hide parts of a header begin four bytes after the packet's number (RFC 9001 §5.4.2).
const SAMPLE: std::ops::Range<usize> = 4..20;

impl Keys {
    /// From the number the client first gave the server.
    pub(crate) fn derive(version: Version, destination: &[u8]) -> Option<Self> {
        let (salt, prefix) = match version {
            Version::One => (SALT_1, "quic"),
            Version::Two => (SALT_2, "quicv2"),
            Version::Draft29 => (SALT_DRAFT_29, "quic"),
            Version::Draft23 => (SALT_DRAFT_23, "quic"),
            Version::Draft22 => (SALT_DRAFT_22, "quic"),
            // No version of its own has keys.
            Version::Reserved => return None,
        };
        let initial = Salt::new(HKDF_SHA256, &salt).extract(destination);
        let client: [u8; 32] = expand(&initial, "client in")?;
        let client = Prk::new_less_safe(HKDF_SHA256, &client);
        let payload: [u8; 16] = expand(&client, &format!("{prefix} key"))?;
        let header: [u8; 16] = expand(&client, &format!("{prefix} hp"))?;
        Some(Self {
            version,
            payload: LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &payload).ok()?),
            nonce: expand(&client, &format!("{prefix} iv"))?,
            header: HeaderProtectionKey::new(&AES_128, &header).ok()?,
        })
    }

    pub(crate) fn version(&self) -> Version {
        self.version
    }

    /// The frames of a packet, if these are its keys.
    pub(crate) fn open(&self, packet: &Packet<'_>) -> Option<Vec<u8>> {
        let (head, protected) = packet.bytes.split_at_checked(packet.number_at)?;
        let [mask, masks @ ..] = self.header.new_mask(protected.get(SAMPLE)?).ok()?;
        let mut header = head.to_vec();
        let first = header.first_mut()?;
        *first ^= mask & 0x0f;
        let length = usize::from(*first & 3) + 1;
        let (number, sealed) = protected.split_at_checked(length)?;
        header.extend(number.iter().zip(masks).map(|(byte, mask)| byte ^ mask));
        // Initial packets are few: their number is what is sent of it.
        let mut nonce = self.nonce;
        let number = header.get(packet.number_at..)?;
        for (nonce, byte) in nonce.iter_mut().rev().zip(number.iter().rev()) {
            *nonce ^= byte;
        }
        let mut frames = sealed.to_vec();
        let nonce = Nonce::assume_unique_for_key(nonce);
        let length = self.payload.open_in_place(nonce, Aad::from(&header), &mut frames).ok()?.len();
        frames.truncate(length);
        Some(frames)
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "<keys of {:?}>", self.version)
    }
}

/// HKDF-Expand-Label with an empty context (RFC 8446 §7.1).
fn expand<const N: usize>(secret: &Prk, label: &str) -> Option<[u8; N]> {
    let label_length = u8::try_from(label.len() + 6).ok()?;
    let length = [0, u8::try_from(N).ok()?, label_length];
    let info = [&length[..], b"tls13 ", label.as_bytes(), &[0]];
    let mut key = [0; N];
    secret.expand(&info, Length(N)).ok()?.fill(&mut key).ok()?;
    Some(key)
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

/// RFC 9001 §5.2.
const SALT_1: [u8; 20] = [
    0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc,
    0xbb, 0x7f, 0x0a,
];
/// RFC 9369 §3.3.1.
const SALT_2: [u8; 20] = [
    0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93, 0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb, 0xf9,
    0xbd, 0x2e, 0xd9,
];
/// draft-ietf-quic-tls-29 §5.2.
const SALT_DRAFT_29: [u8; 20] = [
    0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2, 0x4c, 0x9e, 0x97, 0x86, 0xf1, 0x9c, 0x61, 0x11, 0xe0, 0x43,
    0x90, 0xa8, 0x99,
];
/// draft-ietf-quic-tls-22 §5.2.
const SALT_DRAFT_22: [u8; 20] = [
    0x7f, 0xbc, 0xdb, 0x0e, 0x7c, 0x66, 0xbb, 0xe9, 0x19, 0x3a, 0x96, 0xcd, 0x21, 0x51, 0x9e, 0xbd, 0x7a,
    0x02, 0x64, 0x4a,
];
/// draft-ietf-quic-tls-23 §5.2.
const SALT_DRAFT_23: [u8; 20] = [
    0xc3, 0xee, 0xf7, 0x12, 0xc7, 0x2e, 0xbb, 0x5a, 0x11, 0xa7, 0xd2, 0x43, 0x2b, 0xb4, 0x63, 0x65, 0xbe,
    0xf9, 0xf5, 0x02,
];
