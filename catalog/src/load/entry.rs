use model::{ToolCategory, ToolId};
use toml::Spanned;

use crate::{
    DIALECTS,
    facts::Facts,
    mistake::{File, Mistake},
    pattern::PathPattern,
    raw::{RawAccount, RawEndpoint, RawTool},
    tool::{AccountHint, Endpoint, Inspection, Origin, Reach, Tool},
};

/// What an entry says of a tool as a whole; what it leaves out stays as it is.
pub(super) struct Head<'a> {
    pub(super) name: Option<&'a String>,
    pub(super) vendor: Option<&'a String>,
    pub(super) category: Option<ToolCategory>,
    pub(super) inspection: Option<Inspection>,
}

impl<'a> Head<'a> {
    pub(super) fn of(raw: &'a RawTool) -> Self {
        Self {
            name: raw.name.as_ref(),
            vendor: raw.vendor.as_ref(),
            category: raw.category,
            inspection: raw.inspection,
        }
    }

    pub(super) fn start(&self, id: &str, ignored: Vec<PathPattern>, origin: Origin) -> Tool {
        Tool {
            id: ToolId::new(id),
            name: self.name.cloned().unwrap_or_default(),
            vendor: self.vendor.cloned().unwrap_or_default(),
            category: self.category.unwrap_or(ToolCategory::Unknown),
            hosts: Vec::new(),
            endpoints: Vec::new(),
            ignored,
            tenants: Vec::new(),
            inspection: self.inspection.unwrap_or_default(),
            accounts: Vec::new(),
            processes: Vec::new(),
            networks: Vec::new(),
            transports: Vec::new(),
            facts: Facts::default(),
            origin,
        }
    }

    pub(super) fn change(&self, tool: &mut Tool) {
        if let Some(name) = self.name {
            tool.name.clone_from(name);
        }
        if let Some(vendor) = self.vendor {
            tool.vendor.clone_from(vendor);
        }
        if let Some(category) = self.category {
            tool.category = category;
        }
        if let Some(inspection) = self.inspection {
            tool.inspection = inspection;
            tool.hosts.iter_mut().for_each(|host| host.inspection = inspection);
        }
        tool.origin = Origin::Local;
    }
}

pub(super) fn read_endpoint(file: File<'_>, raw: &RawEndpoint) -> Result<Endpoint, Mistake> {
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

pub(super) fn read_account(file: File<'_>, raw: &RawAccount) -> Result<AccountHint, Mistake> {
    let path = raw.path.as_ref().map(|path| read_path(file, path)).transpose()?;
    let host = raw.host.as_ref().map(|host| host.get_ref().as_str().into());
    Ok(AccountHint { host, path, account: raw.account })
}

pub(super) fn read_network(file: File<'_>, raw: &Spanned<String>) -> Result<ipnet::IpNet, Mistake> {
    raw.get_ref().parse().map_err(|_| {
        let message = format!("`{}` is not an address range", raw.get_ref());
        file.mistake(raw.span().start, message, "write it like `192.0.2.0/24` or `2001:db8::/32`")
    })
}

pub(super) fn read_path(file: File<'_>, raw: &Spanned<String>) -> Result<PathPattern, Mistake> {
    raw.get_ref().parse().map_err(|error: crate::InvalidPattern| {
        let message = format!("`{}` is not a path pattern", error.given);
        file.mistake(raw.span().start, message, error.expected)
    })
}
