use std::{net::IpAddr, path::PathBuf};

use super::Position;
use crate::{
    Observation,
    log::{BadLine, Reader},
};

/// Lines that came together.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// Where they came from.
    pub origin: Origin,
    /// What stands at the head of their file and gives later lines their meaning, if they are not the first ones read of it.
    pub preamble: Vec<Vec<u8>>,
    /// The lines, without their ends.
    pub lines: Vec<Vec<u8>>,
    /// Where to go on after them, if they are of a file.
    pub position: Option<Position>,
}

/// Where lines come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A file.
    File(PathBuf),
    /// A sender of syslog.
    Syslog(IpAddr),
    /// The body of a request.
    Push,
}

impl Batch {
    /// Has a reader read the lines; those it cannot read are set aside with their reason.
    pub fn read(
        &self,
        reader: &mut Reader,
        each: &mut dyn FnMut(Observation),
        aside: &mut dyn FnMut(&[u8], BadLine),
    ) {
        for line in &self.preamble {
            // Headers: they come to no observation, and were counted when they were first read.
            let _ = reader.line(line, &mut |_| ());
        }
        for line in &self.lines {
            if let Err(bad) = reader.line(line, each) {
                aside(line, bad);
            }
        }
    }
}
