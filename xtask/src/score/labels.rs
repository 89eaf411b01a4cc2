use std::collections::BTreeMap;

use anyhow::{Context, Result};
use detect::Hit;
use serde::Deserialize;

/// What the corpora's labels are with us.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Labels {
    labels: BTreeMap<String, Vec<String>>,
    absent: Vec<String>,
}

impl Labels {
    pub(super) fn read() -> Result<Self> {
        toml::from_str(include_str!("labels.toml")).context("labels.toml is no table of labels")
    }

    /// Whether we have such a type at all.
    pub(super) fn has(&self, theirs: &str) -> bool {
        !self.absent.iter().any(|absent| absent == theirs)
    }

    /// Whether a finding is one of what the corpus calls `theirs`.
    pub(super) fn agree(&self, theirs: &str, hit: &Hit) -> bool {
        match self.labels.get(theirs) {
            Some(ours) => ours.iter().any(|ours| is(hit.label.as_str(), ours)),
            None => is(hit.label.as_str(), &format!("pii.{}", theirs.to_ascii_lowercase())),
        }
    }
}

/// Whether a label is another, or lies below it.
pub(super) fn is(label: &str, other: &str) -> bool {
    label.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Whether a finding is data about someone or something, not code, a marking or a topic.
pub(super) fn is_data(hit: &Hit) -> bool {
    matches!(hit.label.family(), "pii" | "phi" | "financial" | "secret")
}
