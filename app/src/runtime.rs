//! The parts, put together and run.

mod metrics;
mod parts;
mod recorder;
mod serve;

use std::time::SystemTime;

use model::Timestamp;

pub(crate) use parts::{Parts, offline};
pub(crate) use serve::{Ready, serve};

/// The time. Nothing below this crate and `server` reads a clock.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
