//! Any bytes as a text, whole and in pieces.
#![no_main]

use detect::Detectors;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let detectors = Detectors::builtin().expect("the product's detectors load");
    let whole = detectors.scan(text).len();
    let mut scanner = detectors.scanner();
    let pieces: usize = text.chunks(text.len() / 3 + 7).map(|piece| scanner.push(piece).len()).sum();
    assert_eq!(whole, pieces + scanner.finish().len());
});
