use std::{
    collections::{BTreeMap, HashMap},
    net::IpAddr,
    sync::Arc,
};

use ipnet::IpNet;
use model::{AccountKind, ToolId};

use crate::{
    application::Applications,
    index::{HostIndex, Place},
    load::Loader,
    mistake::{File, LoadError},
    name,
    tenant::TenantControl,
    tool::{Endpoint, Host, Inspection, Origin, Reach, Tool, Unlisted},
};

/// Files of the built-in catalogue; facts come after the tools they are about.
const BUILTIN: [File<'static>; 16] = [
    File { name: "tools/assistants.toml", text: include_str!("../tools/assistants.toml") },
    File { name: "tools/answers.toml", text: include_str!("../tools/answers.toml") },
    File { name: "tools/hubs.toml", text: include_str!("../tools/hubs.toml") },
    File { name: "tools/models.toml", text: include_str!("../tools/models.toml") },
    File { name: "tools/coding.toml", text: include_str!("../tools/coding.toml") },
    File { name: "tools/media.toml", text: include_str!("../tools/media.toml") },
    File { name: "tools/work.toml", text: include_str!("../tools/work.toml") },
    File { name: "tools/embedded.toml", text: include_str!("../tools/embedded.toml") },
    File { name: "tools/suites.toml", text: include_str!("../tools/suites.toml") },
    File { name: "tools/self_hosted.toml", text: include_str!("../tools/self_hosted.toml") },
    File { name: "tools/listed/assistants.toml", text: include_str!("../tools/listed/assistants.toml") },
    File { name: "tools/listed/office.toml", text: include_str!("../tools/listed/office.toml") },
    File { name: "tools/listed/media.toml", text: include_str!("../tools/listed/media.toml") },
    File { name: "tools/listed/building.toml", text: include_str!("../tools/listed/building.toml") },
    File { name: "tools/tenants.toml", text: include_str!("../tools/tenants.toml") },
    File { name: "tools/facts.toml", text: include_str!("../tools/facts.toml") },
];

/// The built-in files, as name and content: what a bundle is made of.
pub fn builtin_files() -> Vec<(&'static str, &'static str)> {
    BUILTIN.iter().map(|file| (file.name, file.text)).collect()
}

/// The tools Bylaw knows, found by host name.
#[derive(Clone, Debug)]
pub struct Catalog {
    tools: Vec<Tool>,
    by_id: HashMap<ToolId, usize>,
    hosts: HostIndex,
    /// Endpoints on any host: (tool, endpoint).
    anywhere: Vec<(usize, usize)>,
    applications: Applications,
    /// Vendors' own address ranges, with the tool: few, and asked for every flow without a name.
    networks: Vec<(IpNet, usize)>,
    over: Option<Over>,
}

/// What was laid over a catalogue.
#[derive(Clone, Debug)]
struct Over {
    base: Arc<Catalog>,
    text: String,
}

/// A catalogued host and the tool it belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Match<'a> {
    /// The tool.
    pub tool: &'a Tool,
    /// The entry that covers the name most closely.
    pub host: &'a Host,
    /// The name asked for, without port and trailing dot.
    pub name: &'a str,
}

impl Catalog {
    /// The tools shipped with the program.
    pub fn builtin() -> Result<Self, LoadError> {
        let mut loader = Loader::new(Vec::new(), Origin::Builtin)?;
        BUILTIN.into_iter().for_each(|file| loader.add(file));
        Self::finish(loader).map(|(catalog, _)| catalog)
    }

