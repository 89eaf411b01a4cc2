//! The crate from outside: what evidence comes to.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on fails")]

mod intake; // files and sockets
mod log; // lines of every format
