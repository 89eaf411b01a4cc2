use std::sync::Arc;

use model::Label;

/// What a detector is, for people: its compiled form stays inside the crate.
#[derive(Clone, Debug)]
pub struct Detector {
    /// Its unique id; by custom the label, with a further segment where a label has several detectors.
    pub id: Arc<str>,
    /// The label its findings carry.
    pub label: Label,
    /// What it finds, in a few words.
    pub describes: String,
    /// Where the format is documented.
    pub source: Option<String>,
    /// Whether its findings are reported.
    pub role: Role,
    /// Probability that an unremarkable finding is what the label says, 0 to 1.
    pub confidence: f32,
    /// Texts in which it finds something.
    pub finds: Vec<Example>,
    /// Texts in which it finds nothing.
    pub ignores: Vec<String>,
}

/// What becomes of a detector's findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// They are reported.
    #[default]
    Finding,
    /// They only support other detectors, as a name beside a diagnosis does.
    Cue,
    /// They are reported only where mentions are asked for, as every place a text names; they support nothing.
    Mention,
}

/// A text in which a detector finds something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// The text.
    pub text: String,
    /// First byte of what is found and one past its last, where the example says so.
    pub found: Option<(usize, usize)>,
}
