use rand::{Rng, rngs::StdRng};

/// Pieces that readers look for.
const WORDS: [&[u8]; 36] = [
    b"<",
    b">",
    b"/>",
    b"</",
    b"<!--",
    b"<![CDATA[",
    b"&#x41;",
    b"&amp;",
    b"]]>",
    b"{",
    b"}",
    b"\\u8232 ",
    b"\\bin99 ",
    b"\\'e9",
    b"<<",
    b">>",
    b"[",
    b"]",
    b" 0 R",
    b"endstream",
    b"obj",
    b"stream\n",
    b"(",
    b")",
    b"/Length 9",
    b"\r\n\r\n",
    b"--x\r\n",
    b"Content-Type: message/rfc822\r\n",
    b"=?utf-8?b?w6k=?=",
    b"\xFF\xFE",
    b"\0",
    b"\xEF\xBB\xBF",
    b"-----BEGIN ",
    b"%41",
    b"password = ",
    b"4111 1111 1111 1111",
];
const NUMBERS: [u64; 8] = [0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0xFFFF_FFFF];

/// A changed copy of one of the inputs, at most `longest` bytes.
pub(super) fn mutate(inputs: &[Vec<u8>], longest: usize, random: &mut StdRng) -> Vec<u8> {
    let mut bytes = pick(inputs, random);
    for _ in 0..1 << random.random_range(0..6) {
        let at = random.random_range(0..=bytes.len());
        match random.random_range(0..10) {
            0..2 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << random.random_range(0..8);
                }
            }
            2 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = random.random();
                }
            }
            3 => drop(bytes.drain(range(at, bytes.len(), random))),
            4 => {
                let piece = bytes.get(range(at, bytes.len(), random)).unwrap_or_default().to_vec();
                let times = if random.random_ratio(1, 20) { random.random_range(0..2000) } else { 1 };
                insert(&mut bytes, at, &piece.repeat(times.min(longest / piece.len().max(1))));
            }
            5..7 => {
                let word = WORDS.get(random.random_range(0..WORDS.len())).copied().unwrap_or_default();
                let times = if random.random_ratio(1, 50) { random.random_range(0..20_000) } else { 1 };
                insert(&mut bytes, at, &word.repeat(times));
            }
            7 => {
                let number = NUMBERS.get(random.random_range(0..NUMBERS.len())).copied().unwrap_or(0);
                let width = 1 << random.random_range(0..4);
                let end = (at + width).min(bytes.len());
                let written = number.to_le_bytes();
                bytes.splice(at..end, written.into_iter().take(end - at));
            }
            8 => {
                let digits = random.random::<u32>().to_string();
                insert(&mut bytes, at, digits.as_bytes());
            }
            _ => {
                let other = pick(inputs, random);
                let from = random.random_range(0..=other.len());
                let piece = other.get(range(from, other.len(), random)).unwrap_or_default();
                insert(&mut bytes, at, piece);
            }
        }
    }
    bytes.truncate(longest);
    bytes
}

fn pick(inputs: &[Vec<u8>], random: &mut StdRng) -> Vec<u8> {
    if inputs.is_empty() {
        return Vec::new();
    }
    inputs.get(random.random_range(0..inputs.len())).cloned().unwrap_or_default()
}

fn range(from: usize, end: usize, random: &mut StdRng) -> std::ops::Range<usize> {
    let most = (end - from).min(if random.random_ratio(1, 8) { 4096 } else { 32 });
    from..from + random.random_range(0..=most)
}

fn insert(bytes: &mut Vec<u8>, at: usize, piece: &[u8]) {
    let at = at.min(bytes.len());
    bytes.splice(at..at, piece.iter().copied());
}
