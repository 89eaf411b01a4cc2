use proptest::prelude::*;

use super::*;
use crate::packet::tls::tests::{body, name};

const WINDOW: usize = 1 << 16;

fn hello(host: &str) -> Vec<u8> {
    let body = body(0x0303, &[0x1301], &[name(host), (21, vec![0; 300])]);
    let message = [&[1, 0][..], &(body.len() as u16).to_be_bytes(), &body].concat();
    let (left, right) = message.split_at(100);
    let record = |part: &[u8]| [&[22, 3, 1][..], &(part.len() as u16).to_be_bytes(), part].concat();
    [record(left), record(right)].concat()
}

fn host(said: &VecDeque<Said>) -> Option<&[u8]> {
    said.iter().find_map(|said| match said {
        Said::Hello(hello, _) => hello.name.as_deref(),
        _ => None,
    })
}

/// The bytes of a stream, cut and in some order; numbers wrap around.
fn read(open: bool, pieces: &[(usize, &[u8])]) -> VecDeque<Said> {
    let first = u32::MAX - 50;
    let mut stream = Stream::default();
    let mut said = VecDeque::new();
    if open {
        stream.open(first);
    }
    for (offset, piece) in pieces {
        stream.segment(first.wrapping_add(*offset as u32), piece, WINDOW, &mut said);
    }
    stream.finish(&mut said);
    said
}

#[test]
fn segments_may_come_late_even_without_the_opening() {
    let bytes = hello("a.example");
    let (left, right) = bytes.split_at(150);
    for open in [true, false] {
        for pieces in [[(0, left), (150, right)], [(150, right), (0, left)]] {
            let said = read(open, &pieces);
            assert_eq!(host(&said), Some(&b"a.example"[..]), "{open} {pieces:?}");
            assert!(matches!(&said[0], Said::Hello(_, Extent::Whole)));
        }
    }
}

#[test]
fn a_hello_that_is_cut_off_names_its_host() {
    let bytes = hello("a.example");
    let said = read(true, &[(0, &bytes[..90])]);
    assert_eq!(host(&said), Some(&b"a.example"[..]));
    assert!(matches!(&said[0], Said::Hello(_, Extent::Part)));
}

#[test]
fn behind_connect_the_hello_is_read_too() {
    let head = b"CONNECT b.example:443 HTTP/1.1\r\n\r\n";
    let said = read(true, &[(0, head), (head.len(), &hello("b.example"))]);
    assert!(matches!(&said[0], Said::Request(_)));
    assert_eq!(host(&said), Some(&b"b.example"[..]));
}

#[test]
fn behind_another_handshake_the_hello_is_read_too() {
    let hello = hello("c.example");
    // SOCKS 5 (RFC 1928) to a host by name; then STARTTLS of SMTP (RFC 3207).
    for before in [
        &[&b"\x05\x01\0"[..], b"\x05\x01\0\x03\x09c.example\x01\xbb"][..],
        &[b"EHLO me\r\n", b"STARTTLS\r\n"],
    ] {
        let mut pieces: Vec<(usize, &[u8])> = Vec::new();
        for piece in before.iter().chain([&&hello[..]]) {
            let at = pieces.last().map_or(0, |(at, last)| at + last.len());
            pieces.push((at, piece));
        }
        assert_eq!(host(&read(true, &pieces)), Some(&b"c.example"[..]));
    }
}

#[test]
fn what_is_not_known_is_left_alone() {
    let mut stream = Stream::default();
    let mut said = VecDeque::new();
    stream.open(0);
    for number in 0..8 {
        assert_eq!(stream.progress(), Progress::Reading);
        stream.segment(number * 15, b"SSH-2.0-OpenSSH", WINDOW, &mut said);
        assert_eq!(stream.held(), 0);
    }
    assert_eq!((stream.progress(), said.len()), (Progress::Done, 0));
}

#[test]
fn tls_on_the_port_of_dns_is_read_too() {
    let mut stream = Stream::dns();
    let mut said = VecDeque::new();
    stream.segment(0, &hello("d.example"), WINDOW, &mut said);
    assert_eq!(host(&said), Some(&b"d.example"[..]));
}

#[test]
fn messages_of_dns_follow_each_other() {
    let mut stream = Stream::dns();
    let mut said = VecDeque::new();
    for (at, byte) in b"\0\x02hi\0\x01x\0\x05par".iter().enumerate() {
        stream.segment(at as u32, &[*byte], WINDOW, &mut said);
    }
    assert_eq!(said, [Said::Dns(b"hi".to_vec()), Said::Dns(b"x".to_vec())]);
}

proptest! {
    #[test]
    fn any_cutting_gives_the_same_name(cuts in prop::collection::vec(1_usize..400, 0..8), turn in 0_usize..9) {
        let bytes = hello("cut.example");
        let mut ends: Vec<usize> = cuts.into_iter().filter(|cut| *cut < bytes.len()).collect();
        ends.push(bytes.len());
        ends.sort_unstable();
        let mut pieces = Vec::new();
        let mut start = 0;
        for end in ends {
            pieces.push((start, &bytes[start..end]));
            start = end;
        }
        let turn = turn % pieces.len();
        pieces.rotate_left(turn);
        let said = read(true, &pieces);
        prop_assert_eq!(host(&said), Some(&b"cut.example"[..]));
    }

    #[test]
    fn arbitrary_segments_do_not_panic(
        segments in prop::collection::vec((any::<u32>(), prop::collection::vec(any::<u8>(), 0..40)), 0..20),
        open in any::<bool>(),
    ) {
        let mut stream = Stream::default();
        let mut said = VecDeque::new();
        if open {
            stream.open(5);
        }
        for (sequence, payload) in segments {
            stream.segment(sequence % 100, &payload, WINDOW, &mut said);
        }
        stream.finish(&mut said);
    }
}
