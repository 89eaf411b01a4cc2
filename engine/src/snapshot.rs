use std::{collections::BTreeMap, sync::Arc};

use catalog::Catalog;
use detect::Detectors;
use identity::Directory;
use ipnet::IpNet;
use model::{Approval, Label, ToolId};
use policy::{Policy, Taxonomy};

use crate::{
    account::Accounts, evidence::Capture, exception::Exceptions, link::LinkKey, rollout::Rollout,
    standing::Standing, tenant::Tenants,
};

/// Everything that one exchange sees, in one version. Cheap to clone.
#[derive(Clone)]
pub struct Snapshot {
    /// The policy in force.
    pub policy: Arc<Policy>,
    /// The AI tools.
    pub catalog: Arc<Catalog>,
    /// The detectors.
    pub detectors: Arc<Detectors>,
    /// The people.
    pub directory: Arc<Directory>,
    /// What was decided about tools; a tool that is not here is unreviewed.
    pub approvals: Arc<BTreeMap<ToolId, Approval>>,
    /// Approved exceptions.
    pub exceptions: Arc<Exceptions>,
    /// How strictly the policy is carried out.
    pub rollout: Arc<Rollout>,
    /// What people have earned since the directory was read.
    pub standing: Arc<Standing>,
    /// What the operator configured.
    pub settings: Arc<Settings>,
}

/// What the operator configured for the engine.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Bytes of a request body that are held for inspection; above, the policy's `if uninspected` decides.
    pub body_limit: usize,
    /// Bytes that a compressed body may grow to.
    pub decoded_limit: usize,
    /// Hosts (and all below them) whose TLS is never opened.
    pub pass_through: Vec<String>,
    /// Client addresses that are isolated environments without company data.
    pub sandbox_networks: Vec<IpNet>,
    /// Headers that restrict which accounts are used.
    pub tenants: Tenants,
    /// What tells the organisation's own accounts from others.
    pub accounts: Accounts,
    /// What is captured as evidence; nothing if `None`.
    pub capture: Option<Capture>,
    /// Key for digests, placeholders and links.
    pub key: LinkKey,
    /// Where employees reach the console, for example `https://bylaw.example.com`.
    pub console_url: String,
}

/// The words that policies may use: what the detectors find, and the tools the catalogue knows.
pub fn taxonomy(detectors: &Detectors, catalog: &Catalog) -> Taxonomy {
    let found = detectors.labels();
    let families = model::FAMILIES.iter().filter_map(|(name, _)| name.parse::<Label>().ok());
    let mut labels: Vec<Label> =
        found.iter().flat_map(|label| label.lineage().collect::<Vec<_>>()).chain(families).collect();
    labels.sort();
    labels.dedup();
    Taxonomy {
        labels,
        tools: catalog.tools().iter().map(|tool| tool.id.clone()).collect(),
        departments: None,
        groups: None,
        training: None,
    }
}
