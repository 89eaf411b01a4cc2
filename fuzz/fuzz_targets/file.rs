//! Any bytes as a file of any kind.
#![no_main]

use std::time::Duration;

use detect::file::{Budget, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    read(bytes, None, Budget { image_time: Duration::ZERO, ..Budget::default() });
});
