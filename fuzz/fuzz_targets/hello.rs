//! Any bytes as the body of a TLS client's hello.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sensor::packet::{Frame, Limits, Meter};

fuzz_target!(|bytes: &[u8]| {
    let body = &bytes[..bytes.len().min(16_000)];
    let [high, low] = (body.len() as u16).to_be_bytes();
    let [more, less] = (body.len() as u16 + 4).to_be_bytes();
    let tcp = [0, 0, 0, 0, 0, 0, 0, 0, 0x50, 16, 0, 0, 0, 0, 0, 0];
    payload(6, 443, &[&tcp[..], &[22, 3, 1, more, less, 1, 0, high, low]].concat(), body);
});

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
