//! For people: a rule as one sentence, a policy as HTML and Markdown.

mod cedar; // policy -> Cedar, for experts
mod example; // example -> guidance
mod html; // policy -> HTML
mod markdown; // policy -> Markdown
mod sentence; // rule -> sentence
pub(crate) mod words; // words -> prose

pub use cedar::cedar;
pub use example::Lead;
pub use html::{escape, html, prose};
pub use markdown::markdown;
pub use sentence::{condition, machine, sentence};
pub use words::label;
