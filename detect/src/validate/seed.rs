use bip39::{Language, Mnemonic};

use super::{Accepted, Found};

/// How far behind its keyword a phrase may begin and end.
const AHEAD: usize = 420;
/// Numbers of words a phrase may have, the longest first.
const COUNTS: [usize; 5] = [24, 21, 18, 15, 12];

/// Words of a BIP 39 list behind the keyword, as many as a phrase has, whose checksum holds
/// (<https://github.com/bitcoin/bips/blob/master/bip-0039.mediawiki>). Numbers, commas and quotes may stand between them.
pub(super) fn judge(keyword: Found<'_>) -> Option<Accepted> {
    let ahead = keyword.text.get(keyword.start..keyword.text.len().min(keyword.start + AHEAD))?;
    let mut run: Vec<(usize, usize, &str)> = Vec::new();
    let mut from = 0;
    for word in ahead.split(|byte| !byte.is_ascii_alphabetic()) {
        let (start, end) = (from, from + word.len());
        from = end + 1;
        let known = str::from_utf8(word).ok().filter(|word| Language::English.find_word(word).is_some());
        match known {
            Some(word) => run.push((start, end, word)),
            None if word.is_empty() => {}
            None => {
                if let Some((start, end)) = phrase(&run) {
                    return Some(accepted(keyword, start, end));
                }
                run.clear();
            }
        }
    }
    phrase(&run).map(|(start, end)| accepted(keyword, start, end))
}

fn accepted(keyword: Found<'_>, start: usize, end: usize) -> Accepted {
    Found { start: keyword.start + start, end: keyword.start + end, ..keyword }.as_expected()
}

/// Where in a run of known words the longest phrase stands.
fn phrase(run: &[(usize, usize, &str)]) -> Option<(usize, usize)> {
    COUNTS.iter().find_map(|count| {
        run.windows(*count).rev().find_map(|words| {
            let text = words.iter().map(|(_, _, word)| *word).collect::<Vec<_>>().join(" ");
            Mnemonic::parse_in_normalized(Language::English, &text).ok()?;
            Some((words.first()?.0, words.last()?.1))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{Found, judge};

    #[test]
    fn phrases_whose_checksum_holds() {
        // Test vectors of BIP 39.
        let phrase = "scheme spot photo card baby mountain device kick cradle pact join borrow";
        let numbered: String =
            phrase.split(' ').zip(1..).map(|(word, number)| format!("{number}. {word}\n")).collect();
        for (text, found) in [
            (format!("seed: {phrase}"), true),
            (format!("seed words:\n{numbered}"), true),
            (format!("seed for {phrase} and more"), true),
            (format!("seed {}", phrase.replace("borrow", "join")), false),
            ("seed of the news".to_owned(), false),
        ] {
            let keyword = Found { text: text.as_bytes(), start: 0, end: 1 };
            assert_eq!(judge(keyword).is_some(), found, "{text}");
        }
    }
}
