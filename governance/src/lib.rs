//! What people do about AI use: they write, review, attest, train, vet, exempt, decide.
//!
//! Every noun is a state that commands move along, in one `match`; the caller stores what comes back and, in the same
//! transaction, an [`Act`] in the audit log. Reads no clock, touches no disk or network.

mod act; // what the audit log keeps
mod lifecycle; // what is stored of a workflow

pub use act::{Act, Entry, Payload};
pub use lifecycle::Lifecycle;
