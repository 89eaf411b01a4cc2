//! Any bytes as a request's body, head and host: what discovery and lookup read of strangers.
#![no_main]

use catalog::discovery::{of_body, of_host, of_request, site};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    of_body(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        of_host(text);
        site(text);
        of_request("POST", text, None);
    }
});
