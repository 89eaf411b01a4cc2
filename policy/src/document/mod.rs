//! Documents as people write them: Markdown outside, YAML in its blocks, each with its place.

pub mod fields;
pub mod outline;
pub mod yaml;

pub use crate::{front::duration, nearest::remedy};
