//! The crate from outside: golden pairs of requests and answers, and the laws that hold for all of them.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy's allowance for tests does not reach their helpers"
)]

mod answers; // refusals, restored answers
mod golden; // files of the folder `golden`
mod laws; // what holds for any input
mod requests; // what requests read as, and how they are rewritten
