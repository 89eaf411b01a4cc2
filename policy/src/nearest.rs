/// The word of `known` that `given` was most likely meant to be: at most a third of its letters differ.
///
/// Differences are counted as insertions, deletions, substitutions and swaps of neighbours
/// (Damerau–Levenshtein distance, optimal string alignment).
pub(crate) fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let given = given.to_lowercase();
    let bound = (given.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|word| (strsim::osa_distance(&given, &word.to_lowercase()), word))
        .filter(|(distance, _)| *distance <= bound)
        .min_by_key(|(distance, word)| {
            (*distance, !word.starts_with(given.chars().next().unwrap_or_default()))
        })
        .map(|(_, word)| word)
}

/// A remedy for an unknown word: the nearest valid one, or the choice if it is small, or `otherwise`.
pub fn remedy<'a>(given: &str, known: impl IntoIterator<Item = &'a str> + Clone, otherwise: &str) -> String {
    if let Some(word) = nearest(given, known.clone()) {
        return format!("did you mean `{word}`?");
    }
    let choice: Vec<_> = known.into_iter().map(|word| format!("`{word}`")).collect();
    if choice.is_empty() || choice.len() > 24 {
        return otherwise.to_owned();
    }
    format!("use one of {}", choice.join(", "))
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_word_that_was_meant() {
        let known = ["pii", "pii.us_ssn", "source_code", "secret"];
        for (given, meant) in [
            ("pii.us_snn", Some("pii.us_ssn")),
            ("PII", Some("pii")),
            ("secrte", Some("secret")),
            ("weather", None),
            ("", None),
        ] {
            assert_eq!(nearest(given, known), meant, "{given}");
        }
    }
}
