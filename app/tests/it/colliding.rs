use std::{
    fs,
    io::{Read, Write},
    process::{Command, Stdio},
};

/// Flows that the table holds at a time.
const TABLE: u32 = 65_536;
/// Flows that say half a hello each, and so keep room for the other half.
const COLLIDING: u32 = 10_000;
/// What a capture of them may take, in kilobytes.
const MOST: u64 = 256 << 10;

/// The head of a pcap file of raw IP packets, little-endian.
const HEAD: [u8; 24] =
    [0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 101, 0, 0, 0];

/// A TCP segment from a client to port 443, as a record of the capture.
fn record(client: u32, port: u16, sequence: u32, flags: u8, payload: &[u8]) -> Vec<u8> {
    let length = 40 + payload.len();
    let [high, low] = u16::try_from(length).unwrap().to_be_bytes();
    let size = u32::try_from(length).unwrap().to_le_bytes();
    let time = 1_795_000_000_u32.to_le_bytes();
    let client = (0x0a00_0000 + client).to_be_bytes();
    [
        &time[..],
        &[0; 4],
        &size,
        &size,
        &[0x45, 0, high, low, 0, 1, 0, 0, 64, 6, 0, 0],
        &client,
        &[192, 0, 2, 9],
        &port.to_be_bytes(),
        &443_u16.to_be_bytes(),
        &sequence.to_be_bytes(),
        &[0, 0, 0, 0, 0x50, flags, 0, 0, 0, 0, 0, 0],
        payload,
    ]
    .concat()
}

/// Ten thousand connections of one five-tuple that each begin a hello of 60 KB and never end it, and then as many
/// clients more than the table holds.
fn capture() -> Vec<u8> {
    const SYN: u8 = 2;
    const ACK: u8 = 16;
    let hello = [&[22, 3, 1, 0x40, 0, 1, 0, 0xea, 0x60][..], &[0; 8_000]].concat();
    let mut capture = HEAD.to_vec();
    for connection in 0..COLLIDING {
        let sequence = connection.wrapping_mul(100_003);
        capture.extend(record(0, 5_000, sequence, SYN, b""));
        capture.extend(record(0, 5_000, sequence.wrapping_add(1), ACK, &hello));
    }
    for client in 1..=TABLE + COLLIDING {
        capture.extend(record(client, 5_000, 1, SYN, b""));
        capture.extend(record(client, 5_000, 2, ACK, &hello[..600]));
    }
    capture
}

/// The most memory that a running process has had, in kilobytes (proc(5)).
fn peak(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
fn colliding_flows_stay_in_bounds_and_evictions_are_counted() {
    let mut observe = Command::new(env!("CARGO_BIN_EXE_bylaw"))
        .args(["observe", "--format", "jsonl", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut rows = observe.stdout.take().unwrap();
    let rows = std::thread::spawn(move || {
        let mut text = String::new();
        rows.read_to_string(&mut text).unwrap();
        text.lines().count()
    });
    let mut input = observe.stdin.take().unwrap();
    // Once it is written all but the last pipeful was read, and nothing was given back.
    input.write_all(&capture()).unwrap();
    let most = peak(observe.id());
    drop(input);
    let told = String::from_utf8(observe.wait_with_output().unwrap().stderr).unwrap();
    assert_eq!(rows.join().unwrap(), usize::try_from(TABLE + 2 * COLLIDING).unwrap(), "{told}");
    assert!(most < MOST, "{most} kB");
    let evicted = told.lines().find_map(|line| line.split_once(" not read: flows left the table early"));
    let evicted: u32 = evicted.unwrap().0.rsplit(' ').next().unwrap().parse().unwrap();
    assert!((COLLIDING..=COLLIDING * 2).contains(&evicted), "{told}");
}
