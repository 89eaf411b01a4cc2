use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use anyhow::{Context, Result, anyhow};
use catalog::Catalog;
use detect::Detectors;
use engine::{Exceptions, LinkKey, Settings, Snapshot, Tenants};
use identity::Directory;
use model::{Approval, ToolId};
use policy::{Policy, Taxonomy};

use crate::{command::init::POLICY, config::Config, registered::Place, update::Update};

/// What a snapshot is made of, before there is a policy.
pub(crate) struct Parts {
    pub(crate) catalog: Catalog,
    pub(crate) detectors: Detectors,
    pub(crate) directory: Directory,
    pub(crate) approvals: BTreeMap<ToolId, Approval>,
    pub(crate) tenants: Tenants,
    /// Name and text of the policy to begin with.
    policy: (String, String),
}

impl Parts {
    /// What is shipped, and nobody in the directory.
    pub(crate) fn builtin() -> Result<Self> {
        Ok(Self {
            catalog: Catalog::builtin()?,
            detectors: Detectors::builtin()?,
            directory: Directory::default(),
            approvals: BTreeMap::new(),
            tenants: Tenants::default(),
            policy: ("policies/balanced.md".to_owned(), POLICY.to_owned()),
        })
    }

    /// What the configuration of that path names; what is shipped, without one.
    pub(crate) fn of(config: Option<&Path>) -> Result<Self> {
        match config {
            Some(path) => Self::read(&Config::read(path)?),
            None => Self::builtin(),
        }
    }

    /// What a configuration names.
    pub(crate) fn read(config: &Config) -> Result<Self> {
        let mut parts = Self::builtin()?;
        if let Some(bundle) = Update::of(config).applied()? {
            parts.catalog = bundle.into_catalog();
        }
        if let Some(path) = &config.catalog {
            parts.catalog = parts.catalog.with_local(&path.display().to_string(), &text(path)?)?;
        }
        if let Some(path) = &config.detectors {
            parts.detectors = Detectors::with_custom(&text(path)?, &path.display().to_string())?;
        }
        if let Some(registered) = Place::of(config).snapshot()? {
            parts.detectors = parts.detectors.with_registered(registered);
        }
        if let Some(path) = &config.people {
            parts.directory = directory(path)?;
        }
        if let Some(path) = &config.policy {
            parts.policy = (path.display().to_string(), text(path)?);
        }
        parts.tenants = Tenants::new(&parts.catalog, &config.tenants)?;
        parts.approvals.clone_from(&config.tools);
        parts.check_tools()?;
        Ok(parts)
    }

    fn check_tools(&self) -> Result<()> {
        let unknown: Vec<&str> =
            self.approvals.keys().map(ToolId::as_str).filter(|id| self.catalog.tool(id).is_none()).collect();
        if unknown.is_empty() {
            return Ok(());
        }
        Err(anyhow!(
            "the configuration decides about tools that the catalogue does not know: {}",
            unknown.join(", ")
        ))
    }

    /// The words that policies may use.
    pub(crate) fn taxonomy(&self) -> Taxonomy {
        engine::taxonomy(&self.detectors, &self.catalog)
    }

    /// The policy to begin with, compiled.
    pub(crate) fn first_policy(&self) -> Result<Policy> {
        let (name, source) = &self.policy;
        self.compile(name, source)
    }

    /// A policy document, compiled; the error lists every mistake.
    pub(crate) fn compile(&self, name: &str, source: &str) -> Result<Policy> {
        policy::compile(name, source, &self.taxonomy())
            .map_err(|mistakes| anyhow!("the policy `{name}` has mistakes and cannot run\n\n{mistakes}"))
    }

    pub(crate) fn policy_name(&self) -> &str {
        &self.policy.0
    }

    /// A snapshot of these parts.
    pub(crate) fn snapshot(self, policy: Policy, exceptions: Exceptions, settings: Settings) -> Snapshot {
        Snapshot {
            policy: Arc::new(policy),
            catalog: Arc::new(self.catalog),
            detectors: Arc::new(self.detectors),
            directory: Arc::new(self.directory),
            approvals: Arc::new(self.approvals),
            exceptions: Arc::new(exceptions),
            rollout: Arc::default(),
            standing: Arc::default(),
            settings: Arc::new(settings),
        }
    }
}

/// A snapshot for commands that ask the policy and serve nobody.
pub(crate) fn offline(parts: Parts, policy: Policy) -> Snapshot {
    let settings = Settings {
        body_limit: 0,
        decoded_limit: 0,
        pass_through: Vec::new(),
        sandbox_networks: Vec::new(),
        tenants: Default::default(),
        accounts: Default::default(),
        key: LinkKey::new(rand::random()),
        capture: None,
        console_url: String::new(),
    };
    parts.snapshot(policy, Exceptions::default(), settings)
}

fn directory(path: &Path) -> Result<Directory> {
    Directory::from_csv(&text(path)?).map_err(|mistakes| {
        let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        anyhow!("people file `{}` has mistakes:\n{}", path.display(), lines.join("\n"))
    })
}

fn text(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))
}
