/// Words longer than this also count by their beginning: endings differ, stems do not.
const STEM: usize = 5;
/// No word is longer; the rest of a longer run of letters is the next word.
const LONGEST: usize = 24;
/// Seeds that keep words, stems and pairs apart.
const WORD_SEED: u32 = 0x811C_9DC5;
const STEM_SEED: u32 = 0x0100_0193;
/// Every number is this word, whatever its value.
const NUMBER: u32 = 0x5bd1_e995;

/// Calls `each` with the features of `text`: its words without case, their stems and pairs of neighbours, and the ends
/// of its sentences. Letters beyond ASCII count as they are written. A feature is a hash that may be cut to any bits.
pub fn features(text: &[u8], mut each: impl FnMut(u32)) {
    let (mut word, mut stem, mut length) = (WORD_SEED, STEM_SEED, 0);
    let mut before = 0;
    for byte in text.iter().copied().chain([b' ']) {
        if (byte.is_ascii_alphabetic() || byte >= 0x80) && length < LONGEST {
            let letter = byte.to_ascii_lowercase();
            word = step(word, letter);
            if length < STEM {
                stem = step(stem, letter);
            }
            length += 1;
            continue;
        }
        if length > 0 {
            let whole = mixed(word);
            each(whole);
            each(mixed(whole ^ before));
            if length > STEM {
                each(mixed(stem));
            }
            before = whole.rotate_left(7);
            (word, stem, length) = (WORD_SEED, STEM_SEED, 0);
        }
        let sign = match byte {
            b'0'..=b'9' => NUMBER,
            b'.' | b'!' | b'?' | b'\n' | b':' | b'%' | b'$' => u32::from(byte),
            _ => continue,
        };
        if before != sign {
            each(mixed(before ^ sign.rotate_left(13)));
            before = sign;
        }
    }
}

/// FNV-1a. <https://datatracker.ietf.org/doc/html/rfc9923>
fn step(hash: u32, byte: u8) -> u32 {
    (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
}

/// Spreads what the last letters changed over all bits.
fn mixed(hash: u32) -> u32 {
    let hash = (hash ^ hash >> 15).wrapping_mul(0x2C1B_3C6D);
    hash ^ hash >> 13
}

#[cfg(test)]
mod tests {
    use super::features;

    fn of(text: &str) -> Vec<u32> {
        let mut all = Vec::new();
        features(text.as_bytes(), |feature| all.push(feature));
        all
    }

    #[test]
    fn words_pairs_and_stems() {
        for (text, count) in
            [("", 0), ("go", 2), ("go on", 4), ("walking there", 5), ("12,5 34", 1), ("No. 5", 4)]
        {
            assert_eq!(of(text).len(), count, "{text}");
        }
        assert_eq!(of("Please, STOP"), of("please stop"));
        assert_ne!(of("stop please"), of("please stop"));
        assert_eq!(of("in 2024"), of("in 1999"));
    }
}
