use model::{
    AccountKind, Action, Activity, Label, PersonKind, Purpose, Risk, Severity, ToolCategory, ToolId,
    ToolState, Visibility,
};

use crate::{
    Taxonomy,
    mistake::{Log, Place},
    nearest::remedy,
};

/// A closed set of words that policies use.
pub(crate) trait Word: Copy + PartialEq + 'static {
    /// What one of them is called in messages.
    const NOUN: &'static str;
    /// All of them.
    const WORDS: &'static [Self];
    /// The word itself.
    fn word(self) -> &'static str;
    /// The word as prose says it.
    fn plain(self) -> String {
        self.word().replace('_', " ")
    }
}

macro_rules! words {
    ($($name:ident: $noun:literal),* $(,)?) => {
        $(impl Word for $name {
            const NOUN: &'static str = $noun;
            const WORDS: &'static [Self] = &Self::ALL;
            fn word(self) -> &'static str {
                self.as_str()
            }
        })*
    };
}

words! {
    AccountKind: "kind of account",
    Action: "action",
    Activity: "activity",
    PersonKind: "kind of person",
    Purpose: "purpose",
    Risk: "risk level",
    Severity: "severity",
    ToolCategory: "tool category",
    ToolState: "tool state",
    Visibility: "visibility",
}

/// The word written as `text`; blanks and dashes count as underscores.
pub(crate) fn find<W: Word>(text: &str) -> Option<W> {
    let wanted: String = text.chars().map(|c| if matches!(c, ' ' | '-') { '_' } else { c }).collect();
    W::WORDS.iter().copied().find(|word| word.word() == wanted)
}

/// The word written as `text`; notes a mistake if there is none.
pub(crate) fn word<W: Word>(text: &str, place: Place, log: &mut Log) -> Option<W> {
    let found = find::<W>(text.trim());
    if found.is_none() {
        let remedy = remedy(text.trim(), W::WORDS.iter().map(|word| word.word()), "see the policy language");
        log.add(place, format!("`{}` is not a {}", text.trim(), W::NOUN).replace(" a a", " an a"), remedy);
    }
    found
}

/// The words of one organisation: its labels, tools, departments, groups and training modules.
pub(crate) struct Vocabulary {
    labels: Vec<Label>,
    tools: Vec<ToolId>,
    departments: Option<Vec<String>>,
    groups: Option<Vec<String>>,
    training: Option<Vec<String>>,
    functions: Vec<String>,
}

impl Vocabulary {
    pub(crate) fn new(taxonomy: &Taxonomy) -> Self {
        Self {
            labels: taxonomy.known_labels().into_iter().collect(),
            tools: taxonomy.tools.clone(),
            departments: taxonomy.departments.clone(),
            groups: taxonomy.groups.clone(),
            training: taxonomy.training.clone(),
            functions: Vec::new(),
        }
    }

    /// The same with the functions that a policy names.
    pub(crate) fn with_functions(self, functions: Vec<String>) -> Self {
        Self { functions, ..self }
    }

    /// The functions that the policy names; none if that could not be read.
    pub(crate) fn functions(&self) -> &[String] {
        &self.functions
    }

    pub(crate) fn label(&self, text: &str, place: Place, log: &mut Log) -> Option<Label> {
        let found = self.labels.iter().find(|label| label.as_str() == text);
        if found.is_none() {
            let known = self.labels.iter().map(Label::as_str);
            let remedy =
                remedy(text, known, "use a label family such as `pii`, or a label that a detector gives");
            log.add(place, format!("unknown label `{text}`"), remedy);
        }
        found.cloned()
    }

    pub(crate) fn is_tool(&self, text: &str) -> bool {
        self.tools.iter().any(|tool| tool.as_str() == text)
    }

    /// The ids of all tools.
    pub(crate) fn tools(&self) -> impl Iterator<Item = &str> + Clone {
        self.tools.iter().map(ToolId::as_str)
    }

    pub(crate) fn tool(&self, text: &str, place: Place, log: &mut Log) -> Option<ToolId> {
        if self.is_tool(text) {
            return Some(ToolId::new(text));
        }
        let remedy = remedy(text, self.tools(), "use a tool's id from the catalogue, such as `chatgpt`");
        log.add(place, format!("unknown tool `{text}`"), remedy);
        None
    }

    pub(crate) fn department(&self, text: &str, place: Place, log: &mut Log) -> Option<String> {
        known(self.departments.as_deref(), "department", text, place, log)
    }

    pub(crate) fn group(&self, text: &str, place: Place, log: &mut Log) -> Option<String> {
        known(self.groups.as_deref(), "group", text, place, log)
    }

    pub(crate) fn training(&self, text: &str, place: Place, log: &mut Log) -> Option<String> {
        known(self.training.as_deref(), "training module", text, place, log)
    }
}

fn known(set: Option<&[String]>, noun: &str, text: &str, place: Place, log: &mut Log) -> Option<String> {
    let Some(set) = set else { return Some(text.to_owned()) };
    if set.iter().any(|word| word == text) {
        return Some(text.to_owned());
    }
    let remedy = remedy(text, set.iter().map(String::as_str), "use a name that the directory knows");
    log.add(place, format!("unknown {noun} `{text}`"), remedy);
    None
}

#[cfg(test)]
mod tests {
    use super::find;
    use model::{ToolState, Visibility};

    #[test]
    fn words_may_be_written_with_blanks() {
        assert_eq!(find("under review"), Some(ToolState::UnderReview));
        assert_eq!(find("under_review"), Some(ToolState::UnderReview));
        assert_eq!(find::<Visibility>("nothing"), None);
    }
}
