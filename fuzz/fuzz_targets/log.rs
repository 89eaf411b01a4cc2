//! Any lines, as the format that the first byte says and as any.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sensor::log::{Format, Reader};

fuzz_target!(|input: &[u8]| {
    let Some((first, lines)) = input.split_first() else { return };
    let forced = Format::ALL[usize::from(*first) % Format::ALL.len()];
    for format in [Some(forced), None] {
        let mut reader = Reader::new(format);
        let mut seen = 0;
        for line in lines.split(|byte| *byte == b'\n') {
            let _ = reader.line(line, &mut |_| seen += 1);
        }
        reader.finish();
        assert_eq!(seen, reader.summary().observations);
    }
});
