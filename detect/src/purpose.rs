use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use model::Purpose;
use serde::Deserialize;

use crate::context::stands_alone;

const SOURCE: &str = include_str!("../detectors/purpose.toml");
/// The task is stated at the beginning or the end; what lies between is what it is about.
const HEAD: usize = 600;
const TAIL: usize = 300;
/// Weights of the two kinds of cues, and the least that counts.
const STRONG: f32 = 3.0;
const LIKELY: f32 = 1.0;
const LEAST: f32 = 2.0;

static CUES: LazyLock<Option<Cues>> = LazyLock::new(Cues::read);

struct Cues {
    automaton: AhoCorasick,
    meanings: Vec<(Purpose, f32)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFile {
    purpose: Vec<WrittenPurpose>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPurpose {
    id: Purpose,
    strong: Vec<String>,
    likely: Vec<String>,
    #[cfg_attr(not(test), expect(dead_code, reason = "examples are tests"))]
    finds: Vec<String>,
    #[serde(default)]
    #[cfg_attr(not(test), expect(dead_code, reason = "examples are tests"))]
    ignores: Vec<String>,
}

/// A first, lexical guess at what a prompt is for; `None` where it gives no sign.
pub fn purpose(text: &str) -> Option<Purpose> {
    let cues = CUES.as_ref()?;
    let bytes = text.as_bytes();
    let head = bytes.get(..HEAD).unwrap_or(bytes);
    let tail = bytes.get(head.len().max(bytes.len().saturating_sub(TAIL))..).unwrap_or_default();
    let mut sums = Purpose::ALL.map(|purpose| (purpose, 0.0));
    for (part, share) in [(head, 1.0), (tail, 0.8)] {
        cues.weigh(part, share, &mut sums);
    }
    let best = sums.into_iter().rev().max_by(|one, other| one.1.total_cmp(&other.1))?;
    (best.1 >= LEAST).then_some(best.0)
}

impl Cues {
    fn read() -> Option<Self> {
        let file = written()?;
        let (mut texts, mut meanings) = (Vec::new(), Vec::new());
        for purpose in file.purpose {
            for (list, weight) in [(purpose.strong, STRONG), (purpose.likely, LIKELY)] {
                meanings.extend(list.iter().map(|_| (purpose.id, weight)));
                texts.extend(list);
            }
        }
        let builder = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .ascii_case_insensitive(true)
            .build(texts);
        builder.ok().map(|automaton| Self { automaton, meanings })
    }

    fn weigh(&self, part: &[u8], share: f32, sums: &mut [(Purpose, f32)]) {
        for cue in self.automaton.find_iter(part) {
            if !stands_alone(part, cue.start(), cue.end()) {
                continue;
            }
            let Some((purpose, weight)) = self.meanings.get(cue.pattern().as_usize()) else { continue };
            let sum = sums.iter_mut().find(|(known, _)| known == purpose);
            sum.into_iter().for_each(|(_, sum)| *sum += weight * share);
        }
    }
}

fn written() -> Option<WrittenFile> {
    toml::from_str(SOURCE).ok()
}

#[cfg(test)]
mod tests {
    use super::{purpose, written};

    #[test]
    fn the_examples_hold() {
        for known in written().expect("the file is well formed").purpose {
            for text in known.finds {
                assert_eq!(purpose(&text), Some(known.id), "{text}");
            }
            for text in known.ignores {
                assert_ne!(purpose(&text), Some(known.id), "{text}");
            }
        }
    }

    #[test]
    fn no_sign_no_guess() {
        for text in ["", "hello", "The weather is fine today"] {
            assert_eq!(purpose(text), None, "{text}");
        }
    }
}
