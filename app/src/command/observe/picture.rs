use std::{
    collections::{BTreeMap, BTreeSet},
    hash::{DefaultHasher, Hash, Hasher},
    io::{self, Write},
};

use catalog::{Catalog, discovery};
use model::{Timestamp, ToolId, Visibility};
use sensor::Observation;

use crate::evidence;

use super::row::{known, visibility};

/// Clients that are told apart for each tool; beyond, their number is a lower bound.
const CLIENTS: usize = 100_000;
/// Pairs of client and unknown host that are kept.
const PAIRS: usize = 1_000_000;

/// What was seen, summed up.
#[derive(Debug)]
pub(super) struct Picture {
    tools: BTreeMap<ToolId, Use>,
    unknown: discovery::Seen,
    all: Coverage,
    latest: Timestamp,
}

impl Default for Picture {
    fn default() -> Self {
        let (tools, all, latest) = (BTreeMap::new(), Coverage::default(), Timestamp::from_millis(0));
        Self { tools, unknown: discovery::Seen::new(PAIRS), all, latest }
    }
}

#[derive(Debug, Default)]
struct Use {
    times: u64,
    clients: BTreeSet<String>,
    bytes_up: u64,
    bytes_down: u64,
    first: Option<Timestamp>,
}

/// How much could be seen.
#[derive(Debug, Default)]
struct Coverage {
    observations: u64,
    named: u64,
    names_only: u64,
    hidden: u64,
}

impl Picture {
    pub(super) fn add(&mut self, catalog: &Catalog, seen: &Observation) {
        self.all.add(seen);
        self.latest = self.latest.max(seen.at);
        let known = known(catalog, seen);
        match (known.tool, seen.host.as_deref()) {
            (Some(tool), _) => self.tools.entry(tool.id.clone()).or_default().add(seen),
            (None, Some(host)) if known.host.is_none() => {
                self.unknown.note(seen.at, &evidence::sighting(seen, host, number_of(seen)));
            }
            (None, _) => {}
        }
    }

    pub(super) fn print(&self, catalog: &Catalog, out: &mut impl Write) -> io::Result<()> {
        self.print_tools(catalog, out)?;
        self.print_candidates(out)?;
        self.all.print(out)
    }

    fn print_tools(&self, catalog: &Catalog, out: &mut impl Write) -> io::Result<()> {
        if self.tools.is_empty() {
            return writeln!(out, "No AI tool of the catalogue was seen.");
        }
        writeln!(
            out,
            "{:<28} {:<15} {:>8} {:>8} {:>10} {:>10}  first seen",
            "tool", "category", "clients", "times", "sent", "received"
        )?;
        let mut tools: Vec<_> = self.tools.iter().collect();
        tools.sort_by_key(|(_, used)| std::cmp::Reverse((used.clients.len(), used.times)));
        for (id, used) in tools {
            let tool = catalog.tool(id.as_str());
            writeln!(
                out,
                "{:<28} {:<15} {:>8} {:>8} {:>10} {:>10}  {}",
                tool.map_or(id.as_str(), |tool| tool.name.as_str()),
                tool.map_or("", |tool| tool.category.as_str()),
                used.clients.len(),
                used.times,
                bytes(used.bytes_up),
                bytes(used.bytes_down),
                used.first.map(|at| at.to_string()).unwrap_or_default(),
            )?;
        }
        Ok(())
    }

    fn print_candidates(&self, out: &mut impl Write) -> io::Result<()> {
        let mut found = self.unknown.candidates(self.latest);
        found.retain(discovery::Candidate::is_worth_a_review);
        if found.is_empty() {
            return Ok(());
        }
        writeln!(out, "\nHosts that look like AI tools and are not in the catalogue:")?;
        for candidate in found {
            let reasons: Vec<String> = candidate.reasons.iter().map(ToString::to_string).collect();
            let (site, clients) = (&candidate.evidence.site, candidate.evidence.people);
            writeln!(out, "  {site} (score {}, {clients} clients): {}", candidate.score, reasons.join("; "))?;
        }
        Ok(())
    }
}

/// A number for the client, the same for the same client within one run.
fn number_of(seen: &Observation) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&seen.user, seen.client).hash(&mut hasher);
    hasher.finish()
}

impl Use {
    fn add(&mut self, seen: &Observation) {
        self.times += 1;
        let client = seen.user.as_deref().map(str::to_owned).or_else(|| seen.client.map(|ip| ip.to_string()));
        if let Some(client) = client.filter(|_| self.clients.len() < CLIENTS) {
            self.clients.insert(client);
        }
        self.bytes_up = self.bytes_up.saturating_add(seen.bytes_up.unwrap_or_default());
        self.bytes_down = self.bytes_down.saturating_add(seen.bytes_down.unwrap_or_default());
        self.first = Some(self.first.map_or(seen.at, |first| first.min(seen.at)));
    }
}

impl Coverage {
    fn add(&mut self, seen: &Observation) {
        self.observations += 1;
        self.named += u64::from(seen.host.is_some());
        self.names_only += u64::from(visibility(seen) == Visibility::Name);
        self.hidden += u64::from(seen.concealment().is_some());
    }

    fn print(&self, out: &mut impl Write) -> io::Result<()> {
        let Self { observations, named, names_only, hidden } = self;
        writeln!(
            out,
            "\n{observations} flows and log lines: {named} named a host, {names_only} told a name and no sizes, \
             {hidden} hid names (encrypted DNS or hello). Content is seen by the gate only."
        )
    }
}

/// As people read sizes.
fn bytes(count: u64) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let mut value = count as f64;
    let mut unit = 0;
    while value >= 1_000.0 && unit + 1 < UNITS.len() {
        value /= 1_000.0;
        unit += 1;
    }
    let digits = usize::from(unit > 0 && value < 10.0);
    format!("{value:.digits$} {}", UNITS.get(unit).copied().unwrap_or_default())
}
