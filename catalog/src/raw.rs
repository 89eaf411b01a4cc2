use std::{collections::BTreeMap, fmt};

use model::{AccountKind, Activity, ToolCategory};
use serde::{Deserialize, Deserializer, de};
use toml::Spanned;

use crate::{
    facts::Facts,
    tenant::TenantControl,
    tool::{Carrier, HostKind, Inspection, Role, Transport},
};

/// `tools/*.toml`, or an organisation's own file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawFile {
    #[serde(default)]
    pub(crate) tool: Vec<RawTool>,
    /// Tools known by name only, one line each, by category.
    #[serde(default)]
    pub(crate) listed: BTreeMap<ToolCategory, BTreeMap<Spanned<String>, RawListed>>,
    /// How vendors let an organisation restrict accounts.
    #[serde(default)]
    pub(crate) tenant: Vec<Spanned<TenantControl>>,
    /// What vendors say about data and accounts, by tool.
    #[serde(default)]
    pub(crate) facts: BTreeMap<Spanned<String>, Facts>,
}

/// A tool known by name only. Its hosts are their own samples.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawListed {
    pub(crate) name: String,
    pub(crate) vendor: Option<String>,
    pub(crate) hosts: Vec<Spanned<RawHost>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawTool {
    pub(crate) id: Spanned<String>,
    pub(crate) name: Option<String>,
    pub(crate) vendor: Option<String>,
    pub(crate) category: Option<ToolCategory>,
    pub(crate) inspection: Option<Inspection>,
    #[serde(default)]
    pub(crate) hosts: Vec<Spanned<RawHost>>,
    #[serde(default)]
    pub(crate) speaks: Vec<RawSpeaks>,
    #[serde(default)]
    pub(crate) endpoints: Vec<RawEndpoint>,
    #[serde(default)]
    pub(crate) accounts: Vec<RawAccount>,
    /// Paths on its hosts that take bodies but carry nothing a person said.
    #[serde(default)]
    pub(crate) ignore: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) processes: Vec<String>,
    #[serde(default)]
    pub(crate) networks: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) transports: Vec<Transport>,
    #[serde(default)]
    pub(crate) samples: RawSamples,
}

/// A host: its name alone, which makes it the tool's `app`, or a table that says more.
pub(crate) struct RawHost {
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) kind: Option<HostKind>,
    pub(crate) inspection: Option<Inspection>,
}

impl<'de> Deserialize<'de> for RawHost {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(HostForm)
    }
}

/// Reads both forms of a host.
struct HostForm;

impl<'de> de::Visitor<'de> for HostForm {
    type Value = RawHost;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a host name, or `{ name = \"…\", role = \"…\" }`")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<RawHost, E> {
        Ok(RawHost { name: name.to_owned(), role: Role::App, kind: None, inspection: None })
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<RawHost, A::Error> {
        let table = RawHostTable::deserialize(de::value::MapAccessDeserializer::new(map))?;
        let RawHostTable { name, role, kind, inspection } = table;
        Ok(RawHost { name, role, kind, inspection })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHostTable {
    name: String,
    role: Role,
    kind: Option<HostKind>,
    inspection: Option<Inspection>,
}

/// A tool speaks an interface of `wires.toml` below `base`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawSpeaks {
    pub(crate) wire: Spanned<String>,
    pub(crate) base: Option<String>,
    pub(crate) host: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) anywhere: bool,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawEndpoint {
    pub(crate) path: Spanned<String>,
    #[serde(default = "post")]
    pub(crate) method: String,
    pub(crate) host: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) anywhere: bool,
    pub(crate) activity: Activity,
    #[serde(default)]
    pub(crate) carrier: Carrier,
    pub(crate) dialect: String,
}

fn post() -> String {
    "POST".to_owned()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawAccount {
    pub(crate) host: Option<Spanned<String>>,
    pub(crate) path: Option<Spanned<String>>,
    pub(crate) account: AccountKind,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawSamples {
    /// Host names of this tool, with the role they have.
    #[serde(default)]
    pub(crate) hosts: BTreeMap<Spanned<String>, Role>,
    /// Host names that are not this tool's.
    #[serde(default)]
    pub(crate) elsewhere: Vec<Spanned<String>>,
    /// `POST host/path -> prompt openai_chat`; `-> nothing` where no endpoint may match; `-> ignored` where, besides, a
    /// body is not to be read.
    #[serde(default)]
    pub(crate) requests: Vec<Spanned<String>>,
}

/// `wires.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawWires {
    pub(crate) ignore: Vec<Spanned<String>>,
    pub(crate) wire: Vec<RawWire>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawWire {
    pub(crate) name: String,
    pub(crate) base: String,
    pub(crate) endpoints: Vec<RawEndpoint>,
}
