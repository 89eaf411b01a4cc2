use std::{collections::hash_map::DefaultHasher, fs, hash::Hasher, path::Path};

use anyhow::{Context, Result};
use clap::ValueEnum;
use serde::Deserialize;

/// A labelled text of any of the corpora.
#[derive(Deserialize)]
pub(super) struct Case {
    pub(super) text: String,
    #[serde(default)]
    pub(super) label: String,
    /// Whether there is a credential.
    pub(super) positive: Option<bool>,
    /// How a phone number is written.
    #[serde(default)]
    pub(super) format: String,
    /// Whether a checksum holds.
    pub(super) valid: Option<bool>,
    #[serde(default)]
    pub(super) region: String,
    /// What is there; nothing when only the number of findings is known.
    pub(super) spans: Option<Vec<Labelled>>,
    /// How many findings of `label` there are, where the places are not said.
    pub(super) count: Option<usize>,
    /// Ending of the file it is from.
    pub(super) path_hint: Option<String>,
    /// Labels that must not be found.
    #[serde(default)]
    pub(super) negative_for: Vec<String>,
}

/// A labelled span, in code points, end exclusive.
#[derive(Deserialize)]
pub(super) struct Labelled {
    start: usize,
    end: usize,
    #[serde(default)]
    pub(super) label: String,
    /// Whether the peer itself is unsure about it.
    #[serde(default)]
    pub(super) weak: bool,
}

/// One half of a corpus.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Half {
    A,
    B,
}

impl Half {
    /// Whether a text belongs to this half.
    pub(super) fn holds(self, text: &str) -> bool {
        let mut hasher = DefaultHasher::new();
        hasher.write(text.as_bytes());
        hasher.finish().is_multiple_of(2) == (self == Self::A)
    }
}

impl Labelled {
    /// Where in the text it stands, in bytes.
    pub(super) fn bytes(&self, text: &str) -> (usize, usize) {
        (byte_of(text, self.start), byte_of(text, self.end))
    }
}

/// The cases of a file with one JSON object a line, those of one half only if that is asked for; none if there is no
/// such file.
pub(super) fn read(path: &Path, half: Option<Half>) -> Result<Vec<Case>> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let text = fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    let cases: serde_json::Result<Vec<Case>> = text.lines().map(serde_json::from_str).collect();
    let cases = cases.with_context(|| format!("`{}` holds no labelled texts", path.display()))?;
    Ok(cases.into_iter().filter(|case| half.is_none_or(|half| half.holds(&case.text))).collect())
}

fn byte_of(text: &str, code_points: usize) -> usize {
    text.char_indices().nth(code_points).map_or(text.len(), |(at, _)| at)
}
