use std::sync::LazyLock;

use model::Purpose;

use crate::classify::Model;

/// Texts up to here are read whole. In longer ones the task is stated at the beginning or the end; what lies between is
/// what it is about.
const WHOLE: usize = 280;
const PART: usize = 140;
/// Least probability of a purpose that is told.
const LEAST: f32 = 0.4;
/// What the end of a text counts against its beginning.
const TAIL: f32 = 0.9;

/// Classes are in the order of [`Purpose::ALL`].
static MODEL: LazyLock<Option<Model>> =
    LazyLock::new(|| Model::read(include_bytes!("../weights/purpose.bin")));

/// What a prompt is for, as a classifier of words guesses; `None` where it gives no sign of any purpose.
///
/// Reads 280 bytes at most, whatever the length of the text.
pub fn purpose(text: &str) -> Option<Purpose> {
    let bytes = text.trim().as_bytes();
    let best = if bytes.len() <= WHOLE {
        guess(bytes, 1.0)
    } else {
        let tail = guess(bytes.get(bytes.len() - PART..)?, TAIL);
        [guess(bytes.get(..PART)?, 1.0), tail]
            .into_iter()
            .flatten()
            .max_by(|one, other| one.1.total_cmp(&other.1))
    };
    best.filter(|(_, share)| *share >= LEAST).map(|(purpose, _)| purpose)
}

/// The likeliest purpose, unless that is none in particular.
fn guess(text: &[u8], weight: f32) -> Option<(Purpose, f32)> {
    let (class, share) = MODEL.as_ref()?.score(&[text]).best();
    let purpose = *Purpose::ALL.get(class)?;
    (purpose != Purpose::Other).then_some((purpose, share * weight))
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
        assert!(told * 100 >= held_out.count() * 60, "{told} right");
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
