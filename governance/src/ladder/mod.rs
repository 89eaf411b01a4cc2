//! The enforcement ladder at work: violations are counted as the policy says, steps follow, people decide the harsh ones.

mod case; // a step that someone has reached
mod climb; // which steps are reached
mod exposure; // data left: what has to be done
mod lesson; // which training follows
mod violation; // record -> violations, and what they count

pub use case::{Case, CaseCommand, CaseRefused, CaseState, Decision, Remedy, Verdicts};
pub use climb::{Reached, climb};
pub use exposure::{Checklist, ExposureCommand, ExposureRefused, Item, Response, Tick, exposed};
pub use lesson::{Lesson, further, lessons};
pub use violation::{Tally, Violation, tally, violations};
