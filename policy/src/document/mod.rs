//! The document as people write it: Markdown outside, YAML in its blocks, each with its place.

pub(crate) mod fields; // a YAML map whose keys are known
pub(crate) mod outline; // headings, prose, reasons and blocks, in order
pub(crate) mod yaml; // YAML values with places
