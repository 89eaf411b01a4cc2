use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{PersonId, Timestamp};

/// Someone who uses AI tools, as the directory knows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Person {
    /// Stable name.
    pub id: PersonId,
    /// Name for people to read.
    pub name: String,
    /// Work e-mail address, if known.
    pub email: Option<String>,
    /// Relation to the organisation.
    pub kind: PersonKind,
    /// Department, if known.
    pub department: Option<String>,
    /// Groups the person belongs to.
    pub groups: BTreeSet<String>,
    /// How risky the person's recent AI use was judged.
    pub risk: Risk,
    /// Training modules passed, each with the time until which it counts.
    pub training: BTreeMap<String, Timestamp>,
    /// Until when the person's attestation of the policy counts; `None` if never attested.
    pub attested_until: Option<Timestamp>,
}

/// A person's relation to the organisation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum PersonKind {
    /// Employed by the organisation.
    #[default]
    Employee,
    /// Works for the organisation under a contract.
    Contractor,
    /// Works for a supplier and has access to the organisation's systems.
    Vendor,
    /// Could not be identified.
    Unknown,
}

impl PersonKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Employee, Self::Contractor, Self::Vendor, Self::Unknown];

    /// The word used in policies, the API and the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Employee => "employee",
            Self::Contractor => "contractor",
            Self::Vendor => "vendor",
            Self::Unknown => "unknown",
        }
    }
}

/// How risky recent AI use was judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Risk {
    /// Nothing unusual.
    #[default]
    Low,
    /// Worth more care.
    Elevated,
    /// Needs a human's attention.
    High,
}

impl Risk {
    /// Every level, lowest first.
    pub const ALL: [Self; 3] = [Self::Low, Self::Elevated, Self::High];

    /// The word used in policies, the API and the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Elevated => "elevated",
            Self::High => "high",
        }
    }
}
