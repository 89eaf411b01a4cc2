use std::sync::Arc;

use model::Label;

/// Something found in a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// What it is.
    pub label: Label,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Probability that it is what the label says, 0 to 1.
    pub confidence: f32,
    /// Id of the detector that found it.
    pub detector: Arc<str>,
    /// Of a passage of a registered document, how much of that document has appeared, 0 to 1: in the whole text, or in a
    /// stream up to the end of the passage.
    pub share: Option<f32>,
}
