//! The tables as SeaORM sees them; nothing here leaves this crate.

pub(crate) mod api_token;
pub(crate) mod audit_checkpoint;
pub(crate) mod audit_entry;
pub(crate) mod audit_erased;
pub(crate) mod audit_hash;
pub(crate) mod audit_head;
pub(crate) mod audit_payload;
pub(crate) mod completion;
pub(crate) mod exception;
pub(crate) mod file;
pub(crate) mod host_sighting;
pub(crate) mod intake_position;
pub(crate) mod justification;
pub(crate) mod lifecycle;
pub(crate) mod one_time_login;
pub(crate) mod policy_version;
pub(crate) mod record;
pub(crate) mod record_batch;
pub(crate) mod record_clause;
pub(crate) mod record_document;
pub(crate) mod record_label;
pub(crate) mod record_removed;
pub(crate) mod session;
pub(crate) mod setting;
pub(crate) mod tool_decision;
pub(crate) mod user;
