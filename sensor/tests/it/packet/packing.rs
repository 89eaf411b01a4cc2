//! The same packets in other wrappings give the same observations.

use std::{collections::BTreeMap, fs};

use sensor::{
    Observation,
    packet::{Frame, Limits, Meter},
};

use super::captures;

const MAC: [u8; 12] = [2; 12];

/// IP packets of a capture of ours, with their times.
pub(super) fn packets(name: &str) -> Vec<(i64, Vec<u8>)> {
    let file = fs::read(captures().join(name)).unwrap();
    let number = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().unwrap());
    let unit = if number(0) == 0xa1b2_3c4d { 1 } else { 1000 };
    let mut at = 24;
    let mut packets = Vec::new();
    while at < file.len() {
        let time = i64::from(number(at)) * 1_000_000_000 + i64::from(number(at + 4)) * unit;
        let length = number(at + 8) as usize;
        packets.push((time, file[at + 16 + 14..at + 16 + length].to_vec()));
        at += 16 + length;
    }
    packets
}

/// What comes of packets that are wrapped into any number of frames.
fn observe(
    name: &str,
    link: u16,
    wrap: impl Fn(&[u8]) -> Vec<Vec<u8>>,
) -> (Vec<String>, BTreeMap<&'static str, u64>) {
    let mut meter = Meter::new(&Limits::default());
    let mut seen = Vec::new();
    let mut each = |observation: Observation| seen.push(serde_json::to_string(&observation).unwrap());
    for (at, packet) in packets(name) {
        for bytes in wrap(&packet) {
            let length = bytes.len() as u32;
            meter.frame(&Frame { link, at, bytes: &bytes, length }, &mut each);
        }
    }
    let summary = meter.finish(&mut each);
    (seen, summary.unread)
}

fn kind(packet: &[u8]) -> [u8; 2] {
    if packet[0] >> 4 == 4 { [0x08, 0x00] } else { [0x86, 0xdd] }
}

fn ethernet(before: &[u8], packet: &[u8]) -> Vec<u8> {
    [&MAC, before, &kind(packet), packet].concat()
}

/// An IPv4 packet around something.
fn outer(protocol: u8, payload: &[u8]) -> Vec<u8> {
    let [high, low] = (payload.len() as u16 + 20).to_be_bytes();
    let header = [0x45, 0, high, low, 0, 1, 0, 0, 64, protocol, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2];
    [&header, payload].concat()
}

fn udp(port: u16, payload: &[u8]) -> Vec<u8> {
    let length = payload.len() as u16 + 8;
    let numbers: Vec<u8> = [50_000, port, length, 0].into_iter().flat_map(u16::to_be_bytes).collect();
    outer(17, &[&numbers, payload].concat())
}

#[track_caller]
fn check(link: u16, wrap: impl Fn(&[u8]) -> Vec<u8>) {
    for name in ["tls.pcap", "dns.pcap", "quic.pcap"] {
        let plain = observe(name, 101, |packet| vec![packet.to_vec()]);
        assert!(plain.0.len() > 5 && plain.1.is_empty());
        assert_eq!(observe(name, link, |packet| vec![wrap(packet)]), plain, "{name}");
    }
}

#[test]
fn links_change_nothing() {
    check(1, |packet| ethernet(&[], packet));
    check(1, |packet| ethernet(&[0x88, 0xa8, 0, 7, 0x81, 0, 0, 9], packet));
    check(1, |packet| [&MAC[..], &[0x88, 0x47, 0, 1, 0x11, 64], packet].concat());
    check(113, |packet| [&[0; 14][..], &kind(packet), packet].concat());
    check(276, |packet| [&kind(packet), &[0; 18][..], packet].concat());
    check(0, |packet| [&[2, 0, 0, 0], packet].concat());
}

#[test]
fn tunnels_change_nothing() {
    let ten = |packet: Vec<u8>| ethernet(&[], &packet);
    check(1, |packet| ten(udp(4789, &[&[8, 0, 0, 0, 0, 0, 7, 0], &ethernet(&[], packet)[..]].concat())));
    check(1, |packet| ten(outer(47, &[&[0, 0], &kind(packet)[..], packet].concat())));
    check(1, |packet| {
        ten(outer(47, &[&[0x10, 0, 0x88, 0xbe, 0, 0, 0, 1], &[0; 8][..], &ethernet(&[], packet)].concat()))
    });
    let third = [0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    check(1, |packet| ten(outer(47, &[&third, &ethernet(&[0x81, 0, 0, 9], packet)[..]].concat())));
    check(1, |packet| {
        let inner = outer(47, &[&[0, 0], &kind(packet)[..], packet].concat());
        ten(udp(4789, &[&[8, 0, 0, 0, 0, 0, 7, 0], &ethernet(&[], &inner)[..]].concat()))
    });
}

/// Cuts an IP packet into parts of a size, the last one first.
fn fragments(packet: &[u8], size: usize) -> Vec<Vec<u8>> {
    let four = packet[0] >> 4 == 4;
    let (header, payload) = packet.split_at(if four { 20 } else { 40 });
    let mut parts = Vec::new();
    for (number, part) in payload.chunks(size).enumerate() {
        let offset = number * size;
        let more = offset + part.len() < payload.len();
        let mut header = header.to_vec();
        if four {
            let length = (part.len() as u16 + 20).to_be_bytes();
            let flags = ((offset / 8) as u16 | if more { 0x2000 } else { 0 }).to_be_bytes();
            header[2..4].copy_from_slice(&length);
            header[6..8].copy_from_slice(&flags);
            parts.push([&header[..], part].concat());
        } else {
            let length = (part.len() as u16 + 8).to_be_bytes();
            header[4..6].copy_from_slice(&length);
            let [high, low] = (offset as u16 | u16::from(more)).to_be_bytes();
            // The number of the packet: here its sequence number, or what else stands there.
            let fragment = [header[6], 0, high, low, payload[4], payload[5], payload[6], payload[7]];
            header[6] = 44;
            parts.push([&header[..], &fragment, part].concat());
        }
    }
    parts.reverse();
    parts
}

#[test]
fn fragments_change_nothing() {
    for name in ["tls.pcap", "quic.pcap"] {
        let plain = observe(name, 101, |packet| vec![packet.to_vec()]);
        for size in [64, 256, 1024] {
            let cut = observe(name, 101, |packet| fragments(packet, size));
            assert_eq!(cut, plain, "{name} in parts of {size}");
        }
    }
}
