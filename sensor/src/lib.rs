//! Turns passive evidence, packets and logs, into observations: which client talked to which host, how much, and how
//! much of that could be seen.
//!
//! Never decides what is an AI tool (that is the catalogue's), never keeps content, and never trusts its input: what
//! cannot be read is counted with its reason, and memory is bounded.

mod concealment; // what keeps names from being seen
pub mod intake; // where lines come from: files, streams, syslog, pushes
pub mod log; // lines of the logs an organisation already has
mod names; // DNS answers joined with later flows
mod observation; // what both packets and logs come to
pub mod packet; // captures of packets

pub use names::Names;
pub use observation::{Burst, Ech, Handling, HostSource, Observation, Shape, Transport};
