//! One exchange from head and body to decision and record, with the real catalogue, detectors and policy compiler.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod accounts; // whose account a request is made with
mod answers;
mod exchanges;
mod exempt; // exceptions in force
mod observed;
mod people;
mod rehearsal;
mod rollout;
mod world;
