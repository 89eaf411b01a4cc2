//! The nouns of Bylaw: who acts, on which tool, with what content, and what the policy said.
//!
//! Holds types and their laws (order of actions, ancestry of labels), never helpers, clocks, disk or network.

mod action; // what the policy can say, weakest to strictest
mod concealment; // what keeps names from being seen
mod content; // text that must not be printed
mod exchange; // one observed use of a tool
mod facts; // what a verdict may depend on
mod finding; // something detected in content
mod ids; // names of people, tools, clauses, exchanges, policies
mod label; // what a finding is, hierarchically
mod person; // who acts
mod record; // exchange + findings + verdict, as kept
mod stage; // how strictly a clause is carried out
mod time; // instants as values
mod tool; // an AI service and its approval
mod verdict; // what the policy said and why

pub use action::{Action, Severity};
pub use concealment::Concealment;
pub use content::Sensitive;
pub use exchange::{Activity, Exchange, Source, Uninspected, Visibility};
pub use facts::{Facts, PersonFacts, Purpose, ToolFacts};
pub use finding::{Finding, Placement};
pub use ids::{ClauseId, ExchangeId, InvalidId, PersonId, PolicyVersion, ToolId};
pub use label::{FAMILIES, InvalidLabel, Label};
pub use person::{Person, PersonKind, Risk};
pub use record::{Completion, Outcome, Record};
pub use stage::Stage;
pub use time::Timestamp;
pub use tool::{AccountKind, Approval, ToolCategory, ToolState};
pub use verdict::{Duty, EvaluationFault, HeldBack, HeldDuty, Verdict};
