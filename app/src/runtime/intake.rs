//! Evidence from packets and logs on its way into the store.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use anyhow::{Context, Result};
use catalog::Tool;
use engine::{Engine, Who};
use futures_util::future::try_join_all;
use model::{Completion, Concealment, ExchangeId, PersonId, Record, Source, Visibility};
use sensor::Observation;
use store::{Concealed, HostSighting, IntakePosition, Sightings, Store, Writer};

use crate::{evidence, runtime::now};

/// Observations that are handled at once.
const AT_ONCE: usize = 2_000;

/// Turns observations into records of the tools that people used, and into sightings of hosts that look like tools. What
/// shows no sign of AI is counted by whoever read it, and kept nowhere.
#[derive(Clone)]
pub(crate) struct Intake {
    engine: Arc<Engine>,
    store: Store,
    writer: Writer,
}

impl Intake {
    pub(crate) fn new(engine: Arc<Engine>, store: Store) -> Self {
        let writer = store.writer();
        Self { engine, store, writer }
    }

    /// Keeps what `observations` tell, then that they were read up to `positions`. Whatever is read again after a crash
    /// counts once: records have ids made of what they say, sightings are kept together with the positions.
    pub(crate) async fn keep(
        &self,
        source: Source,
        observations: &[Observation],
        positions: &[IntakePosition],
    ) -> Result<()> {
        let (mut sightings, mut concealed) = (BTreeMap::new(), BTreeMap::new());
        for some in observations.chunks(AT_ONCE) {
            let (mut records, mut completions) = (Vec::new(), Vec::new());
            let catalog = Arc::clone(&self.engine.snapshot().catalog);
            for seen in some {
                self.note_concealment(seen, source, &mut concealed);
                let listed = seen.host.as_deref().is_some_and(|host| catalog.lookup(host).is_some());
                let beside = if listed { None } else { evidence::tool_beside_host(&catalog, seen) };
                if listed || beside.is_some() {
                    let Some(record) = self.record(seen, source, beside) else { continue };
                    completions.extend(completion(seen, record.exchange.id));
                    records.push(record);
                } else if let Some(host) = seen.host.as_deref() {
                    self.note(seen, host, source, &mut sightings);
                }
            }
            let records =
                without_names_of_flows(records).into_iter().map(|record| self.writer.append(record));
            try_join_all(records).await.context("cannot keep what was observed")?;
            for completion in completions {
                self.writer.complete(completion).await;
            }
        }
        let hosts: Vec<HostSighting> = sightings.into_values().collect();
        let concealed: Vec<Concealed> = concealed.into_values().collect();
        if hosts.is_empty() && concealed.is_empty() && positions.is_empty() {
            return Ok(());
        }
        let seen = Sightings { hosts: &hosts, concealed: &concealed, positions };
        self.store.keep_sightings(seen, now()).await.context("cannot keep what was observed")
    }

    /// The record of a use; `tool` where something other than the host tells it.
    fn record(&self, seen: &Observation, source: Source, tool: Option<&Tool>) -> Option<Record> {
        let (mark, host) = (mark(seen), host_or_address(seen));
        let sighting = evidence::by_client(seen, &host, source);
        self.engine.observed(&engine::Sighting { mark: &mark, tool, ..sighting })
    }

    /// Adds a host that looks like a tool to what will be kept.
    fn note(
        &self,
        seen: &Observation,
        host: &str,
        source: Source,
        sightings: &mut BTreeMap<(String, PersonId), HostSighting>,
    ) {
        let signs = evidence::of_unknown(seen, host, 0);
        if signs.is_empty() {
            return;
        }
        let who = self.engine.whose(&evidence::by_client(seen, host, source));
        let Some(Who { id, person, .. }) = who else { return };
        let first = HostSighting {
            host: host.to_owned(),
            person: id.clone(),
            department: person.and_then(|person| person.department.clone()),
            first: seen.at,
            last: seen.at,
            times: 0,
            bytes_up: 0,
            bytes_down: 0,
            signs: 0,
        };
        let known = sightings.entry((host.to_owned(), id)).or_insert(first);
        known.first = known.first.min(seen.at);
        known.last = known.last.max(seen.at);
        known.times += 1;
        known.bytes_up = known.bytes_up.saturating_add(seen.bytes_up.unwrap_or_default());
        known.bytes_down = known.bytes_down.saturating_add(seen.bytes_down.unwrap_or_default());
        known.signs |= signs.bits();
    }
}

impl Intake {
    /// Adds to what will be kept that a client keeps names from being seen.
    fn note_concealment(
        &self,
        seen: &Observation,
        source: Source,
        concealed: &mut BTreeMap<(Concealment, String, PersonId), Concealed>,
    ) {
        let Some(way) = seen.concealment() else { return };
        let host = host_or_address(seen).into_owned();
        let Some(Who { id, person, .. }) = self.engine.whose(&evidence::by_client(seen, &host, source))
        else {
            return;
        };
        let first = Concealed {
            way,
            host: host.clone(),
            person: id.clone(),
            department: person.and_then(|person| person.department.clone()),
            first: seen.at,
            last: seen.at,
            times: 0,
        };
        let known = concealed.entry((way, host, id)).or_insert(first);
        known.first = known.first.min(seen.at);
        known.last = known.last.max(seen.at);
        known.times += 1;
    }
}

/// A log may tell of one use twice, by its name and by its flow: the flow says more.
fn without_names_of_flows(records: Vec<Record>) -> Vec<Record> {
    let of = |record: &Record| (record.exchange.person.clone(), record.facts.tool.id.clone());
    let is_name = |record: &Record| record.facts.visibility == Visibility::Name;
    let flows: BTreeSet<_> = records.iter().filter(|record| !is_name(record)).map(of).collect();
    records.into_iter().filter(|record| !is_name(record) || !flows.contains(&of(record))).collect()
}

/// What was talked to: its name, or its address where no name was seen.
fn host_or_address(seen: &Observation) -> Cow<'_, str> {
    let address = || seen.server.map(|server| server.to_string()).unwrap_or_default();
    seen.host.as_deref().map_or_else(|| Cow::Owned(address()), Cow::Borrowed)
}

/// What tells a flow from others of the same instant.
fn mark(seen: &Observation) -> Vec<u8> {
    let bytes = [seen.bytes_down, seen.duration_ms, seen.port.map(u64::from)];
    let bytes = bytes.into_iter().flat_map(|number| number.unwrap_or_default().to_le_bytes());
    let ends = [seen.client, seen.server].into_iter().flatten().flat_map(|end| end.to_string().into_bytes());
    bytes.chain(ends).collect()
}

/// How the exchange ended, where sizes were seen.
fn completion(seen: &Observation, id: ExchangeId) -> Option<Completion> {
    let duration_ms = seen.duration_ms.unwrap_or_default();
    Some(Completion {
        id,
        at: seen.at.plus(std::time::Duration::from_millis(duration_ms)),
        status: None,
        bytes_down: seen.bytes_down?,
        duration_ms,
        restored: 0,
        error: None,
    })
}
