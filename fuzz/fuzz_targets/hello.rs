//! Any bytes as a TLS client's hello, alone and within a stream cut anywhere.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sensor::packet::fuzz;

fuzz_target!(|bytes: &[u8]| {
    fuzz::hello(bytes);
    if let Some((first, stream)) = bytes.split_first() {
        let whole = fuzz::stream(stream, usize::MAX);
        let pieces = fuzz::stream(stream, usize::from(*first));
        assert_eq!(whole, pieces, "the same however it is cut");
    }
});
