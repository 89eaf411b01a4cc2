//! The parts, put together and run.

mod canary;
mod intake;
mod metrics;
mod parts;
mod recorder;
mod serve;
mod sources;

use model::Timestamp;

pub(crate) use canary::prober;
pub(crate) use parts::{Parts, offline};
pub(crate) use serve::{Ready, engine_of, reachable, serve};

/// The time. Nothing below the programs at the rim (this crate, `server`, `gate`) reads a clock.
pub(crate) fn now() -> Timestamp {
    server::Clock::system().now()
}
