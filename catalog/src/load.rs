mod entry; // what one entry says

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use model::{ToolCategory, ToolId};
use toml::Spanned;

use self::entry::{Head, read_account, read_endpoint, read_network, read_path};
use crate::{
    facts::Facts,
    mistake::{File, LoadError, Mistake},
    name,
    pattern::PathPattern,
    raw::{RawEndpoint, RawFile, RawHost, RawListed, RawSpeaks, RawTool, RawWires},
    sample::Sample,
    tenant::TenantControl,
    tool::{Endpoint, Host, HostKind, Inspection, Origin, Reach, Tool},
};

const WIRES: File<'static> = File { name: "wires.toml", text: include_str!("../wires.toml") };

/// What a file says about tools that may be in other files.
#[derive(Default)]
pub(crate) struct About {
    facts: BTreeMap<Spanned<String>, Facts>,
    tenants: Vec<Spanned<TenantControl>>,
}

/// Collects tools from files, and everything that is wrong in them.
pub(crate) struct Loader {
    pub(crate) tools: Vec<Tool>,
    pub(crate) samples: Vec<Sample>,
    pub(crate) mistakes: Vec<Mistake>,
    wires: RawWires,
    origin: Origin,
    /// Which tool has a host name, and who said so.
    claims: HashMap<(Box<str>, bool), (usize, Origin)>,
    /// Which tool has an id.
    ids: HashMap<ToolId, usize>,
    /// Paths that every tool ignores.
    ignored: Vec<PathPattern>,
}

impl Loader {
    pub(crate) fn new(tools: Vec<Tool>, origin: Origin) -> Result<Self, LoadError> {
        let wires: RawWires = read(WIRES).map_err(|mistake| LoadError { mistakes: vec![mistake] })?;
        let ignored = wires.ignore.iter().filter_map(|path| path.get_ref().parse().ok()).collect();
        let (mut claims, mut ids) = (HashMap::new(), HashMap::new());
        for (at, tool) in tools.iter().enumerate() {
            ids.insert(tool.id.clone(), at);
            for host in &tool.hosts {
                claims.insert(key(host), (at, tool.origin));
            }
        }
        let (samples, mistakes) = (Vec::new(), Vec::new());
        Ok(Self { tools, samples, mistakes, wires, origin, claims, ids, ignored })
    }

    /// A file by itself.
    pub(crate) fn add(&mut self, file: File<'_>) {
        let before = self.mistakes.len();
        let about = self.add_tools(file);
        self.add_about(file, about);
        if let Some(own) = self.mistakes.get_mut(before..) {
            own.sort_by_key(|mistake| mistake.line);
        }
    }

    /// The tools of a file; what it says about tools comes back.
    pub(crate) fn add_tools(&mut self, file: File<'_>) -> About {
        let raw = match read::<RawFile>(file) {
            Ok(raw) => raw,
            Err(mistake) => {
                self.mistakes.push(mistake);
                return About::default();
            }
        };
        raw.tool.into_iter().for_each(|tool| self.add_tool(file, tool));
        for (category, listed) in raw.listed {
            listed.into_iter().for_each(|(id, tool)| self.add_listed(file, category, &id, tool));
        }
        About { facts: raw.facts, tenants: raw.tenant }
    }

    /// What a file says about tools, when all tools are there.
    pub(crate) fn add_about(&mut self, file: File<'_>, about: About) {
        about.facts.into_iter().for_each(|(id, facts)| self.add_facts(file, &id, facts));
        about.tenants.into_iter().for_each(|tenant| self.add_tenant(file, tenant));
    }

    /// A control by the id of a known one replaces it.
    fn add_tenant(&mut self, file: File<'_>, tenant: Spanned<TenantControl>) {
        let place = tenant.span().start;
        let tenant = Arc::new(tenant.into_inner());
        for host in &tenant.hosts {
            if let Some(remedy) = name::fault(host).or(host.contains('*').then_some("leave out `*.`")) {
                self.mistakes.push(file.mistake(place, format!("`{host}` is not a host name"), remedy));
            }
        }
        if tenant.headers.is_empty()
            || tenant.headers.len() > 1 && tenant.headers.iter().any(|h| h.key.is_none())
        {
            let message = format!(
                "tenant control `{}` needs headers, each with a `key` if there are several",
                tenant.id
            );
            self.mistakes.push(file.mistake(place, message, "compare with `catalog/tools/tenants.toml`"));
        }
        for tool in &mut self.tools {
            tool.tenants.retain(|known| known.id != tenant.id);
        }
        for id in &tenant.tools {
            match self.ids.get(id.as_str()).and_then(|at| self.tools.get_mut(*at)) {
                Some(tool) => tool.tenants.push(Arc::clone(&tenant)),
                None => {
                    let message = format!("tenant control `{}` is about `{id}`, which is no tool", tenant.id);
                    self.mistakes.push(file.mistake(place, message, "correct the id"));
                }
            }
        }
    }

