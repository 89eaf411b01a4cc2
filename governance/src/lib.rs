//! What people do about AI use: they write, review, attest, train, vet, exempt, decide.
//!
//! Every noun is a state that commands move along, in one `match`; the caller stores what comes back and, in the same
//! transaction, an [`Act`] in the audit log. Reads no clock, touches no disk or network.

mod act; // what the audit log keeps
pub mod attestation; // who has accepted which policy
mod fingerprint; // what a clause says, as a short text
mod id; // ids that follow from what they name
pub mod ladder; // what follows violations
mod lifecycle; // what is stored of a workflow
#[cfg(test)]
mod sample; // a policy for tests
mod standing; // what someone has passed and accepted
pub mod training; // modules, quizzes, who takes what

pub mod asset;
pub mod exception_request;
pub mod report;
pub mod tool_review;

pub use act::{Act, Entry, Payload};
pub use fingerprint::{of as of_clause, of_policy};
pub use id::id_of;
pub use lifecycle::Lifecycle;
pub use standing::{Accepted, Passed, Standing};
