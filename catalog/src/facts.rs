//! What a vendor says about data and accounts, as far as somebody has looked.

use std::{collections::BTreeMap, fmt};

use serde::Deserialize;

/// What a vendor says about the data and accounts of a tool. Nothing here is measured: it is what the pages named in
/// [`Facts::sources`] said at the date given there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Facts {
    /// Whether content trains models, by plan as the vendor calls it.
    pub training: BTreeMap<String, Training>,
    /// How long content is kept, in a sentence; `None` if unknown.
    pub retention: Option<String>,
    /// Certificates and attestations the vendor claims, as `SOC 2 Type II`; `None` if unknown.
    pub certifications: Option<Vec<String>>,
    /// Single sign-on.
    pub sso: Support,
    /// Accounts made and removed by the organisation's directory (SCIM, RFC 7644).
    pub scim: Support,
    /// Where data can be kept on request, as `eu`; `None` if unknown.
    pub regions: Option<Vec<String>>,
    /// Where this is said, with the date of reading. Facts without a source do not load.
    pub sources: Vec<Source>,
}

/// A page that says something, and the state it describes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its address, or what it is.
    pub page: String,
    /// Year, month or day of that state: `2025`, `2026-11` or `2026-11-23`.
    pub as_of: String,
}

/// Whether content trains the vendor's models.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Training {
    /// No.
    Never,
    /// Only if the customer agrees.
    OptIn,
    /// Unless the customer objects.
    OptOut,
    /// Yes, without a way out.
    Always,
    /// Not known.
    #[default]
    Unknown,
}

/// Whether something is on offer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Support {
    /// In every plan for organisations.
    Yes,
    /// In the larger plans.
    SomePlans,
    /// No.
    No,
    /// Not known.
    #[default]
    Unknown,
}

impl Training {
    /// The word used in catalogue files and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::OptIn => "opt_in",
            Self::OptOut => "opt_out",
            Self::Always => "always",
            Self::Unknown => "unknown",
        }
    }
}

impl Support {
    /// The word used in catalogue files and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::SomePlans => "some_plans",
            Self::No => "no",
            Self::Unknown => "unknown",
        }
    }
}

impl Facts {
    /// Whether anything is known.
    pub fn is_known(&self) -> bool {
        *self != Self::default()
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.page, self.as_of)
    }
}
