use std::collections::BTreeSet;

use model::{Person, PersonKind};
use serde::{Deserialize, Serialize};

/// Some of the people of the directory; what is empty does not restrict, several values of one kind are alternatives.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Audience {
    /// By relation to the organisation.
    #[serde(default)]
    pub kinds: Vec<PersonKind>,
    /// By department.
    #[serde(default)]
    pub departments: BTreeSet<String>,
    /// By group.
    #[serde(default)]
    pub groups: BTreeSet<String>,
}

impl Audience {
    /// Whether `person` belongs to it.
    pub fn covers(&self, person: &Person) -> bool {
        let department = || person.department.as_ref().is_some_and(|own| self.departments.contains(own));
        (self.kinds.is_empty() || self.kinds.contains(&person.kind))
            && (self.departments.is_empty() || department())
            && (self.groups.is_empty() || !self.groups.is_disjoint(&person.groups))
    }

    /// It, as prose says it.
    pub fn words(&self) -> String {
        let kinds = self.kinds.iter().map(|kind| format!("{}s", kind.as_str()));
        let departments = self.departments.iter().map(|name| format!("department {name}"));
        let groups = self.groups.iter().map(|name| format!("group {name}"));
        let words: Vec<String> = kinds.chain(departments).chain(groups).collect();
        if words.is_empty() { "everyone".to_owned() } else { words.join(", ") }
    }
}
