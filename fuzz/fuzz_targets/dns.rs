//! Any bytes as a message of DNS.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sensor::packet::{Frame, Limits, Meter};

fuzz_target!(|bytes: &[u8]| payload(17, 53, &[0; 4], &bytes[..bytes.len().min(60_000)]));

/// The input as one payload from a client's port to a server's, in IPv4 without checksums.
fn payload(protocol: u8, port: u16, header: &[u8], payload: &[u8]) {
    let mut packet = vec![0x45, 0];
    packet.extend(((24 + header.len() + payload.len()) as u16).to_be_bytes());
    packet.extend([0, 0, 0, 0, 64, protocol, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2, 0x9c, 0x40]);
    packet.extend(port.to_be_bytes());
    packet.extend(header);
    packet.extend(payload);
    let mut meter = Meter::new(&Limits::default());
    meter.frame(&Frame { link: 101, at: 0, bytes: &packet, length: 0 }, &mut |_| {});
    meter.finish(&mut |_| {});
}
