//! One exchange from head and body to decision and record, with the real catalogue, detectors and policy compiler.

mod exchanges;
mod people;
mod rehearsal;
mod world;
