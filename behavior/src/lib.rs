//! Learns what normal AI use is, per person, department and tool, and raises few, calibrated deviations, each with
//! its numbers.
//!
//! Never reads a clock, touches disk or network, or sees content: events come in, deviations and state come out, and
//! the same events give the same deviations.

mod deviation; // what is raised, and why
mod event; // what is learned from

pub use deviation::{Deviation, Entity, Expected, Family, Reason, Unit};
pub use event::{Client, Event, Profile};
