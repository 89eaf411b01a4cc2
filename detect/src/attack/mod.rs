//! Attacks carried by content, where a pattern is not enough: orders to a model, attempts to talk it out of its rules,
//! orders that people cannot see, and addresses that carry data away.
//!
//! Words only say where to look. What stands there is weighed by a classifier that has learned to tell orders from
//! texts about them (`detect/training/attack.toml`).

mod exfiltration; // data in the address of an image or a link
mod sentence; // the sentence around a word

use std::sync::LazyLock;

use serde::Deserialize;

use self::sentence::sentence;
use crate::{
    byte_set::ByteSet,
    classify::{Model, Scores},
    validate::{Accepted, Found},
};

/// Classes of the model, in its order.
const INJECTION: usize = 0;
const JAILBREAK: usize = 1;
/// What is weighed besides the sentence.
const BEFORE: usize = 120;
const AFTER: usize = 160;
/// How sure the model must be of a sentence, and on average of it and what surrounds it.
const LEAST: f32 = 0.75;
const LEAST_HIDDEN: f32 = 0.6;
/// A sentence has fewer signs of code than one in so many bytes.
const PROSE: usize = 16;
/// A hidden text of fewer words gives no orders; no more than so many bytes of it are weighed.
const WORDS: usize = 5;
const HIDDEN: usize = 500;
/// Words near a quoted order that tell it is only spoken of.
const ABOUT: [&[u8]; 18] = [
    b"injection",
    b"jailbreak",
    b"attack",
    b"malicious",
    b"adversar",
    b"phrase",
    b"such as",
    b"for example",
    b"e.g.",
    b"detect",
    b"filter",
    b"like ",
    b"classifier",
    b"example",
    b"vulnerab",
    b"mitigat",
    b"angreifer",
    b"attaque",
];
const QUOTES: [&[u8]; 9] = [
    b"\"",
    b"'",
    b"`",
    "\u{201c}".as_bytes(),
    "\u{2018}".as_bytes(),
    "\u{ab}".as_bytes(),
    "\u{201e}".as_bytes(),
    b"_",
    b"*",
];

static CODE: ByteSet = ByteSet::new("_(){}[];=<>&|");
static MODEL: LazyLock<Option<Model>> =
    LazyLock::new(|| Model::read(include_bytes!("../../weights/attack.bin")));

/// What a detector of attacks asks of the text around its find.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Attack {
    /// The phrase is an order, not the mention of one.
    Order,
    /// The sentence is an order to a model.
    Injection,
    /// The sentence talks a model out of its rules.
    Jailbreak,
    /// The text behind `>` or within a comment is an order to a model.
    Hidden,
    /// The address of an image carries data away.
    Image,
    /// The address of a link carries data away.
    Link,
}

impl Attack {
    /// Accepts or rejects a span; sentences are found whole.
    pub(crate) fn judge(self, found: Found<'_>) -> Option<Accepted> {
        match self {
            Self::Order => (!is_spoken_of(found)).then(|| found.as_expected()),
            Self::Injection => spoken(found, INJECTION),
            Self::Jailbreak => spoken(found, JAILBREAK),
            Self::Hidden => hidden(found),
            Self::Image => exfiltration::is_image(found.bytes()).then(|| found.as_expected()),
            Self::Link => exfiltration::is_link(found.bytes()).then(|| found.as_expected()),
        }
    }
}

fn spoken(found: Found<'_>, class: usize) -> Option<Accepted> {
    let (start, end) = sentence(found.text, found.start, found.end);
    let own = found.text.get(start..end)?;
    let signs = own.iter().filter(|byte| CODE.contains(**byte)).count();
    if signs * PROSE > own.len() {
        return None;
    }
    let alone = score(own)?.of(class);
    if alone < LEAST {
        return None;
    }
    let around = found.text.get(start.saturating_sub(BEFORE)..(end + AFTER).min(found.text.len()))?;
    let share = (alone + score(around)?.of(class)) / 2.0;
    // Phrases that are known word for word are surer.
    let accepted = Accepted { start, end, confidence: Some(0.4 + 0.4 * share) };
    (share >= LEAST && !is_spoken_of(found)).then_some(accepted)
}

fn hidden(found: Found<'_>) -> Option<Accepted> {
    let bytes = found.bytes();
    let text = match bytes.strip_prefix(b"<!--") {
        Some(comment) => comment,
        None => bytes.splitn(2, |byte| *byte == b'>').nth(1)?,
    };
    let text = text.get(..HIDDEN).unwrap_or(text);
    if text.split(u8::is_ascii_whitespace).filter(|word| word.len() > 1).count() < WORDS + 1 {
        return None;
    }
    let scores = score(text)?;
    let share = scores.of(INJECTION).max(scores.of(JAILBREAK));
    (share >= LEAST_HIDDEN).then(|| found.as_expected())
}

fn score(text: &[u8]) -> Option<Scores> {
    Some(MODEL.as_ref()?.score(&[text]))
}

/// Whether a quotation mark stands right before it, and words about attacks around it.
fn is_spoken_of(found: Found<'_>) -> bool {
    let before = found.text.get(..found.start).unwrap_or_default();
    let line = before.get(before.len().saturating_sub(BEFORE)..).unwrap_or_default();
    let quoted = QUOTES.iter().any(|quote| line.ends_with(quote));
    let line = line.to_ascii_lowercase();
    quoted && ABOUT.iter().any(|word| memchr::memmem::find(&line, word).is_some())
}
