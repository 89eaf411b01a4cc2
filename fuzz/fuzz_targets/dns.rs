//! Any bytes as a message of DNS.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    sensor::packet::fuzz::dns(bytes);
});
