//! Learns what normal AI use is, per person, department and tool, and raises few, calibrated deviations, each with
//! its numbers.
//!
//! Never reads a clock, touches disk or network, or sees content: events come in, deviations and state come out, and
//! the same events give the same deviations.

mod budget; // which scores are raised
mod calibration; // how often a value occurs
mod channel; // the measures of a day
mod checkpoint; // the whole state as bytes
mod deviation; // what is raised, and why
mod event; // what is learned from
mod explain; // what is known of one person, and the level of risk
mod familiar; // the few things a person was last seen with
mod group; // departments, sites, everyone
mod key; // names as short numbers
mod learn; // the end of a person's day
mod learner; // events in, deviations out
mod movement; // whether what is usual rises for everybody
mod narrative; // reasons -> sentences
mod norms; // what all partitions share
mod partition; // a part of the people
mod person; // one person: the day so far, the baseline, what is familiar
mod reason; // surprise -> reasons in natural units
pub mod replay; // tables in, tables out
mod rise; // where the last days are going
mod score; // a day's sums -> surprise, family by family
mod settings; // what an operator may choose
mod tool; // tools: since when, by how many

pub use checkpoint::RestoreError;
pub use deviation::{Deviation, Entity, Expected, Family, Reason, Unit};
pub use event::{Client, Event, Profile};
pub use explain::{Band, Explanation, RiskLevel};
pub use learner::{Counts, Forgotten, Learner, Spending};
pub use movement::Movement;
pub use narrative::{Narrative, amount, narrative};
pub use settings::Settings;
