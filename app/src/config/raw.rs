//! The configuration as written. Defaults live in the conversion to [`super::Config`], and nowhere else.

use std::{collections::BTreeMap, path::PathBuf};

use catalog::TenantGiven;
use model::{Approval, ToolId};
use serde::Deserialize;

use super::{evidence::RawEvidence, sensor::RawSensor};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawConfig {
    /// Folder for keys and the embedded database.
    pub(super) data: Option<PathBuf>,
    #[serde(default)]
    pub(super) console: RawConsole,
    #[serde(default)]
    pub(super) gate: RawGate,
    #[serde(default)]
    pub(super) store: RawStore,
    #[serde(default)]
    pub(super) policy: RawPolicy,
    #[serde(default)]
    pub(super) people: RawPeople,
    #[serde(default)]
    pub(super) detect: RawDetect,
    #[serde(default)]
    pub(super) catalog: RawCatalog,
    #[serde(default)]
    pub(super) sensor: RawSensor,
    #[serde(default)]
    pub(super) retention: RawRetention,
    #[serde(default)]
    pub(super) evidence: RawEvidence,
    #[serde(default)]
    pub(super) canaries: RawCanaries,
    /// What is given for tenant controls, by control.
    #[serde(default)]
    pub(super) tenants: BTreeMap<String, TenantGiven>,
    #[serde(default)]
    pub(super) accounts: RawAccounts,
    #[serde(default)]
    pub(super) behavior: RawBehavior,
    /// What was decided about tools, by tool.
    #[serde(default)]
    pub(super) tool: BTreeMap<ToolId, Approval>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAccounts {
    #[serde(default)]
    pub(super) domains: Vec<String>,
    #[serde(default)]
    pub(super) api_keys: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRetention {
    pub(super) records: Option<String>,
    #[serde(default)]
    pub(super) labels: BTreeMap<String, String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCanaries {
    pub(super) every: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawBehavior {
    pub(super) budget: Option<f64>,
    pub(super) learning: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawConsole {
    pub(super) listen: Option<String>,
    pub(super) url: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawGate {
    pub(super) listen: Option<String>,
    pub(super) require_identity: Option<bool>,
    pub(super) ports: Option<Vec<u16>>,
    pub(super) pass_through: Option<Vec<String>>,
    pub(super) allow_addresses: Option<Vec<String>>,
    pub(super) trust: Option<Vec<PathBuf>>,
    pub(super) connect: Option<BTreeMap<String, String>>,
    pub(super) body_limit: Option<u64>,
    pub(super) decoded_limit: Option<u64>,
    pub(super) max_connections: Option<u32>,
    pub(super) sandbox_networks: Option<Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawStore {
    pub(super) url: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPolicy {
    pub(super) file: Option<PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPeople {
    pub(super) file: Option<PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawDetect {
    pub(super) file: Option<PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCatalog {
    pub(super) file: Option<PathBuf>,
    #[serde(default)]
    pub(super) bundle_keys: Vec<String>,
}
