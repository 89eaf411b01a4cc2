//! The crate from outside: what evidence comes to.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on fails")]

mod log; // lines of every format
