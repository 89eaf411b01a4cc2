//! The learner in a small organisation: what it raises, and what it withstands.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod bad_input; // clocks, duplicates, late events, absurd sizes, bytes that are no table
mod continuity; // restarts and partitions change nothing
mod forgotten; // what is left of who is forgotten
mod organisation; // a small organisation, the same each time
mod poisoning; // colluding adversaries
mod raised; // what is raised, and what is not
