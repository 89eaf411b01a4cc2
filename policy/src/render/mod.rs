//! For people: a rule as one sentence, a policy as HTML and Markdown.

mod cedar; // policy -> Cedar, for experts
mod example; // example -> guidance
mod guide; // what people may do -> Markdown
mod html; // policy -> HTML
mod markdown; // policy -> Markdown
mod sentence; // rule -> sentence
pub(crate) mod words; // words -> prose

pub use cedar::cedar;
pub use example::Lead;
pub use guide::{booklet, may_table, may_tree};
pub use html::{escape, html, prose};
pub use markdown::markdown;
pub use sentence::{condition, machine, sentence};
pub use words::label;
