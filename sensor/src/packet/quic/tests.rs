use aws_lc_rs::aead::{
    AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey,
    quic::{AES_128, HeaderProtectionKey},
};
use proptest::prelude::*;

use super::*;

/// Keys as the appendices of the RFCs give them for the number 8394c8f03e515708.
struct Published {
    version: u32,
    kind: u8,
    key: [u8; 16],
    nonce: [u8; 12],
    header: [u8; 16],
}

/// RFC 9001 appendix A.1.
const ONE: Published = Published {
    version: 1,
    kind: 0,
    key: 0x1f36_9613_dd76_d546_7730_efcb_e3b1_a22d_u128.to_be_bytes(),
    nonce: [0xfa, 0x04, 0x4b, 0x2f, 0x42, 0xa3, 0xfd, 0x3b, 0x46, 0xfb, 0x25, 0x5c],
    header: 0x9f50_449e_04a0_e810_283a_1e99_33ad_edd2_u128.to_be_bytes(),
};
/// RFC 9369 appendix A.1.
const TWO: Published = Published {
    version: 0x6b33_43cf,
    kind: 1,
    key: 0x8b1a_0bc1_2128_4290_a29e_0971_b5cd_045d_u128.to_be_bytes(),
    nonce: [0x91, 0xf7, 0x3e, 0x23, 0x51, 0xd8, 0xfa, 0x91, 0x66, 0x0e, 0x90, 0x9f],
    header: 0x45b9_5e15_235d_6f45_a6b1_9cbc_b029_4ba9_u128.to_be_bytes(),
};
/// draft-ietf-quic-tls-29 appendix A.1.
const DRAFT_29: Published = Published {
    version: 0xff00_001d,
    kind: 0,
    key: 0x1752_57a3_1eb0_9dea_9366_d8bb_79ad_80ba_u128.to_be_bytes(),
    nonce: [0x6b, 0x26, 0x11, 0x4b, 0x9c, 0xba, 0x2b, 0x63, 0xa9, 0xe8, 0xdd, 0x4f],
    header: 0x9ddd_12c9_94c0_698b_8937_4a9c_077a_3077_u128.to_be_bytes(),
};
/// draft-ietf-quic-tls-27 appendix A.1.
const DRAFT_27: Published = Published {
    version: 0xff00_001b,
    kind: 0,
    key: 0xaf7f_d7ef_ebd2_1878_ff66_8112_4898_3694_u128.to_be_bytes(),
    nonce: [0x86, 0x81, 0x35, 0x94, 0x10, 0xa7, 0x0b, 0xb9, 0xc9, 0x2f, 0x04, 0x20],
    header: 0xa980_b8b4_fb7d_9fbc_13e8_14c2_3164_253d_u128.to_be_bytes(),
};
const NUMBER: u64 = 0x8394_c8f0_3e51_5708;
const WINDOW: usize = 1 << 16;

/// Seals frames as a client does.
fn seal(keys: &Published, destination: &[u8], number: u32, frames: &[u8]) -> Vec<u8> {
    let mut header = vec![0xc3 | keys.kind << 4];
    header.extend(keys.version.to_be_bytes());
    header.push(destination.len() as u8);
    header.extend(destination);
    header.extend([0, 0]); // own number, token
    header.extend((0x4000 | (frames.len() + 4 + 16) as u16).to_be_bytes());
    let number_at = header.len();
    header.extend(number.to_be_bytes());

    let mut nonce = keys.nonce;
    for (nonce, byte) in nonce[8..].iter_mut().zip(number.to_be_bytes()) {
        *nonce ^= byte;
    }
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &keys.key).unwrap());
    let mut sealed = frames.to_vec();
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(&header), &mut sealed)
        .unwrap();

    let mask = HeaderProtectionKey::new(&AES_128, &keys.header).unwrap().new_mask(&sealed[..16]).unwrap();
    header[0] ^= mask[0] & 0x0f;
    for (byte, mask) in header[number_at..].iter_mut().zip(&mask[1..]) {
        *byte ^= mask;
    }
    [header, sealed].concat()
}

fn crypto(offset: u16, piece: &[u8]) -> Vec<u8> {
    let mut frame = vec![6];
    frame.extend((0x4000 | offset).to_be_bytes());
    frame.extend((0x4000 | piece.len() as u16).to_be_bytes());
    [&frame, piece].concat()
}

const HELLO: &[u8] = b"\x01\0\0\x1cthe first words of a client!";