    /// A catalogue of these files alone, whose samples hold.
    pub(crate) fn of<'a>(files: impl IntoIterator<Item = File<'a>>) -> Result<Self, LoadError> {
        let mut loader = Loader::new(Vec::new(), Origin::Builtin)?;
        let (mut taken, mut about) = (Vec::new(), Vec::new());
        for file in files {
            let before = loader.samples.len();
            about.push((file, loader.add_tools(file)));
            taken.push((file, before..loader.samples.len()));
        }
        about.into_iter().for_each(|(file, about)| loader.add_about(file, about));
        let (catalog, samples) = Self::finish(loader)?;
        let own = taken.into_iter().flat_map(|(file, range)| {
            samples.get(range).unwrap_or_default().iter().map(move |sample| (file, sample))
        });
        let mistakes: Vec<_> = own.filter_map(|(file, sample)| sample.check(&catalog, file).err()).collect();
        if mistakes.is_empty() { Ok(catalog) } else { Err(LoadError { mistakes }) }
    }

    /// These tools, and those of an organisation's own file `file` with the content `text`.
    ///
    /// An entry with a new id adds a tool, for example an in-house model. An entry with a known id changes that tool:
    /// what it states replaces, its hosts and endpoints are added. A host named here is taken from the built-in tool
    /// that had it. The samples of the file must hold.
    pub fn with_local(self, file: &str, text: &str) -> Result<Self, LoadError> {
        let file = File { name: file, text };
        let mut loader = Loader::new(self.tools, Origin::Local)?;
        loader.add(file);
        let (catalog, samples) = Self::finish(loader)?;
        let mistakes: Vec<_> =
            samples.iter().filter_map(|sample| sample.check(&catalog, file).err()).collect();
        if mistakes.is_empty() { Ok(catalog) } else { Err(LoadError { mistakes }) }
    }

    /// The tools of `base`, and those of a file as in [`Catalog::with_local`], which can be taken off again: see [`Catalog::base`].
    pub fn laid_over(base: &Arc<Self>, file: &str, text: &str) -> Result<Self, LoadError> {
        let catalog = Self::clone(base).with_local(file, text)?;
        Ok(Self { over: Some(Over { base: Arc::clone(base), text: text.to_owned() }), ..catalog })
    }

    /// The catalogue without what was laid over it.
    pub fn base(self: &Arc<Self>) -> Arc<Self> {
        self.over.as_ref().map_or_else(|| Arc::clone(self), |over| Arc::clone(&over.base))
    }

    /// What was laid over it; empty if nothing was.
    pub fn over(&self) -> &str {
        self.over.as_ref().map_or("", |over| over.text.as_str())
    }

    fn finish(loader: Loader) -> Result<(Self, Vec<crate::sample::Sample>), LoadError> {
        if !loader.mistakes.is_empty() {
            return Err(LoadError { mistakes: loader.mistakes });
        }
        let mut hosts = HostIndex::default();
        let (mut by_id, mut anywhere, mut networks) = (HashMap::new(), Vec::new(), Vec::new());
        for (tool, entry) in loader.tools.iter().enumerate() {
            by_id.insert(entry.id.clone(), tool);
            for (host, name) in entry.hosts.iter().enumerate() {
                hosts.insert(name, Place { tool: tool as u32, host: host as u32 });
            }
            networks.extend(entry.networks.iter().map(|range| (*range, tool)));
            let shapes = entry.endpoints.iter().enumerate().filter(|(_, e)| e.reach == Reach::Anywhere);
            anywhere.extend(shapes.map(|(endpoint, _)| (tool, endpoint)));
        }
        let applications = Applications::of(&loader.tools);
        let catalog =
            Self { tools: loader.tools, by_id, hosts, anywhere, applications, networks, over: None };
        Ok((catalog, loader.samples))
    }

    /// Every tool.
    pub fn tools(&self) -> &[Tool] {
        &self.tools
    }

    /// The tool with this id.
    pub fn tool(&self, id: &str) -> Option<&Tool> {
        self.by_id.get(id).and_then(|at| self.tools.get(*at))
    }

    /// The tool a host name belongs to. Case, a port and a trailing dot do not matter; only whole labels match, and the
    /// closest entry wins.
    pub fn lookup<'a>(&'a self, host: &'a str) -> Option<Match<'a>> {
        let name = name::bare(host);
        let place = self.hosts.find(name)?;
        let tool = self.tools.get(place.tool as usize)?;
        let host = tool.hosts.get(place.host as usize)?;
        Some(Match { tool, host, name })
    }

    /// The endpoint that a request belongs to, on a catalogued host; `path` may carry a query.
    pub fn endpoint(&self, host: &str, method: &str, path: &str) -> Option<&Endpoint> {
        let name = name::bare(host);
        let place = self.hosts.find(name)?;
        let tool = self.tools.get(place.tool as usize)?;
        tool.endpoints.iter().find(|endpoint| endpoint.matches(name, method, path))
    }

    /// The tool and endpoint that a request to an uncatalogued host looks like, for example a model served by Ollama.
    pub fn by_shape(&self, method: &str, path: &str) -> Option<(&Tool, &Endpoint)> {
        let shapes = self.anywhere.iter().filter_map(|(tool, endpoint)| {
            let tool = self.tools.get(*tool)?;
            Some((tool, tool.endpoints.get(*endpoint)?))
        });
        shapes.into_iter().find(|(_, endpoint)| endpoint.matches("", method, path))
    }

    /// The tool to whose vendor alone an address belongs, and nothing more: which of a vendor's tools was used, an
    /// address does not say.
    pub fn by_address(&self, address: IpAddr) -> Option<&Tool> {
        let covering = self.networks.iter().filter(|(range, _)| range.contains(&address));
        let (_, tool) = covering.max_by_key(|(range, _)| range.prefix_len())?;
        self.tools.get(*tool)
    }

    /// The tool that a firewall or proxy calls so: `openai-chatgpt`, `OpenAI.ChatGPT` and `ChatGPT` are ChatGPT, `claude-base`
    /// is Claude. A part of another service is found only by its whole name.
    pub fn by_application(&self, application: &str) -> Option<&Tool> {
        self.applications.find(&self.tools, application).and_then(|at| self.tools.get(at))
    }

    /// The tool whose client program is called so: a name as an operating system shows it, with or without path and
    /// `.exe`; case does not matter.
    pub fn by_process(&self, name: &str) -> Option<&Tool> {
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
        let name = match name.split_at_checked(name.len().saturating_sub(4)) {
            Some((stem, end)) if end.eq_ignore_ascii_case(".exe") => stem,
            _ => name,
        };
        let runs = |tool: &&Tool| tool.processes.iter().any(|process| process.eq_ignore_ascii_case(name));
        self.tools.iter().find(runs)
    }

    /// The hosts whose TLS the proxy opens, for interception and for the PAC file.
    pub fn inspected_hosts(&self) -> impl Iterator<Item = &Host> {
        self.tools.iter().flat_map(|tool| tool.hosts.iter().filter(|host| tool.inspects(host)))
    }

    /// The hosts whose clients refuse any certificate but the vendor's.
    pub fn pinned_hosts(&self) -> impl Iterator<Item = &Host> {
        let hosts = self.tools.iter().flat_map(|tool| &tool.hosts);
        hosts.filter(|host| host.inspection == Inspection::Pinned)
    }

    /// The ways in which vendors let an organisation restrict accounts, by id.
    pub fn tenant_controls(&self) -> BTreeMap<&str, &Arc<TenantControl>> {
        let controls = self.tools.iter().flat_map(|tool| &tool.tenants);
        controls.map(|control| (control.id.as_str(), control)).collect()
    }

    /// The way to restrict accounts that the configuration calls so.
    pub fn tenant_control(&self, id: &str) -> Option<&Arc<TenantControl>> {
        self.tools.iter().flat_map(|tool| &tool.tenants).find(|control| control.id == id)
    }
}

impl<'a> Match<'a> {
    /// The endpoint that a request to this host belongs to; `path` may carry a query.
    pub fn endpoint(&self, method: &str, path: &str) -> Option<&'a Endpoint> {
        self.tool.endpoints.iter().find(|endpoint| endpoint.matches(self.name, method, path))
    }

    /// What to make of a request with a body that matches no endpoint; `path` may carry a query.
    pub fn unlisted(&self, path: &str) -> Unlisted {
        if self.tool.ignored.iter().any(|pattern| pattern.matches(path)) {
            Unlisted::Ignore
        } else {
            self.host.role.unlisted()
        }
    }

    /// Whether the proxy opens this host's TLS.
    pub fn is_inspected(&self) -> bool {
        self.tool.inspects(self.host)
    }

    /// What host and path tell of the account in use.
    pub fn account(&self, path: &str) -> AccountKind {
        let applies = |hint: &&crate::AccountHint| {
            hint.host.as_deref().is_none_or(|host| name::is_below(self.name, host))
                && hint.path.as_ref().is_none_or(|pattern| pattern.matches(path))
        };
        self.tool.accounts.iter().find(applies).map_or(AccountKind::Unknown, |hint| hint.account)
    }
}

#[cfg(test)]
mod tests;
