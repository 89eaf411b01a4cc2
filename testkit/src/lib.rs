//! Servers started for tests, in folders and on ports of their own.
//!
//! For development only: no other crate may depend on it outside `[dev-dependencies]`. What cannot be set up fails the
//! test with the remedy; nothing is ever skipped.
#![expect(clippy::panic, clippy::expect_used, reason = "a test whose set-up fails must fail loudly")]

mod folder; // temporary folders
mod leash; // a process that ends with the test, however the test ends
mod port; // free ports
mod postgres; // a private PostgreSQL

pub use folder::{Folder, folder};
pub use leash::Leash;
pub use port::free_port;
pub use postgres::{Disk, Postgres};
