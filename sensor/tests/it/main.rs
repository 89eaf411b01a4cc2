//! What the crate makes of real captures and logs.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod packet; // captures of real clients
