use model::Label;
use serde::{Deserialize, Serialize};

/// How a registered table is to be recognised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// What findings are, for example `strategy.registered_data`.
    pub label: Label,
    /// The columns that are used, by their headers; others are not kept at all.
    pub columns: Vec<Column>,
    /// Columns of which all must stand together, values of one row, for a finding: `[["name", "account"]]`.
    ///
    /// Without rules any two columns of a row are enough where one of the two values is rare in the table. Unique
    /// columns are findings alone in either case.
    #[serde(default)]
    pub rules: Vec<Vec<String>>,
    /// How far apart, in bytes, values of a row may stand.
    #[serde(default = "usual_distance")]
    pub within: usize,
}

/// A column of a registered table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its header.
    pub name: String,
    /// What its values prove.
    pub kind: ColumnKind,
}

/// What the values of a column prove.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// Each names one row: an account, a customer number, an e-mail address. A finding alone, unless it is shorter
    /// than five letters or digits, or stands in several rows after all.
    Unique,
    /// Shared by many, such as names and places; a finding only together with others of its row.
    Supporting,
}

fn usual_distance() -> usize {
    300
}

impl Table {
    /// A table of those columns, whose findings need two values of a row or a unique one.
    pub fn new(label: Label, columns: Vec<Column>) -> Self {
        Self { label, columns, rules: Vec::new(), within: usual_distance() }
    }
}
