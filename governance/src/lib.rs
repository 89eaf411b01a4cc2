//! What people do about AI use: they write, review, attest, train, vet, exempt, decide.
//!
//! Every noun is a state that commands move along, in one `match`; the caller stores what comes back and, in the same
//! transaction, an [`Act`] in the audit log. Reads no clock, touches no disk or network.

mod act; // what the audit log keeps
pub mod attestation; // who has accepted which policy
pub mod audit; // the log as a tree that proves itself
pub mod canary; // promises that the gate must keep
pub mod erasure; // what is kept about people, and no longer
mod evidence; // what shows that clauses hold
mod fingerprint; // what a clause says, as a short text
pub mod ladder; // what follows violations
mod lifecycle; // what is stored of a workflow
mod mapping; // clauses and the frameworks they serve
mod pack; // evidence that proves itself
pub mod retention; // how long records are kept
#[cfg(test)]
mod sample; // a policy for tests
pub mod training; // modules, quizzes, who takes what

pub mod asset;
pub mod exception_request;
pub mod report;
pub mod tool_review;

pub use act::{Act, Entry, Payload};
pub use evidence::{
    Answers, ClauseEvidence, ControlEvidence, Coverage, Passing, PeopleCoverage, Summary, ToolCoverage,
    Upheld,
};
pub use fingerprint::of_policy;
pub use lifecycle::Lifecycle;
pub use mapping::{Control, Framework, FrameworkError, Function, Selector};
pub use pack::{MANIFEST, Manifest, PACK_MADE, PROOF, PackFault, PackReport, Proof, manifest, verify_pack};
