//! Names in text: persons, places and organisations, by a small tagger trained for the purpose.
//!
//! Looks only at words with capitals and what surrounds them, so most of a text costs one pass over its bytes. The
//! weights are in `weights/names.bin`; `cargo xtask names` makes them. Knows no disk, network or clock.

mod address; // a street, a number, a town
mod character; // classes of characters in bytes
mod decode; // the most probable tags, and how probable
mod hash;
mod lexicon; // what lists know of a word
mod line; // what a line looks like
mod model; // weights
mod pack; // the form they are kept in
mod segment; // capitals that stand together, and their features
mod tagger; // text -> names
mod word;

pub use lexicon::{Known, Lexicon};
pub use model::{Model, ROWS, Row, STEPS, TAGS, may_follow};
pub use tagger::{Kind, Name, Tagger};
