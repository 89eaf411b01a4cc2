use std::collections::BTreeSet;

use model::{FAMILIES, Label, ToolId};

/// The words a policy may use besides the fixed ones: what can be found, which tools there are, how people
/// are grouped.
///
/// `None` leaves a set open: any word is taken.
#[derive(Clone, Debug, Default)]
pub struct Taxonomy {
    /// Labels that detectors give; their ancestors and the families count as known too.
    pub labels: Vec<Label>,
    /// Tools in the catalogue.
    pub tools: Vec<ToolId>,
    /// Departments, if the directory knows them all.
    pub departments: Option<Vec<String>>,
    /// Groups, if the directory knows them all.
    pub groups: Option<Vec<String>>,
    /// Training modules, if they are all known.
    pub training: Option<Vec<String>>,
}

impl Taxonomy {
    /// Every label a rule may name: the families, the detected labels and everything between.
    pub(crate) fn known_labels(&self) -> BTreeSet<Label> {
        let families = FAMILIES.iter().filter_map(|(family, _)| family.parse().ok());
        families.chain(self.labels.iter().flat_map(Label::lineage)).collect()
    }
}
