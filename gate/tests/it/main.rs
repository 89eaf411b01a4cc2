//! The proxy over real connections on this machine: real clients' bytes, real TLS, a real upstream, the real engine.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod answers; // what tools say
mod authentication; // who may use the proxy
mod client; // connections through the proxy
mod connections; // CONNECT, tunnels, names, addresses
mod exchanges; // forward, redact, block, record
mod failures; // what breaks, on either side
mod malformed; // what strangers send
mod pac; // automatic configuration
mod streams; // events, large bodies, WebSockets
mod tenants; // headers that restrict accounts
mod upstream; // a tool, played here
mod world; // all of it together
