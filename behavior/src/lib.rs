//! Learns what normal AI use is, per person, department and tool, and raises few, calibrated deviations, each with
//! its numbers.
//!
//! Never reads a clock, touches disk or network, or sees content: events come in, deviations and state come out, and
//! the same events give the same deviations.

mod event; // what is learned from
mod deviation; // what is raised, and why
mod settings; // what an operator may choose
mod key; // names as short numbers
mod channel; // the measures of a day
mod familiar; // the few things a person was last seen with
mod person; // one person: the day so far, the baseline, what is familiar
mod tool; // tools: since when, by how many
mod group; // departments, sites, everyone
mod calibration; // how often a value occurs
mod norms; // what all partitions share
mod score; // a day's sums -> surprise, family by family
mod learn; // the end of a person's day
mod reason; // surprise -> reasons in natural units
mod partition; // a part of the people
mod budget; // which scores are raised
mod learner; // events in, deviations out
mod checkpoint; // the whole state as bytes
pub mod replay; // tables in, tables out

pub use checkpoint::RestoreError;
pub use deviation::{Deviation, Entity, Expected, Family, Reason, Unit};
pub use event::{Client, Event, Profile};
pub use learner::{Counts, Learner, Spending};
pub use settings::Settings;
