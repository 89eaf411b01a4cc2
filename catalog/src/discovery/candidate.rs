use std::{collections::BTreeMap, fmt, fmt::Write as _, time::Duration};

use model::Timestamp;

use super::{
    name::{of_host, site},
    sign::{Family, Sign, Signs},
};
use crate::Catalog;

/// Points from which a host is worth a review. Below are single weak signs.
pub const CANDIDATE: u8 = 50;

/// A second sign of one family adds this much to the strongest.
const FURTHER: u8 = 10;
/// A host first seen within this time is new.
const NEW: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// What newness, and what use by several people, add where something else speaks for a tool.
const MODIFIER: u8 = 5;
const SEVERAL: u32 = 3;

/// What was seen of all hosts of one site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The site: see [`site`].
    pub site: Box<str>,
    /// Its hosts that were used, in order; at most [`Evidence::HOSTS`].
    pub hosts: Vec<Box<str>>,
    /// What the hosts' names and their use say.
    pub signs: Signs,
    /// How many people used it.
    pub people: u32,
    /// First use that was seen.
    pub first: Timestamp,
    /// Latest use that was seen.
    pub last: Timestamp,
    /// Uses: flows, requests or lines.
    pub times: u64,
    /// Bytes from people to it, as far as they were seen.
    pub bytes_up: u64,
    /// Bytes from it to people, as far as they were seen.
    pub bytes_down: u64,
}

/// A site that may be a tool, for people to review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// What was seen.
    pub evidence: Evidence,
    /// How sure, from 0 to 100. Not a probability: an order in which to look.
    pub score: u8,
    /// Why, the strongest first.
    pub reasons: Vec<Why>,
}

/// A reason to take a site for a tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// A sign was seen.
    Sign(Sign),
    /// So many people use it.
    People(u32),
    /// It was first seen so many days before.
    New {
        /// Whole days.
        days: u32,
    },
}

impl Evidence {
    /// Hosts that are kept by name.
    pub const HOSTS: usize = 8;

    /// Nothing but the name of `host`, seen at `at`.
    pub fn of(host: &str, at: Timestamp) -> Self {
        let site = site(host).to_ascii_lowercase();
        Self {
            site: site.as_str().into(),
            hosts: Vec::new(),
            signs: of_host(host),
            people: 0,
            first: at,
            last: at,
            times: 0,
            bytes_up: 0,
            bytes_down: 0,
        }
    }

    /// Adds what one person did on one host of the site.
    pub fn add(
        &mut self,
        host: &str,
        signs: Signs,
        times: u64,
        span: (Timestamp, Timestamp),
        bytes: (u64, u64),
    ) {
        self.signs = self.signs.and(signs).and(of_host(host));
        self.times += times;
        self.first = self.first.min(span.0);
        self.last = self.last.max(span.1);
        self.bytes_up = self.bytes_up.saturating_add(bytes.0);
        self.bytes_down = self.bytes_down.saturating_add(bytes.1);
        if let Err(place) = self.hosts.binary_search_by(|known| (**known).cmp(host))
            && self.hosts.len() < Self::HOSTS
        {
            self.hosts.insert(place, host.into());
        }
    }

    /// How sure it is that this is a tool, as of `now`, and why.
    pub fn judge(self, now: Timestamp) -> Candidate {
        let mut families: BTreeMap<Family, u8> = BTreeMap::new();
        let mut signs: Vec<Sign> = self.signs.iter().collect();
        signs.sort_by_key(|sign| std::cmp::Reverse(sign.points()));
        for sign in &signs {
            let points = families.entry(sign.family()).or_insert(0);
            *points = if *points == 0 { sign.points() } else { points.saturating_add(FURTHER) };
        }
        let mut score = families.values().fold(0_u8, |sum, points| sum.saturating_add(*points));
        let mut reasons: Vec<Why> = signs.into_iter().map(Why::Sign).collect();
        if score > 0 {
            if self.people >= SEVERAL {
                score = score.saturating_add(MODIFIER);
                reasons.push(Why::People(self.people));
            }
            if self.first >= now.minus(NEW) {
                score = score.saturating_add(MODIFIER);
                let age = now.as_millis().saturating_sub(self.first.as_millis()).max(0) / 86_400_000;
                reasons.push(Why::New { days: u32::try_from(age).unwrap_or(u32::MAX) });
            }
        }
        Candidate { evidence: self, score: score.min(100), reasons }
    }
}

impl Candidate {
    /// Whether people should look at it.
    pub fn is_worth_a_review(&self) -> bool {
        self.score >= CANDIDATE
    }

    /// An entry for the organisation's own catalogue file, to be completed by whoever confirms the tool. It loads as
    /// it is; its id is none that `catalog` has.
    pub fn entry(&self, catalog: &Catalog) -> String {
        let site = &self.evidence.site;
        let id = free_id(site, catalog);
        let signs = self.evidence.signs;
        let (category, wire) = match () {
            () if signs.has(Sign::OwnModelPath) => ("self_hosted", Some("ollama")),
            () if signs.has(Sign::ModelPath) || signs.has(Sign::ModelBody) => ("model_api", Some("openai")),
            () if signs.has(Sign::ToolProtocol) => ("agent_platform", None),
            () => ("chatbot", None),
        };
        let mut entry = format!(
            "# Found by its traffic; check name, vendor, category and hosts.\n[[tool]]\nid = \"{id}\"\nname = \"{}\"\n\
             category = \"{category}\"\nhosts = [\"{site}\"]\n",
            name_of(site)
        );
        if let Some(wire) = wire {
            let _ = writeln!(entry, "speaks = [{{ wire = \"{wire}\" }}]");
        }
        let _ = writeln!(entry, "[tool.samples]\nhosts = {{ \"{site}\" = \"app\" }}");
        entry
    }
}

/// An id made of the site's name that no tool has.
fn free_id(site: &str, catalog: &Catalog) -> String {
    let own = site.rsplit_once('.').filter(|_| site.parse::<std::net::IpAddr>().is_err());
    let words = |text: &str| -> String {
        let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().join("-").to_ascii_lowercase()
    };
    let short = words(own.map_or(site, |(own, _)| own));
    let long = match words(site) {
        long if long.is_empty() => "tool".to_owned(),
        long => long,
    };
    let free = |id: &String| !id.is_empty() && catalog.tool(id).is_none();
    [short, long.clone()].into_iter().find(free).unwrap_or_else(|| {
        let numbered = (2..).map(|at: u32| format!("{long}-{at}"));
        numbered.into_iter().find(free).unwrap_or(long)
    })
}

fn name_of(site: &str) -> String {
    let own = site.split('.').next().filter(|_| site.parse::<std::net::IpAddr>().is_err()).unwrap_or(site);
    let mut letters = own.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

impl Why {
    /// The word used in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sign(sign) => sign.as_str(),
            Self::People(_) => "people",
            Self::New { .. } => "new",
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sign(sign) => f.write_str(sign.sentence()),
            Self::People(people) => write!(f, "{people} people use it"),
            Self::New { days: 0 } => f.write_str("it was first seen today"),
            Self::New { days: 1 } => f.write_str("it was first seen a day ago"),
            Self::New { days } => write!(f, "it was first seen {days} days ago"),
        }
    }
}

#[cfg(test)]
mod tests;
