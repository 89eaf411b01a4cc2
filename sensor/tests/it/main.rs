//! What the crate makes of real captures and logs.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on fails")]

mod intake; // files and sockets
mod log; // lines of every format
mod packet; // captures of real clients
