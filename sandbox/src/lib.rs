//! Plays AI providers over real TLS, and a small organisation whose people use them: for the demo, canaries and tests.
//!
//! Everything stays on loopback; nothing here is real, neither people nor answers. What the providers receive is kept in
//! memory, bounded, so that a test can show what reached them.

pub mod organisation; // forty simulated people and their prompts

mod providers; // starting and stopping

mod certificates; // the sandbox's own authority and its server certificates
mod connection; // TLS, HTTP/1.1 and HTTP/2 on one listener
mod hosts; // the names it answers to

mod completion; // a deterministic, useful answer to a prompt
mod encoding; // bodies that clients compressed
mod form; // multipart bodies
mod provider; // each provider's wire format
mod received; // what the providers were sent
mod reply; // answers, whole or token by token

mod admin; // what was received, as JSON

pub use hosts::HOSTS;
pub use providers::{Options, Providers, StartError};
pub use received::Received;
