use super::{Accepted, Found};

/// Words after which a marking is stated, not mentioned.
const STATES: [&[u8]; 16] = [
    b"is",
    b"are",
    b"be",
    b"as",
    b"marked",
    b"classified",
    b"strictly",
    b"highly",
    b"remain",
    b"remains",
    b"stays",
    b"ist",
    b"sind",
    b"est",
    b"es",
    b"labelled",
];
/// The furthest a neighbouring word is read.
const WORD: usize = 24;

/// A marking heads or ends a text, stands alone or is stated; between two ordinary words it is only mentioned, as in
/// `set the CONFIDENTIAL flag`.
pub(super) fn judge(found: Found<'_>) -> Option<Accepted> {
    let before = found.before();
    let before = word_before(before.get(before.len().saturating_sub(WORD)..)?);
    let after = word_after(found.after().get(..WORD).unwrap_or(found.after()));
    let stated = STATES.contains(&before);
    found.keep(stated || !(is_ordinary(before) && is_ordinary(after)))
}

/// The word right before, if only a space lies between.
fn word_before(text: &[u8]) -> &[u8] {
    let Some(rest) = text.strip_suffix(b" ") else { return &[] };
    let letters = rest.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    rest.get(rest.len() - letters..).unwrap_or_default()
}

/// The word right behind, if only a space lies between.
fn word_after(text: &[u8]) -> &[u8] {
    let Some(rest) = text.strip_prefix(b" ") else { return &[] };
    let letters = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    rest.get(..letters).unwrap_or_default()
}

fn is_ordinary(word: &[u8]) -> bool {
    !word.is_empty() && word.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{Found, judge};

    #[test]
    fn markings_are_told_from_mentions() {
        for (text, marking) in [
            ("CONFIDENTIAL", true),
            ("CONFIDENTIAL: plan", true),
            ("This report is CONFIDENTIAL and must not leave", true),
            ("Globex CONFIDENTIAL page 3", true),
            ("see below\nCONFIDENTIAL\nthe plan", true),
            ("always set CONFIDENTIAL flag in the agent", false),
            ("a value of CONFIDENTIAL means that", false),
        ] {
            let start = text.find("CONFIDENTIAL").unwrap();
            let found = Found { text: text.as_bytes(), start, end: start + 12 };
            assert_eq!(judge(found).is_some(), marking, "{text}");
        }
    }
}
