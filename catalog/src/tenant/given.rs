use std::collections::BTreeMap;

use serde::Deserialize;

/// What an organisation gives for one control.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum TenantGiven {
    /// One value.
    One(String),
    /// Several.
    Many(Vec<String>),
    /// A value or several for each header of the control, by its key.
    ByHeader(BTreeMap<String, TenantValues>),
}

/// A value or several.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum TenantValues {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl TenantGiven {
    /// Every value, of whichever header.
    pub fn values(&self) -> Vec<&str> {
        match self {
            Self::One(value) => vec![value],
            Self::Many(values) => values.iter().map(String::as_str).collect(),
            Self::ByHeader(given) => {
                given.values().flat_map(|values| values.as_slice().iter().map(String::as_str)).collect()
            }
        }
    }
}

impl TenantValues {
    pub(super) fn as_slice(&self) -> &[String] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }
}