    fn add_tool(&mut self, file: File<'_>, raw: RawTool) {
        let Some(at) = self.slot(file, &raw.id, Head::of(&raw)) else { return };
        for host in &raw.hosts {
            self.add_host(file, at, host, raw.inspection);
        }
        let mut endpoints = Vec::new();
        for endpoint in &raw.endpoints {
            endpoints.extend(self.keep(read_endpoint(file, endpoint)));
        }
        for speaks in &raw.speaks {
            endpoints.extend(self.expand(file, speaks));
        }
        let mut accounts = Vec::new();
        for account in &raw.accounts {
            accounts.extend(self.keep(read_account(file, account)));
        }
        let mut ignored = Vec::new();
        for path in &raw.ignore {
            ignored.extend(self.keep(read_path(file, path)));
        }
        let mut networks = Vec::new();
        for network in &raw.networks {
            networks.extend(self.keep(read_network(file, network)));
        }
        self.samples.extend(Sample::all(&ToolId::new(raw.id.get_ref().as_str()), raw.samples));
        let Some(tool) = self.tools.get_mut(at) else { return };
        tool.processes.extend(raw.processes.into_iter().map(String::into_boxed_str));
        tool.networks.extend(networks);
        tool.transports.extend(raw.transports);
        tool.endpoints.extend(endpoints);
        tool.endpoints.sort_by_key(|endpoint| {
            std::cmp::Reverse((matches!(endpoint.reach, Reach::Below(_)), endpoint.path.specificity()))
        });
        tool.accounts.extend(accounts);
        tool.ignored.extend(ignored);
        let empty = tool.hosts.is_empty() && tool.endpoints.iter().all(|e| e.reach != Reach::Anywhere);
        if empty {
            let (message, remedy) = (format!("tool `{}` has no hosts", tool.id), "add `hosts = [...]`");
            self.mistakes.push(file.mistake(raw.id.span().start, message, remedy));
        }
        self.check_reach(file, at, &raw.endpoints);
    }

    fn add_listed(&mut self, file: File<'_>, category: ToolCategory, id: &Spanned<String>, raw: RawListed) {
        let head = Head {
            name: Some(&raw.name),
            vendor: raw.vendor.as_ref(),
            category: Some(category),
            inspection: None,
        };
        let Some(at) = self.slot(file, id, head) else { return };
        if raw.hosts.is_empty() {
            let message = format!("tool `{}` has no hosts", id.get_ref());
            self.mistakes.push(file.mistake(id.span().start, message, "add `hosts = [...]`"));
        }
        let tool = ToolId::new(id.get_ref().as_str());
        for host in &raw.hosts {
            self.add_host(file, at, host, None);
            self.samples.extend(Sample::of_listed(&tool, host));
        }
    }

    fn add_facts(&mut self, file: File<'_>, id: &Spanned<String>, facts: Facts) {
        let (id, place) = (id.get_ref(), id.span().start);
        if facts.is_known() && facts.sources.is_empty() {
            let message = format!("facts about `{id}` name no source");
            let remedy = "add `sources = [{ page = \"…\", as_of = \"2026-11\" }]`";
            self.mistakes.push(file.mistake(place, message, remedy));
        }
        let known = self.ids.get(id.as_str()).and_then(|at| self.tools.get_mut(*at));
        match known {
            Some(tool) => tool.facts = facts,
            None => {
                let message = format!("facts about `{id}`, which is no tool");
                self.mistakes.push(file.mistake(place, message, "correct the id"));
            }
        }
    }

    /// The place of the tool `id`: a new one, or the one that is changed.
    fn slot(&mut self, file: File<'_>, id: &Spanned<String>, head: Head<'_>) -> Option<usize> {
        let (id, place) = (id.get_ref(), id.span().start);
        if let Some(at) = self.ids.get(id.as_str()).copied() {
            if self.origin == Origin::Builtin {
                let message = format!("tool `{id}` is there twice");
                self.mistakes.push(file.mistake(place, message, "merge the two"));
                return None;
            }
            head.change(self.tools.get_mut(at)?);
            return Some(at);
        }
        if !is_id(id) {
            let message = format!("`{id}` is not a valid tool id");
            self.mistakes.push(file.mistake(place, message, "use lower-case words joined by dashes"));
        }
        if head.name.is_none() || head.category.is_none() {
            let message = format!("tool `{id}` is new and lacks a name or a category");
            self.mistakes.push(file.mistake(place, message, "add `name` and `category`, or correct the id"));
        }
        self.ids.insert(ToolId::new(id.as_str()), self.tools.len());
        self.tools.push(head.start(id, self.ignored.clone(), self.origin));
        Some(self.tools.len() - 1)
    }

