use std::collections::HashMap;

use model::{ToolCategory, ToolId};
use toml::Spanned;

use crate::{
    DIALECTS,
    mistake::{File, LoadError, Mistake},
    name,
    pattern::PathPattern,
    raw::{RawAccount, RawEndpoint, RawFile, RawHost, RawSpeaks, RawTool, RawWires},
    sample::Sample,
    tool::{AccountHint, Endpoint, Host, HostKind, Inspection, Origin, Reach, Tool},
};

const WIRES: File<'static> = File { name: "wires.toml", text: include_str!("../wires.toml") };

/// Collects tools from files, and everything that is wrong in them.
pub(crate) struct Loader {
    pub(crate) tools: Vec<Tool>,
    pub(crate) samples: Vec<Sample>,
    pub(crate) mistakes: Vec<Mistake>,
    wires: RawWires,
    origin: Origin,
    /// Which tool has a host name, and who said so.
    claims: HashMap<(Box<str>, bool), (usize, Origin)>,
}

impl Loader {
    pub(crate) fn new(tools: Vec<Tool>, origin: Origin) -> Result<Self, LoadError> {
        let wires = read(WIRES).map_err(|mistake| LoadError { mistakes: vec![mistake] })?;
        let mut claims = HashMap::new();
        for (at, tool) in tools.iter().enumerate() {
            for host in &tool.hosts {
                claims.insert(key(host), (at, tool.origin));
            }
        }
        Ok(Self { tools, samples: Vec::new(), mistakes: Vec::new(), wires, origin, claims })
    }

    pub(crate) fn add(&mut self, file: File<'_>) {
        let before = self.mistakes.len();
        match read::<RawFile>(file) {
            Ok(raw) => raw.tool.into_iter().for_each(|tool| self.add_tool(file, tool)),
            Err(mistake) => self.mistakes.push(mistake),
        }
        if let Some(own) = self.mistakes.get_mut(before..) {
            own.sort_by_key(|mistake| mistake.line);
        }
    }

    fn add_tool(&mut self, file: File<'_>, raw: RawTool) {
        let Some(at) = self.slot(file, &raw) else { return };
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
        self.samples.extend(Sample::all(&ToolId::new(raw.id.get_ref().as_str()), raw.samples));
        let Some(tool) = self.tools.get_mut(at) else { return };
        tool.endpoints.extend(endpoints);
        tool.endpoints.sort_by_key(|endpoint| {
            std::cmp::Reverse((matches!(endpoint.reach, Reach::Below(_)), endpoint.path.specificity()))
        });
        tool.accounts.extend(accounts);
        tool.ignored.extend(ignored);
        if let Some(tenant) = raw.tenant {
            tool.tenant = Some(tenant);
        }
        let empty = tool.hosts.is_empty() && tool.endpoints.iter().all(|e| e.reach != Reach::Anywhere);
        if empty {
            let (message, remedy) = (format!("tool `{}` has no hosts", tool.id), "add `hosts = [...]`");
            self.mistakes.push(file.mistake(raw.id.span().start, message, remedy));
        }
        self.check_reach(file, at, &raw.endpoints);
    }

    /// The place of the tool that `raw` describes: a new one, or the one it changes.
    fn slot(&mut self, file: File<'_>, raw: &RawTool) -> Option<usize> {
        let (id, place) = (raw.id.get_ref(), raw.id.span().start);
        let known = self.tools.iter().position(|tool| tool.id.as_str() == id);
        if let Some(at) = known {
            if self.origin == Origin::Builtin {
                self.mistakes.push(file.mistake(
                    place,
                    format!("tool `{id}` is there twice"),
                    "merge the two",
                ));
                return None;
            }
            change(self.tools.get_mut(at)?, raw);
            return Some(at);
        }
        if !is_id(id) {
            let message = format!("`{id}` is not a valid tool id");
            self.mistakes.push(file.mistake(place, message, "use lower-case words joined by dashes"));
        }
        if raw.name.is_none() || raw.category.is_none() {
            let message = format!("tool `{id}` is new and lacks a name or a category");
            self.mistakes.push(file.mistake(place, message, "add `name` and `category`, or correct the id"));
        }
        self.tools.push(Tool {
            id: ToolId::new(id.as_str()),
            name: raw.name.clone().unwrap_or_default(),
            vendor: raw.vendor.clone().unwrap_or_default(),
            category: raw.category.unwrap_or(ToolCategory::Unknown),
            hosts: Vec::new(),
            endpoints: Vec::new(),
            ignored: self.wires.ignore.iter().filter_map(|path| path.get_ref().parse().ok()).collect(),
            tenant: None,
            inspection: raw.inspection.unwrap_or_default(),
            accounts: Vec::new(),
            origin: self.origin,
        });
        Some(self.tools.len() - 1)
    }

    /// Gives `raw` to the tool at `at`; a local entry takes a host over from a built-in one.
    fn add_host(&mut self, file: File<'_>, at: usize, raw: &RawHost, inspection: Option<Inspection>) {
        let (name, place) = (raw.name.get_ref(), raw.name.span().start);
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

fn change(tool: &mut Tool, raw: &RawTool) {
    if let Some(name) = &raw.name {
        tool.name.clone_from(name);
    }
    if let Some(vendor) = &raw.vendor {
        tool.vendor.clone_from(vendor);
    }
    if let Some(category) = raw.category {
        tool.category = category;
    }
    if let Some(inspection) = raw.inspection {
        tool.inspection = inspection;
        tool.hosts.iter_mut().for_each(|host| host.inspection = inspection);
    }
    tool.origin = Origin::Local;
}

fn read_endpoint(file: File<'_>, raw: &RawEndpoint) -> Result<Endpoint, Mistake> {
    let at = raw.path.span().start;
    if !DIALECTS.contains(&raw.dialect.as_str()) {
        let message = format!("unknown dialect `{}`", raw.dialect);
        return Err(file.mistake(at, message, format!("use one of {}", DIALECTS.join(", "))));
    }
    let reach = match &raw.host {
        Some(host) => Reach::Below(host.get_ref().as_str().into()),
        None if raw.anywhere => Reach::Anywhere,
        None => Reach::Tool,
    };
    Ok(Endpoint {
        reach,
        method: raw.method.as_str().into(),
        path: read_path(file, &raw.path)?,
        activity: raw.activity,
        carrier: raw.carrier,
        dialect: raw.dialect.as_str().into(),
    })
}

fn read_account(file: File<'_>, raw: &RawAccount) -> Result<AccountHint, Mistake> {
    let path = raw.path.as_ref().map(|path| read_path(file, path)).transpose()?;
    let host = raw.host.as_ref().map(|host| host.get_ref().as_str().into());
    Ok(AccountHint { host, path, account: raw.account })
}

fn read_path(file: File<'_>, raw: &Spanned<String>) -> Result<PathPattern, Mistake> {
    raw.get_ref().parse().map_err(|error: crate::InvalidPattern| {
        let message = format!("`{}` is not a path pattern", error.given);
        file.mistake(raw.span().start, message, error.expected)
    })
}
