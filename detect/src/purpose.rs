use std::sync::LazyLock;

use model::Purpose;

use crate::classify::Model;

/// The task is stated at the beginning or the end; what lies between is what it is about.
const HEAD: usize = 320;
const TAIL: usize = 160;
/// Least probability of a purpose that is told.
const LEAST: f32 = 0.45;

/// Classes are in the order of [`Purpose::ALL`].
static MODEL: LazyLock<Option<Model>> =
    LazyLock::new(|| Model::read(include_bytes!("../weights/purpose.bin")));

/// What a prompt is for, as a classifier of words guesses; `None` where it gives no sign of any purpose.
///
/// Reads the first 320 bytes and the last 160, whatever the length of the text.
pub fn purpose(text: &str) -> Option<Purpose> {
    let bytes = text.as_bytes();
    let (head, rest) = bytes.split_at_checked(HEAD).unwrap_or((bytes, &[]));
    let tail = rest.get(rest.len().saturating_sub(TAIL)..).unwrap_or_default();
    let (class, share) = MODEL.as_ref()?.score(&[head, tail]).best();
    let purpose = *Purpose::ALL.get(class)?;
    (share >= LEAST && purpose != Purpose::Other).then_some(purpose)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::Purpose;
    use serde::Deserialize;

    use super::purpose;

    /// What each purpose must and must not be told of.
    #[derive(Deserialize)]
    struct Examples {
        purpose: Vec<Example>,
    }

    #[derive(Deserialize)]
    struct Example {
        id: Purpose,
        finds: Vec<String>,
        #[serde(default)]
        ignores: Vec<String>,
    }

    #[derive(Deserialize)]
    struct Training {
        held_out: BTreeMap<Purpose, Vec<String>>,
    }

    #[test]
    fn the_examples_hold() {
        let examples: Examples = toml::from_str(include_str!("../detectors/purpose.toml")).unwrap();
        for known in examples.purpose {
            for text in known.finds {
                assert_eq!(purpose(&text), Some(known.id), "{text}");
            }
            for text in known.ignores {
                assert_ne!(purpose(&text), Some(known.id), "{text}");
            }
        }
    }

    #[test]
    fn texts_it_has_not_learned_from() {
        let training: Training = toml::from_str(include_str!("../training/purpose.toml")).unwrap();
        let held_out =
            training.held_out.iter().flat_map(|(id, texts)| texts.iter().map(move |text| (*id, text)));
        let told =
            held_out.clone().filter(|(id, text)| purpose(text).unwrap_or(Purpose::Other) == *id).count();
        assert!(told * 100 >= held_out.count() * 65, "{told} right");
    }

    #[test]
    fn no_sign_no_guess() {
        for text in ["", "hello", "The weather is fine today"] {
            assert_eq!(purpose(text), None, "{text}");
        }
    }

    #[test]
    fn the_request_counts_wherever_it_stands() {
        let pasted = "The company sells pumps and the weather was fine. ".repeat(60);
        let cases = [
            ("Translate into French: ", "", Purpose::Translation),
            ("", "\n\nSummarise this text in three sentences.", Purpose::Summarising),
        ];
        for (before, after, expected) in cases {
            assert_eq!(purpose(&format!("{before}{pasted}{after}")), Some(expected));
        }
    }
}
