//! Finds sensitive data, source code, markings and attacks in text: bytes in, spans with labels out.
//!
//! What there is to find is data: `detectors/*.toml`, each detector with examples of what it finds and what it
//! ignores, which are its tests. Code exists only for what a pattern cannot say: checksums, ranges, the shape of
//! source code. Knows no disk, network or clock, keeps nothing it has read, and takes time linear in its input. Only
//! [`file`] watches a clock, so that no file takes too long, and runs Tesseract where it is installed.

mod anchors; // where in the text rules are tried
mod attack; // orders to a model, seen or hidden, and data carried away
mod automaton; // a bounded pattern as a dense automaton
mod bulk; // tables of people
mod byte_set; // sets of bytes
pub mod classify;
mod code; // source code, line by line
mod context; // words that must, may or must not stand near
mod decode; // text written in code, and where it stood
mod detector; // what a detector is, for people
mod detectors; // the compiled set
mod digits; // rules tried at numbers
mod edges; // what may touch a finding
mod example; // examples as tests, with generated credentials
mod explain; // why a span won, and over what
pub mod file; // text, properties and problems of files
mod format; // credential formats of one line each
mod health; // words of illness and treatment near a person
mod hint; // what a file's name says of its text
mod hit; // what was found
mod keyed; // literals at places that bitmaps point to
mod layer; // parts of the work
mod lead; // what all matches of a pattern begin with
mod load; // written -> rules, reporting every mistake at once
mod mask; // what of a finding is safe to show
mod mistake; // what can be wrong with a detector file, and the remedy
mod names; // persons, places, organisations, addresses
mod purpose; // a first guess at what a prompt is for
pub mod registered; // tables and documents an organisation registers
mod repeated; // values that stand very often
mod resolve; // candidates -> hits: companions, overlaps
mod rule; // one detector, compiled: from anchor to candidate
mod scanner; // text in pieces, windows with overlap
mod shapes; // which formats a number may have, by its shape
mod table; // headers and columns as evidence
mod tokens; // random values assigned to names
mod topic; // business content, as weighed by a classifier
#[doc(hidden)]
pub mod training; // what the tools that make weights see
mod union; // many patterns at once
mod validate; // checksums, ranges and other judgements that patterns cannot make
mod written; // a detector file as people write it

pub use detector::{Detector, Example, Role};
pub use detectors::Detectors;
pub use explain::{Explained, Lost, Reason, RunnerUp, Weighed};
pub use hit::Hit;
pub use layer::Layer;
pub use mask::mask;
pub use mistake::{LoadError, Mistake};
pub use purpose::purpose;
pub use scanner::Scanner;
pub use validate::checksum;
