//! A stream of syslog gives the same messages however it is cut.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sensor::intake::Frames;

fuzz_target!(|stream: &[u8]| {
    let messages = |size: usize| {
        let (mut frames, mut seen) = (Frames::default(), Vec::new());
        for piece in stream.chunks(size) {
            frames.push(piece, &mut |message| seen.push(message.to_vec()));
        }
        frames.end(&mut |message| seen.push(message.to_vec()));
        seen
    };
    assert_eq!(messages(stream.len().max(1)), messages(stream.len() / 3 + 1));
});
