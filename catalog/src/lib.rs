//! Knows AI tools: which hosts are theirs and what they serve, which requests carry prompts, files or sign-ins, and
//! how vendors let an organisation restrict accounts.
//!
//! The facts are data (`tools/*.toml`, `wires.toml`); an organisation adds its own in the same form. Never touches
//! network, disk or clock.

mod catalog; // lookup of hosts and requests
mod facts; // what a vendor says about data and accounts
mod tenant; // how vendors let an organisation restrict accounts
mod tool; // a tool, its hosts and endpoints

pub mod bundle; // updates, signed
pub mod discovery; // hosts that look like tools and are in no list

mod application; // tools by what firewalls call them
mod index; // finds a host, label by label
mod name; // host names as clients write them
mod pattern; // request paths with holes

mod load; // files -> catalogue, reporting every mistake at once
mod mistake; // what is wrong in a file, where, and the remedy
mod raw; // catalogue files as people write them
mod sample; // an entry's own examples, which are its test

pub use catalog::{Catalog, Match, builtin_files};
pub use facts::{Facts, Source, Support, Training};
pub use mistake::{LoadError, Mistake};
pub use pattern::{InvalidPattern, PathPattern};
pub use tenant::{
    Restricts, TenantControl, TenantFault, TenantForm, TenantGiven, TenantHeader, TenantIds, TenantValues,
};
pub use tool::{
    AccountHint, ByName, Carrier, Endpoint, Host, HostKind, Inspection, Origin, Reach, Role, Tool, Transport,
    Unlisted,
};

/// The wire formats that endpoints may name.
pub const DIALECTS: [&str; 12] = [
    "openai_chat",
    "openai_responses",
    "openai_files",
    "anthropic",
    "gemini",
    "chatgpt_web",
    "claude_web",
    "gemini_web",
    "json",
    "form",
    "multipart",
    "text",
];
