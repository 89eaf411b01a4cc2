use serde::{Deserialize, Serialize};

use crate::Label;

/// Something detected in content, as kept: never the content itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Finding {
    /// What it is.
    pub label: Label,
    /// Where it was.
    pub placement: Placement,
    /// Probability that it is what the label says, 0 to 1.
    pub confidence: f32,
    /// The detector that found it.
    pub detector: String,
    /// What is safe to show, for example `•••-••-4399`.
    pub excerpt: String,
    /// Keyed hash of the found text (16 hexadecimal digits), equal for equal text under one key.
    pub digest: String,
}

/// Detectors of registered data are named so, and after what was registered.
const REGISTERED: &str = "registered.";

impl Finding {
    /// What was registered and found here, by its name; `None` if something else found it.
    pub fn registered(&self) -> Option<&str> {
        self.detector.strip_prefix(REGISTERED)
    }
}

/// Where in an exchange's content a finding lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Placement {
    /// Which text of the exchange, counted from 0 in the order they stand in the body.
    pub part: u32,
    /// First byte in that text, decoded, in UTF-8.
    pub start: u64,
    /// One past the last byte.
    pub end: u64,
}
