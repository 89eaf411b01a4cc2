use proptest::prelude::*;

use super::*;

fn u32s(order: Order, numbers: &[u32]) -> Vec<u8> {
    let bytes = |number: &u32| match order {
        Order::Big => number.to_be_bytes(),
        Order::Little => number.to_le_bytes(),
    };
    numbers.iter().flat_map(bytes).collect()
}

fn u16s(order: Order, numbers: &[u16]) -> Vec<u8> {
    let bytes = |number: &u16| match order {
        Order::Big => number.to_be_bytes(),
        Order::Little => number.to_le_bytes(),
    };
    numbers.iter().flat_map(bytes).collect()
}

fn pcap(order: Order, magic: u32, records: &[(u32, u32, &[u8])]) -> Vec<u8> {
    let mut file = u32s(order, &[magic, 0x0002_0004, 0, 0, 65_535, 1]);
    for (seconds, fraction, packet) in records {
        file.extend(u32s(order, &[*seconds, *fraction, packet.len() as u32, 100]));
        file.extend(*packet);
    }
    file
}

fn block(order: Order, kind: u32, body: &[u8]) -> Vec<u8> {
    let padded = body.len().next_multiple_of(4);
    let length = padded as u32 + 12;
    let mut block = u32s(order, &[kind, length]);
    block.extend(body);
    block.resize(padded + 8, 0);
    block.extend(u32s(order, &[length]));
    block
}

fn section(order: Order) -> Vec<u8> {
    block(order, 0x0a0d_0d0a, &[u32s(order, &[0x1a2b_3c4d]), u16s(order, &[1, 0]), vec![0xff; 8]].concat())
}

type Frames = Vec<(u16, i64, Vec<u8>)>;

/// Link, time and bytes of each frame, then why it ended.
fn read(file: &[u8]) -> (Frames, Vec<Unread>) {
    let mut capture = Capture::open(file).unwrap();
    let (mut frames, mut faults) = (Vec::new(), Vec::new());
    loop {
        match capture.next() {
            Ok(Some(frame)) => frames.push((frame.link, frame.at, frame.bytes.to_vec())),
            Ok(None) => return (frames, faults),
            Err(Fault::Packet(reason)) => faults.push(reason),
            Err(Fault::File(reason)) => {
                faults.push(reason);
                return (frames, faults);
            }
            Err(Fault::Read(error)) => panic!("{error}"),
        }
    }
}

#[test]
fn pcap_is_read_in_every_variant() {
    for order in [Order::Big, Order::Little] {
        for (magic, at) in [(0xa1b2_c3d4, 7_000_008_000), (0xa1b2_3c4d, 7_000_000_008)] {
            let file = pcap(order, magic, &[(7, 8, b"one"), (7, 8, b"")]);
            assert!(super::super::is_capture(&file));
            assert_eq!(read(&file), (vec![(1, at, b"one".to_vec()), (1, at, Vec::new())], Vec::new()));
        }
    }
}

#[test]
fn a_file_that_ends_early_gives_what_is_there() {
    let file = pcap(Order::Little, 0xa1b2_c3d4, &[(1, 0, b"one"), (2, 0, b"two")]);
    let whole = file.len();
    for (length, packets, faults) in [
        (whole, 2, vec![]),
        (whole - 1, 1, vec![Unread::FileCut]),
        (whole - 10, 1, vec![Unread::FileCut]),
        (whole - 19, 1, vec![]),
        (24, 0, vec![]),
        (10, 0, vec![Unread::FileCut]),
    ] {
        let (frames, found) = read(&file[..length]);
        assert_eq!((frames.len(), found), (packets, faults), "{length}");
    }
}

#[test]
fn an_absurd_length_ends_the_file() {
    let mut file = pcap(Order::Big, 0xa1b2_c3d4, &[(1, 0, b"one")]);
    file.extend(u32s(Order::Big, &[1, 0, 0x7fff_ffff, 0x7fff_ffff]));
    assert_eq!(read(&file).1, [Unread::Record]);
}

#[test]
fn pcapng_is_read_with_its_units_and_interfaces() {
    for order in [Order::Big, Order::Little] {
        let option = |kind: u16, value: &[u8]| {
            let mut option = [u16s(order, &[kind, value.len() as u16]), value.to_vec()].concat();
            option.resize(option.len().next_multiple_of(4), 0);
            option
        };
        let interface = |link: u16, options: &[u8]| {
            block(order, 1, &[u16s(order, &[link, 0]), u32s(order, &[0]), options.to_vec()].concat())
        };
        let packet = |interface: u32, ticks: u32, bytes: &[u8]| {
            block(
                order,
                6,
                &[u32s(order, &[interface, 0, ticks, bytes.len() as u32, 90]), bytes.to_vec()].concat(),
            )
        };
        let file = [
            section(order),
            interface(1, &[]),
            interface(101, &option(9, &[9])),
            interface(113, &option(9, &[0x80 | 10])),
            block(order, 0x0bad, &[7; 30]),
            packet(0, 5, b"micro"),
            packet(1, 5, b"nano"),
            packet(2, 1024, b"binary"),
            packet(9, 5, b"nowhere"),
            block(order, 3, &[u32s(order, &[6]), b"simple".to_vec()].concat()),
            section(order),
            packet(0, 5, b"forgotten"),
        ]
        .concat();
        let (frames, faults) = read(&file);
        let expected: [(u16, i64, &[u8]); 4] =
            [(1, 5000, b"micro"), (101, 5, b"nano"), (113, 1_000_000_000, b"binary"), (1, 0, b"simple")];
        assert_eq!(frames, expected.map(|(link, at, bytes)| (link, at, bytes.to_vec())));
        assert_eq!(faults, [Unread::Interface, Unread::Interface]);
    }
}

#[test]
fn what_is_no_capture_is_refused() {
    for first in [&b""[..], b"\xa1\xb2", b"PK\x03\x04", b"{\"ts\":1}"] {
        assert!(!super::super::is_capture(first));
        assert!(matches!(Capture::open(first), Err(CaptureError::Format)));
    }
}

/// Gives one byte at a time, as a slow pipe does.
struct Drip<'a>(&'a [u8]);

impl Read for Drip<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let length = self.0.len().min(room.len()).min(1);
        let (given, rest) = self.0.split_at(length);
        room[..length].copy_from_slice(given);
        self.0 = rest;
        Ok(length)
    }
}

#[test]
fn a_slow_pipe_is_read_as_it_fills() {
    let file = pcap(Order::Big, 0xa1b2_c3d4, &[(1, 0, b"one")]);
    let mut capture = Capture::open(Drip(&file)).unwrap();
    assert_eq!(capture.next().unwrap().unwrap().bytes, b"one");
    assert!(capture.next().unwrap().is_none());
}

proptest! {
    #[test]
    fn arbitrary_bytes_end(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for head in [pcap(Order::Big, 0xa1b2_c3d4, &[]), section(Order::Little), section(Order::Big)] {
            read(&[head, bytes.clone()].concat());
        }
    }
}
