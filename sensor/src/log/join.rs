//! Names for flows that have none: by the flow's own id, shared with a line that knew the name, or by an earlier answer of DNS.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    time::Duration,
};

use super::draft::Draft;
use crate::{HostSource, names::Names};

/// Names of flows by their hashed ids: the names one after another in one text, and where each is.
#[derive(Debug, Default)]
struct Flows {
    names: String,
    places: HashMap<u64, (u32, u8, HostSource), BuildHasherDefault<AsItIs>>,
}

impl Flows {
    fn insert(&mut self, flow: u64, host: &str, from: HostSource) {
        // A host is at most 253 bytes long, and a generation of flows far below the 4 GiB that would not fit.
        let (Ok(at), Ok(length)) = (u32::try_from(self.names.len()), u8::try_from(host.len())) else {
            return;
        };
        self.names.push_str(host);
        self.places.insert(flow, (at, length, from));
    }

    fn get(&self, flow: u64) -> Option<(&str, HostSource)> {
        let (at, length, from) = *self.places.get(&flow)?;
        let (at, length) = (usize::try_from(at).ok()?, usize::from(length));
        Some((self.names.get(at..at + length)?, from))
    }

    fn clear(&mut self) {
        self.names.clear();
        self.places.clear();
    }
}

/// Hashes what is a hash already.
#[derive(Debug, Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |sum, byte| sum.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// What earlier lines said, bounded.
#[derive(Debug)]
pub(super) struct Join {
    names: Names,
    half: usize,
    recent: Flows,
    older: Flows,
}

impl Join {
    /// Room for `bound` answers and as many flows.
    pub(super) fn new(bound: usize) -> Self {
        let half = (bound / 2).max(1);
        Self { names: Names::new(bound), half, recent: Flows::default(), older: Flows::default() }
    }

    /// Keeps what a line says of names.
    pub(super) fn learn(&mut self, draft: &Draft) {
        let (Some(host), Some(from)) = (&draft.seen.host, draft.seen.host_from) else { return };
        if let (HostSource::Dns, Some(client), Some(at)) = (from, draft.seen.client, draft.at) {
            for (address, life) in &draft.answers {
                self.names.learn(client, *address, host, at, Duration::from_secs((*life).into()));
            }
        } else if let Some(flow) = draft.flow {
            if self.recent.places.len() >= self.half {
                std::mem::swap(&mut self.recent, &mut self.older);
                self.recent.clear();
            }
            self.recent.insert(flow, host, from);
        }
    }

    /// Names a flow, if that is known.
    pub(super) fn name(&self, draft: &mut Draft) {
        if draft.seen.host.is_some() {
            return;
        }
        let known = draft.flow.and_then(|flow| self.recent.get(flow).or_else(|| self.older.get(flow)));
        if let Some((host, from)) = known {
            (draft.seen.host, draft.seen.host_from) = (Some(host.into()), Some(from));
        } else if let (Some(client), Some(server), Some(at)) =
            (draft.seen.client, draft.seen.server, draft.at)
            && let Some(host) = self.names.host(client, server, at)
        {
            (draft.seen.host, draft.seen.host_from) = (Some(host.into()), Some(HostSource::Dns));
        }
    }
}
