//! Source code: where it begins and ends, and in which language.

mod block; // lines that belong together, and what they amount to
mod fence; // Markdown fences
mod language; // the languages, their names and examples
mod look; // what a line looks like before it is read
mod model; // learnt weights of features
mod reader; // text in pieces, line by line
mod said; // what a file says of itself
mod token; // lines as tokens, tokens as features
mod trace; // stack traces
mod wrapped; // diffs, notebooks

pub(crate) use language::Languages;
pub(crate) use reader::CodeReader;
