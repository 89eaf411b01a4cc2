//! Any bytes as a datagram of QUIC, and as what one decrypts to.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    sensor::packet::fuzz::quic(bytes);
});
