use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{detector::Role, edges::Edges, names::NameKind, validate::Check};

/// A detector file. `docs/detectors.md` is its manual.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WrittenFile {
    /// Word lists that detectors of the file share, used as `$name`.
    #[serde(default)]
    pub(crate) lists: BTreeMap<String, Vec<String>>,
    /// Patterns that detectors of the file share, used as `$name`.
    #[serde(default)]
    pub(crate) patterns: BTreeMap<String, String>,
    /// Kept apart so that each detector's mistakes can be told with its id.
    #[serde(default)]
    pub(crate) detector: Vec<toml::Table>,
    /// Credential formats, one line each; see `format.rs`.
    #[serde(default)]
    pub(crate) format: Vec<toml::Table>,
}

/// One detector as people write it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WrittenDetector {
    pub(crate) id: String,
    pub(crate) label: Option<String>,
    pub(crate) describes: String,
    pub(crate) source: Option<String>,
    #[serde(default)]
    pub(crate) role: Role,
    #[serde(default)]
    pub(crate) anchors: Vec<String>,
    #[serde(default)]
    pub(crate) words: Vec<String>,
    pub(crate) starts: Option<Starts>,
    /// With `starts = "token"`: words of which the name that the value is assigned to must hold one.
    #[serde(default)]
    pub(crate) named: Vec<String>,
    /// The reader of names that finds it, instead of anchors.
    pub(crate) name: Option<NameKind>,
    pub(crate) case: Option<Case>,
    pub(crate) reach: Option<WrittenReach>,
    pub(crate) lead: Option<String>,
    pub(crate) pattern: Option<String>,
    pub(crate) follow: Option<String>,
    pub(crate) longest: Option<usize>,
    #[serde(default)]
    pub(crate) digits: usize,
    #[serde(default)]
    pub(crate) edges: Edges,
    pub(crate) check: Option<Check>,
    #[serde(default)]
    pub(crate) entropy: f32,
    pub(crate) placeholders: Option<Placeholders>,
    #[serde(default)]
    pub(crate) needs: Vec<WrittenContext>,
    #[serde(default)]
    pub(crate) unless: Vec<WrittenContext>,
    #[serde(default)]
    pub(crate) helps: Vec<WrittenContext>,
    pub(crate) beside: Option<WrittenCompanions>,
    pub(crate) confidence: f32,
    #[serde(default)]
    pub(crate) finds: Vec<String>,
    #[serde(default)]
    pub(crate) ignores: Vec<String>,
}

/// Where a rule without a literal is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Starts {
    /// At the first digit of every run of digits.
    Digit,
    /// At values that look random and are assigned to a name.
    Token,
    /// Where many people stand in a table; what is found is the table.
    People,
    /// At words of illness and treatment near a person.
    Health,
}

/// Whether the case of an anchor counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Case {
    Exact,
    Ignored,
}

/// What becomes of findings that only stand for a credential, as `<your-key>` does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Placeholders {
    Rejected,
    Accepted,
}

/// How far before its anchor a finding may begin.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WrittenReach {
    pub(crate) over: String,
    pub(crate) back: usize,
}

/// Words near a finding: `within` bytes on both sides, or `before` and `after` apart; or that the finding is `alone`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WrittenContext {
    #[serde(default)]
    pub(crate) words: Vec<String>,
    /// Holds too where at most so many bytes stand beside the finding in the whole text: a field, a cell, a short line.
    pub(crate) alone: Option<usize>,
    pub(crate) within: Option<usize>,
    pub(crate) before: Option<usize>,
    pub(crate) after: Option<usize>,
    pub(crate) adds: Option<f32>,
}

/// Labels of which a candidate must stand near.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WrittenCompanions {
    pub(crate) labels: Vec<String>,
    pub(crate) within: usize,
}
