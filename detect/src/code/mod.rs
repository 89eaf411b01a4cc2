//! Source code, fenced or not: lines are weighed one by one, neighbouring lines of code make a block, and the cues of
//! each language (`detectors/languages.toml`) say which language it is.

mod block; // lines that belong together
mod fence; // Markdown code fences
mod language; // languages and their cues, from data
mod line; // how much a line looks like code

pub(crate) use block::CodeReader;
pub(crate) use language::Languages;
