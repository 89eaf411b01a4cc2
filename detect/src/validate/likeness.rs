//! How much a text reads like words: the letters of passwords made up by machines follow each other as those of words
//! never do.

/// For every three letters (the last one given the two before it), 16 times the bits of surprise; zero stands for the
/// edge of a word. Made from words of code and documents by `examples/train_credentials.rs`.
static SURPRISE: &[u8; 27 * 27 * 27] = include_bytes!("../../training/likeness.bin");

/// Mean surprise in bits per letter over the words of a text: about 3 for words, about 6.5 for random letters. Words begin
/// where case rises or other characters end; `None` without letters.
#[expect(clippy::cast_precision_loss, reason = "values are short")]
pub(crate) fn surprise(text: &[u8]) -> Option<f32> {
    let (mut sum, mut count) = (0_u32, 0_u32);
    for_each_word(text, |word| {
        let (mut one, mut two) = (0, 0);
        for letter in word.iter().map(|byte| usize::from(byte.to_ascii_lowercase() - b'a') + 1).chain([0]) {
            sum += u32::from(SURPRISE.get((one * 27 + two) * 27 + letter).copied().unwrap_or(u8::MAX));
            (one, two) = (two, letter);
        }
        count += u32::try_from(word.len()).unwrap_or(0) + 1;
    });
    (count > 0).then(|| sum as f32 / (16 * count) as f32)
}

/// Calls `with` for every run of letters, cut where a lower-case letter is followed by a capital.
pub(crate) fn for_each_word(text: &[u8], mut with: impl FnMut(&[u8])) {
    for run in text.split(|byte| !byte.is_ascii_alphabetic()) {
        let mut rest = run;
        while !rest.is_empty() {
            let cut = rest
                .array_windows()
                .position(|[one, two]: &[u8; 2]| one.is_ascii_lowercase() && two.is_ascii_uppercase());
            let (word, tail) = rest.split_at(cut.map_or(rest.len(), |at| at + 1));
            with(word);
            rest = tail;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{for_each_word, surprise};

    #[test]
    fn words_surprise_less_than_random_letters() {
        for (word, random) in
            [("password", "qzvkwxjt"), ("correcthorse", "xkqzpvwmtb"), ("ThereCanBeOnlyOne", "TqkwXcvBzzPqL")]
        {
            assert!(surprise(word.as_bytes()) < surprise(random.as_bytes()), "{word}");
        }
        assert_eq!(surprise(b"1234"), None);
    }

    #[test]
    fn words_are_cut_at_humps_and_signs() {
        let mut words = Vec::new();
        for_each_word(b"myAPIKey_two3four", |word| words.push(String::from_utf8_lossy(word).into_owned()));
        assert_eq!(words, ["my", "APIKey", "two", "four"]);
    }
}
