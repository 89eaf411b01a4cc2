use std::collections::BTreeMap;

use model::{AccountKind, Activity, ToolCategory};
use serde::Deserialize;
use toml::Spanned;

use crate::tool::{Carrier, HostKind, Inspection, Role, TenantControl};

/// `tools/*.toml`, or an organisation's own file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawFile {
    #[serde(default)]
    pub(crate) tool: Vec<RawTool>,
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
    pub(crate) hosts: Vec<RawHost>,
    #[serde(default)]
    pub(crate) speaks: Vec<RawSpeaks>,
    #[serde(default)]
    pub(crate) endpoints: Vec<RawEndpoint>,
    pub(crate) tenant: Option<TenantControl>,
    #[serde(default)]
    pub(crate) accounts: Vec<RawAccount>,
    /// Paths on its hosts that take bodies but carry nothing a person said.
    #[serde(default)]
    pub(crate) ignore: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) samples: RawSamples,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawHost {
    pub(crate) name: Spanned<String>,
    pub(crate) role: Role,
    pub(crate) kind: Option<HostKind>,
    pub(crate) inspection: Option<Inspection>,
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
