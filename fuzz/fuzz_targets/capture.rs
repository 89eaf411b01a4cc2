//! Any bytes as a capture of packets.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sensor::packet::{Limits, read_capture};

fuzz_target!(|bytes: &[u8]| {
    let _ = read_capture(bytes, &Limits::default(), &mut |_| {});
});
