use std::{net::IpAddr, sync::Arc, time::Duration};

use catalog::{ByName, Tool};
use model::{Exchange, ExchangeId, Outcome, PersonId, Record, Source, Timestamp, Uninspected, Visibility};

use crate::{
    facts::{Content, facts},
    login::{Errand, Who, stranger},
    open::{setting, setting_of},
    snapshot::Snapshot,
};

/// Names alone tell little of how often a tool is used: a client that asks again within this time counts once.
const VISIT: Duration = Duration::from_secs(10 * 60);

/// A use of a host as seen from outside, by packets or by another system's log.
#[derive(Clone, Debug)]
pub struct Sighting<'a> {
    /// When it began.
    pub at: Timestamp,
    /// Who saw it.
    pub source: Source,
    /// The client's address, if it is known.
    pub client: Option<IpAddr>,
    /// What the evidence calls the person, if it does.
    pub user: Option<&'a str>,
    /// Host name, lower case, or the address talked to where no name was seen.
    pub host: &'a str,
    /// The tool, where something other than the host tells it: what a firewall calls the application, or whose address it is.
    pub tool: Option<&'a Tool>,
    /// Request method and path without query, where they were seen.
    pub request: Option<(&'a str, &'a str)>,
    /// Bytes to the tool; where they are not known, only the name was seen.
    pub bytes_up: Option<u64>,
    /// What else tells it from another use at the same instant, such as addresses and ports.
    pub mark: &'a [u8],
}

impl Sighting<'_> {
    fn visibility(&self) -> Visibility {
        if self.bytes_up.is_some() { Visibility::Flow } else { Visibility::Name }
    }

    /// Its instant; of names, that of the visit they belong to.
    fn began(&self) -> Timestamp {
        let millis = i64::try_from(VISIT.as_millis()).unwrap_or(i64::MAX);
        match self.visibility() {
            Visibility::Name => {
                Timestamp::from_millis(self.at.as_millis().div_euclid(millis).saturating_mul(millis))
            }
            Visibility::Flow | Visibility::Content => self.at,
        }
    }

    /// An id made of what was seen, so that evidence that is read twice counts once.
    fn id(&self, person: &PersonId, tool: &str) -> ExchangeId {
        let mut hasher = blake3::Hasher::new();
        let mut add = |part: &[u8]| {
            hasher.update(&part.len().to_le_bytes());
            hasher.update(part);
        };
        add(self.source.as_str().as_bytes());
        add(person.as_str().as_bytes());
        add(tool.as_bytes());
        if let Some(bytes) = self.bytes_up {
            add(self.host.as_bytes());
            add(&bytes.to_le_bytes());
            add(self.mark);
        }
        let mut digest = [0; 10];
        hasher.finalize_xof().fill(&mut digest);
        ExchangeId::of(self.began(), &digest)
    }
}

/// The record of a use; `None` if the host belongs to no tool, or is one that tells nothing of its use.
pub(crate) fn observed(snapshot: &Arc<Snapshot>, sighting: &Sighting<'_>) -> Option<Record> {
    let (method, path) = sighting.request.unwrap_or_default();
    let found = match sighting.tool {
        Some(_) => None,
        None => Some(snapshot.catalog.lookup(sighting.host)?),
    };
    let endpoint = found.and_then(|found| found.endpoint(method, path));
    if endpoint.is_none() && found.is_some_and(|found| found.host.role.by_name() != ByName::Use) {
        return None;
    }
    let who = who(snapshot, sighting)?;
    let setting = match found {
        Some(found) => setting(snapshot, &who, &found, endpoint, path),
        None => setting_of(snapshot, &who, sighting.tool?),
    };
    let visibility = sighting.visibility();
    let content = Content { labels: Default::default(), purpose: None, visibility };
    let facts = facts(snapshot, &who, &setting, content, sighting.at);
    let verdict = snapshot.verdict(&facts);
    let exchange = Exchange {
        id: sighting.id(&who.id, setting.tool.as_str()),
        at: sighting.began(),
        source: sighting.source,
        person: who.id.clone(),
        method: method.to_owned(),
        host: found.map_or(sighting.host, |found| found.name).to_owned(),
        path: path.to_owned(),
        model: None,
        conversation: None,
        files: Vec::new(),
        bytes_up: sighting.bytes_up.unwrap_or_default(),
        uninspected: Some(Uninspected::Outside),
    };
    Some(Record { exchange, facts, findings: Vec::new(), verdict, outcome: Outcome::Observed })
}

/// The person; whom the evidence names counts before whose address it is.
pub(crate) fn who(snapshot: &Snapshot, sighting: &Sighting<'_>) -> Option<Who> {
    let address = sighting.client.unwrap_or(IpAddr::from([0, 0, 0, 0]));
    let directory = &snapshot.directory;
    let named = sighting.user.and_then(|user| directory.named(user));
    if let Some(person) = named.or_else(|| directory.at(sighting.client?)) {
        let person = Arc::new(person.clone());
        return Some(Who { id: person.id.clone(), person: Some(person), address, errand: Errand::Real });
    }
    match (sighting.user, sighting.client) {
        (Some(user), _) => {
            let id = PersonId::new(format!("user:{}", user.to_lowercase()));
            Some(Who { id, ..stranger(address) })
        }
        (None, Some(_)) => Some(stranger(address)),
        (None, None) => None,
    }
}
