//! The crate from outside: policies as people write them, verdicts, mistakes, renderings and laws.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests stop at a mistake of their own")]

mod analysis; // what policies say of all exchanges at once
mod decisions; // what rules do
mod fixture; // a small organisation and its facts
mod laws; // what holds for all facts and all texts
mod messages; // what authors are told
mod rendering; // what employees read
mod starters; // the policies that Bylaw ships
mod workflow; // how people decide about exceptions, tools and assets
