use super::budget::Text;

/// Runs shorter than this are more often chance than text.
const SHORTEST: usize = 6;

/// Readable runs of bytes of unknown form, one a line: of ASCII, and of UTF-16 with Latin letters.
pub(super) fn readable(bytes: &[u8], into: &mut Text) {
    runs(bytes, 1, into);
    runs(bytes, 2, into);
    runs(bytes.get(1..).unwrap_or_default(), 2, into);
}

/// Runs of characters of `width` bytes, whose upper byte is zero.
fn runs(bytes: &[u8], width: usize, into: &mut Text) {
    let mut run = String::new();
    for unit in bytes.chunks_exact(width) {
        match *unit {
            [byte] | [byte, 0] if matches!(byte, b'\t' | b' '..=b'~') => run.push(char::from(byte)),
            [byte, 0] if byte >= 0xC0 => run.push(char::from(byte)),
            _ => flush(&mut run, into),
        }
    }
    flush(&mut run, into);
}

fn flush(run: &mut String, into: &mut Text) {
    if run.len() >= SHORTEST {
        into.push(run.trim_ascii());
        into.end_line();
    }
    run.clear();
}
