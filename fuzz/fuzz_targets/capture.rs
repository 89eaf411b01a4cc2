//! Any bytes as a capture of packets, and as what is in one: TCP on several ports, QUIC, DNS.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sensor::packet::{Frame, Limits, Meter, read_capture};

fuzz_target!(|bytes: &[u8]| {
    let _ = read_capture(bytes, &Limits::default(), &mut |_| {});
    let mut meter = Meter::new(&Limits::default());
    for link in [1, 101, 113, 276] {
        meter.frame(&Frame { link, at: 0, bytes, length: 0 }, &mut |_| {});
    }
    meter.finish(&mut |_| {});
});
