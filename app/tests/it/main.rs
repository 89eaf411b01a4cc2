//! The real program, real clients, real TLS.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod bad_input; // what strangers send
mod catalogue; // updates, tenant control
mod clients; // curl, the SDKs, a browser
mod colliding; // more flows than there is room for
mod command_line; // lint, test, render, check, init
mod demo; // what a newcomer sees
mod durability; // kill -9 loses nothing
mod evidence; // canaries, the audit log offline
mod push; // a file becomes a draft
mod sensor; // packets and logs
mod world; // a running Bylaw with a sandbox behind it
