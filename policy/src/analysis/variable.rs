use model::{AccountKind, Activity, Label, PersonKind, Purpose, Risk, ToolCategory, ToolState, Visibility};

use crate::vocabulary::Word;

/// One fact that a policy asks for. Diagrams ask in this order: what tells most exchanges apart comes first, and all
/// facts about a label come together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Variable {
    Activity,
    Visibility,
    Person,
    Account,
    State,
    Category,
    Sandbox,
    Risk,
    Attested,
    Purpose,
    /// The tool, among those that are named.
    Tool,
    /// The department, among those that are named.
    Department,
    Training(String),
    Group(String),
    /// Something was found at all; something that the tool is not approved for.
    Anything(Of),
    /// What is known about a label.
    Label(Label, Of),
    /// A part of an expert's policy that is not looked into, by its text.
    Unknown(String),
}

/// What is asked about a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Of {
    /// The tool's approval names it.
    Approval,
    /// It, or something below it, was found.
    Found,
    /// Something of it was found that the tool is not approved for.
    Unapproved,
    /// It was found at least so often.
    AtLeast(u32),
}

/// Values of a closed set, the most ordinary first, so that examples are ordinary.
pub(super) fn ordinary<W: Word + Ordinary>() -> Vec<W> {
    let mut all = W::WORDS.to_vec();
    all.sort_by_key(|word| *word != W::ORDINARY);
    all
}

/// A closed set with a value that needs no mention.
pub(super) trait Ordinary {
    const ORDINARY: Self;
}

macro_rules! ordinary {
    ($($name:ident: $value:ident),* $(,)?) => {
        $(impl Ordinary for $name {
            const ORDINARY: Self = Self::$value;
        })*
    };
}

ordinary! {
    Activity: Prompt,
    Visibility: Content,
    PersonKind: Employee,
    AccountKind: Corporate,
    ToolState: Approved,
    ToolCategory: Chatbot,
    Risk: Low,
    Purpose: Writing,
}
