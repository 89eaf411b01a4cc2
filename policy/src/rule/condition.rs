use model::{AccountKind, Label, PersonKind, Purpose, Risk, ToolCategory, ToolId, ToolState, Visibility};

/// What a sentence of `when` or `unless` asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// The test holds.
    Is(Test),
    /// The test does not hold.
    IsNot(Test),
    /// Every one holds (`… and …`).
    All(Vec<Condition>),
    /// At least one holds (`… or …`).
    Any(Vec<Condition>),
}

/// One question about the facts. Where it names several values, one of them is enough, unless said otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// `person is contractor or vendor`
    Person(Vec<PersonKind>),
    /// `person is in group research`
    Group(Vec<String>),
    /// `department is Finance or Legal`
    Department(Vec<String>),
    /// `risk is high`
    Risk(Vec<Risk>),
    /// `training personal-data is passed`: every module named
    Training(Vec<String>),
    /// `policy is attested`
    Attested,
    /// `tool is chatgpt or approved`
    Tool {
        /// Tools by id.
        ids: Vec<ToolId>,
        /// Tools by state.
        states: Vec<ToolState>,
    },
    /// `tool category is coding`
    Category(Vec<ToolCategory>),
    /// `tool is approved for pii`: every label named
    ApprovedFor(Vec<Label>),
    /// `tool is approved for the data`: for everything found that the rule is about
    ApprovedForData,
    /// `account is personal`
    Account(Vec<AccountKind>),
    /// `purpose is code_generation`
    Purpose(Vec<Purpose>),
    /// `in a sandbox`
    Sandbox,
    /// `visibility is content`
    Visibility(Vec<Visibility>),
}

impl Condition {
    /// Every test in it.
    pub fn tests(&self) -> Vec<&Test> {
        match self {
            Self::Is(test) | Self::IsNot(test) => vec![test],
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::tests).collect(),
        }
    }
}