    /// Gives `raw` to the tool at `at`; a local entry takes a host over from a built-in one.
    fn add_host(
        &mut self,
        file: File<'_>,
        at: usize,
        raw: &Spanned<RawHost>,
        inspection: Option<Inspection>,
    ) {
        let (raw, place) = (raw.get_ref(), raw.span().start);
        let name = &raw.name;
        if let Some(remedy) = name::fault(name) {
            self.mistakes.push(file.mistake(place, format!("`{name}` is not a host name"), remedy));
            return;
        }
        let kind = match raw.kind {
            Some(kind) => kind,
            None if name.contains('*') => HostKind::Wildcard,
            None if name.parse::<std::net::IpAddr>().is_ok() => HostKind::Exact,
            None => HostKind::Suffix,
        };
        let inspection = raw.inspection.or(inspection).unwrap_or_default();
        let host = Host { name: name.as_str().into(), kind, role: raw.role, inspection };
        match self.claims.insert(key(&host), (at, self.origin)) {
            Some((other, origin)) if origin == self.origin => {
                let owner = self.tools.get(other).map_or("?", |tool| tool.id.as_str());
                let message = format!("host `{name}` already belongs to tool `{owner}`");
                self.mistakes.push(file.mistake(place, message, "leave it at one of them"));
            }
            Some((other, _)) => {
                if let Some(tool) = self.tools.get_mut(other) {
                    tool.hosts.retain(|had| key(had) != key(&host));
                }
            }
            None => {}
        }
        if let Some(tool) = self.tools.get_mut(at) {
            tool.hosts.push(host);
        }
    }

    fn expand(&mut self, file: File<'_>, speaks: &RawSpeaks) -> Vec<Endpoint> {
        let Some(wire) = self.wires.wire.iter().find(|wire| wire.name == *speaks.wire.get_ref()) else {
            let known: Vec<_> = self.wires.wire.iter().map(|wire| wire.name.as_str()).collect();
            let message = format!("unknown wire `{}`", speaks.wire.get_ref());
            let remedy = format!("use one of {}", known.join(", "));
            self.mistakes.push(file.mistake(speaks.wire.span().start, message, remedy));
            return Vec::new();
        };
        let base = speaks.base.as_deref().unwrap_or(&wire.base).trim_end_matches('/');
        let placed = wire.endpoints.iter().map(|endpoint| {
            let path = format!("{base}{}", endpoint.path.get_ref());
            let mut endpoint = endpoint.clone();
            endpoint.path = Spanned::new(speaks.wire.span(), path);
            endpoint.host.clone_from(&speaks.host);
            endpoint.anywhere = speaks.anywhere;
            read_endpoint(file, &endpoint)
        });
        let placed: Vec<_> = placed.collect();
        placed.into_iter().filter_map(|endpoint| self.keep(endpoint)).collect()
    }

    /// An endpoint on a host that is not the tool's would never match.
    fn check_reach(&mut self, file: File<'_>, at: usize, raw: &[RawEndpoint]) {
        let Some(tool) = self.tools.get(at) else { return };
        let known = |name: &str| {
            tool.hosts.iter().any(|host| {
                let own = host.name.rsplit_once('*').map_or(&*host.name, |(_, tail)| tail);
                name::is_below(name, own.trim_start_matches(['.', '-']))
            })
        };
        for host in raw.iter().filter_map(|endpoint| endpoint.host.as_ref()) {
            if !known(host.get_ref()) {
                let message = format!("endpoint on `{}`, which is no host of `{}`", host.get_ref(), tool.id);
                self.mistakes.push(file.mistake(host.span().start, message, "add it to `hosts`"));
            }
        }
    }

    fn keep<T>(&mut self, outcome: Result<T, Mistake>) -> Option<T> {
        outcome.map_err(|mistake| self.mistakes.push(mistake)).ok()
    }
}

fn read<T: serde::de::DeserializeOwned>(file: File<'_>) -> Result<T, Mistake> {
    toml::from_str(file.text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        file.mistake(at, error.message().trim(), "compare with the entries in `catalog/tools`")
    })
}

/// A host's name, and whether only that name is meant.
fn key(host: &Host) -> (Box<str>, bool) {
    (host.name.clone(), host.kind == HostKind::Exact)
}

fn is_id(id: &str) -> bool {
    let word =
        |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    id.split('-').all(word)
}