#[test]
fn every_version_opens_with_its_published_keys() {
    let reserved = [
        Published { version: 0x1a2a_3a4a, ..ONE },
        Published { version: 0xfafa_fafa, ..DRAFT_29 },
        Published { version: 0xface_b00e, ..DRAFT_27 },
    ];
    for keys in [ONE, TWO, DRAFT_29, DRAFT_27].into_iter().chain(reserved) {
        let packet = seal(&keys, &NUMBER.to_be_bytes(), 2, &[crypto(0, HELLO), vec![0; 900]].concat());
        assert!(begin(&packet));
        assert_eq!(Initials::default().datagram(&packet, WINDOW), Found::Hello(HELLO[4..].to_vec()));
    }
}

#[test]
fn a_hello_comes_in_packets_of_any_order_after_the_server_renamed_itself() {
    let mut initials = Initials::default();
    let (left, right) = HELLO.split_at(11);
    let acknowledgement = [2, 0, 0, 0, 0];
    let first = seal(&ONE, &NUMBER.to_be_bytes(), 0, &[vec![1], crypto(11, right)].concat());
    let second = seal(&ONE, b"server", 1, &[acknowledgement.to_vec(), crypto(0, left)].concat());
    assert_eq!(initials.datagram(&first, WINDOW), Found::Partial);
    assert_eq!(initials.datagram(&second, WINDOW), Found::Hello(HELLO[4..].to_vec()));
}

#[test]
fn coalesced_packets_are_all_read() {
    let (left, right) = HELLO.split_at(20);
    let number = NUMBER.to_be_bytes();
    let one = seal(&ONE, &number, 0, &crypto(0, left));
    let early = [&[0xd0, 0, 0, 0, 1, 8][..], &number, &[0, 0x40, 30], &[9; 30]].concat();
    let two = seal(&ONE, &number, 1, &crypto(20, right));
    let datagram = [one, early, two].concat();
    assert_eq!(Initials::default().datagram(&datagram, WINDOW), Found::Hello(HELLO[4..].to_vec()));
}

#[test]
fn after_a_retry_the_keys_are_new() {
    let keys = Keys::derive(super::header::Version::One, b"before");
    let mut initials = Initials { keys, ..Initials::default() };
    let packet = seal(&ONE, &NUMBER.to_be_bytes(), 1, &crypto(0, HELLO));
    assert_eq!(initials.datagram(&packet, WINDOW), Found::Hello(HELLO[4..].to_vec()));
}

#[test]
fn what_does_not_open_is_nothing() {
    let mut initials = Initials::default();
    let mut packet = seal(&ONE, &NUMBER.to_be_bytes(), 0, &crypto(0, HELLO));
    packet[40] ^= 1;
    assert_eq!(initials.datagram(&packet, WINDOW), Found::Nothing);
    assert_eq!(initials.datagram(&packet[..50], WINDOW), Found::Nothing);
    for _ in 0..30 {
        initials.datagram(b"", WINDOW);
    }
    assert_eq!(initials.datagram(b"", WINDOW), Found::Over);
}

proptest! {
    #[test]
    fn any_cutting_of_a_hello_gives_the_same(cuts in prop::collection::vec(1_usize..HELLO.len(), 0..5), turn in 0_usize..6) {
        let mut ends: Vec<usize> = cuts.into_iter().chain([HELLO.len()]).collect();
        ends.sort_unstable();
        let mut pieces = Vec::new();
        let mut start = 0;
        for end in ends {
            pieces.push(crypto(start as u16, &HELLO[start..end]));
            start = end;
        }
        let turn = turn % pieces.len();
        pieces.rotate_left(turn);
        let mut initials = Initials::default();
        let mut found = Found::Nothing;
        for (number, frames) in pieces.iter().enumerate() {
            found = initials.datagram(&seal(&TWO, &NUMBER.to_be_bytes(), number as u32, frames), WINDOW);
        }
        prop_assert_eq!(found, Found::Hello(HELLO[4..].to_vec()));
    }

    #[test]
    fn arbitrary_bytes_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut initials = Initials::default();
        initials.datagram(&bytes, WINDOW);
        initials.datagram(&[&[0xc0, 0, 0, 0, 1][..], &bytes].concat(), WINDOW);
        initials.datagram(&seal(&ONE, &NUMBER.to_be_bytes(), 0, &bytes), WINDOW);
    }
}
