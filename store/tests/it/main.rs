//! The store from outside: every test runs on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod accounts; // users, sessions, tokens, one-time codes
mod aggregates; // overview and usage against plain counting
mod audit; // the log, tampered with
mod exchanges; // filters, search, pages
mod followed; // records counted by time, and in the order of the audit log
mod governance; // lifecycles and the audit log
mod history; // invented records
mod killed; // SIGKILL loses nothing that was acknowledged
mod movements;
mod opening; // errors, schema, files
mod place; // a fresh store per test
mod sightings; // hosts that look like tools
mod workflow; // policies, decisions, exceptions, justifications, settings
mod writing; // durability, batches, failures
