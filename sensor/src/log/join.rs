//! Names for flows that have none: by the flow's own id, shared with a line that knew the name, or by an earlier answer of DNS.

use std::{collections::HashMap, time::Duration};

use super::draft::Draft;
use crate::{HostSource, names::Names};

/// What earlier lines said, bounded.
#[derive(Debug)]
pub(super) struct Join {
    names: Names,
    half: usize,
    recent: HashMap<u64, (Box<str>, HostSource)>,
    older: HashMap<u64, (Box<str>, HostSource)>,
}

impl Join {
    /// Room for `bound` answers and as many flows.
    pub(super) fn new(bound: usize) -> Self {
        let half = (bound / 2).max(1);
        Self { names: Names::new(bound), half, recent: HashMap::new(), older: HashMap::new() }
    }

    /// Keeps what a line says of names.
    pub(super) fn learn(&mut self, draft: &Draft) {
        let (Some(host), Some(from)) = (&draft.seen.host, draft.seen.host_from) else { return };
        if let (HostSource::Dns, Some(client), Some(at)) = (from, draft.seen.client, draft.at) {
            for (address, life) in &draft.answers {
                self.names.learn(client, *address, host, at, Duration::from_secs((*life).into()));
            }
        } else if let Some(flow) = draft.flow {
            if self.recent.len() >= self.half {
                self.older = std::mem::take(&mut self.recent);
            }
            self.recent.insert(flow, (host.clone(), from));
        }
    }

    /// Names a flow, if that is known.
    pub(super) fn name(&self, draft: &mut Draft) {
        if draft.seen.host.is_some() {
            return;
        }
        if let Some((host, from)) =
            draft.flow.and_then(|flow| self.recent.get(&flow).or_else(|| self.older.get(&flow)))
        {
            (draft.seen.host, draft.seen.host_from) = (Some(host.clone()), Some(*from));
        } else if let (Some(client), Some(server), Some(at)) =
            (draft.seen.client, draft.seen.server, draft.at)
            && let Some(host) = self.names.host(client, server, at)
        {
            (draft.seen.host, draft.seen.host_from) = (Some(host.into()), Some(HostSource::Dns));
        }
    }
}
