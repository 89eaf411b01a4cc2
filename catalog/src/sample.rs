use std::ops::Range;

use model::ToolId;

use crate::{
    Catalog,
    mistake::{File, Mistake},
    raw::{RawHost, RawSamples},
    tool::{Endpoint, Role, Unlisted},
};

/// An example that an entry gives of itself.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    tool: ToolId,
    place: Range<usize>,
    claim: Claim,
}

#[derive(Clone, Debug)]
enum Claim {
    Host { name: String, role: Role },
    Elsewhere { name: String },
    Request { text: String },
}

impl Sample {
    pub(crate) fn all(tool: &ToolId, raw: RawSamples) -> Vec<Self> {
        let hosts = raw
            .hosts
            .into_iter()
            .map(|(name, role)| (name.span(), Claim::Host { name: name.into_inner(), role }));
        let elsewhere =
            raw.elsewhere.into_iter().map(|name| (name.span(), Claim::Elsewhere { name: name.into_inner() }));
        let requests =
            raw.requests.into_iter().map(|text| (text.span(), Claim::Request { text: text.into_inner() }));
        let samples = hosts.chain(elsewhere).chain(requests);
        samples.map(|(place, claim)| Self { tool: tool.clone(), place, claim }).collect()
    }

    /// What a listed host says of itself: its name is its tool's, the same labels elsewhere are not.
    pub(crate) fn of_listed(tool: &ToolId, host: &toml::Spanned<RawHost>) -> [Self; 2] {
        let (place, raw) = (host.span(), host.get_ref());
        let own = Claim::Host { name: raw.name.replace('*', "x"), role: raw.role };
        let elsewhere = Claim::Elsewhere { name: format!("{}.example", raw.name.replace('*', "x")) };
        [own, elsewhere].map(|claim| Self { tool: tool.clone(), place: place.clone(), claim })
    }

    /// Whether `catalog` says what the entry says of itself.
    pub(crate) fn check(&self, catalog: &Catalog, file: File<'_>) -> Result<(), Mistake> {
        let outcome = match &self.claim {
            Claim::Host { name, role } => self.check_host(catalog, name, *role),
            Claim::Elsewhere { name } => self.check_elsewhere(catalog, name),
            Claim::Request { text } => self.check_request(catalog, text),
        };
        outcome.map_err(|message| file.mistake(self.place.start, message, "correct the sample or the entry"))
    }

    fn check_host(&self, catalog: &Catalog, name: &str, role: Role) -> Result<(), String> {
        match catalog.lookup(name) {
            None => Err(format!("sample host `{name}` is in no entry")),
            Some(found) if found.tool.id != self.tool => {
                Err(format!("sample host `{name}` belongs to `{}`", found.tool.id))
            }
            Some(found) if found.host.role != role => {
                Err(format!("sample host `{name}` has the role `{}`", found.host.role.as_str()))
            }
            Some(_) => Ok(()),
        }
    }

    fn check_elsewhere(&self, catalog: &Catalog, name: &str) -> Result<(), String> {
        match catalog.lookup(name) {
            Some(found) if found.tool.id == self.tool => Err(format!("sample host `{name}` matches")),
            _ => Ok(()),
        }
    }

    fn check_request(&self, catalog: &Catalog, text: &str) -> Result<(), String> {
        let malformed = || format!("sample `{text}` is not like `POST host/path -> prompt openai_chat`");
        let (request, expected) = text.split_once(" -> ").ok_or_else(malformed)?;
        let (method, address) = request.split_once(' ').ok_or_else(malformed)?;
        let (host, path) = address.split_at(address.find('/').ok_or_else(malformed)?);
        let known = catalog.lookup(host);
        if expected == "ignored" && known.is_some_and(|known| known.unlisted(path) == Unlisted::Read) {
            return Err(format!("sample `{text}` would be read"));
        }
        let found = match known {
            Some(found) => found.endpoint(method, path).map(|endpoint| (found.tool, endpoint)),
            None => catalog.by_shape(method, path),
        };
        match found {
            Some((tool, _)) if tool.id != self.tool => {
                Err(format!("sample `{text}` belongs to `{}`", tool.id))
            }
            found => {
                let got = found.map_or_else(|| "nothing".to_owned(), |(_, endpoint)| describe(endpoint));
                let expected = if expected == "ignored" { "nothing" } else { expected };
                if got == expected { Ok(()) } else { Err(format!("sample `{text}` gives `{got}`")) }
            }
        }
    }
}

fn describe(endpoint: &Endpoint) -> String {
    format!("{} {}", endpoint.activity.as_str(), endpoint.dialect)
}
