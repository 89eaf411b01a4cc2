//! What people may do, as a table and as a decision tree: computed from the rules, never written by hand.
//!
//! Both speak of ordinary work: a prompt from someone who is trained and has accepted the policy, to a tool that the
//! policy does not name, content seen. Everything else is what the policy itself is for.

mod case; // one situation
mod table; // may I?
mod tree; // which questions lead where

pub use case::{Asked, Case, Guide};
pub use table::{Cell, table};
pub use tree::{Branch, Tree, tree};

use model::Action;

/// What someone is told to do.
pub const fn advice(action: Action) -> &'static str {
    match action {
        Action::Allow => "go ahead",
        Action::Coach => "you are advised first, and may then send it",
        Action::Justify => "state a reason first",
        Action::Redact => "it is sent with placeholders instead of the data",
        Action::Block => "do not send it",
    }
}
