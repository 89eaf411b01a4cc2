//! Reads, checks, compiles, tests and evaluates policies.
//!
//! A policy is one Markdown document. [`compile`] turns it into a [`Policy`] or lists every mistake; [`Policy::decide`]
//! turns the facts of an exchange into a verdict. Never reads a clock, touches disk or network, or sees raw text other
//! than the policy's own examples.

pub mod analysis;
pub mod backtest;
mod clause; // one numbered rule of the policy
mod compile; // clauses -> Cedar
mod decide; // policy + facts -> verdict
pub mod document; // Markdown and YAML, with places
mod draft; // document -> clauses
mod example; // worked cases: guidance and test
mod front; // front matter
pub mod guide;
mod invariant; // what must hold whatever the clauses say
pub mod ladder; // what follows violations
mod lint; // what is no mistake, but worth a look
mod mistake; // what the author has to correct
pub mod mutate;
mod nearest; // the word that was meant
mod policy; // the compiled policy
pub mod render; // for people: sentences, HTML, Markdown
mod request; // facts -> Cedar request
mod rule; // the rule of a clause
mod taxonomy; // the organisation's words
mod vocabulary; // all words a policy may use
mod workflow; // how people decide about exceptions, tools and assets

pub use clause::{CedarRule, Clause, Machine, Section};
pub use example::{Example, Expectation};
pub use front::{FrontMatter, Reacceptance};
pub use invariant::{Bound, Invariant};
pub use mistake::{Level, Log, Mistake, Mistakes, Notice, Place, Snippet};
pub use policy::{Policy, compile, lint, lint_on};
pub use rule::{Condition, Data, DataTerm, Rule, Test};
pub use taxonomy::Taxonomy;
pub use workflow::{ASSET_FLAGS, Exemption, REVIEW_TOPICS, Workflow};
