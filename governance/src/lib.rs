//! What people do about AI use: they write, review, attest, train, vet, exempt, decide.
//!
//! Every noun is a state that commands move along, in one `match`; the caller stores what comes back and, in the same
//! transaction, an [`Act`] in the audit log. Reads no clock, touches no disk or network.

mod act; // what the audit log keeps
mod approval; // what functions say of a draft
pub mod attestation; // who has accepted which policy
pub mod audit; // the log as a tree that proves itself
mod backtest; // a draft's trial on recorded exchanges
pub mod canary; // promises that the gate must keep
mod comment; // remarks on a draft
mod draft; // a policy that is being written
pub mod erasure; // what is kept about people, and no longer
mod evidence; // what shows that clauses hold
mod fingerprint; // what a clause says, as a short text
mod id; // ids that follow from what they name
pub mod incident; // deviations and violations that belong together
pub mod ladder; // what follows violations
mod lifecycle; // what is stored of a workflow
mod mapping; // clauses and the frameworks they serve
mod pack; // evidence that proves itself
mod publication; // whether a policy may come into force
pub mod retention; // how long records are kept
pub mod reveal; // captured content, seen by two people
mod rollout; // how strictly it is carried out
#[cfg(test)]
mod sample; // a policy for tests
mod standing; // what someone has passed and accepted
pub mod training; // modules, quizzes, who takes what

pub mod asset;
pub mod exception_request;
pub mod found_host;
pub mod in_house;
pub mod report;
pub mod tool_review;

pub use act::{Act, Entry, Payload};
pub use approval::{Opinion, OpinionRefusal, Position, Stance, position};
pub use backtest::{Trial, TrialCommand, TrialOver, TrialState};
pub use comment::{Comment, CommentCommand, CommentRefusal, CommentState};
pub use draft::{ContentHash, Draft, DraftCommand, DraftRefusal, DraftState};
pub use evidence::{
    Answers, ClauseEvidence, ControlEvidence, Coverage, Passing, PeopleCoverage, Summary, ToolCoverage,
    Upheld,
};
pub use fingerprint::{of as of_clause, of_policy};
pub use id::id_of;
pub use lifecycle::Lifecycle;
pub use mapping::{Control, Framework, FrameworkError, Function, Selector};
pub use pack::{MANIFEST, Manifest, PACK_MADE, PROOF, PackFault, PackReport, Proof, manifest, verify_pack};
pub use publication::{Candidate, Check, Finding, Gate, Way, gate};
pub use rollout::{Rollout, RolloutCommand, RolloutEnded, RolloutState, Stages};
pub use standing::{Accepted, Passed, RaisedRisk, Standing};
